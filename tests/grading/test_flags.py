"""Doubtful points reach nbgrader's gradebook as cells that need a person, and what a person decided stays."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.preprocessors import SaveAutoGrades

from helpers.course import essay_course, hand_in
from pretraining.grading.course import grade
from pretraining.grading.flags import FlagProvisional, with_flags
from pretraining.grading.provisional import MARK, marks, provisional

DOUBT = 'can: found in "It goes on writing." (confidence 0.70)'


@pytest.fixture
def course(tmp_path):
    return essay_course(tmp_path / "course")


def by_us(course):
    assert not any(result.error for result in grade(course, "essay"))


def by_nbgrader(course):
    """The stock commands, as an instructor types them."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    commands = [["autograde", "essay", "--create", "--force"]]
    if not (course / "gradebook.db").exists():
        commands.insert(0, ["generate_assignment", "essay", "--create"])
    for command in commands:
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *command], cwd=course, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr


class Entry:
    """What the gradebook says of one student's essay; a person's decisions can be written to it."""

    def __init__(self, course, student):
        self.place = ("essay", "essay", student)
        self.url = f"sqlite:///{course}/gradebook.db"
        with Gradebook(self.url) as gradebook:
            found, said = gradebook.find_grade("test-essay", *self.place), gradebook.find_comment("essay", *self.place)
            self.score, self.auto_score, self.waits = found.score, found.auto_score, found.needs_manual_grade
            self.comment = said.comment
            self.submission_waits = gradebook.find_submission("essay", student).needs_manual_grade

    def decide(self, score, comment=None):
        """As the formgrader does it when a person types a score and a comment."""
        with Gradebook(self.url) as gradebook:
            found = gradebook.find_grade("test-essay", *self.place)
            found.manual_score, found.needs_manual_grade = score, False
            gradebook.find_comment("essay", *self.place).manual_comment = comment
            gradebook.db.commit()


@pytest.mark.slow
@pytest.mark.parametrize("autograde", [by_us, by_nbgrader])
def test_a_doubt_waits_for_a_person_and_a_persons_grade_stays(course, autograde):
    hand_in(course, "ada", doubt=DOUBT)
    hand_in(course, "bob", doubt="")
    autograde(course)
    ada, bob = Entry(course, "ada"), Entry(course, "bob")
    assert (ada.score, ada.auto_score, ada.waits, ada.submission_waits) == (1.5, 1.5, True, True)
    assert ada.comment == f"Points are provisional. {DOUBT}"
    assert (bob.score, bob.waits, bob.submission_waits, bob.comment) == (1.5, False, False, None)

    ada.decide(2.0, "Well argued.")
    bob.decide(0.5)
    autograde(course)
    ada, bob = Entry(course, "ada"), Entry(course, "bob")
    assert (ada.score, ada.auto_score, ada.comment) == (2.0, 1.5, "Well argued.")
    assert (bob.score, bob.auto_score) == (0.5, 1.5)


@pytest.mark.slow
def test_the_flag_goes_when_the_doubt_goes(course):
    hand_in(course, "ada", doubt=DOUBT)
    by_us(course)
    assert Entry(course, "ada").waits
    hand_in(course, "ada", doubt="")
    by_us(course)
    ada = Entry(course, "ada")
    assert (ada.score, ada.waits, ada.comment) == (1.5, False, None)


@pytest.mark.slow
def test_a_mark_for_a_cell_that_does_not_exist_changes_nothing(course):
    hand_in(course, "ada", doubt=DOUBT, about="another-cell")
    by_us(course)
    ada = Entry(course, "ada")
    assert (ada.score, ada.waits, ada.comment) == (1.5, False, None)


def test_flags_come_right_after_the_grades_and_nothing_else_changes():
    steps, stock = with_flags(), Autograde.class_traits()["autograde_preprocessors"].default()
    assert [step for step in steps if step is not FlagProvisional] == stock
    assert steps.index(FlagProvisional) == steps.index(SaveAutoGrades) + 1


def test_a_mark_is_one_line_that_can_be_read_back(capsys):
    provisional("essay", "two\nlines\n  and spaces")
    provisional("essay", "")
    printed = capsys.readouterr().out
    assert printed == f"{MARK} essay: two lines and spaces\n"
    output = nbformat.v4.new_output("stream", text=f"2 of 4 ideas\n{printed}more\n")
    assert marks([output]) == {"essay": "two lines and spaces"}
    assert marks([nbformat.v4.new_output("error", ename="E", evalue=printed, traceback=[])]) == {}
    quoted = nbformat.v4.new_output("stream", text=f'it says "{MARK} essay: nonsense"\n')
    assert marks([quoted]) == {}, "only a line that begins with the mark is one"
