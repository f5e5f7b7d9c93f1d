"""The process that stays ready for checks: private, gone after a while, and it changes no result."""

import os
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest

from helpers.nbcourse import answer, check
from pretraining.grading import notebook, warm
from pretraining.grading.plain import can_fork

pytestmark = pytest.mark.skipif(not can_fork(), reason="the engine's own kernels need Linux")
TESTS = [
    answer("double", "def double(x):\n    return 2 * x"),
    check("test-double", "assert double(3) == 6", 1),
    check("test-judge", "# judge\nfrom pretraining.grading import expect, student\n"
          "expect(student.double, 4).gives(8, 'twice')", 2),
]  # fmt: skip


def listening(place):
    """The process that listens on a socket."""
    with socket.socket(socket.AF_UNIX) as asker:
        asker.connect(str(place))
        return struct.unpack("3i", asker.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]


def write(path, source):
    from nbformat.v4 import new_notebook, writes

    cells = [cell.copy() for cell in TESTS]
    cells[0]["source"] = source
    path.write_text(writes(new_notebook(cells=cells)))


def test_a_check_is_the_same_cold_repeated_and_without_the_process(private, monkeypatch):
    path = private / "nb.ipynb"
    write(path, "def double(x):\n    return 2 * x")
    cold = notebook.check(path)
    server = listening(warm.address())
    assert [part.score for part in cold.parts] == [1, 2]
    assert not cold.unchanged
    repeated = notebook.check(path)
    assert repeated == notebook.Checked(cold.parts, unchanged=True)
    assert notebook.check(path, fresh=True) == cold
    write(path, "def double(x):\n    return x + 3")
    began = time.process_time()
    changed = notebook.check(path)
    assert time.process_time() - began < 1, "the asker does none of the work"
    assert [part.score for part in changed.parts] == [1, 0]
    assert "twice" in changed.parts[1].message
    path.write_text("{}")
    with pytest.raises(ValueError, match="not a notebook"):
        notebook.check(path)
    with pytest.raises(ValueError, match="there is no notebook"):
        notebook.check(private / "missing.ipynb")

    warm.address().unlink()  # it ends when its socket is gone; a check without it gives the same
    write(path, "def double(x):\n    return x + 3")

    def nothing(*_):
        raise warm.NotWarm("none")

    monkeypatch.setattr(warm, "ask", nothing)
    assert notebook.check(path) == changed
    for _ in range(300):
        if ended(server):
            return
        time.sleep(0.1)
    raise AssertionError("the process is still there")


def ended(process):
    """Whether a process is gone, or only waits to be noticed by its parent."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def test_it_ends_by_itself_and_leaves_no_socket(private):
    place = private / "s.sock"
    command = [sys.executable, "-m", "pretraining.grading.warm_server", str(place), "0.2"]
    assert subprocess.run(command, timeout=120).returncode == 0
    assert not place.exists()


def test_a_folder_that_others_can_enter_is_not_used(private):
    folder = warm.address().parent
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o755)
    with pytest.raises(warm.NotWarm, match="alone"):
        warm.address()
    folder.rmdir()
    (private / "elsewhere").mkdir(mode=0o700)
    folder.symlink_to(private / "elsewhere")
    with pytest.raises(warm.NotWarm, match="alone"):
        warm.address()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can ask as somebody else")
def test_another_user_gets_no_answer(private):
    from pretraining.grading import warm_server
    from pretraining.grading.frames import pair

    ours, theirs = pair()
    assert warm_server.same_user(ours)
    child = os.fork()
    if child == 0:
        os._exit(other_user_is_refused(private))
    assert os.waitpid(child, 0)[1] == 0
    theirs.close()


def other_user_is_refused(private):
    """In a child process: whether a connection made as somebody else is told apart; 0 if so."""
    from pretraining.grading import warm_server

    listener, place = socket.socket(socket.AF_UNIX), private / "t.sock"
    listener.bind(str(place))
    listener.listen(1)
    private.chmod(0o755)
    place.chmod(0o777)
    os.seteuid(65534)
    asker = socket.socket(socket.AF_UNIX)
    asker.connect(str(place))
    os.seteuid(0)
    return int(warm_server.same_user(listener.accept()[0]))
