"""Grading speed: the engine and stock `nbgrader autograde`, side by side, on submissions that import torch.

    python tests/bench/bench_grading.py [--count 40] [--ours-only]

Prints wall seconds, processor seconds and submissions a minute of both, start-up included, and what one more costs.
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "lib")]

from helpers.nbcourse import answer, cell, check, environment, gradebook, hand_in, make_course  # noqa: E402

TRAIN = """def train(steps):
    w = torch.zeros(1, requires_grad=True)
    for _ in range(steps):
        loss = ((w - 3) ** 2).sum()
        loss.backward()
        w.data -= 0.1 * w.grad
        w.grad = None
    return w.item()"""
GOOD = {
    "softmax": "def softmax(x):\n    return torch.softmax(x, -1)",
    "loss": "def loss(logits, targets):\n    return torch.nn.functional.cross_entropy(logits, targets).item()",
    "train": TRAIN,
}
TASK = [
    cell("given", "import torch", locked=True),
    answer("softmax", GOOD["softmax"]),
    check(
        "test-softmax",
        "got = softmax(torch.tensor([0.0, 0.0]))\nassert torch.allclose(got, torch.tensor([0.5, 0.5]))\n"
        "### BEGIN HIDDEN TESTS\nassert softmax(torch.zeros(3, 4)).shape == (3, 4)\n### END HIDDEN TESTS",
        2,
    ),
    answer("loss", GOOD["loss"]),
    check(
        "test-loss",
        "# judge\nimport math\n\nimport torch\n\nfrom pretraining.grading import expect, student\n\n"
        "expect(student.loss, torch.zeros(2, 4), torch.tensor([0, 1])).is_close(math.log(4), 'uniform')",
        2,
    ),
    answer("train", GOOD["train"]),
    check("test-train", "points = 0.0\nif abs(train(100) - 3) < 0.01:\n    points += 2.0\npoints", 2),
]
KINDS = [GOOD, {**GOOD, "train": "def train(steps):\n    return 0.0"}, {"loss": GOOD["loss"]}, {}]


def measure(command: list[str], folder: Path) -> tuple[float, float]:
    """Wall and processor seconds of a command and all that it started."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def forked_seconds(course: Path) -> float:
    """Processor seconds of workers and kernels, which the system does not count for the driver: from the log."""
    entries = map(json.loads, (course / "grading_log" / "torch.jsonl").read_text().splitlines())
    return sum(entry.get("cpu_seconds", 0.0) for entry in entries)


def build(root: Path, count: int) -> None:
    make_course(root, "torch", {"nb": TASK})
    for number in range(count):
        hand_in(root, "torch", f"s{number:04d}", "nb", KINDS[number % len(KINDS)])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--ours-only", action="store_true")
    options = parser.parse_args()
    ours = [sys.executable, "-m", "pretraining.cli", "grade", "torch", "--fresh"]
    stock = [sys.executable, "-m", "nbgrader", "autograde", "torch", "--force"]
    with tempfile.TemporaryDirectory() as folder:
        one, many, other = (Path(folder) / name for name in ("one", "many", "stock"))
        build(one, 1)
        build(many, options.count)
        shutil.copytree(many, other)
        start, full = measure(ours, one), measure(ours, many)
        start, full = ((wall, cpu + forked_seconds(at)) for (wall, cpu), at in ((start, one), (full, many)))
        each = [(whole - alone) / (options.count - 1) for whole, alone in zip(full, start)]
        print(f"engine, 1 submission:   {start[0]:6.1f} s wall, {start[1]:6.1f} s CPU")
        print(f"engine, {options.count} submissions: {full[0]:6.1f} s wall, {full[1]:6.1f} s CPU")
        print(f"engine, one more:       {each[0]:6.3f} s wall, {each[1]:6.3f} s CPU")
        if options.ours_only:
            return
        alone = measure([*stock, "--student", "s0000"], other)
        slow = measure(stock, other)
        more = [(whole - single) / (options.count - 1) for whole, single in zip(slow, alone)]
        print(f"stock, {options.count} submissions:  {slow[0]:6.1f} s wall, {slow[1]:6.1f} s CPU")
        print(f"stock, one more:        {more[0]:6.3f} s wall, {more[1]:6.3f} s CPU")
        print(
            f"processor time: {slow[1] / full[1]:.1f} times less than stock, {more[1] / each[1]:.1f} times for one more"
        )
        print(f"throughput: {slow[0] / full[0]:.1f} times stock's, {more[0] / each[0]:.1f} times for one more")
        same = {s: b["nb"]["grades"] for s, b in gradebook(many, "torch").items()} == {
            s: b["nb"]["grades"] for s, b in gradebook(other, "torch").items()
        }
        print(f"the gradebooks are {'the same' if same else 'NOT the same'}")


if __name__ == "__main__":
    main()
