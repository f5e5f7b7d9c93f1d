"""The process that stays ready for checks: `python -m pretraining.grading.warm_server SOCKET`; see `warm`.

It checks one notebook at a time, in the sandbox that grading uses, remembers the result until something changes, and
ends when nobody asked for a while or when its socket is gone.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import os
import select
import signal
import socket
import struct
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .checking import Left
from .frames import Channel, ChannelClosed

IDLE_SECONDS = 300.0
REQUEST_SECONDS = 5.0
REQUEST_BYTES = 100_000
LOOK_EVERY_SECONDS = 10.0


def main(place: Path, idle_seconds: float = IDLE_SECONDS) -> None:
    """Listen, get ready, and answer until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    lock = os.open(place.with_suffix(".lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return  # another one was quicker
    place.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(place))
    listener.listen(8)
    mine = place.stat().st_ino
    gc.disable()  # what is imported now stays
    from .notebook import Checker

    checker = Checker()
    try:
        serve(listener, checker, place, mine, idle_seconds)
    finally:
        checker.close()
        with contextlib.suppress(OSError):
            if place.stat().st_ino == mine:
                place.unlink()


def serve(listener: socket.socket, checker: Any, place: Path, inode: int, idle_seconds: float) -> None:
    """Answer one after the other."""
    until = time.monotonic() + idle_seconds
    while time.monotonic() < until and _is_ours(place, inode):
        ready, _, _ = select.select([listener], [], [], min(LOOK_EVERY_SECONDS, idle_seconds))
        if not ready:
            continue
        connection, _ = listener.accept()
        if not same_user(connection):
            connection.close()
            continue
        channel = Channel(connection, REQUEST_BYTES)
        with contextlib.suppress(ChannelClosed, TimeoutError, Left):
            answer(channel, checker)
        channel.close()
        if not gc.isenabled():
            gc.freeze()
            gc.enable()
        until = time.monotonic() + idle_seconds


def answer(channel: Channel, checker: Any) -> None:
    """Check what one asker wants to have checked; an asker who leaves ends the run."""
    order = channel.receive(time.monotonic() + REQUEST_SECONDS)
    began = time.monotonic()
    try:
        parts, unchanged = checker.check(Path(str(order.get("check"))), bool(order.get("fresh")), lambda: gone(channel))
        seconds = round(time.monotonic() - began, 2)
        channel.send({"parts": [asdict(part) for part in parts], "seconds": seconds, "unchanged": unchanged})
    except (ValueError, OSError) as problem:
        channel.send({"problem": str(problem)})


def gone(channel: Channel) -> bool:
    """Whether the asker has left."""
    try:
        channel.read()
    except ChannelClosed:
        return True
    return False


def same_user(connection: socket.socket) -> bool:
    """Whether the other end is a process of this user, as the system tells it."""
    size = struct.calcsize("3i")
    _, user, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
    return user == os.getuid()


def _is_ours(place: Path, inode: int) -> bool:
    try:
        return place.stat().st_ino == inode
    except OSError:
        return False


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else IDLE_SECONDS)
