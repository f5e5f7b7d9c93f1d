"""The trusted worker: takes one submission through repair, execution, judging and cleaning, and hands back the result.

It needs no course directory and no gradebook: the assignment comes with the task as a snapshot. It is forked from the
zygote for one submission and ends after it.
"""

from __future__ import annotations

import contextlib
import os
import resource
import socket
import time
from typing import Any

from .execute import KernelGone, LearnerKernel, TimeIsUp, run_cell
from .frames import Channel
from .judge import Judge, is_judge_cell
from .kernel_files import pieces
from .outputs import Outputs
from .repair import Unreadable, repair
from .sandbox import Limits

MEMORY_BYTES = 3_000_000_000


def prepare() -> None:
    """Import what every worker needs, once, in the zygote."""
    import nbformat
    import nbformat.v4

    from . import clean  # noqa: F401

    nbformat.validate(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]))


def work(driver: Channel, zygote: socket.socket) -> None:
    """Do one task: receive it, and send what came out."""
    driver.send({"worker": os.getpid()})
    task = driver.receive()
    _limit_memory()
    began, results = time.monotonic(), {}
    usage = {"cpu": 0.0, "memory": 0}
    for name, text in task["notebooks"].items():
        results[name] = grade_notebook(task, name, text, zygote, usage)
    own = resource.getrusage(resource.RUSAGE_SELF)
    usage["cpu"] += own.ru_utime + own.ru_stime
    driver.send({"notebooks": results, "seconds": time.monotonic() - began, **usage})


def grade_notebook(
    task: dict[str, Any], name: str, text: str, zygote: socket.socket, usage: dict[str, Any]
) -> dict[str, Any]:
    """One notebook of the submission: {"notebook", "repairs", "died", "killed"}, or {"error"} if it cannot be read."""
    from . import clean

    try:
        notebook, repairs = repair(text, task["assignment"]["notebooks"][name])
    except Unreadable as problem:
        return {"error": str(problem)}
    kernel = LearnerKernel(zygote, task["room"], Limits(**task["limits"]))
    try:
        run(notebook, kernel, task["files"])
    finally:
        kernel.end()
    usage["cpu"] += kernel.usage["cpu"]
    usage["memory"] = max(usage["memory"], kernel.usage["memory"])
    clean.make_harmless(notebook)
    return {"notebook": notebook, "repairs": repairs, "died": kernel.gone, "killed": kernel.killed}


def run(notebook: dict[str, Any], kernel: LearnerKernel, files: list[dict[str, str]]) -> None:
    """Run all code cells in place: test cells marked so by the judge, all others in the learner's kernel."""
    outputs = Outputs(kernel.limits.kept_bytes)
    judge = Judge(kernel)
    with contextlib.suppress(KernelGone, TimeIsUp):
        for part in (part for file in files for part in pieces(file)):
            kernel.request({"files": [part]}, 60.0, lambda message: None)
    for number, cell in enumerate([c for c in notebook["cells"] if c["cell_type"] == "code"], start=1):
        if not cell["source"].strip():
            continue
        nbgrader = cell["metadata"].get("nbgrader", {})
        if nbgrader.get("grade") and not nbgrader.get("solution") and is_judge_cell(cell["source"]):
            cell["outputs"], cell["execution_count"] = judge.run(cell["source"]), number
        else:
            cell.update(run_cell(kernel, cell["source"], outputs))


def _limit_memory() -> None:
    """A judge that drowns in data fails alone."""
    from .sandbox.limits import status_bytes

    amount = status_bytes(os.getpid(), "VmSize") or 1_000_000_000
    resource.setrlimit(resource.RLIMIT_AS, (amount + MEMORY_BYTES, amount + MEMORY_BYTES))
