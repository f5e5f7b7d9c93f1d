"""A learner's own notebook checked by the engine that grades it: the same kernels, the same judge, no gradebook.

The processes stay warm for the next check as long as this process lives.
"""

from __future__ import annotations

import atexit
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .nbcourse import imported_modules
from .plain import PlainPool, can_fork
from .pool import Pool
from .sandbox import Limits
from .submission import read_submission
from .zygote import block_slow_grammar

_warm: dict[tuple[str, ...], Pool] = {}


def run_own(path: Path, cell_seconds: float) -> Any:
    """The learner's notebook after a run from top to bottom in a fresh kernel; the file itself is only read.

    Args:
        path: the notebook.
        cell_seconds: time limit of one cell.

    Raises:
        ValueError: it cannot be read or run; the message says why.
    """
    submission = read_submission(path.parent, "you", [path.stem])
    if problem := submission.problems.get(path.stem):
        raise ValueError(f"{path}: {problem}")
    pool = _pool(path)
    block_slow_grammar()
    import nbformat

    task = {
        "assignment": {"notebooks": {path.stem: _own_snapshot(path)}},
        "notebooks": submission.notebooks,
        "files": submission.files,
        "limits": asdict(Limits(cell_seconds=cell_seconds)),
        "room": {"level": pool.wait_until_ready(), "hidden": [], "scratch": pool.scratch},
    }
    pool.start("you", task, Limits().total_seconds + 60)
    came: list[tuple[str, dict[str, Any] | None]] = []
    while not came:
        came = pool.wait(1.0)
    result = came[0][1]
    lost = {"error": "it could not be run: the process that ran it was lost or ran too long"}
    part = result["notebooks"].get(path.stem, lost) if result else lost
    if "error" in part:
        raise ValueError(f"{path} is not a notebook that can be read: {part['error']}")
    return nbformat.from_dict(part["notebook"])


def _pool(path: Path) -> Pool | PlainPool:
    """A warm pool that has imported what the notebook imports."""
    if not can_fork():
        return PlainPool()
    beside = {file.stem for file in path.parent.glob("*.py")}
    try:
        modules = tuple(imported_modules([path], beside))
    except (ValueError, KeyError, TypeError, AttributeError):
        modules = ()
    if modules not in _warm:
        _warm[modules] = Pool(list(modules))
        atexit.register(_warm[modules].close)
    return _warm[modules]


def _own_snapshot(path: Path) -> dict[str, Any]:
    """What repair needs to know, taken from the notebook itself: its marks stay as they are."""
    from .repair import Unreadable, read_marked

    try:
        return {"kernelspec": None, "cells": read_marked(path.read_text(encoding="utf-8-sig", errors="replace"))}
    except Unreadable as problem:
        raise ValueError(f"{path} is not a notebook that can be read: {problem}") from None
