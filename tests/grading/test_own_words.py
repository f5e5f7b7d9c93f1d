"""Unit 8's own words through grading: the scorer's verdict becomes points, its doubts a request for a person."""

import shutil
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from pretraining.grading.course import grade
from pretraining.grading.notebook import student_version
from pretraining.questions import score
from pretraining.questions.answers import SURE

ROOT = Path(__file__).parents[2]
UNIT = "8-check-your-understanding"
KEPT = ("imports", "wrong-date", "test-wrong-date")  # nothing is trained for these
STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
ANSWERS = {
    "vague": "The model just says what it learned somewhere, and it may be wrong about years sometimes. I would not "
    "rely on it too much, since its memory of things is more of a blur than anything else.",
    "unusual": "Nobody keeps a calendar in there. It leans towards whichever year its reading leaned towards, and it "
    "would have sounded just as sure about any other. So I go to the library before I quote it.",
    "junk": "I like trains, and the weather was nice in 1987, and even nicer in 1989, when we went to the sea.",
    "nothing": STUB,
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Everybody's grades for the one question, and the folder of the course."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "source" / UNIT).mkdir(parents=True)
    shutil.copy(ROOT / "assignments" / "nbgrader_config.py", folder)
    source = nbformat.read(ROOT / "assignments" / "source" / UNIT / f"{UNIT}.ipynb", as_version=4)
    source.cells = [cell for cell in source.cells if cell.id in KEPT]
    nbformat.write(source, folder / "source" / UNIT / f"{UNIT}.ipynb")
    answer = next(cell.source for cell in source.cells if cell.id == "wrong-date")
    handed_in = {name: f"%%answer wrong-date\n{text}" for name, text in ANSWERS.items()} | {"solution": answer}
    for student, text in handed_in.items():
        notebook = nbformat.reads(student_version(folder / "source" / UNIT / f"{UNIT}.ipynb"), as_version=4)
        notebook.cells[1].source = text
        (folder / "submitted" / student / UNIT).mkdir(parents=True)
        nbformat.write(notebook, folder / "submitted" / student / UNIT / f"{UNIT}.ipynb")
    grades = {result.student: result for result in grade(folder, UNIT)}
    assert not any(result.error for result in grades.values())
    return folder, grades


def comment(folder, student):
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as gradebook:
        return gradebook.find_comment("wrong-date", UNIT, UNIT, student).comment


@pytest.mark.slow
@pytest.mark.parametrize("student", ["vague", "unusual", "junk"])
def test_points_and_flag_are_what_the_scorer_says(course, student):
    folder, grades = course
    found = score("wrong-date", ANSWERS[student])
    doubted = [idea for idea, confidence in found.confidence.items() if confidence < SURE]
    assert grades[student].score == pytest.approx(2 * sum(found.ideas.values()) / len(found.ideas))
    assert grades[student].needs_manual_grade == bool(doubted)
    said = comment(folder, student)
    assert (said is not None) == bool(doubted)
    assert all(f"{idea}: " in said and f"{found.confidence[idea]:.2f}" in said for idea in doubted)


@pytest.mark.slow
def test_some_of_these_answers_are_in_doubt_and_some_are_not(course):
    _, grades = course
    assert {grades[student].needs_manual_grade for student in ANSWERS} == {True, False}


@pytest.mark.slow
def test_the_solution_is_sure_and_the_stub_earns_nothing(course):
    folder, grades = course
    assert grades["solution"].score == 2
    assert not grades["solution"].needs_manual_grade
    assert grades["nothing"].score == grades["junk"].score == 0
    assert not grades["nothing"].needs_manual_grade
    assert comment(folder, "nothing") == "No response."
