"""A unit's solution, where it is to be had: written into a file of its own, never over the learner's work.

An instructor hands out the course without solutions; then there is none to be found here, and a sentence says so.
"""

from __future__ import annotations

from pathlib import Path

from .files import write_atomically
from .learner.syllabus import Unit
from .workspace import find_root

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
NOTE = (
    "> **One solution among many.** Yours may look quite different and be just as good. Compare, then go back to "
    "your own notebook: you learn from what you write."
)


def solution(unit: Unit, root: Path | None = None) -> bytes:
    """The unit's graded notebook with its solution, without hidden tests, as the content of an `.ipynb` file.

    Args:
        unit: one with a graded notebook.
        root: the course; found from here if not given.

    Raises:
        ValueError: the unit has no graded notebook, or its solution is not on this machine.
    """
    import nbformat
    from nbgrader.preprocessors import ClearHiddenTests

    if unit.graded_minutes is None:
        raise ValueError(f"unit {unit.number} has no graded notebook, so it has no solution")
    source = (root or find_root()) / "assignments" / "source" / unit.name / f"{unit.name}.ipynb"
    if not source.is_file() or BEGIN not in source.read_text(encoding="utf-8"):
        raise ValueError(f"the solution of {unit.name} is not on this machine: your instructor holds it")
    notebook, _ = ClearHiddenTests().preprocess(nbformat.read(source, as_version=4), {})
    for cell in notebook.cells:
        cell.metadata.pop("nbgrader", None)  # so that nobody hands it in by mistake
        lines = [line for line in cell.source.split("\n") if line.strip() not in (BEGIN, END)]
        cell.source = "\n".join(lines)
    notebook.cells.insert(1, nbformat.v4.new_markdown_cell(NOTE, id="one-solution"))
    return (nbformat.writes(notebook) + "\n").encode()


def write_solution(unit: Unit, work: Path, root: Path | None = None) -> Path:
    """Write the unit's solution into `solutions/` of the learner's folder; returns the file.

    A file that is there and says something else is left alone, and the next number is taken.

    Raises:
        ValueError: see `solution`.
    """
    content, number = solution(unit, root), 1
    folder = work / "solutions" / unit.name
    path = folder / f"{unit.name}.ipynb"
    while path.exists() and path.read_bytes() != content:
        number += 1
        path = folder / f"{unit.name}-{number}.ipynb"
    write_atomically(path, content)
    return path
