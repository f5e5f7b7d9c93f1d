"""Breaking things on purpose: killing processes of a grading run, damaging notebooks."""

import copy
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from helpers.nbcourse import environment, processes_of

NONSENSE = [None, True, -1, 1e308, "", "x", "# judge", [], {}, [[]], {"a": {}}, "\ud800", "<script>", 2**70]


@contextmanager
def adopting_orphans() -> Iterator[Callable[[], set[int]]]:
    """Processes that lose their parent in here become this process's children, so that none can hide.

    Yields a function that waits until all that was started in here has ended, and returns what does not.
    """
    from pretraining.grading.sandbox.system import PR_SET_CHILD_SUBREAPER, prctl

    before = processes_of(os.getpid())

    def left() -> set[int]:
        until = time.monotonic() + 30
        while True:
            remaining = {process for process in processes_of(os.getpid()) - before if not has_ended(process)}
            if not remaining or time.monotonic() > until:
                return remaining
            time.sleep(0.1)

    prctl(PR_SET_CHILD_SUBREAPER, 1)
    try:
        yield left
    finally:
        prctl(PR_SET_CHILD_SUBREAPER, 0)


def has_ended(process: int) -> bool:
    """Whether a process is gone; a child that has ended is laid to rest."""
    try:
        return os.waitpid(process, os.WNOHANG)[0] == process
    except ChildProcessError:
        return not Path(f"/proc/{process}").exists()


def failing(function: Callable, after: int, error: Exception) -> Callable:
    """The function, which works some times and from then on raises an error."""
    calls = []

    def called(*args, **kwargs):
        calls.append(args)
        if len(calls) > after:
            raise error
        return function(*args, **kwargs)

    return called


def run_with_kills(course: Path, assignment: str, kills: int, seed: int) -> int:
    """Grade, killing the driver or one of its descendants at random moments; start again until it is done.

    Returns:
        How many processes were killed.
    """
    draw, done = random.Random(seed), 0
    command = [sys.executable, "-m", "pretraining.cli", "grade", assignment, "--jobs", "2"]
    log = course / "grading_log" / f"{assignment}.jsonl"
    for _ in range(20 * max(1, kills)):
        process = subprocess.Popen(command, cwd=course, env=environment(), stdout=subprocess.DEVNULL)
        until = time.monotonic() + 300
        wait = time.monotonic() + draw.uniform(0, 2)
        while process.poll() is None and time.monotonic() < until:
            started = log.exists() and '"start"' in log.read_text(errors="replace")
            if done < kills and started and time.monotonic() > wait:
                victims = sorted({process.pid, *processes_of(process.pid)})
                victim = process.pid if draw.random() < 0.3 else draw.choice(victims)
                try:
                    os.kill(victim, signal.SIGKILL)
                    done += 1
                except ProcessLookupError:
                    pass
                wait = time.monotonic() + draw.uniform(0.05, 0.5)
            time.sleep(0.01)
        process.wait(60)
        if process.returncode == 0 and done >= kills:
            return done
    raise AssertionError(f"not done after {20 * kills} runs")


def mutate(notebook: dict, draw: random.Random) -> bytes:
    """A damaged copy of a notebook: in its JSON values, in its structure, or in its bytes."""
    damaged = copy.deepcopy(notebook)
    for _ in range(draw.randint(1, 4)):
        places = list(walk(damaged))
        parent, key = draw.choice(places)
        action = draw.randrange(4)
        try:
            if action == 0:
                parent[key] = copy.deepcopy(draw.choice(NONSENSE))
            elif action == 1:
                del parent[key]
            elif action == 2 and isinstance(parent, list):
                parent.insert(key, copy.deepcopy(parent[draw.randrange(len(parent))]))
            else:
                other, place = draw.choice(places)
                other[place] = copy.deepcopy(parent[key])
        except (IndexError, KeyError, RecursionError):
            pass
    data = bytearray(json.dumps(damaged).encode())
    if draw.random() < 0.25:
        for _ in range(draw.randint(1, 8)):
            data[draw.randrange(len(data))] = draw.randrange(256)
    return bytes(data[: draw.randrange(len(data))] if draw.random() < 0.1 else data)


def walk(node):
    """Every (container, key) in a JSON document."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in list(items):
        yield node, key
        yield from walk(value)
