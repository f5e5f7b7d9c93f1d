"""Release and grade through nbgrader itself: the solution earns all points, the released version none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from pretraining.grading.course import (
    assignments,
    find_course,
    grade,
    in_gradebook,
    release,
    scores,
    submitted,
)  # fmt: skip
from pretraining.grading.notebook import check, student_version

ROOT = Path(__file__).parents[2]
UNITS = assignments(ROOT / "assignments")
pytestmark = pytest.mark.slow


@pytest.fixture
def course(tmp_path):
    """A course directory of its own, without a gradebook."""
    shutil.copytree(ROOT / "assignments" / "source", tmp_path / "course" / "source")
    shutil.copy(ROOT / "assignments" / "nbgrader_config.py", tmp_path / "course")
    return tmp_path / "course"


def submit(course, student, unit, content):
    folder = course / "submitted" / student / unit
    folder.mkdir(parents=True)
    (folder / f"{unit}.ipynb").write_text(content, encoding="utf-8")


def solved(course, unit):
    """What a learner with perfect answers hands in: the released notebook with the solutions written in."""
    source = nbformat.read(course / "source" / unit / f"{unit}.ipynb", as_version=4)
    handed_in = nbformat.reads(student_version(course / "source" / unit / f"{unit}.ipynb"), as_version=4)
    for mine, theirs in zip(handed_in.cells, source.cells):
        if mine.metadata.get("nbgrader", {}).get("solution"):
            mine.source = theirs.source
    return nbformat.writes(handed_in)


@pytest.mark.parametrize("unit", UNITS)
def test_solution_earns_all_and_the_released_version_nothing(course, unit):
    release(course, unit)
    submit(course, "ada", unit, solved(course, unit))
    submit(course, "bob", unit, (course / "release" / unit / f"{unit}.ipynb").read_text(encoding="utf-8"))
    grades = {result.student: result for result in grade(course, unit)}
    assert not any(result.error for result in grades.values())
    assert grades["ada"].score == grades["ada"].max_score > 0
    assert grades["bob"].score == 0
    assert not grades["ada"].needs_manual_grade


@pytest.mark.parametrize("unit", UNITS[-1:])
def test_stock_nbgrader_agrees(course, unit):
    submit(course, "ada", unit, solved(course, unit))
    submit(course, "bob", unit, student_version(course / "source" / unit / f"{unit}.ipynb"))
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    for command in (["generate_assignment", unit, "--create"], ["autograde", unit, "--create"]):
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *command], cwd=course, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
    earned, possible, _ = scores(course, unit, "ada")
    assert earned == possible > 0
    assert scores(course, unit, "bob")[0] == 0


@pytest.mark.parametrize("unit", UNITS)
def test_the_student_version_is_what_nbgrader_releases(course, unit):
    release(course, unit)
    released = nbformat.read(course / "release" / unit / f"{unit}.ipynb", as_version=4)
    ours = nbformat.reads(student_version(course / "source" / unit / f"{unit}.ipynb"), as_version=4)
    assert [(c.cell_type, c.source, c.metadata) for c in ours.cells] == [
        (c.cell_type, c.source, c.metadata) for c in released.cells
    ]


def test_one_bad_submission_does_not_stop_the_others(course):
    unit = UNITS[-1]
    submit(course, "ada", unit, "this is not JSON")
    submit(course, "bob", unit, student_version(course / "source" / unit / f"{unit}.ipynb"))
    grades = {result.student: result for result in grade(course, unit)}
    assert "not valid JSON" in grades["ada"].error
    assert grades["ada"].score is None
    assert grades["bob"].score == 0
    assert not grades["bob"].error


def test_wrong_names_are_refused_with_the_right_ones(course, tmp_path):
    with pytest.raises(ValueError, match=UNITS[-1]):
        release(course, "9-nothing")
    with pytest.raises(ValueError, match="nobody has submitted"):
        list(grade(course, UNITS[-1]))
    submit(course, "ada", UNITS[-1], "{}")
    with pytest.raises(ValueError, match="'eve' has no submission"):
        list(grade(course, UNITS[-1], "eve"))
    assert submitted(course, UNITS[-1]) == ["ada"]
    assert not in_gradebook(course, UNITS[-1])
    assert find_course(course / "source") == course
    with pytest.raises(ValueError, match="no course found"):
        find_course(tmp_path)


def test_check_tells_a_learner_what_to_think_about_and_leaves_the_file_alone(private):
    path = private / "3-targets.ipynb"
    text = student_version(ROOT / "assignments" / "source" / "3-targets" / "3-targets.ipynb")
    notebook = nbformat.reads(text, as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "target-table":
            cell.source = (
                "def target_table(tokens, block_size):\n"
                "    return [(tuple(tokens[:i]), tokens[i]) for i in range(1, len(tokens))]"
            )
    path.write_text(nbformat.writes(notebook), encoding="utf-8")
    before = path.read_bytes()
    parts = {part.name: part for part in check(path).parts}
    assert path.read_bytes() == before
    assert parts["test-target-table"].score == 0
    assert "at most block_size tokens" in parts["test-target-table"].message
    assert parts["test-windows"].message == "not written yet"
    assert len(parts) == 11


@pytest.mark.parametrize(
    "content", [None, "not JSON", '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}']
)
def test_check_refuses_what_is_not_a_graded_notebook(private, content):
    if content is not None:
        (private / "x.ipynb").write_text(content)
    with pytest.raises(ValueError, match="x.ipynb"):
        check(private / "x.ipynb")
