"""Under each exercise stand three folded hints, each going further, and none of them holds a line of the solution."""

import re
from pathlib import Path

import nbformat
import pytest

from pretraining.grading.clean import clean_text
from pretraining.grading.notebook import student_version

ROOT = Path(__file__).parents[2]
GRADED = sorted((ROOT / "assignments" / "source").glob("*/*.ipynb"))
STEPS = (r"Hint 1: a nudge", r"Hint 2: the idea", r"Hint 3: almost (?:the code|there)")
ONE_HINT = r"<details><summary>{}</summary>\n\n(\S.+?\S)\n\n</details>"
ALL_HINTS = re.compile("\n".join(map(ONE_HINT.format, STEPS)), re.DOTALL)
# What opens a block, or says nothing by itself.
OF_NO_WEIGHT = re.compile(r"(if|for|while|else|elif).*:|return\{|[\]})]+|break")


def cells(path):
    return nbformat.read(path, as_version=4).cells


def is_solution(cell):
    return cell.metadata.get("nbgrader", {}).get("solution", False)


def lines_that_count(source):
    """The lines of a solution without white space, apart from those of no weight."""
    parts = re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", source, re.DOTALL)
    lines = {re.sub(r"\s+", "", line) for part in parts for line in part.splitlines()}
    return {line for line in lines if line and not OF_NO_WEIGHT.fullmatch(line)}


EXERCISES = [
    pytest.param(cell, before, id=f"{path.stem}: {cell.id}")
    for path in GRADED
    for before, cell in zip(cells(path), cells(path)[1:])
    if is_solution(cell)
]


@pytest.mark.parametrize(("exercise", "before"), EXERCISES)
def test_an_exercise_has_three_hints_and_none_is_the_solution(exercise, before):
    assert before.id == f"{exercise.id}-hints"
    hints = ALL_HINTS.fullmatch(before.source)
    assert hints, "three folded hints: a nudge, the idea, almost the code"
    assert len(set(hints.groups())) == 3
    assert "nbgrader" not in before.metadata
    shown = {re.sub(r"\s+", "", line) for line in before.source.splitlines()}
    assert not lines_that_count(exercise.source) & shown


def test_the_comparison_sees_a_solution_line_however_it_is_indented():
    solution = "### BEGIN SOLUTION\n    if x:\n        return  a+b\n### END SOLUTION"
    assert lines_that_count(solution) == {"returna+b"}


def test_the_last_hint_leaves_something_to_write():
    for exercise in EXERCISES:
        last = ALL_HINTS.fullmatch(exercise.values[1].source)[3]
        assert "..." in last, exercise.id


@pytest.mark.parametrize("path", GRADED, ids=lambda path: path.stem)
def test_the_student_version_and_grading_keep_every_hint(path):
    student = nbformat.reads(student_version(path), as_version=4)
    kept = {cell.id: cell.source for cell in student.cells if cell.id.endswith("-hints")}
    assert kept == {cell.id: cell.source for cell in cells(path) if cell.id.endswith("-hints")}
    assert kept
    assert all(clean_text(source) == source for source in kept.values())
