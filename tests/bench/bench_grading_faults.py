"""A hundred random kills during a run over 60 submissions, each followed by a resume; 500 damaged notebooks in a batch.

python tests/bench/bench_grading_faults.py [--kills 100] [--damaged 500] [--seed 1]
"""

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "lib")]

from helpers.faults import adopting_orphans, mutate, run_with_kills  # noqa: E402
from helpers.nbcourse import answer, check, gradebook, hand_in, make_course  # noqa: E402
from pretraining.grading.course import grade  # noqa: E402

ANSWERS = ["def double(x):\n    return 2 * x", "def double(x):\n    return 6", "double = 1", "1 / 0"]
TASK = [
    answer("double", ANSWERS[0]),
    check("test-double", "assert double(3) == 6", 1),
    check("test-more", "# judge\nfrom pretraining.grading import expect, student\n"
          "expect(student.double, 4).gives(8, 'twice')", 2),
]  # fmt: skip


def kill(folder: Path, kills: int, seed: int) -> None:
    undisturbed, disturbed = folder / "undisturbed", folder / "disturbed"
    make_course(undisturbed, "small", {"nb": TASK})
    for number in range(60):
        code = f"import time\ntime.sleep({number % 4 * 0.1})\n{ANSWERS[number % 4]}"
        hand_in(undisturbed, "small", f"s{number:02d}", "nb", {"double": code})
    shutil.copytree(undisturbed, disturbed)
    list(grade(undisturbed, "small"))
    (folder / "scratch").mkdir()
    os.environ["TMPDIR"] = str(folder / "scratch")
    with adopting_orphans() as orphans:
        done, alive = run_with_kills(disturbed, "small", kills, seed), orphans()
    same = gradebook(disturbed, "small") == gradebook(undisturbed, "small")
    left = [*disturbed.rglob(".grading-*"), *(folder / "scratch").iterdir()]
    print(
        f"{done} kills: the gradebook is {'the same' if same else 'NOT the same'}; {len(alive)} processes and "
        f"{len(left)} temporary files left"
    )


def damage(folder: Path, count: int, seed: int) -> None:
    course = make_course(folder / "damaged", "small", {"nb": TASK})
    whole = json.loads(hand_in(course, "small", "whole", "nb", {"double": ANSWERS[0]}).read_text())
    draw = random.Random(seed)
    for number in range(count):
        target = course / "submitted" / f"m{number:03d}" / "small"
        target.mkdir(parents=True)
        (target / "nb.ipynb").write_bytes(mutate(whole, draw))
    outcomes = list(grade(course, "small"))
    print(f"{len(outcomes)} outcomes of {count + 1}: {dict(Counter(outcome.outcome for outcome in outcomes))}")
    for error, times in Counter(outcome.error for outcome in outcomes if outcome.error).most_common():
        print(f"{times:5d}  {error}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--damaged", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        damage(Path(folder), options.damaged, options.seed)
        kill(Path(folder), options.kills, options.seed)


if __name__ == "__main__":
    main()
