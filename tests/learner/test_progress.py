"""What a learner did is noted in their own folder, survives damage, and never stops a lesson."""

import os
import stat

import pytest

from pretraining.learner import (
    MANIFEST,
    UNITS,
    Check,
    next_step,
    open_lesson,
    read_progress,
    record_check,
    work_folder,
)
from pretraining.learner.progress import FILE
from pretraining.learner.syllabus import find_unit, notebooks


@pytest.fixture
def work(tmp_path, monkeypatch):
    """A learner's folder, in which a lesson's kernel runs."""
    folder = tmp_path / "work"
    (folder / "assignments" / "3-targets").mkdir(parents=True)
    (folder / MANIFEST).write_text("{}")
    monkeypatch.chdir(folder)
    return folder


def test_a_folder_is_found_from_anywhere_in_it_and_nowhere_else(work, tmp_path):
    assert work_folder() == work
    assert work_folder(work / "assignments" / "3-targets") == work
    assert work_folder(tmp_path) is None


def test_lessons_and_checks_are_noted_once(work, capsys):
    for _ in range(3):
        open_lesson("3-targets")
    assert capsys.readouterr().out == "Unit 3 of 8: Targets. Plan about 30 minutes.\n" * 3
    assert record_check("3-targets", 4, 11) == record_check("3-targets", 4, 11) == ""
    assert read_progress(work).opened == {"3-targets"}
    assert read_progress(work).best == {"3-targets": Check(4, 11)}
    assert (work / FILE).read_text().count("3-targets") == 2
    assert sorted(path.name for path in work.iterdir()) == sorted([MANIFEST, FILE, "assignments"])


def test_the_best_check_counts_and_only_all_points_pass(work):
    for points in (3, 10.5, 7):
        record_check("3-targets", points, 11, work / "assignments" / "3-targets")
        assert not read_progress(work).passed("3-targets")
    assert read_progress(work).best["3-targets"] == Check(10.5, 11)
    record_check("3-targets", 11, 11)
    record_check("3-targets", 2, 11)
    assert read_progress(work).passed("3-targets")
    assert not read_progress(work).passed("4-model")


@pytest.mark.parametrize(
    "damage",
    [
        b"\xff\xfe\x00",
        b"{",
        b"[]",
        b"null",
        b"7",
        b'{"event": "check", "unit": "1-data", "points": "9", "of": 9}',
        b'{"event": "check", "unit": "1-data", "points": NaN, "of": 9}',
        b'{"event": "check", "unit": "1-data", "points": true, "of": 9}',
        b'{"event": "check", "unit": "1-data", "points": -1, "of": 9}',
        b'{"event": "opened", "unit": "9-more"}',
        b'{"event": "opened", "unit": ["1-data"]}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_line_costs_only_itself(work, damage):
    open_lesson("1-data")
    with (work / FILE).open("ab") as file:
        file.write(damage)  # without a line break, as a crash leaves it
    open_lesson("2-tokens")
    progress = read_progress(work)
    assert progress.opened == {"1-data", "2-tokens"}
    assert progress.best == {}
    assert "damaged" in progress.problem


def test_two_notebooks_can_note_something_at_the_same_time(work):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda points: record_check("4-model", points, 40, work), range(40)))
    assert read_progress(work).best["4-model"] == Check(39, 40)
    assert read_progress(work).problem == ""


def unreadable(work):
    (work / FILE).mkdir()


def full_disk(work):
    (work / FILE).symlink_to("/dev/full")


def far_too_large(work):
    with (work / FILE).open("wb") as file:
        file.truncate(10**10)


@pytest.mark.parametrize("harm", [unreadable, far_too_large, full_disk])
def test_what_cannot_be_noted_is_said_gently(work, harm, capsys):
    harm(work)
    open_lesson("1-data")
    said = capsys.readouterr().out
    assert said.startswith("Unit 1 of 8: Data.")
    assert "could not be noted" in said
    assert "could not be noted" in record_check("1-data", 1, 2)
    assert not read_progress(work).opened


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is read-only for this user")
def test_a_read_only_folder_is_no_error(work, capsys):
    work.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        open_lesson("1-data")
    finally:
        work.chmod(stat.S_IRWXU)
    assert "could not be noted" in capsys.readouterr().out


def test_outside_a_learners_folder_nothing_is_written(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    open_lesson("1-data")
    assert record_check("1-data", 1, 2) == ""
    assert list(tmp_path.iterdir()) == []
    assert "noted" not in capsys.readouterr().out
    assert "pretraining lab" in read_progress(work_folder()).problem


def test_other_notebooks_and_units_are_not_noted(work):
    assert record_check("my-own", 1, 1) == ""
    assert not (work / FILE).exists()
    with pytest.raises(ValueError, match="there is no unit '9'"):
        open_lesson("9")


def test_next_is_the_first_notebook_that_is_not_done():
    opened, passed, way = set(), set(), []
    while step := next_step(opened, passed):
        way.append(step)
        unit = find_unit(step[1].split("/")[-1].removesuffix(".ipynb"))
        (passed if step[1].startswith("assignments/") else opened).add(unit.name)
    assert way == notebooks()
    assert [unit.number for unit in UNITS] == list(range(9))
    assert next_step({"0-start-here", "1-data", "2-tokens"}, set())[1] == find_unit("1").graded
