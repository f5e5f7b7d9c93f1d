"""Thousands of submissions in one go: time for each thousand, and the driver's memory.

python tests/bench/bench_grading_scale.py [--count 5000]
"""

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "lib")]

from helpers.nbcourse import answer, check, hand_in, make_course, released  # noqa: E402
from pretraining.grading.course import start  # noqa: E402
from pretraining.grading.outcome import Options  # noqa: E402

TASK = [
    answer("double", "def double(x):\n    return 2 * x"),
    check("test-double", "assert double(3) == 6", 1),
    check("test-more", "# judge\nfrom pretraining.grading import expect, student\n"
          "expect(student.double, 4).gives(8, 'twice')", 2),
]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=5000)
    count = parser.parse_args().count
    with tempfile.TemporaryDirectory() as folder:
        course = make_course(Path(folder) / "course", "small", {"nb": TASK})
        for number in range(count):
            source = f"# {number}\ndef double(x):\n    return {'2 * x' if number % 3 else 'x + 3'}"
            hand_in(course, "small", f"s{number:05d}", "nb", {"double": source}, released(course, "small", "nb"))
        began, graded = time.perf_counter(), 0
        with start(course, "small", options=Options()) as run:
            print(f"ready after {time.perf_counter() - began:.1f} s, {run.jobs} at a time")
            began = step = time.perf_counter()
            for outcome in run.outcomes():
                assert outcome.score in (1, 3), outcome
                graded += 1
                if graded % max(1, count // 5) == 0:
                    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
                    print(f"{graded:6d}: {time.perf_counter() - step:7.1f} s for these, driver's peak {memory:.0f} MB")
                    step = time.perf_counter()
        print(f"{count} submissions in {time.perf_counter() - began:.1f} s; driver {time.process_time():.1f} s CPU")


if __name__ == "__main__":
    main()
