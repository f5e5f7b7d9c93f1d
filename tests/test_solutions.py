"""Solutions come after a passed check or on purpose, into a file of their own, and only where they are."""

import shutil

import nbformat
import pytest
from typer.testing import CliRunner

from pretraining.cli import app
from pretraining.grading.notebook import student_version
from pretraining.learner import MANIFEST, record_check
from pretraining.learner.syllabus import find_unit
from pretraining.solutions import solution, write_solution

UNIT = find_unit("3-targets")


@pytest.fixture
def work(tmp_path, monkeypatch):
    """A learner's folder with a graded notebook that must stay as it is."""
    folder = tmp_path / "work"
    (folder / UNIT.graded).parent.mkdir(parents=True)
    (folder / UNIT.graded).write_text("mine")
    (folder / MANIFEST).write_text("{}")
    monkeypatch.chdir(folder)
    yield folder
    assert (folder / UNIT.graded).read_text() == "mine"


def ask(*arguments, answer=""):
    done = CliRunner().invoke(app, ["solution", *arguments], input=answer)
    assert done.exception is None or isinstance(done.exception, ValueError), done.output
    return done


def test_it_has_the_solution_and_no_hidden_test(root):
    notebook = nbformat.reads(solution(UNIT, root).decode(), as_version=4)
    nbformat.validate(notebook)
    text = "\n".join(cell.source for cell in notebook.cells)
    assert "log_normalizer" in text
    assert "raise NotImplementedError" not in text
    for sign in ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS"):
        assert sign not in text
    assert not any("nbgrader" in cell.metadata for cell in notebook.cells)
    hidden = [cell for cell in nbformat.read(source(root), as_version=4).cells if "HIDDEN TESTS" in cell.source]
    assert hidden
    for cell in hidden:
        secret = cell.source.split("### BEGIN HIDDEN TESTS")[1].split("### END HIDDEN TESTS")[0].strip()
        assert secret not in text


def source(root):
    return root / "assignments" / "source" / UNIT.name / f"{UNIT.name}.ipynb"


def test_without_a_passed_check_it_asks_first(work):
    for answer in ("n\n", "\n", ""):
        assert "Show the solution all the same?" in CliRunner().invoke(app, ["solution", "3"], input=answer).output
        assert not (work / "solutions").exists()
    assert "The solution is in" in ask("3-targets", answer="y\n").output
    assert (work / "solutions" / UNIT.name / f"{UNIT.name}.ipynb").is_file()


def test_on_purpose_or_after_a_passed_check_it_does_not_ask(work):
    record_check(UNIT.name, 8, 11, work)
    assert "8 of 11 points" in ask("3", answer="n\n").output
    assert "Show" not in ask("3", "--yes").output
    shutil.rmtree(work / "solutions")
    record_check(UNIT.name, 11, 11, work)
    assert "Show" not in ask("3").output
    assert (work / "solutions").is_dir()


def test_a_file_that_somebody_changed_is_left_alone(work, root):
    first = write_solution(UNIT, work, root)
    assert write_solution(UNIT, work, root) == first
    first.write_text("my notes on it")
    second = write_solution(UNIT, work, root)
    assert second != first
    assert first.read_text() == "my notes on it"


def test_where_it_is_not_the_instructor_holds_it(work, root, tmp_path):
    clone = tmp_path / "handed-out"
    place = clone / "assignments" / "source" / UNIT.name / f"{UNIT.name}.ipynb"
    place.parent.mkdir(parents=True)
    with pytest.raises(ValueError, match="your instructor holds it"):
        write_solution(UNIT, work, clone)
    place.write_text(student_version(source(root)), encoding="utf-8")
    with pytest.raises(ValueError, match="your instructor holds it"):
        write_solution(UNIT, work, clone)
    assert not (work / "solutions").exists()


def test_a_unit_without_a_graded_notebook_has_none(root):
    with pytest.raises(ValueError, match="no graded notebook"):
        solution(find_unit("0"), root)
