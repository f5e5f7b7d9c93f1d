"""Setting up: when something is missing, the last line says what, and how to mend it."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "lib" / "pretraining" / "bootstrap.py"


@pytest.fixture
def bootstrap(tmp_path):
    """The script, as part of a clone of its own."""
    place = tmp_path / "lib" / "pretraining" / "bootstrap.py"
    place.parent.mkdir(parents=True)
    shutil.copy(SCRIPT, place)
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_text("")
    spec = importlib.util.spec_from_file_location("bootstrap_copy", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def last_words(run):
    with pytest.raises(SystemExit) as end:
        run()
    assert str(end.value).strip().count("\n") == 0
    return str(end.value)


def test_an_old_python_is_told_so(bootstrap, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 1))
    assert "needs Python 3.10" in last_words(bootstrap.main)


def test_a_missing_venv_module_names_the_package(bootstrap, monkeypatch):
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    assert "python3." in last_words(bootstrap.main)


def test_a_full_disk_is_told_before_anything_is_written(bootstrap, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(1, 1, 10**8))
    assert "0.1 GB of disk are free" in last_words(bootstrap.main)
    assert not os.path.exists(bootstrap.VENV)


@pytest.mark.parametrize(
    ("log", "said"),
    [
        ("WARNING: Retrying: NewConnectionError(...)\nERROR: No matching distribution", "needs a network"),
        ("ERROR: Could not install: [Errno 28] No space left on device", "disk is full"),
        ("Collecting x\nERROR: Package 'x' requires a different Python", "requires a different Python"),
        ("      OSError: Readme file does not exist\n hint: see above", "Readme file does not exist"),
    ],
)
def test_pips_failure_is_one_line(bootstrap, log, said):
    os.makedirs(bootstrap.VENV)
    Path(bootstrap.LOG).write_text(log)
    assert said in last_words(bootstrap.explain_failure)


def test_the_second_run_does_nothing(bootstrap, monkeypatch):
    os.makedirs(bootstrap.BIN)
    Path(bootstrap.BIN, bootstrap.python_name()).touch()
    Path(bootstrap.STAMP).write_text(bootstrap.stamp("test"))
    monkeypatch.setattr(bootstrap, "check_machine", lambda: pytest.fail("looked again"))
    monkeypatch.setattr(sys, "argv", ["bootstrap.py", "test"])
    bootstrap.main()
    monkeypatch.setattr(sys, "argv", ["bootstrap.py"])
    bootstrap.main()
    Path(bootstrap.ROOT, "constraints.txt").write_text("new==1")
    assert not bootstrap.installed("test")


def test_make_without_python_says_so(root):
    done = subprocess.run(["make", "-s", "lab", "PYTHON=no-such-python"], cwd=root, capture_output=True, text=True)
    assert done.returncode != 0
    assert "there is no no-such-python" in done.stdout
