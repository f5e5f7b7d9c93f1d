"""The course's own steps run in our engine as under stock nbgrader: preprocessors, hooks, a gradebook of its own."""

import json
import os
import shutil
import sqlite3

import pytest

from helpers.nbcourse import answer, check, gradebook, hand_in, make_course, stock_autograde
from pretraining.grading.course import grade

# Each step leaves a trace; the sanitizer changes what is graded, the later ones see what came of it.
CONFIG = """
import json, os
from pathlib import Path
from nbgrader.converters import Autograde
from nbgrader.preprocessors import NbGraderPreprocessor

HERE = os.getcwd()

def note(**entry):
    with open(os.path.join(HERE, "trace.jsonl"), "a") as file:
        file.write(json.dumps(entry) + "\\n")

class Mend(NbGraderPreprocessor):
    def preprocess(self, nb, resources):
        note(step="sanitize", student=resources["nbgrader"]["student"])
        for cell in nb.cells:
            cell.source = cell.source.replace("retrun", "return")
        return nb, resources

class Look(NbGraderPreprocessor):
    def preprocess(self, nb, resources):
        tests = [c for c in nb.cells if any(o.output_type == "error" for o in c.get("outputs", []))]
        failed = [c.metadata.nbgrader.grade_id for c in tests]
        note(step="executed", student=resources["nbgrader"]["student"], failed=failed)
        return nb, resources

def before(assignment, student, notebooks):
    note(step="before", student=student, assignment=assignment, names=[Path(p).name for p in notebooks])
    path = Path(notebooks[0])
    path.write_text(path.read_text().replace("3 * x", "2 * x"))
    raise RuntimeError("a hook that fails stops nothing")

def after(assignment, student, notebooks):
    done = Path("autograded") / student / assignment
    note(step="after", student=student, written=sorted(p.name for p in done.glob("*.ipynb")))

steps = list(Autograde.class_traits()["autograde_preprocessors"].default())
names = [step.__name__ for step in steps]
c.Autograde.sanitize_preprocessors = [*Autograde.class_traits()["sanitize_preprocessors"].default(), Mend]
c.Autograde.autograde_preprocessors = [*steps[: names.index("Execute") + 1], Look, *steps[names.index("Execute") + 1 :]]
c.Autograde.pre_convert_hook = before
c.Autograde.post_convert_hook = after
"""
TASK = [answer("double", "def double(x):\n    return 2 * x"), check("test-double", "assert double(3) == 6", 2)]
WORK = {"ada": "return 2 * x", "bob": "retrun 2 * x", "eve": "return 3 * x", "zoe": "return x"}


def trace(course):
    """Student -> what the steps noted, in order."""
    noted: dict = {}
    for line in (course / "trace.jsonl").read_text().splitlines():
        entry = json.loads(line)
        noted.setdefault(entry.pop("student"), []).append(entry)
    return noted


@pytest.fixture
def course(tmp_path):
    root = make_course(tmp_path / "course", "small", {"nb": TASK}, CONFIG)
    for student, line in WORK.items():
        hand_in(root, "small", student, "nb", {"double": f"def double(x):\n    {line}"})
    return root


def test_the_courses_own_steps_and_hooks_run_as_under_stock_nbgrader(course, tmp_path, monkeypatch):
    stock = tmp_path / "stock"
    shutil.copytree(course, stock)
    done = stock_autograde(stock, "small")
    assert done.returncode == 0, done.stderr
    monkeypatch.chdir(tmp_path)
    outcomes = {outcome.student: outcome for outcome in grade(course, "small")}
    assert {student: outcome.score for student, outcome in outcomes.items()} == {"ada": 2, "bob": 2, "eve": 2, "zoe": 0}
    assert any("a hook of the course failed" in note for note in outcomes["ada"].notes)
    assert os.getcwd() == str(tmp_path)
    assert gradebook(course, "small") == gradebook(stock, "small")
    ours, theirs = trace(course), trace(stock)
    steps = {student: [entry["step"] for entry in entries] for student, entries in ours.items()}
    assert set(map(tuple, steps.values())) == {("before", "sanitize", "executed", "after")}
    # For a whole class stock nbgrader tells its hooks that the student is "*"; here they hear who it is.
    hooks = theirs.pop("*")
    assert {student: entries[1:3] for student, entries in ours.items()} == theirs
    assert [entry["step"] for entry in hooks] == ["before", "after"] * len(WORK)
    assert {tuple(entry.get("names", ["nb.ipynb"])) for entry in hooks} == {("nb.ipynb",)}
    assert ours["ada"][3] == {"step": "after", "written": ["nb.ipynb"]}


def test_a_relative_gradebook_lies_in_the_course_wherever_one_stands(tmp_path, monkeypatch):
    root = make_course(tmp_path / "course", "small", {"nb": TASK}, 'c.CourseDirectory.db_url = "sqlite:///own.db"\n')
    hand_in(root, "small", "ada", "nb", {"double": "def double(x):\n    return 2 * x"})
    monkeypatch.chdir(tmp_path)
    assert [outcome.score for outcome in grade(root, "small")] == [2]
    assert not (tmp_path / "own.db").exists()
    assert not (root / "gradebook.db").exists()
    with sqlite3.connect(root / "own.db") as book:
        assert book.execute("select sum(auto_score) from grade").fetchone() == (2,)
