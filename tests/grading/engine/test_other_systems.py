"""Windows and macOS: the room can be imported there, and grades with ordinary kernels once told that it is unsafe."""

import subprocess
import sys

import pytest

from helpers.nbcourse import answer, check, gradebook, hand_in, make_course
from pretraining.grading.course import CourseError, start
from pretraining.grading.outcome import Options

WITHOUT = """
import asyncio, importlib, importlib.abc, os, select, signal, socket, sys, tempfile, multiprocessing, subprocess
import nbgrader.api, nbgrader.converters, sqlalchemy

class Missing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, *_):
        if name in ("resource", "fcntl", "termios", "pwd", "grp", "posix_ipc"):
            raise ImportError(name)

for name in ("resource", "fcntl", "termios", "pwd", "grp"):
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Missing())
for name in ("fork", "sched_getaffinity", "O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "getuid", "geteuid", "setsid"):
    delattr(os, name)
del select.poll, signal.SIGALRM, signal.setitimer, socket.AF_UNIX, socket.socketpair
import ctypes
def refuse(name, *a, **k): raise TypeError("no C library of that name")
ctypes.CDLL = refuse
os.name = "nt"
for name in ("course", "pipeline", "plain", "pool", "checking", "notebook", "execute", "finish", "record", "submission",
             "sandbox", "sandbox.session", "sandbox.ladder", "report"):
    importlib.import_module("pretraining.grading." + name)
from pretraining.grading.pipeline import usable_cores
assert usable_cores() >= 1
print("imported")
"""


def test_nothing_that_only_linux_has_is_needed_to_import_the_room():
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "imported", done.stderr[-2000:]


@pytest.mark.slow
def test_ordinary_kernels_grade_once_told_that_it_is_unsafe(tmp_path, monkeypatch):
    task = [
        answer("work", "def easy(x):\n    return x + 1"),
        check(
            "test", "# judge\nfrom pretraining.grading import expect, student\nexpect(student.easy, 1).gives(2, 'x')", 1
        ),
    ]
    course = make_course(tmp_path / "course", "task", {"nb": task})
    hand_in(course, "task", "ada", "nb", {"work": "def easy(x):\n    return x + 1"})
    hand_in(course, "task", "bob", "nb", {"work": "def easy(x):\n    return x"})
    monkeypatch.setattr("pretraining.grading.pipeline.can_fork", lambda: False)
    with pytest.raises(CourseError, match="--unsafe"):
        start(course, "task")
    with start(course, "task", options=Options(unsafe=True)) as run:
        assert run.level.name == "none"
        assert "NO isolation" in run.level.says
        assert {outcome.student: outcome.score for outcome in run.outcomes()} == {"ada": 1.0, "bob": 0.0}
    assert gradebook(course, "task")["ada"]["nb"]["score"] == 1
