"""Thousands of submissions in one go: time for each part of them, and the driver's memory.

python tests/bench/bench_grading_scale.py [--count 5000]
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "lib")]

from helpers.nbcourse import answer, check, hand_in, make_course  # noqa: E402
from pretraining.grading.course import start  # noqa: E402
from pretraining.grading.outcome import Options  # noqa: E402

TASK = [
    answer("double", "def double(x):\n    return 2 * x"),
    check("test-double", "assert double(3) == 6", 1),
    check("test-more", "# judge\nfrom pretraining.grading import expect, student\n"
          "expect(student.double, 4).gives(8, 'twice')", 2),
]  # fmt: skip
WORK = "WORK OF ONE LEARNER"
STEPS = 10


def build(root: Path, count: int) -> Path:
    """A course and many submissions, no two alike."""
    course = make_course(root, "small", {"nb": TASK})
    text = hand_in(course, "small", "s00000", "nb", {"double": WORK}).read_text()
    assert text.count(json.dumps(WORK)) == 1
    for number in range(count):
        work = f"# {number}\ndef double(x):\n    return {'2 * x' if number % 3 else 'x + 3'}"
        folder = course / "submitted" / f"s{number:05d}" / "small"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "nb.ipynb").write_text(text.replace(json.dumps(WORK), json.dumps(work)))
    return course


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=5000)
    count = parser.parse_args().count
    with tempfile.TemporaryDirectory() as folder:
        course = build(Path(folder) / "course", count)
        began, graded, forked = time.perf_counter(), 0, 0.0
        with start(course, "small", options=Options()) as run:
            print(f"ready after {time.perf_counter() - began:.1f} s, {run.jobs} at a time", flush=True)
            began, before = time.perf_counter(), time.process_time()
            for outcome in run.outcomes():
                assert outcome.score in (1, 3), outcome
                graded, forked = graded + 1, forked + outcome.cpu_seconds
                if graded % max(1, count // STEPS) == 0:
                    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
                    print(
                        f"{graded:6d} submissions: {time.perf_counter() - began:7.1f} s wall, CPU driver "
                        f"{time.process_time() - before:6.1f} s, workers and kernels {forked:7.1f} s; "
                        f"driver's peak {memory:.0f} MB",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
