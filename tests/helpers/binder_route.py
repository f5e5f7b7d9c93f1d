"""What repo2docker does with `binder/`, step by step, without docker.

Told apart from the real thing: the packages come from the registry that pip is set up for here, not from PyTorch's
index; Python is the one that runs this, not the one in `runtime.txt`; and nothing is installed with apt, because
`binder/` asks for nothing there.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from helpers.memory import Watch
from helpers.server import Server

ROOT = Path(__file__).parents[2]
LIMIT_BYTES = 2_000_000_000
TOKEN = "binder-test"


def stage(place: Path) -> Path:
    """Copy what git would clone (with what is not committed yet) into a folder."""
    names = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    for name in names:
        if (ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, place / name)
    return place


def install(place: Path, venv: Path) -> None:
    """`pip install -r binder/requirements.txt` in a clean environment, torch from the registry that is set up here."""
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    wanted = (place / "binder" / "requirements.txt").read_text()
    lines = [line.replace("+cpu", "") for line in wanted.splitlines() if not line.startswith("--extra-index-url")]
    here = place / "binder" / "requirements-here.txt"
    here.write_text("\n".join(lines) + "\n")
    subprocess.run([venv / "bin" / "pip", "install", "-q", "--no-cache-dir", "-r", here], cwd=place, check=True)
    here.unlink()


def environment(home: Path, bin_folder: Path, **more: str) -> dict[str, str]:
    """The container's: a home of its own, its programs first on the PATH, and nothing of this user's Jupyter."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "OMP_", "MKL_"))}
    return {**kept, "HOME": str(home), "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}", **more}


def post_build(place: Path, variables: dict[str, str]) -> subprocess.CompletedProcess:
    """Run `postBuild` in the repository's folder, as repo2docker does."""
    return subprocess.run(["binder/postBuild"], cwd=place, env=variables, capture_output=True, text=True)


def start(place: Path, variables: dict[str, str], log: Path, limit_bytes: int = LIMIT_BYTES) -> tuple[Watch, Server]:
    """`start` with the command that BinderHub gives it, and at most so many bytes for everything together."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(place / "binder" / "start"), "jupyter-lab", "--ip=127.0.0.1", f"--port={port}", "--no-browser"]
    command += ["--ServerApp.base_url=/user/learner/", f"--ServerApp.token={TOKEN}", "--ServerApp.trust_xheaders=True"]
    command += ["--allow-root", "--LabApp.expose_app_in_browser=True"]  # root here; the browser test needs the second
    with log.open("wb") as output:
        watch = Watch(command, limit_bytes, cwd=place, env=variables, stdout=output, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}/user/learner"
    for _ in range(480):
        try:
            urllib.request.urlopen(f"{url}/api?token={TOKEN}", timeout=5).read()
            return watch, Server(url, TOKEN, place / "work")
        except OSError:
            if watch.process.poll() is not None:
                break
            time.sleep(0.25)
    watch.stop()
    raise AssertionError(log.read_text())
