"""Ordinary kernels, for machines on which the engine cannot fork: Windows and macOS.

Everything else of the pipeline stays the same. There is no isolation, and judge cells run in the learner's kernel, as
under stock nbgrader; `--unsafe` is needed, and whoever grades is told.
"""

from __future__ import annotations

import sys
import tempfile
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

from .kernel_files import put_files
from .repair import Unreadable, repair

KERNEL_ARGUMENTS = ["--HistoryManager.hist_file=:memory:", "--Application.log_level=ERROR"]


def can_fork() -> bool:
    """Whether the engine's own kernels work here: they rest on Linux's means."""
    return sys.platform == "linux"


class PlainPool:
    """Does what `Pool` does, with one ordinary kernel for each notebook."""

    scratch, level = "", "none"

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(8)
        self._futures: dict[Future, str] = {}

    def preload(self, modules: list[str]) -> None:
        """Each kernel imports what it needs by itself."""

    def wait_until_ready(self) -> str:
        """The isolation level: none."""
        return self.level

    def start(self, key: str, task: dict[str, Any], seconds: float) -> None:
        """Begin a task; `seconds` is enforced cell by cell."""
        del seconds
        self._futures[self._threads.submit(do, task)] = key

    def wait(self, seconds: float) -> list[tuple[str, dict[str, Any] | None]]:
        """What has come back."""
        done, _ = wait(self._futures, timeout=seconds, return_when="FIRST_COMPLETED")
        return [(self._futures.pop(future), None if future.exception() else future.result()) for future in done]

    def close(self) -> None:
        """Wait for what still runs."""
        self._threads.shutdown(cancel_futures=True)


def do(task: dict[str, Any]) -> dict[str, Any]:
    """One submission; the result is that of `worker.work`."""
    began = time.monotonic()
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        put_files(Path(folder), task["files"])
        for name, text in task["notebooks"].items():
            try:
                notebook, repairs = repair(text, task["assignment"]["notebooks"][name])
            except Unreadable as problem:
                results[name] = {"error": str(problem)}
                continue
            results[name] = {"repairs": repairs, **execute(notebook, folder, task["limits"]["cell_seconds"])}
    return {"notebooks": results, "seconds": time.monotonic() - began}


def execute(notebook: dict[str, Any], folder: str, seconds: float) -> dict[str, Any]:
    """Run a notebook as nbgrader does; a kernel that dies ends the run, not the submission."""
    import nbformat
    from nbgrader.preprocessors import Execute

    from . import clean
    from .execute import dead
    from .outputs import error
    from .score import QUIET

    node, died = nbformat.from_dict(notebook), ""
    run = Execute(timeout=int(seconds), shutdown_kernel="immediate", extra_arguments=KERNEL_ARGUMENTS, log=QUIET)
    try:
        node, _ = run.preprocess(node, {"metadata": {"path": folder}})
    except Exception as problem:
        died = f"{type(problem).__name__}: {problem}"
        for cell in node.cells:
            if cell.cell_type == "code" and cell.execution_count is None and cell.source.strip():
                cell.outputs = [nbformat.from_dict(error(**dead(died)))]
    clean.make_harmless(node)
    return {"notebook": node, "died": died}
