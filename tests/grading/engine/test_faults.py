"""Kills, a locked gradebook, a full disk, damaged notebooks: nothing is lost, nothing stops the others."""

import errno
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from helpers.faults import adopting_orphans, failing, mutate, run_with_kills
from helpers.nbcourse import answer, check, environment, gradebook, hand_in, make_course, released
from pretraining.grading import record
from pretraining.grading.course import CourseError, grade
from pretraining.grading.journal import Journal

pytestmark = pytest.mark.slow
JUDGE = "# judge\nfrom pretraining.grading import expect, student\n"
TASK = [
    answer("double", "def double(x):\n    return 2 * x"),
    check("test-double", "assert double(3) == 6", 1),
    check("test-judged", JUDGE + "expect(student.double, 4).gives(8, 'twice')", 2),
]
ANSWERS = ["def double(x):\n    return 2 * x", "def double(x):\n    return 6", "double = 1", "1 / 0"]


def build(root: Path, count: int) -> Path:
    make_course(root, "small", {"nb": TASK})
    for number in range(count):
        slow = f"import time\ntime.sleep({number % 3 * 0.2})\n"
        hand_in(root, "small", f"s{number:02d}", "nb", {"double": slow + ANSWERS[number % len(ANSWERS)]})
    return root


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A course, and what an undisturbed run makes of it."""
    course = build(tmp_path_factory.mktemp("undisturbed") / "course", 12)
    assert all(outcome.outcome == "graded" for outcome in grade(course, "small"))
    return course, gradebook(course, "small")


def copy_of(course: Path, target: Path) -> Path:
    """The same course before it was graded."""
    shutil.copytree(course, target)
    shutil.rmtree(target / "autograded")
    shutil.rmtree(target / "grading_log")
    with sqlite3.connect(target / "gradebook.db") as book:
        for table in ("grade", "comment", "submitted_notebook", "submitted_assignment", "student"):
            book.execute(f"delete from {table}")
    return target


def test_kills_of_anything_lose_nothing(graded, tmp_path, monkeypatch):
    course, expected = graded
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    other = copy_of(course, tmp_path / "course")
    with adopting_orphans() as orphans:
        assert run_with_kills(other, "small", kills=5, seed=1) == 5
        assert not orphans()
    assert gradebook(other, "small") == expected
    entries = [json.loads(line) for line in (other / "grading_log" / "small.jsonl").read_text().splitlines() if line]
    assert {entry["student"] for entry in entries if entry["event"] == "submission"} == set(expected)
    assert not list(other.rglob(".grading-*"))
    assert not list(scratch.iterdir())


@pytest.mark.parametrize("above", [0, 1], ids=["kernel", "monitor"])
def test_a_kernel_killed_from_outside_costs_nothing(tmp_path, above):
    make_course(tmp_path, "small", {"nb": TASK})
    hand_in(tmp_path, "small", "ada", "nb", {"double": "import time\ntime.sleep(1)\n" + ANSWERS[0]})
    command = [sys.executable, "-m", "pretraining.cli", "grade", "small", "--jobs", "1"]
    with subprocess.Popen(command, cwd=tmp_path, env=environment(), stdout=subprocess.DEVNULL) as driver:
        for _ in range(6000):
            lines = [line for line in lines_of(driver.pid) if len(line) == 4]  # driver, zygote, monitor, kernel
            if lines or driver.poll() is not None:
                break
            time.sleep(0.01)
        os.kill(lines[0][3 - above], signal.SIGKILL)
    assert driver.returncode == 0
    assert gradebook(tmp_path, "small")["ada"]["nb"]["score"] == 3


def lines_of(process: int) -> list[list[int]]:
    """Each descendant's line of descent, from a process down to it."""
    below = Path(f"/proc/{process}/task/{process}/children")
    children = map(int, below.read_text().split()) if below.exists() else []
    return [[process], *([process, *line] for child in children for line in lines_of(child))]


@pytest.fixture
def interruptible():
    """Who is started now hears Ctrl-C, also where this run itself ignores it, as a job in the background does."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_keeps_what_is_done_and_the_next_run_goes_on(graded, tmp_path):
    course, expected = graded
    other = copy_of(course, tmp_path / "course")
    command = [sys.executable, "-m", "pretraining.cli", "grade", "small", "--jobs", "1"]
    process = subprocess.Popen(command, cwd=other, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    log = other / "grading_log" / "small.jsonl"
    for _ in range(6000):
        if log.exists() and '"submission"' in log.read_text():
            break
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    entries = [json.loads(line) for line in log.read_text().splitlines()]
    done = [entry["student"] for entry in entries if entry["event"] == "submission"]
    assert process.returncode != 0
    assert 0 < len(done) < len(expected)
    assert len(done) == len(set(done))
    outcomes = list(grade(other, "small"))
    assert {outcome.student for outcome in outcomes if outcome.resumed} == set(done)
    assert gradebook(other, "small") == expected


def test_a_fault_at_any_moment_is_one_message_and_costs_nothing(graded, tmp_path, monkeypatch):
    from sqlalchemy.exc import OperationalError

    course, expected = graded
    other = copy_of(course, tmp_path / "course")
    full = OSError(errno.ENOSPC, "No space left on device", "somewhere")
    full_book = OperationalError("insert", {}, sqlite3.OperationalError("database or disk is full"))
    moments = (record, "_write", 4, full), (record.Recorder, "commit", 0, full_book), (Journal, "write", 1, full)
    for place, name, after, error in moments:
        with monkeypatch.context() as broken:
            broken.setattr(place, name, failing(getattr(place, name), after, error))
            with pytest.raises(
                CourseError, match=r"(No space left on device: somewhere|disk is full\)). Nothing is lost"
            ):
                list(grade(other, "small"))
        assert not list(other.rglob(".grading-*"))
    with sqlite3.connect(other / "gradebook.db", isolation_level=None) as lock:
        run = grade(other, "small")
        next(run)
        lock.execute("begin immediate")
        with pytest.raises(CourseError, match=r"locked.*Nothing is lost"):
            list(run)
        lock.execute("rollback")
    outcomes = list(grade(other, "small"))
    assert any(outcome.resumed for outcome in outcomes)
    assert gradebook(other, "small") == expected
    entries = [json.loads(line) for line in (other / "grading_log" / "small.jsonl").read_text().splitlines()]
    assert {entry["student"] for entry in entries if entry["event"] == "submission"} == set(expected)


def test_a_locked_gradebook_is_said_in_words_and_costs_nothing(graded, tmp_path):
    course, expected = graded
    other = copy_of(course, tmp_path / "course")
    with sqlite3.connect(other / "gradebook.db", isolation_level=None) as lock:
        lock.execute("begin immediate")
        with pytest.raises(CourseError, match=r"locked.*Nothing is lost"):
            list(grade(other, "small"))
        lock.execute("rollback")
    list(grade(other, "small"))
    assert gradebook(other, "small") == expected


def test_a_full_disk_is_said_in_words_and_costs_nothing(graded, tmp_path):
    course, expected = graded
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("a small disk can only be made by root")
    try:
        other = copy_of(course, disk / "course")
        filler = disk / "filler"
        free = os.statvfs(disk)
        filler.write_bytes(bytes((free.f_bavail - 2) * free.f_bsize))
        with pytest.raises(CourseError, match="Nothing is lost"):
            list(grade(other, "small"))
        filler.unlink()
        list(grade(other, "small"))
        assert gradebook(other, "small") == expected
        assert not list(other.rglob(".grading-*"))
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_manual_grades_and_comments_are_never_overwritten(graded, tmp_path):
    from nbgrader.api import Gradebook

    course, expected = graded
    other = tmp_path / "course"
    shutil.copytree(course, other)
    with Gradebook(f"sqlite:///{other / 'gradebook.db'}", "small") as book:
        book.find_grade("test-double", "nb", "small", "s01").manual_score = 0.5
        book.find_comment("double", "nb", "small", "s01").manual_comment = "see me"
        book.db.commit()
    outcome = {outcome.student: outcome for outcome in grade(other, "small", "s01")}["s01"]
    notebook = gradebook(other, "small")["s01"]["nb"]
    assert notebook["grades"]["test-double"][1:3] == (0.5, True)
    assert notebook["comments"]["double"][1] == "see me"
    assert outcome.score == notebook["score"]
    assert expected["s01"]["nb"]["grades"]["test-double"][1] is None


def test_damaged_notebooks_never_stop_a_batch(tmp_path):
    course = make_course(tmp_path / "course", "small", {"nb": TASK})
    whole = json.loads(hand_in(course, "small", "whole", "nb", {"double": ANSWERS[0]}).read_text())
    draw = random.Random(7)
    for number in range(60):
        folder = course / "submitted" / f"m{number:02d}" / "small"
        folder.mkdir(parents=True)
        (folder / "nb.ipynb").write_bytes(mutate(whole, draw))
    outcomes = {outcome.student: outcome for outcome in grade(course, "small")}
    assert len(outcomes) == 61
    assert outcomes["whole"].score == 3
    for outcome in outcomes.values():
        assert (outcome.outcome == "graded") != bool(outcome.error)
        assert outcome.score is None or 0 <= outcome.score <= 3
        assert "Traceback" not in outcome.error


@pytest.mark.parametrize("stamp", [b"not a time", b"", b"\xff\xfe", b"9999-12-31 23:59:59 -99999999999"])
def test_a_damaged_timestamp_is_named_and_counts_as_on_time(tmp_path, stamp):
    from pretraining.grading.submission import read_submission

    (tmp_path / "nb.ipynb").write_text("{}")
    (tmp_path / "timestamp.txt").write_bytes(stamp)
    found = read_submission(tmp_path, "ada", ["nb"])
    assert found.timestamp == ""
    assert found.notes == ["timestamp.txt holds no time; it counts as handed in on time"]


def test_repairs_are_named(tmp_path):
    course = make_course(tmp_path / "course", "small", {"nb": TASK})
    solved = {"double": ANSWERS[0]}

    def submit(student, change):
        notebook = released(course, "small", "nb")
        hand_in(course, "small", student, "nb", solved, change(notebook))

    def duplicated(notebook):
        notebook.cells.append(notebook.cells[1].copy())
        notebook.cells[-1].id = "pasted"  # as JupyterLab pastes: a new id, the same mark of nbgrader
        return notebook

    def deleted(notebook):
        del notebook.cells[1]
        return notebook

    def reordered(notebook):
        notebook.cells.reverse()
        return notebook

    def versions(notebook):
        notebook.cells[1].metadata.nbgrader.schema_version = 99
        notebook.cells[2].metadata.nbgrader.schema_version = 2
        return notebook

    def stripped(notebook):
        for cell in notebook.cells:
            cell.metadata = {}
        return notebook

    def edited(notebook):
        notebook.cells[1].source = "pass"
        notebook.cells[1].metadata.nbgrader.points = 100
        return notebook

    for change in (duplicated, deleted, reordered, versions, edited):
        submit(change.__name__, change)
    notebook = released(course, "small", "nb")
    notebook.cells[0].source = ANSWERS[0]
    hand_in(course, "small", "stripped", "nb", {}, stripped(notebook))
    misnamed = hand_in(course, "small", "misnamed", "nb", solved)
    misnamed.rename(misnamed.with_name("nb (1).ipynb"))
    outcomes = {outcome.student: outcome for outcome in grade(course, "small")}
    for student in ("duplicated", "deleted", "reordered", "versions", "edited", "stripped"):
        assert outcomes[student].score == 3, outcomes[student]
    assert "several" in " ".join(outcomes["duplicated"].notes)
    assert "missing and was put back" in " ".join(outcomes["deleted"].notes)
    assert "another order" in " ".join(outcomes["reordered"].notes)
    assert "locked text had been changed" in " ".join(outcomes["edited"].notes)
    assert "lost nbgrader mark" in " ".join(outcomes["stripped"].notes)
    assert "did they mean nb (1).ipynb" in " ".join(outcomes["misnamed"].notes)
    assert outcomes["misnamed"].score == 0
