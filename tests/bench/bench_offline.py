"""The course with the network cut: in a network namespace without routes, step by step, as a learner and an instructor.

    python tests/bench/bench_offline.py                 # everything, most of an hour
    python tests/bench/bench_offline.py --quick         # one lesson, one graded notebook; the suite runs this

First it shows that the network is really gone. Then: the folder is laid out and JupyterLab answers; lessons run from
top to bottom; a graded notebook is released, handed in with its solution, graded and reported; what is online on
purpose says so in one sentence. Stops at the first step that fails; prints the seconds of each.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import nbformat

sys.path.insert(0, str(Path(__file__).parents[1]))
from helpers import offline
from helpers.nbcourse import environment
from helpers.server import jupyterlab

ROOT = Path(__file__).parents[2]


def command(*words: str, cwd: Path, fine: tuple[int, ...] = (0,)) -> str:
    """Run `pretraining ...`; returns what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "pretraining", *words], cwd=cwd, env=environment(), capture_output=True, text=True
    )
    assert done.returncode in fine, f"pretraining {' '.join(words)}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout + done.stderr


def network_is_gone() -> None:
    """Neither a number nor a name leads anywhere; this machine itself does."""
    with contextlib.suppress(OSError):
        socket.create_connection(("192.0.2.1", 80), timeout=5)  # RFC 5737: reserved, for documentation
        raise AssertionError("the network is there")
    with contextlib.suppress(socket.gaierror):
        socket.getaddrinfo("example.org", 80)
        raise AssertionError("names are looked up")
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()


def lab_opens(base: Path) -> None:
    """The folder is laid out, and JupyterLab answers with its page and the first lesson."""
    import urllib.request

    command("lab", "--layout-only", "--work", str(base / "work"), cwd=ROOT)
    with jupyterlab(base) as server:
        for place in (
            f"lab/tree/0-start-here.ipynb?token={server.token}",
            f"api/contents/0-start-here.ipynb?token={server.token}",
        ):
            with urllib.request.urlopen(f"{server.url}/{place}", timeout=120) as answer:
                assert answer.status == 200
                assert answer.read()


def lesson_runs(base: Path, path: Path) -> None:
    """From top to bottom, in the learner's folder."""
    from nbclient import NotebookClient

    resources = {"metadata": {"path": str(base / "work")}}
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=600, store_widget_state=False, resources=resources).execute()


def graded(base: Path, unit: str) -> None:
    """Released, handed in with its solution, graded with full points, reported."""
    course = base / "course"
    if not course.exists():
        course.mkdir()
        shutil.copy(ROOT / "assignments" / "nbgrader_config.py", course)
    shutil.copytree(ROOT / "assignments" / "source" / unit, course / "source" / unit)
    command("release", unit, cwd=course)
    solved = nbformat.read(course / "release" / unit / f"{unit}.ipynb", as_version=4)
    source = {cell.id: cell.source for cell in nbformat.read(course / "source" / unit / f"{unit}.ipynb", 4).cells}
    for cell in solved.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = source[cell.id]
    place = course / "submitted" / "learner" / unit
    place.mkdir(parents=True)
    nbformat.write(solved, place / f"{unit}.ipynb")
    command("grade", unit, cwd=course)
    from pretraining.grading.course import scores

    score, possible, by_hand = scores(course, unit, "learner")
    print(f"    {score:g} of {possible:g} points{', some to be read by a person' if by_hand else ''}")
    assert score == possible or by_hand
    assert "Page:" in command("report", unit, cwd=course)


def online_sources_say_so() -> None:
    """What is fetched on request ends in one sentence that names an offline choice."""
    from pretraining.text.sources import tinyshakespeare
    from pretraining.tokens.published import gpt2

    for fetches in (lambda: list(tinyshakespeare()), gpt2):
        said = ""
        try:
            fetches()
        except ConnectionError as error:
            said = str(error)
        assert "offline" in said or "without a network" in said, said


def doctor_is_content(base: Path) -> None:
    """The doctor notes the missing network and finds nothing to mend."""
    found = json.loads(command("doctor", "--json", cwd=base))
    assert found["ok"], found
    assert next(finding for finding in found["findings"] if finding["topic"] == "network")["state"] == "note"


def trains(base: Path) -> None:
    """The command line trains on what ships."""
    command("train", "--source", "micro-world", "--size", "nano", "--steps", "20", cwd=base)


def steps(base: Path, quick: bool) -> list[tuple[str, Callable[[], None]]]:
    """(name, what to do), in order."""
    lessons = sorted((ROOT / "course").glob("*.ipynb"))[: 1 if quick else None]
    units = ["3-targets"] if quick else sorted(path.name for path in (ROOT / "assignments" / "source").glob("*"))
    found: list[tuple[str, Callable[[], None]]] = [("the network is gone", network_is_gone)]
    found += [("pretraining lab", lambda: lab_opens(base)), ("online sources", online_sources_say_so)]
    found += [(f"lesson {path.stem}", lambda path=path: lesson_runs(base, path)) for path in lessons]
    found += [(f"graded {unit}", lambda unit=unit: graded(base, unit)) for unit in units]
    if not quick:
        found += [("doctor", lambda: doctor_is_content(base)), ("train", lambda: trains(base))]
    return found


def main() -> None:
    """Go into the namespace, then do the steps."""
    quick = "--quick" in sys.argv
    if "--inside" not in sys.argv:
        if not offline.possible():
            sys.exit("This machine does not let us make a network namespace (unshare -rn).")
        again = [sys.executable, __file__, "--inside", *sys.argv[1:]]
        sys.exit(subprocess.call(offline.cut_off(again)))
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(XDG_CACHE_HOME=folder, TIKTOKEN_CACHE_DIR=folder)  # nothing that was fetched before
        for name, step in steps(Path(folder), quick):
            started = time.monotonic()
            step()
            print(f"{name:40} {time.monotonic() - started:6.1f} s", flush=True)
    print("Everything works without a network.")


if __name__ == "__main__":
    main()
