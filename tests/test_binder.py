"""What Binder and a Dev Container read agrees with the package; tests/browser/test_binder.py runs it."""

import json
import os
import re
import subprocess
import sys


def test_binder_asks_for_the_torch_of_the_package_without_a_gpu(root):
    wanted = (root / "binder" / "requirements.txt").read_text()
    pinned = re.search(r'"torch==([\d.]+)"', (root / "pyproject.toml").read_text()).group(1)
    assert f"\ntorch=={pinned}+cpu\n" in wanted
    assert "\n-c ../constraints.txt\n" in wanted
    assert wanted.rstrip().endswith("\n.")


def test_binders_python_is_one_that_the_course_runs_on(root):
    major, minor = map(int, (root / "binder" / "runtime.txt").read_text().strip().removeprefix("python-").split("."))
    assert (major, minor) >= (3, 10)


def test_repo2docker_reads_it_as_we_mean_it(root):
    """Binder's own builder writes its recipe: our files are there before pip asks for them, then our scripts run."""
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", root]
    done = subprocess.run(command, capture_output=True, text=True)
    recipe = done.stdout + done.stderr
    assert done.returncode == 0, recipe
    assert (root / "binder" / "runtime.txt").read_text().strip().replace("-", "=") in recipe
    steps = [
        "COPY --chown=0:0 src/ ${REPO_DIR}/",
        'pip install --no-cache-dir -r "binder/requirements.txt"',
        "RUN ./binder/postBuild",
        'R2D_ENTRYPOINT="${REPO_DIR}/binder/start"',
    ]
    places = [recipe.find(step) for step in steps]
    assert -1 not in places, recipe
    assert places == sorted(places)


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
