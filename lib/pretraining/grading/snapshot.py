"""What workers need to know of an assignment, taken once from the gradebook: its cells, points and given files."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .nbcourse import CourseFolder, raw_cells

if TYPE_CHECKING:
    from nbgrader.api import Gradebook, Notebook

HIDDEN_NOTE = "# (hidden tests)"
BEGIN, END = "BEGIN HIDDEN TESTS", "END HIDDEN TESTS"
IGNORED = (".ipynb_checkpoints", "__pycache__", ".git")
IGNORED_ENDINGS = (".pyc", ".ipynb", "~")


def take(gradebook: Gradebook, course: CourseFolder, assignment: str) -> dict[str, Any]:
    """The assignment as plain data: {"assignment", "notebooks": {name: {...}}, "files", "digest"}.

    Each notebook has its "kernelspec" and its "cells" in order; each cell has name, cell_type, source, visible (the
    source without hidden tests), shown (the same with a note in their place), locked, checksum, grade, solution, task,
    points and the ids that it has in the source.
    """
    entry = gradebook.find_assignment(assignment)
    source = course.source(assignment)
    begin = course.setting("ClearHiddenTests", "begin_test_delimeter", BEGIN)
    end = course.setting("ClearHiddenTests", "end_test_delimeter", END)
    notebooks = {
        notebook.name: _notebook(notebook, source / f"{notebook.name}.ipynb", begin, end)
        for notebook in sorted(entry.notebooks, key=lambda notebook: notebook.name)
    }
    snapshot: dict[str, Any] = {"assignment": assignment, "notebooks": notebooks, "files": given_files(source)}
    snapshot["digest"] = hashlib.sha256(json.dumps(snapshot, sort_keys=True).encode()).hexdigest()
    return snapshot


def _notebook(entry: Notebook, path: Path, begin: str, end: str) -> dict[str, Any]:
    grades = {cell.name: cell for cell in entry.grade_cells}
    solutions = {cell.name for cell in entry.solution_cells}
    tasks = {cell.name: cell for cell in entry.task_cells}
    order, ids = _in_source(path)
    cells = []
    for cell in entry.source_cells:
        graded = grades.get(cell.name) or tasks.get(cell.name)
        cells.append(
            {
                "name": cell.name,
                "cell_type": cell.cell_type,
                "source": cell.source or "",
                "visible": without_hidden_tests(cell.source or "", begin, end),
                "shown": without_hidden_tests(cell.source or "", begin, end, HIDDEN_NOTE),
                "locked": bool(cell.locked),
                "checksum": cell.checksum,
                "grade": cell.name in grades,
                "solution": cell.name in solutions,
                "task": cell.name in tasks,
                "points": float(graded.max_score) if graded else None,
                "ids": ids.get(cell.name, []),
            }
        )
    cells.sort(key=lambda cell: order.get(cell["name"], len(order)))
    return {"kernelspec": json.loads(entry.kernelspec) if entry.kernelspec else None, "cells": cells}


def _in_source(path: Path) -> tuple[dict[str, int], dict[str, list[str]]]:
    """Place and cell ids of the named cells in the source notebook; nothing if there is none."""
    try:
        cells = raw_cells(path)
    except (OSError, ValueError, KeyError):
        return {}, {}
    order: dict[str, int] = {}
    ids: dict[str, list[str]] = {}
    for cell in cells:
        name = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id")
        if name:
            order.setdefault(name, len(order))
            ids.setdefault(name, []).extend([cell["id"]] if "id" in cell else [])
    return order, ids


def without_hidden_tests(source: str, begin: str = BEGIN, end: str = END, instead: str | None = None) -> str:
    """A cell's source as nbgrader releases it.

    Args:
        source: the instructor's text.
        begin: what marks the first line of hidden tests.
        end: what marks the last line.
        instead: a line to put in their place.
    """
    kept, hidden = [], False
    for line in source.split("\n"):
        if begin in line and not hidden:
            hidden = True
            if instead is not None:
                kept.append(re.match(r"\s*", line)[0] + instead)  # type: ignore[index]
        elif end in line and hidden:
            hidden = False
        elif not hidden:
            kept.append(line)
    return "\n".join(kept)


def given_files(source: Path) -> list[dict[str, str]]:
    """The files that come with an assignment, besides its notebooks: path and content in base64."""
    files = []
    for folder, inner, names in os.walk(source):
        inner[:] = [name for name in inner if name not in IGNORED]
        for name in sorted(names):
            path = Path(folder) / name
            if not name.endswith(IGNORED_ENDINGS) and path.is_file():
                data = base64.b64encode(path.read_bytes()).decode()
                files.append({"path": str(path.relative_to(source)), "data": data})
    return files
