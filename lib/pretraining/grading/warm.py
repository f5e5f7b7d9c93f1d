"""A small process that stays ready for a learner's next check, and how to ask it.

Starting Python, torch and nbgrader takes longer than most notebooks run. So the first check starts a process that keeps
them; it ends by itself after a few minutes without a check. It listens on a socket in a folder that only this user can
enter, and answers nobody else. `warm_server` is the process, this module is the way to it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from .frames import Channel, ChannelClosed

START_SECONDS = 30.0
ANSWER_SECONDS = 1800.0
LONGEST_PATH = 100  # of a socket, in bytes, on every system


class NotWarm(Exception):
    """There is no such process and none can be started here; the check must be made in this one."""


def ask(path: Path, fresh: bool) -> dict[str, Any]:
    """Have a notebook checked by the warm process, which is started if need be.

    Args:
        path: the notebook.
        fresh: run it even if nothing has changed since the last check.

    Returns:
        {"parts": [...], "seconds", "unchanged"} or {"problem": what is wrong with the notebook}.

    Raises:
        NotWarm: it cannot be reached or started.
    """
    place = address()
    channel = _connect(place) or _start(place)
    try:
        channel.send({"check": str(path), "fresh": fresh})
        return channel.receive(time.monotonic() + ANSWER_SECONDS)
    except (ChannelClosed, TimeoutError) as problem:
        raise NotWarm(str(problem)) from None
    finally:
        channel.close()


def address() -> Path:
    """Where the process for this Python, this library and this environment listens.

    Raises:
        NotWarm: there is no folder that is this user's alone.
    """
    if not hasattr(socket, "AF_UNIX") or not hasattr(os, "getuid"):
        raise NotWarm("this system has no local sockets")
    base = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
    folder = Path(base) / f"pretraining-check-{os.getuid()}"
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700)
    check_private(folder)
    place = folder / f"{fingerprint()}.sock"
    if len(os.fsencode(place)) > LONGEST_PATH:
        raise NotWarm(f"{folder} is too long a name for a socket")
    return place


def check_private(folder: Path) -> None:
    """Make sure that a folder is a folder, this user's, and closed to all others.

    Raises:
        NotWarm: it is not.
    """
    try:
        status = folder.lstat()
    except OSError as problem:
        raise NotWarm(str(problem)) from None
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise NotWarm(f"{folder} is not this user's alone")


def fingerprint() -> str:
    """Changes with whatever a check depends on besides the notebook: Python, the library's files, the environment."""
    package = Path(__file__).parents[1]
    digest = hashlib.sha256(repr((sys.executable, str(package), os.environ.get("PYTHONPATH"))).encode())
    for folder, inner, names in os.walk(package):
        inner[:] = sorted(name for name in inner if name not in ("__pycache__", "assets"))
        for name in sorted(names):
            status = os.stat(os.path.join(folder, name))
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}".encode())
    return digest.hexdigest()[:16]


def _connect(place: Path) -> Channel | None:
    """A channel to the process that listens there; None if there is none."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(str(place))
    except OSError:
        connection.close()
        return None
    return Channel(connection)


def _start(place: Path) -> Channel:
    """Start the process and wait until it listens.

    Raises:
        NotWarm: it does not.
    """
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    errors = None if os.environ.get("PRETRAINING_TRACEBACK") else subprocess.DEVNULL
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "pretraining.grading.warm_server", str(place)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, env=environment, cwd=str(place.parent),
            start_new_session=True,
        )  # fmt: skip
    except OSError as problem:
        raise NotWarm(str(problem)) from None
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        channel = _connect(place)
        if channel is not None:
            return channel
        if process.poll() not in (None, 0):  # 0: another one was quicker
            break
        time.sleep(0.02)
    raise NotWarm("the process that would stay ready for checks did not start")
