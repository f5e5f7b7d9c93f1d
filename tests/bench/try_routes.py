"""From nothing to a running lesson, as a new user: the wheel, Binder and the clone, each in a clean environment.

    python tests/bench/try_routes.py wheel binder clone      # each downloads every library: minutes

Each route installs everything into a virtual environment of its own in a temporary folder, opens JupyterLab, runs a
lesson, and (but for Binder, whose image did it) checks a graded notebook and asks the doctor. Prints what each step
took. The libraries come from the registry that pip is set up for here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from helpers import binder_route
from helpers.memory import Watch

ROOT = Path(__file__).parents[2]


def run(*command: str | Path, cwd: Path, fine: tuple[int, ...] = (0,), **more: str) -> str:
    """Run a program as a new user would, without this session's Python settings; returns what it said."""
    variables = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, env={**variables, **more}, capture_output=True, text=True
    )
    assert done.returncode in fine, f"{command}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout + done.stderr


def timed(name: str, step: Callable[[], object]) -> None:
    """Do a step and print what it took."""
    started = time.monotonic()
    step()
    print(f"  {name:44} {time.monotonic() - started:6.0f} s", flush=True)


def lab_answers(programs: Path, folder: Path) -> None:
    """`pretraining lab` prints an address, and JupyterLab answers there."""
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    log = folder / "lab.log"
    with log.open("wb") as output:
        watch = Watch([str(programs / "pretraining"), "lab", "--no-browser"], 2_000_000_000, cwd=folder, env=variables,
                      stdout=output, stderr=subprocess.STDOUT)  # fmt: skip
    try:
        while not (addresses := [word for word in log.read_text().split() if word.startswith("http://")]):
            assert watch.process.poll() is None, log.read_text()
            time.sleep(0.25)
        with urllib.request.urlopen(addresses[0], timeout=120) as answer:
            assert answer.status == 200
    finally:
        watch.stop()


def learn(programs: Path, folder: Path) -> None:
    """What a new user does next, in the folder that has `work/`."""
    timed("pretraining lab: JupyterLab answers", lambda: lab_answers(programs, folder))
    lesson = ("execute", "0-start-here.ipynb", "--output", folder / "executed.ipynb")
    timed("the first lesson", lambda: run(programs / "jupyter", *lesson, cwd=folder / "work"))
    timed("pretraining check 3-targets", lambda: run(programs / "pretraining", "check", "3-targets", cwd=folder))
    timed("pretraining doctor", lambda: run(programs / "pretraining", "doctor", cwd=folder))


def wheel(base: Path) -> None:
    """`pip install pretraining-course && pretraining lab` in an empty folder."""
    made = ("-m", "pip", "wheel", "-q", "--no-deps", "-w", base, ROOT)
    timed("building the wheel", lambda: run(sys.executable, *made, cwd=base))
    (built,) = base.glob("*.whl")
    timed("a virtual environment", lambda: run(sys.executable, "-m", "venv", "venv", cwd=base))
    pip = base / "venv" / "bin" / "pip"
    timed(
        "pip install",
        lambda: run(pip, "install", "-q", "--no-cache-dir", "-c", ROOT / "constraints.txt", built, cwd=base),
    )
    (base / "learner").mkdir()
    learn(base / "venv" / "bin", base / "learner")
    secrets = [path for path in (base / "learner").rglob("*.ipynb") if "BEGIN SOLUTION" in path.read_text()]
    assert not secrets, secrets


def binder(base: Path) -> None:
    """The steps of repo2docker, without docker, and JupyterLab in 2 GB."""
    place, venv = binder_route.stage(base / "repository"), base / "venv"
    (base / "home").mkdir()
    timed("pip install -r binder/requirements.txt", lambda: binder_route.install(place, venv))
    variables = binder_route.environment(base / "home", venv / "bin", CPU_LIMIT="2.0")
    variables.pop("PYTHONPATH", None)

    def build() -> None:
        done = binder_route.post_build(place, variables)
        assert done.returncode == 0, done.stdout + done.stderr

    timed("binder/postBuild", build)

    def start() -> None:
        watch, _ = binder_route.start(place, variables, base / "server.log")
        watch.stop()
        print(f"  JupyterLab held {watch.peak_bytes / 1e9:.2f} GB, limited to 2 GB by {watch.limited_by}")

    timed("binder/start: JupyterLab answers", start)


def clone(base: Path) -> None:
    """`git clone` and `make lab`."""
    place = base / "clone"
    timed("git clone", lambda: run("git", "clone", "-q", ROOT, place, cwd=base))
    timed("make lab, up to JupyterLab", lambda: run("make", "setup-lab", cwd=place))
    learn(place / ".venv" / "bin", place)


def main() -> None:
    """Try the routes that are named, or all of them."""
    routes = {"clone": clone, "wheel": wheel, "binder": binder}
    for name in sys.argv[1:] or routes:
        print(name, flush=True)
        base = Path(tempfile.mkdtemp(prefix=f"route-{name}-"))
        try:
            timed("all of it", lambda name=name, base=base: routes[name](base))
        finally:
            shutil.rmtree(base, ignore_errors=True)


if __name__ == "__main__":
    main()
