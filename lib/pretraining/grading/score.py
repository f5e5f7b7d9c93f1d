"""Scores of an executed notebook, by nbgrader's own rules, with its two traps closed.

In stock nbgrader a warning on standard error costs all points of a test, and a result that is no number gives all of
them. Here a warning costs nothing, and a result that is no number of points waits for a person.
"""

from __future__ import annotations

import logging
import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbformat import NotebookNode

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
QUIET = logging.getLogger("pretraining.grading.quiet")
QUIET.setLevel(logging.CRITICAL)


@dataclass
class Scores:
    """What goes into the gradebook for one notebook.

    Attributes:
        grades: name of a graded cell -> points, or None where a person must decide.
        tasks: names of the task cells, which only a person grades.
        comments: name of a solution or task cell -> the automatic comment, or None.
        notes: why a person must decide.
    """

    grades: dict[str, float | None] = field(default_factory=dict)
    tasks: set[str] = field(default_factory=set)
    comments: dict[str, str | None] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def score_notebook(notebook: NotebookNode) -> Scores:
    """The points and comments of every cell."""
    from nbgrader.utils import compute_checksum, is_grade, is_solution, is_task

    scores = Scores()
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if is_grade(cell):
            scores.grades[name] = score_cell(cell, scores.notes)
        elif is_task(cell):
            scores.tasks.add(name)
        if is_solution(cell) or is_task(cell):
            untouched = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell) and not is_task(cell)
            scores.comments[name] = "No response." if untouched else None
    return scores


def score_cell(cell: NotebookNode, notes: list[str]) -> float | None:
    """The points of a graded cell; None where a person must decide."""
    from nbgrader.utils import determine_grade, is_solution

    if cell.cell_type != "code" or is_solution(cell):
        return determine_grade(cell, QUIET)[0]
    counted = cell.copy()
    counted["outputs"] = [output for output in cell.outputs if not is_warning(output)]
    results = [output for output in counted.outputs if output.output_type in ("execute_result", "error")]
    if results and results[0].output_type == "execute_result":
        text, points = shown(results[0]), float(cell.metadata.nbgrader.points)
        if not is_points(text, points):
            name = cell.metadata.nbgrader.grade_id
            notes.append(f"{name}: the test ended with {text[:80]!r}, not with a number of points from 0 to {points:g}")
            return None
    return determine_grade(counted, QUIET)[0]


def is_warning(output: Any) -> bool:
    """Whether an output is something written to standard error."""
    return output.output_type == "stream" and output.name == "stderr"


def shown(output: Any) -> str:
    """A result as text."""
    text = output.get("data", {}).get("text/plain", "")
    return "".join(text) if isinstance(text, list) else str(text)


def is_points(text: str, points: float) -> bool:
    """Whether a result is a plain, finite number from 0 to the cell's points.

    Example:
        >>> [is_points(text, 2.0) for text in ("2", "1.5", "2.1", "-1", "nan", "True", "np.float64(2.0)")]
        [True, True, False, False, False, False, False]
    """
    return bool(NUMBER.fullmatch(text)) and math.isfinite(float(text)) and 0 <= float(text) <= points
