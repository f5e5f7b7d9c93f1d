"""The process that stays ready for checks: private, gone after a while, and with the same result as a check without it."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from helpers.nbcourse import answer, check, processes_of
from pretraining.grading import notebook, warm
from pretraining.grading.plain import can_fork

pytestmark = pytest.mark.skipif(not can_fork(), reason="the engine's own kernels need Linux")
TESTS = [
    answer("double", "def double(x):\n    return 2 * x"),
    check("test-double", "assert double(3) == 6", 1),
    check("test-judge", "# judge\nfrom pretraining.grading import expect, student\n"
          "expect(student.double, 4).gives(8, 'twice')", 2),
]  # fmt: skip


@pytest.fixture
def private():
    """A folder with a name short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="warm-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def write(path, source):
    from nbformat.v4 import new_notebook, writes

    cells = [cell.copy() for cell in TESTS]
    cells[0]["source"] = source
    path.write_text(writes(new_notebook(cells=cells)))


def test_a_check_is_the_same_cold_repeated_and_without_the_process(private, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(private))
    path, before = private / "nb.ipynb", processes_of(os.getpid())
    write(path, "def double(x):\n    return 2 * x")
    cold = notebook.check(path)
    server = (processes_of(os.getpid()) - before).pop() if processes_of(os.getpid()) - before else None
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

    assert server is not None
    warm.address().unlink()  # it ends when its socket is gone; a check without it gives the same
    write(path, "def double(x):\n    return x + 3")

    def nothing(*_):
        raise warm.NotWarm("none")

    monkeypatch.setattr(warm, "ask", nothing)
    assert notebook.check(path) == changed
    for _ in range(300):
        if not Path(f"/proc/{server}/task").exists() or "Z" in Path(f"/proc/{server}/stat").read_text().split(")")[1][:3]:
            break
        time.sleep(0.1)
    else:
        raise AssertionError("the process is still there")


def test_it_ends_by_itself_and_leaves_no_socket(private):
    place = private / "s.sock"
    command = [sys.executable, "-m", "pretraining.grading.warm_server", str(place), "0.2"]
    assert subprocess.run(command, timeout=120).returncode == 0
    assert not place.exists()


def test_a_folder_that_others_can_enter_is_not_used(private, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(private))
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


def test_another_user_gets_no_answer(private):
    if os.getuid() != 0:
        pytest.skip("only root can be somebody else")
    place, asker = private / "s.sock", "import socket, sys; s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); "
    asker += "s.sendall(bytes([0, 0, 0, 2]) + b'{}'); print(s.recv(100))"
    server = subprocess.Popen([sys.executable, "-m", "pretraining.grading.warm_server", str(place)])
    try:
        for _ in range(600):
            if place.exists():
                break
            time.sleep(0.1)
        private.chmod(0o755)
        place.chmod(0o777)
        command = ["python3" if shutil.which("python3", path="/usr/bin") else sys.executable, "-c", asker, str(place)]
        env = {"PATH": "/usr/bin"}
        done = subprocess.run(command, user=65534, env=env, capture_output=True, text=True, timeout=60)
        if "Permission" in done.stderr:
            pytest.skip("that user has no Python here")
        assert done.stdout.strip() in ("b''", "") and "value" not in json.dumps(done.stdout)
        assert done.stdout.strip() == "b''" or "reset" in done.stderr.lower() or "BrokenPipe" in done.stderr
    finally:
        server.terminate()
        assert server.wait(60) == 0
