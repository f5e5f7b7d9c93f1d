"""Laying out the learner's folder: everything arrives, nothing of theirs is ever overwritten."""

import json
import shutil

import nbformat
import pytest

from pretraining import workspace
from pretraining.workspace import MANIFEST, find_root, lay_out

LESSON, GRADED = "0-start-here.ipynb", "assignments/3-targets/3-targets.ipynb"


@pytest.fixture
def course(root, tmp_path):
    """Some of the course's notebooks, for a test to change."""
    for part in ("course/0-start-here.ipynb", "course/3-targets.ipynb", "assignments/source/3-targets/3-targets.ipynb"):
        (tmp_path / "clone" / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / part, tmp_path / "clone" / part)
    return tmp_path / "clone"


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_lessons_and_student_versions_arrive(course, tmp_path):
    done = lay_out(course, tmp_path / "work")
    assert LESSON in done.written
    assert GRADED in done.written
    assert (tmp_path / "work" / LESSON).read_bytes() == (course / "course" / LESSON).read_bytes()
    student = (tmp_path / "work" / GRADED).read_text(encoding="utf-8")
    assert "YOUR CODE HERE" in student
    for secret in ("BEGIN SOLUTION", "HIDDEN TESTS", "log_normalizer"):
        assert secret not in student
    nbformat.validate(nbformat.read(tmp_path / "work" / GRADED, as_version=4))


def test_a_second_time_nothing_is_done_and_nothing_is_rendered(course, tmp_path, monkeypatch):
    lay_out(course, tmp_path / "work")
    monkeypatch.setattr(workspace, "render", lambda source: pytest.fail("rendered again"))
    assert lay_out(course, tmp_path / "work").written == []


def test_a_changed_file_is_kept_and_an_unchanged_one_brought_up_to_date(course, tmp_path):
    work = tmp_path / "work"
    lay_out(course, work)
    edit(work / GRADED, "# YOUR CODE HERE", "answer = 42")
    mine = (work / GRADED).read_bytes()
    edit(course / "course" / LESSON, "two minutes", "three minutes")
    edit(
        course / "assignments" / "source" / "3-targets" / "3-targets.ipynb", "write it yourself", "write it on your own"
    )
    done = lay_out(course, work)
    assert done.kept == [GRADED]
    assert (work / GRADED).read_bytes() == mine
    assert LESSON in done.written
    assert "three minutes" in (work / LESSON).read_text(encoding="utf-8")


def test_a_changed_file_is_kept_when_the_course_did_not_change(course, tmp_path):
    lay_out(course, tmp_path / "work")
    (tmp_path / "work" / LESSON).write_text("mine")
    assert lay_out(course, tmp_path / "work").written == []
    assert (tmp_path / "work" / LESSON).read_text() == "mine"


@pytest.mark.parametrize("manifest", [None, "", "{", "[]", json.dumps({LESSON: {}})])
def test_without_a_record_every_file_counts_as_the_learners(course, tmp_path, manifest):
    work = tmp_path / "work"
    work.mkdir()
    (work / LESSON).write_text("mine")
    if manifest is not None:
        (work / MANIFEST).write_text(manifest)
    assert LESSON in lay_out(course, work).kept
    assert (work / LESSON).read_text() == "mine"


def test_a_deleted_file_comes_back_and_files_of_ones_own_stay(course, tmp_path):
    work = tmp_path / "work"
    lay_out(course, work)
    (work / LESSON).unlink()
    (work / "notes.txt").write_text("mine")
    assert lay_out(course, work).written == [LESSON]
    assert (work / "notes.txt").read_text() == "mine"


def test_an_interrupted_layout_is_finished_by_the_next(course, tmp_path, monkeypatch):
    work, real = tmp_path / "work", workspace.write_atomically

    def interrupted(path, content):
        if path.name == "3-targets.ipynb":
            raise KeyboardInterrupt
        real(path, content)

    monkeypatch.setattr(workspace, "write_atomically", interrupted)
    with pytest.raises(KeyboardInterrupt):
        lay_out(course, work)
    monkeypatch.undo()
    lay_out(course, work)
    assert (work / GRADED).exists()
    assert lay_out(course, work).written == []


def test_the_course_itself_is_never_a_work_folder(course):
    for folder in (course / "course", course / "course" / "work"):
        with pytest.raises(ValueError, match="belongs to the course"):
            lay_out(course, folder)


def test_the_course_is_found_from_below_and_from_an_installation(course, root, tmp_path):
    assert find_root(course / "assignments" / "source") == course
    assert find_root(tmp_path.parent) == root
