"""What Binder and a Dev Container read agrees with the package; tests/browser/test_binder.py runs it."""

import json
import os
import re
import subprocess


def test_binder_asks_for_the_torch_of_the_package_without_a_gpu(root):
    wanted = (root / "binder" / "requirements.txt").read_text()
    pinned = re.search(r'"torch==([\d.]+)"', (root / "pyproject.toml").read_text()).group(1)
    assert f"\ntorch=={pinned}+cpu\n" in wanted
    assert "\n-c ../constraints.txt\n" in wanted
    assert wanted.rstrip().endswith("\n.")


def test_binders_python_is_one_that_the_course_runs_on(root):
    major, minor = map(int, (root / "binder" / "runtime.txt").read_text().strip().removeprefix("python-").split("."))
    assert (major, minor) >= (3, 10)


def test_the_scripts_can_be_run_and_read(root):
    for name in ("postBuild", "start"):
        assert os.access(root / "binder" / name, os.X_OK)
        assert subprocess.run(["bash", "-n", root / "binder" / name]).returncode == 0


def test_the_dev_container_uses_what_is_there(root):
    container = json.loads((root / ".devcontainer" / "devcontainer.json").read_text())
    commands = " ".join(value for name, value in container.items() if name.endswith("Command"))
    for name in re.findall(r"binder/\w+(?:\.txt)?", commands):
        assert (root / name).is_file()
    assert 8888 in container["forwardPorts"]
