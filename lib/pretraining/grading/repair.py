"""The pre-pass: a submitted notebook put in order from the assignment's snapshot, as far as the intent is clear.

What the instructor fixed (tests, points, locks) always comes from the snapshot; what the learner wrote is kept. Every
change is named. A notebook that cannot be read at all is reported and holds up nobody else.
"""

from __future__ import annotations

import json
import re
from typing import Any

from .slim import NOT_JSON, TOO_DEEP

CELL_TYPES = ("code", "markdown", "raw")
GOOD_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}\Z")
MOST_CELLS = 5_000
SCHEMA_VERSION = 3


class Unreadable(Exception):
    """A notebook that cannot be read; the message says why."""


def repair(text: str, known: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The notebook to grade, and what was repaired.

    Args:
        text: the submitted file.
        known: the notebook's part of the snapshot: its "cells" in order, its "kernelspec".

    Raises:
        Unreadable: it is not a notebook, or of a language or format that we cannot run.
    """
    try:
        cells, metadata = read(text)
        repairs: list[str] = []
        find_lost_marks(cells, known["cells"], repairs)
        drop_duplicates(cells, repairs)
        cells = restore_missing(cells, known["cells"], repairs)
        cells = restore_order(cells, known["cells"], repairs)
        restore_fixed_parts(cells, known["cells"], repairs)
    except Unreadable:
        raise
    except (RecursionError, ValueError, TypeError, KeyError, AttributeError, OverflowError) as problem:
        raise Unreadable(f"its cells cannot be made sense of ({type(problem).__name__})") from None
    give_ids(cells)
    kernelspec = known.get("kernelspec") or {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {
        "cells": cells,
        "metadata": {"kernelspec": kernelspec, **metadata},
        "nbformat": 4,
        "nbformat_minor": 5,
    }, repairs


def read(text: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Cells without outputs, made of nothing but what a cell needs, and the notebook's language.

    Raises:
        Unreadable: there are no cells to be found.
    """
    try:
        notebook = json.loads(text)
    except (RecursionError, ValueError) as problem:
        raise Unreadable(TOO_DEEP if isinstance(problem, RecursionError) else NOT_JSON) from None
    if isinstance(notebook, dict) and isinstance(notebook.get("worksheets"), list):
        notebook = _upgrade(text)
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise Unreadable("it is JSON, but not a notebook: it has no list of cells")
    if len(notebook["cells"]) > MOST_CELLS:
        raise Unreadable(f"it has {len(notebook['cells']):,} cells; at most {MOST_CELLS:,} are run")
    metadata = notebook.get("metadata")
    language = metadata.get("language_info") if isinstance(metadata, dict) else None
    name = language.get("name") if isinstance(language, dict) else None
    kept = {"language_info": {"name": name}} if isinstance(name, str) and GOOD_ID.match(name) else {}
    return [tidy(cell) for cell in notebook["cells"] if isinstance(cell, dict)], kept


def read_marked(text: str) -> list[dict[str, Any]]:
    """The instructor's cells as a learner's own notebook marks them, in the form of a snapshot.

    Raises:
        Unreadable: it is not a notebook.
    """
    parts: dict[str, dict[str, Any]] = {}
    for cell in read(text)[0]:
        mark = cell["metadata"].get("nbgrader")
        if mark:
            part: dict[str, Any] = {name: bool(mark.get(name)) for name in ("grade", "solution", "task")}
            part["locked"] = not part["solution"]
            points = mark.get("points")
            part["points"] = float(points) if type(points) in (int, float) and points >= 0 else 0.0
            text_of = {"source": cell["source"], "visible": cell["source"]}
            rest = {
                "name": mark["grade_id"],
                "cell_type": cell["cell_type"],
                "checksum": mark.get("checksum"),
                "ids": [],
            }
            parts[mark["grade_id"]] = {**part, **text_of, **rest}
    return list(parts.values())


def _upgrade(text: str) -> dict[str, Any]:
    """A notebook of format 3, which held its cells in worksheets, as format 4."""
    import nbformat

    try:
        return nbformat.reads(text, as_version=4)
    except Exception as problem:
        raise Unreadable(f"its old format cannot be read ({type(problem).__name__})") from None


def tidy(cell: dict[str, Any]) -> dict[str, Any]:
    """A proper cell made of what is proper in this one."""
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    kind = cell.get("cell_type")
    metadata = cell.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    kept: dict[str, Any] = {name: metadata[name] for name in ("deletable", "editable") if metadata.get(name) is False}
    tags = metadata.get("tags")
    if isinstance(tags, list):
        kept["tags"] = [tag for tag in tags if isinstance(tag, str) and GOOD_ID.match(tag)]
    mark = metadata.get("nbgrader")
    if isinstance(mark, dict) and isinstance(mark.get("grade_id"), str):
        kept["nbgrader"] = {**mark}
    clean: dict[str, Any] = {"cell_type": kind if kind in CELL_TYPES else "raw", "metadata": kept}
    clean["source"] = source.encode("utf-8", "replace").decode() if isinstance(source, str) else ""
    clean["id"] = cell.get("id")
    attachments = cell.get("attachments")
    if clean["cell_type"] == "markdown" and isinstance(attachments, dict):
        clean["attachments"] = attachments
    _shape(clean)
    return clean


def _shape(cell: dict[str, Any]) -> None:
    """Give a cell the fields of its type."""
    if cell["cell_type"] == "code":
        cell.update(outputs=[], execution_count=None)
        cell.pop("attachments", None)
    else:
        cell.pop("outputs", None)
        cell.pop("execution_count", None)


def name_of(cell: dict[str, Any]) -> str | None:
    """Which of the instructor's cells this is."""
    return cell["metadata"].get("nbgrader", {}).get("grade_id")


def find_lost_marks(cells: list[dict[str, Any]], known: list[dict[str, Any]], repairs: list[str]) -> None:
    """Give a cell that lost its mark its name back, if its id or its untouched text says which it was."""
    present = {name_of(cell) for cell in cells}
    names = {part["name"] for part in known}
    for cell in cells:
        if name_of(cell) in names:
            continue
        if cell["metadata"].pop("nbgrader", None):
            repairs.append("a mark of a cell that the assignment does not have was removed")
        for part in known:
            same = cell["id"] in part["ids"] or (part["locked"] and cell["source"] == part["visible"])
            if part["name"] not in present and same:
                cell["metadata"]["nbgrader"] = {"grade_id": part["name"]}
                present.add(part["name"])
                repairs.append(f"{part['name']}: its lost nbgrader mark was put back")
                break


def drop_duplicates(cells: list[dict[str, Any]], repairs: list[str]) -> None:
    """Of several cells with one name the last counts, as in nbgrader; the others stay as ordinary cells."""
    seen: set[str] = set()
    for cell in reversed(cells):
        name = name_of(cell)
        if name in seen:
            del cell["metadata"]["nbgrader"]
            repairs.append(f"{name}: there were several; the last one counts")
        elif name:
            seen.add(name)


def restore_missing(
    cells: list[dict[str, Any]], known: list[dict[str, Any]], repairs: list[str]
) -> list[dict[str, Any]]:
    """Put back deleted tests, given cells and unanswered questions, each behind the cell that it followed."""
    cells, before = list(cells), None
    for part in known:
        place = next((i for i, cell in enumerate(cells) if name_of(cell) == part["name"]), None)
        if place is None and (part["grade"] or part["task"] or part["locked"]):
            place = next((i + 1 for i, cell in enumerate(cells) if before and name_of(cell) == before), 0)
            cell = {"cell_type": part["cell_type"], "metadata": {"nbgrader": {"grade_id": part["name"]}}, "id": None}
            cells.insert(place, {**cell, "source": part["source"]})
            _shape(cells[place])
            repairs.append(f"{part['name']}: the cell was missing and was put back")
        if place is not None:
            before = part["name"]
    return cells


def restore_order(cells: list[dict[str, Any]], known: list[dict[str, Any]], repairs: list[str]) -> list[dict[str, Any]]:
    """Bring the instructor's cells back into their order; the learner's own stay behind the cell that they follow."""
    rank = {part["name"]: place for place, part in enumerate(known)}
    groups: list[list[dict[str, Any]]] = [[]]
    for cell in cells:
        if name_of(cell) in rank:
            groups.append([])
        groups[-1].append(cell)
    first, rest = groups[0], groups[1:]
    ordered = sorted(rest, key=lambda group: rank[name_of(group[0]) or ""])
    if ordered != rest:
        repairs.append("the cells stood in another order and were put back in the assignment's")
    return [*first, *(cell for group in ordered for cell in group)]


def restore_fixed_parts(cells: list[dict[str, Any]], known: list[dict[str, Any]], repairs: list[str]) -> None:
    """Take marks, points, types and locked text from the snapshot."""
    parts = {part["name"]: part for part in known}
    for cell in cells:
        part = parts.get(name_of(cell) or "")
        if part is None:
            continue
        mark = {name: part[name] for name in ("cell_type", "checksum", "grade", "locked", "solution", "task")}
        mark |= {"grade_id": part["name"], "schema_version": SCHEMA_VERSION}
        if part["grade"] or part["task"]:
            mark["points"] = part["points"]
        cell["metadata"]["nbgrader"] = mark
        if cell["cell_type"] != part["cell_type"]:
            cell["cell_type"] = part["cell_type"]
            _shape(cell)
            repairs.append(f"{part['name']}: it is a {part['cell_type']} cell again")
        if part["locked"]:
            if cell["source"] not in (part["source"], part["visible"]):
                repairs.append(f"{part['name']}: the locked text had been changed and was put back")
            cell["source"] = part["source"]


def give_ids(cells: list[dict[str, Any]]) -> None:
    """Make every cell's id proper and its own."""
    seen: set[str] = set()
    for place, cell in enumerate(cells):
        if not isinstance(cell["id"], str) or not GOOD_ID.match(cell["id"]) or cell["id"] in seen:
            cell["id"] = f"cell-{place}"
            while cell["id"] in seen:
                cell["id"] += "x"
        seen.add(cell["id"])
