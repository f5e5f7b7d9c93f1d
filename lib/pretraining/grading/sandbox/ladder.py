"""The levels of isolation, best first, and which of them this machine offers."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Level:
    """One rung of the ladder.

    Attributes:
        name: how it is recorded.
        says: what it does and does not do, for a person.
    """

    name: str
    says: str


LEVELS = {
    "namespaces": Level(
        "namespaces", "own file system, processes and network (namespaces), no privileges, system-call filter"
    ),
    "landlock": Level(
        "landlock", "no files outside and no network (Landlock), system-call filter; shares the list of processes"
    ),
    "none": Level("none", "NO isolation: the submitted code can do whatever you can do on this machine"),
}


def best_level() -> Level:
    """The best level that works here, found by entering each in a child process."""
    if sys.platform != "linux" or not hasattr(os, "fork"):
        return LEVELS["none"]
    from . import landlock, namespaces, seccomp

    if not seccomp.is_known():
        return LEVELS["none"]
    for name, attempt in (("namespaces", namespaces.attempt), ("landlock", landlock.attempt)):
        if _works(attempt):
            return LEVELS[name]
    return LEVELS["none"]


def _works(attempt: Callable[[], None]) -> bool:
    """Whether a child process can do it; the child has one thread, as the later ones will have."""
    child = os.fork()
    if child == 0:
        try:
            attempt()
            os._exit(0)
        except BaseException:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0
