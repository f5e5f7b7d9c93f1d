"""How long `pretraining report` takes for a large class, and how the time grows with it.

    python tests/bench/bench_report.py [--students 5000]

Prints wall seconds, processor seconds and peak memory of a fifth of the class and of all of it.
"""

import argparse
import csv
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "lib")]

from helpers.classroom import ASSIGNMENT, make_class  # noqa: E402
from helpers.nbcourse import environment  # noqa: E402


def measure(root: Path) -> None:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-m", "pretraining.cli", "report", ASSIGNMENT]
    done = subprocess.run(command, cwd=root, env=environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - began
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    size = (root / "reports" / f"{ASSIGNMENT}-report.html").stat().st_size
    print(f"  {wall:.1f} s wall, {cpu:.1f} s CPU, peak {after.ru_maxrss / 1024:.0f} MB, page of {size / 1e6:.2f} MB")
    print("  " + done.stdout.splitlines()[0])
    with (root / "reports" / f"{ASSIGNMENT}-report.csv").open() as file:
        alike = [row["student_id"] for row in csv.DictReader(file) if "almost the same" in row["look_at"]]
    print(f"  students whose work is almost the same: {', '.join(alike) or 'none'} (s0001 copied s0000)")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--students", type=int, default=5000)
    students = parser.parse_args().students
    with tempfile.TemporaryDirectory() as folder:
        for count in (students // 5, students):
            root = make_class(Path(folder) / str(count), count)
            print(f"{count} students:")
            measure(root)


if __name__ == "__main__":
    main()
