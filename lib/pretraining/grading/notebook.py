"""One graded notebook: its student version, and a learner's own work checked without any gradebook."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

CELL_TIMEOUT_SECONDS = 120


@dataclass(frozen=True)
class Part:
    """One test cell of a graded notebook.

    Attributes:
        name: the cell's nbgrader id.
        score: points earned.
        max_score: points possible.
        message: what to think about, if not all points were earned.
    """

    name: str
    score: float
    max_score: float
    message: str = ""


def student_version(source: Path) -> str:
    """The notebook as a learner gets it: without solutions and hidden tests; no gradebook is touched.

    Args:
        source: the instructor's notebook.

    Returns:
        The content of an `.ipynb` file, the same at every call.
    """
    import nbformat
    from nbgrader.converters import GenerateAssignment

    notebook, resources = nbformat.read(source, as_version=4), {"nbgrader": {"notebook": source.stem}}
    for preprocessor in GenerateAssignment.class_traits()["preprocessors"].default():
        if preprocessor.__name__ != "SaveCells":  # the one that writes to the gradebook
            notebook, resources = preprocessor().preprocess(notebook, resources)
    return nbformat.writes(notebook) + "\n"


@dataclass(frozen=True)
class Checked:
    """What came of a check.

    Attributes:
        parts: the notebook's test cells, in order.
        unchanged: neither the notebook nor a file beside it has changed since the last check, whose result this is.
    """

    parts: list[Part]
    unchanged: bool = False


class Checker:
    """Checks notebooks one after the other; what they need is kept ready, and so is each last result."""

    def __init__(self) -> None:
        from .checking import Bench

        self._bench = Bench()
        self._last: dict[Path, tuple[str, list[Part]]] = {}

    def check(
        self, path: Path, fresh: bool = False, left: Callable[[], bool] = lambda: False
    ) -> tuple[list[Part], bool]:
        """The parts of a notebook, and whether they are the last check's because nothing has changed.

        Args:
            path: the notebook.
            fresh: run it even if nothing has changed.
            left: tells that nobody waits any more.

        Raises:
            ValueError: the file is missing, is not a notebook, or has no graded cells.
        """
        from .checking import read_own

        if not path.is_file():
            raise ValueError(f"there is no notebook at {path}")
        path = path.resolve()
        submission = read_own(path)
        if not fresh and self._last.get(path, ("",))[0] == submission.digest:
            return self._last[path][1], True
        notebook = self._bench.run(submission, path, CELL_TIMEOUT_SECONDS, left)
        parts = [judge(cell) for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
        if not parts:
            raise ValueError(f"{path} has no graded cells")
        self._last[path] = (submission.digest, parts)
        return parts, False

    def close(self) -> None:
        """End all processes."""
        self._bench.close()


def check(path: Path, fresh: bool = False) -> Checked:
    """Run a learner's notebook from top to bottom in a fresh kernel and say what each test cell earned.

    The file itself is only read. A process that stays ready for the next check does the work where that is possible.

    Args:
        path: the notebook.
        fresh: run it even if nothing has changed since the last check.

    Raises:
        ValueError: the file is missing, is not a notebook, or has no graded cells.
    """
    from .plain import can_fork
    from .warm import NotWarm, ask

    if can_fork():
        with contextlib.suppress(NotWarm):
            answer = ask(path.resolve(), fresh)
            if "problem" in answer:
                raise ValueError(answer["problem"])
            return Checked([Part(**part) for part in answer["parts"]], answer["unchanged"])
    checker = Checker()
    try:
        return Checked(*checker.check(path, fresh))
    finally:
        checker.close()


def judge(cell: NotebookNode) -> Part:
    """The points that an executed test cell earned, by the rule of grading."""
    from .score import score_cell

    notes: list[str] = []
    score, max_score = score_cell(cell, notes), float(cell.metadata.nbgrader.points)
    name = cell.metadata.nbgrader.grade_id
    if score is None:
        return Part(name, 0.0, max_score, "; ".join(notes) or "an instructor reads this one")
    return Part(name, score, max_score, "" if score >= max_score else failure(cell))


def failure(cell: NotebookNode) -> str:
    """What a test cell said when it failed, without the traceback."""
    said = []
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            unwritten = output.ename == "NotImplementedError" and not output.evalue
            said.append(
                "not written yet"
                if unwritten
                else output.evalue.strip("\n")
                if output.ename == "AssertionError"
                else f"{output.ename}: {output.evalue}"
            )
        elif output.output_type == "stream":
            said.append(output.text.strip("\n"))
    return "\n".join(said)
