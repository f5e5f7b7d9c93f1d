"""Puts the notebooks into the wheel: the lessons, and the graded notebooks without solutions and hidden tests.

Runs when a wheel is built, with the standard library and hatchling alone: asking for nbgrader here would put all of
Jupyter into the build. `student_version` writes, byte for byte, what nbgrader writes; a test compares the two for every
graded notebook. What it does not know (tasks, mark schemes) it refuses.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PLACE = "pretraining/assets/notebooks"
STUB = ["# YOUR CODE HERE", "raise NotImplementedError()"]
UNKNOWN = re.compile("(BEGIN|END) MARK SCHEME|### *AUTOTEST|### *HASHED AUTOTEST")


class NotebooksHook(BuildHookInterface):
    """Adds the notebooks to a wheel; an editable installation reads them where they lie."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write them into a folder that lasts as long as the build."""
        if self.target_name != "wheel" or version == "editable":
            return
        self.folder = tempfile.TemporaryDirectory()
        for name, content in notebooks(Path(self.root)):
            path = Path(self.folder.name, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            build_data["force_include"][str(path)] = f"{PLACE}/{name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Clean up."""
        if hasattr(self, "folder"):
            self.folder.cleanup()


def notebooks(root: Path) -> Iterator[tuple[str, bytes]]:
    """(name, content) of each file that `pretraining lab` lays out from a wheel."""
    for lesson in sorted((root / "course").glob("*.ipynb")):
        yield f"course/{lesson.name}", lesson.read_bytes()
    for file in sorted((root / "assignments" / "source").glob("*/*")):
        if file.is_file() and not file.name.startswith("."):
            content = file.read_bytes()
            content = student_version(content.decode("utf-8")).encode() if file.suffix == ".ipynb" else content
            yield f"assignments/release/{file.parent.name}/{file.name}", content


def student_version(source: str) -> str:
    """A graded notebook's content as a learner gets it.

    Raises:
        ValueError: it holds something that this function does not know, or regions that do not end.
    """
    notebook = json.loads(source)
    for cell in notebook["cells"]:
        text, mark = "".join(cell["source"]), cell["metadata"].get("nbgrader")
        if UNKNOWN.search(text) or (mark and mark.get("task")):
            raise ValueError(f"{cell['id']}: mark schemes, tasks and automatic tests are not known here")
        solution, grade = bool(mark and mark.get("solution")), bool(mark and mark.get("grade"))
        text = without_region(text, "SOLUTION", STUB, solution)
        text = without_region(text, "HIDDEN TESTS", [], grade)
        cell["source"] = text.splitlines(keepends=True)
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
        if mark:
            sign(cell, text)
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True, separators=(",", ": ")) + "\n"


def without_region(text: str, kind: str, stub: list[str], allowed: bool) -> str:
    """A cell's text with what stands between BEGIN and END of a kind replaced, at the same indentation."""
    kept: list[str] = []
    inside = found = False
    for line in text.split("\n"):
        if f"BEGIN {kind}" in line:
            if inside or not allowed:
                raise ValueError(f"BEGIN {kind} where it may not stand: {line}")
            inside = found = True
            indent = line[: len(line) - len(line.lstrip())]
            kept += [indent + words for words in stub]
        elif f"END {kind}" in line:
            inside = False
        elif not inside:
            kept.append(line)
    if inside or (kind == "SOLUTION" and allowed and not found):
        raise ValueError(f"a cell without its END {kind}, or without any {kind}: {text[:80]}")
    return "\n".join(kept)


def sign(cell: dict[str, Any], text: str) -> None:
    """Lock a marked cell and note its checksum, as nbgrader's grading expects them."""
    mark = cell["metadata"]["nbgrader"]
    locked = not mark["solution"] and (mark["grade"] or mark["locked"])
    if not (mark["solution"] or mark["grade"] or locked):
        return
    cell["metadata"]["deletable"] = False
    if locked:
        cell["metadata"]["editable"] = False
    signed = [text, cell["cell_type"], str(mark["grade"]), str(mark["solution"]), str(locked), mark["grade_id"]]
    signed += [str(float(mark["points"]))] if mark["grade"] else []
    mark["checksum"] = hashlib.md5("".join(signed).encode()).hexdigest()
    mark["cell_type"] = cell["cell_type"]
