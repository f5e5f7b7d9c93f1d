"""What one student handed in and what the tests said to it, read from their notebooks.

Notebooks are not to be trusted: no link is followed, nothing huge is read, and what is not as expected is left out.
"""

from __future__ import annotations

import json
import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..nbcourse import CourseFolder
from ..submission import LARGEST_NOTEBOOK
from .messages import what_was_said

ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
# What changes the direction of text, or cannot be seen, can make a line read as another.
UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


@dataclass
class Work:
    """One student's notebooks.

    Attributes:
        answers: (notebook, "code" or "text") -> the texts of the cells that are the student's own.
        said: (notebook, part) -> what the tests said.
        graded: whether these are graded notebooks; else what was handed in.
    """

    answers: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    said: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    graded: bool = False


def read_work(
    course: CourseFolder, assignment: str, student: str, notebooks: list[str], failed: set[tuple[str, str]]
) -> Work:
    """Read a student's graded notebooks, or what was handed in if there are none.

    Args:
        course: where things lie.
        assignment: the assignment's name.
        student: the student's id.
        notebooks: names of the assignment's notebooks.
        failed: the parts whose messages are wanted.
    """
    work = Work()
    for step in ("autograded", "submitted"):
        folder = course.folder(step, student, assignment)
        if folder.is_symlink() or folder.parent.is_symlink() or not folder.is_dir():
            continue
        work.graded = step == "autograded"
        for name in notebooks:
            for cell in read_cells(folder / f"{name}.ipynb"):
                _take(work, name, cell, failed)
        break
    return work


def read_cells(path: Path) -> list[dict[str, Any]]:
    """The cells of a notebook, as far as they are cells; none if it cannot be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with open(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST_NOTEBOOK:
                return []
            content = json.loads(file.read(LARGEST_NOTEBOOK))
    except (OSError, ValueError, RecursionError):
        return []
    cells = content.get("cells") if isinstance(content, dict) else None
    return [cell for cell in cells if isinstance(cell, dict)] if isinstance(cells, list) else []


def _take(work: Work, notebook: str, cell: dict[str, Any], failed: set[tuple[str, str]]) -> None:
    mark = cell.get("metadata", {}).get("nbgrader", {}) if isinstance(cell.get("metadata"), dict) else {}
    mark = mark if isinstance(mark, dict) else {}
    name = mark.get("grade_id")
    if mark.get("solution") or not mark.get("locked"):
        kind = "code" if cell.get("cell_type") == "code" else "text"
        work.answers.setdefault((notebook, kind), []).append(joined(cell.get("source")))
    if isinstance(name, str) and (notebook, name) in failed and isinstance(cell.get("outputs"), list):
        work.said[notebook, name] = list(dict.fromkeys(what_was_said(list(plain_outputs(cell["outputs"])))))


def plain_outputs(outputs: list[Any]) -> Iterator[dict[str, str]]:
    """What matters of outputs, all of it text: {"stdout": ...} or {"ename", "evalue", "traceback"}."""
    for output in outputs:
        if not isinstance(output, dict):
            continue
        if output.get("output_type") == "stream" and output.get("name") == "stdout":
            yield {"stdout": plain(joined(output.get("text")))}
        elif output.get("output_type") == "error":
            lines = output.get("traceback")
            lines = [str(line) for line in lines] if isinstance(lines, list) else []
            yield {
                "ename": plain(str(output.get("ename", "")))[:100],
                "evalue": plain(str(output.get("evalue", ""))),
                "traceback": plain("\n".join(lines)),
            }


def joined(text: Any) -> str:
    """A text that a notebook may hold as a list of lines."""
    if isinstance(text, list):
        return "".join(part for part in text if isinstance(part, str))
    return text if isinstance(text, str) else ""


def plain(text: str, longest: int = 20_000) -> str:
    """A text without colours, control characters and tricks with the direction of reading, and not too long."""
    text = UNSEEN.sub("", ANSI.sub("", text[:longest]))
    text = "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs"))
    return text.expandtabs(4)
