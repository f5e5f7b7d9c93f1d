"""The gradebook on PostgreSQL: the same entries as on SQLite, and a server that is gone is said in words."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from helpers.nbcourse import answer, cell, check, gradebook, hand_in, make_course
from pretraining.grading.course import CourseError, grade, scores

pytestmark = pytest.mark.slow
TASK = [
    answer("double", "def double(x):\n    return 2 * x"),
    check("test-double", "assert double(3) == 6", 1),
    cell("essay", "Why?", "markdown", grade=True, solution=True, points=4),
]
ANSWERS = {
    "full": {"double": "def double(x):\n    return 2 * x", "essay": "Because."},
    "late": {"double": "def double(x):\n    return 2 * x", "essay": "Because \u2713 of it."},
    "wrong": {"double": "1 / 0"},
    "none": {},
}
CONFIG = "c.LateSubmissionPlugin.penalty_method = 'zero'\n"


def programs() -> Path | None:
    """The folder that holds PostgreSQL's own programs."""
    here = shutil.which("initdb")
    found = [Path(here)] if here else sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


class Server:
    """A PostgreSQL server of its own, reached through a socket file in a private folder."""

    def __init__(self, folder: Path, bin_: Path) -> None:
        self.folder, self._bin = folder, bin_
        # PostgreSQL refuses to run as root.
        self._user = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
        if self._user:
            shutil.chown(folder, "nobody", "nogroup")
        self.url = f"postgresql+psycopg://grader@/postgres?host={folder}"
        self._run("initdb", "-D", folder / "data", "-U", "grader", "-A", "trust", "--no-sync", "-E", "UTF8")
        self.start()

    def start(self) -> None:
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c fsync=off"
        self._run("pg_ctl", "start", "-w", "-D", self.folder / "data", "-l", self.folder / "log", "-o", options)

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "-m", "immediate", "-D", self.folder / "data")

    def _run(self, name: str, *words) -> None:
        command = [self._bin / name, *words]
        output = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(command, check=True, cwd=self.folder, timeout=120, **output, **self._user)


@pytest.fixture
def server():
    bin_ = programs()
    if bin_ is None:
        pytest.skip("PostgreSQL (initdb, pg_ctl) is not installed on this machine")
    pytest.importorskip("psycopg", reason="psycopg, PostgreSQL's driver for Python, is not installed")
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        running = Server(Path(folder), bin_)
        yield running
        with contextlib.suppress(subprocess.CalledProcessError):  # the test may have stopped it
            running.stop()


def build(root: Path, url: str) -> Path:
    from nbgrader.api import Gradebook

    make_course(root, "small", {"nb": TASK}, CONFIG + (f"c.CourseDirectory.db_url = '{url}'\n" if url else ""))
    for student, answers in ANSWERS.items():
        hand_in(root, "small", student, "nb", answers)
    (root / "submitted" / "late" / "small" / "timestamp.txt").write_text("2030-01-02 00:00:00 UTC")
    with Gradebook(url or f"sqlite:///{root / 'gradebook.db'}", "small") as book:
        book.update_or_create_assignment("small", duedate="2030-01-01 00:00:00 UTC")
    return root


def test_postgresql_holds_what_sqlite_holds(server, tmp_path):
    from nbgrader.api import Gradebook

    ours, other = build(tmp_path / "postgres", server.url), build(tmp_path / "sqlite", "")
    for course in (ours, other):
        assert all(outcome.outcome == "graded" for outcome in grade(course, "small"))
    found = gradebook(ours, "small", server.url)
    assert not (ours / "gradebook.db").exists()
    assert set(found) == set(ANSWERS)
    assert found == gradebook(other, "small")
    assert found["late"]["nb"]["penalty"] == 1
    with Gradebook(server.url, "small") as book:
        book.find_grade("essay", "nb", "small", "full").manual_score = 3.5
        book.find_comment("essay", "nb", "small", "full").manual_comment = "well said"
        book.db.commit()
    server.stop()
    with pytest.raises(CourseError, match="the gradebook could not be used"):
        list(grade(ours, "small"))
    server.start()
    assert all(outcome.outcome == "graded" for outcome in grade(ours, "small"))
    again = gradebook(ours, "small", server.url)
    assert again["full"]["nb"]["grades"]["essay"][1] == 3.5
    assert again["full"]["nb"]["comments"]["essay"][1] == "well said"
    assert scores(ours, "small", "full")[0] == 4.5
    assert {student: again[student] for student in ("late", "wrong", "none")} == {
        student: found[student] for student in ("late", "wrong", "none")
    }
