"""A learner's own notebook checked by the engine that grades it: the same kernels, the same judge, no gradebook."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .nbcourse import imported_modules
from .plain import PlainPool, can_fork
from .pool import Pool
from .sandbox import Limits
from .submission import Submission, read_submission
from .zygote import block_slow_grammar


class Left(Exception):
    """Whoever asked does not wait any more."""


class Bench:
    """Where notebooks are run: kept between checks, so that only the first one pays for the start."""

    def __init__(self) -> None:
        self._modules: set[str] | None = None  # what the pool imports; None: it has not been told yet
        self._pool = _new_pool()

    def run(self, submission: Submission, path: Path, cell_seconds: float, left: Callable[[], bool]) -> Any:
        """The learner's notebook after a run from top to bottom in a fresh kernel.

        Args:
            submission: what lies in the notebook's folder; see `read_own`.
            path: the notebook.
            cell_seconds: time limit of one cell.
            left: tells that nobody waits for the result any more.

        Raises:
            ValueError: it cannot be run; the message says why.
            Left: nobody waits any more.
        """
        pool = self._ready(path)
        block_slow_grammar()
        import nbformat
        import nbgrader.utils  # noqa: F401  # for the scores: while the pool gets ready

        task = {
            "assignment": {"notebooks": {path.stem: _own_snapshot(path, submission.notebooks[path.stem])}},
            "notebooks": submission.notebooks,
            "files": submission.files,
            "limits": asdict(Limits(cell_seconds=cell_seconds)),
            "room": {"level": pool.wait_until_ready(), "hidden": [], "scratch": pool.scratch},
        }
        pool.start("you", task, Limits().total_seconds + 60)
        came: list[tuple[str, dict[str, Any] | None]] = []
        while not came:
            came = pool.wait(0.5)
            if left():
                self._renew()
                raise Left
        lost = {"error": "it could not be run: the process that ran it was lost or ran too long"}
        part = came[0][1]["notebooks"].get(path.stem, lost) if came[0][1] else lost
        if "error" in part:
            raise ValueError(f"{path} is not a notebook that can be read: {part['error']}")
        return nbformat.from_dict(part["notebook"])

    def close(self) -> None:
        """End all processes."""
        self._pool.close()

    def _renew(self) -> None:
        self._pool.close()
        self._pool, self._modules = _new_pool(), None

    def _ready(self, path: Path) -> Pool | PlainPool:
        """A pool that has imported what the notebook imports; one at a time, for the sake of small machines."""
        beside = {file.stem for file in path.parent.glob("*.py")}
        try:
            modules = imported_modules([path], beside)
        except (ValueError, KeyError, TypeError, AttributeError):
            modules = []
        if self._modules is not None and not set(modules) <= self._modules:
            self._renew()
        if self._modules is None:
            self._pool.preload(modules)
            self._modules = set(modules)
        return self._pool


def _new_pool() -> Pool | PlainPool:
    return Pool() if can_fork() else PlainPool()


def read_own(path: Path) -> Submission:
    """The notebook and the files beside it, as grading reads what was handed in; they are only read.

    Raises:
        ValueError: the notebook cannot be read; the message says why.
    """
    submission = read_submission(path.parent, "you", [path.stem])
    if problem := submission.problems.get(path.stem):
        raise ValueError(f"{path}: {problem}")
    return submission


def _own_snapshot(path: Path, text: str) -> dict[str, Any]:
    """What repair needs to know, taken from the notebook itself: its marks stay as they are."""
    from .repair import Unreadable, read_marked

    try:
        return {"kernelspec": None, "cells": read_marked(text)}
    except Unreadable as problem:
        raise ValueError(f"{path} is not a notebook that can be read: {problem}") from None
