"""Which lines of an assignment are for instructors only, and whether a file gives any of them away.

nbgrader marks them in the source notebook: solutions, hidden tests and mark schemes stand between two comments, and a
solution cell without such comments is a solution as a whole. A line that also stands in the open gives nothing away.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

KINDS = "SOLUTION|HIDDEN TESTS|MARK SCHEME"
BEGIN, END = re.compile(f"BEGIN ({KINDS})"), re.compile(f"END ({KINDS})")


def normalize(line: str) -> str:
    """A line without what an editor may change: spaces, and the kind of quotation mark.

    Example:
        >>> normalize("    return  ids['a'] ")
        'return ids["a"]'
    """
    return " ".join(line.replace("'", '"').split())


def split_cell(source: str, solution: bool) -> tuple[set[str], set[str]]:
    r"""(lines that everybody may read, lines that are withheld) of one cell, normalised.

    Args:
        source: the cell's text.
        solution: whether nbgrader has it marked as a solution.

    Example:
        >>> split_cell("def f():\n    ### BEGIN SOLUTION\n    return 42\n    ### END SOLUTION", solution=True)
        ({'def f():'}, {'return 42'})
    """
    lines = [normalize(line) for line in source.splitlines() if line.strip()]
    if solution and not any(BEGIN.search(line) for line in lines):
        return set(), set(lines)
    open_lines: set[str] = set()
    withheld: set[str] = set()
    inside = False
    for line in lines:
        if BEGIN.search(line) or END.search(line):
            inside = bool(BEGIN.search(line))
        else:
            (withheld if inside else open_lines).add(line)
    return open_lines, withheld


def withheld_lines(sources: Iterable[Path], readable: Iterable[Path] = ()) -> set[str]:
    """Every line that only instructors may read, normalised.

    Args:
        sources: the instructor's notebooks.
        readable: notebooks that everybody reads; a line that stands there is not withheld.

    Raises:
        ValueError: one of them is no notebook.
    """
    open_lines: set[str] = set()
    withheld: set[str] = set()
    for path in [*sources, *readable]:
        for cell in notebook_cells(path):
            mark = cell.get("metadata", {}).get("nbgrader", {})
            found = split_cell("".join(cell.get("source", "")), bool(mark.get("solution")))
            open_lines |= found[0]
            withheld |= found[1]
    return withheld - open_lines


def notebook_cells(path: Path) -> list[dict]:
    """The cells of a notebook, as plain data.

    Raises:
        ValueError: it is no notebook.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is not a notebook: open it in JupyterLab and save it again") from error


def lines_in(name: str, content: bytes) -> Iterator[str]:
    """Every line of text in a file, normalised: also in a notebook's outputs and metadata, and inside a zip."""
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield from lines_in(member, archive.read(member))
        return
    text = content.decode("utf-8", errors="replace")
    if name.endswith((".ipynb", ".json")):
        with contextlib.suppress(ValueError):  # no JSON after all: look at it as it is
            text = "\n".join(strings_in(json.loads(text)))
    yield from (normalize(line) for line in text.splitlines() if line.strip())


def strings_in(value: Any) -> Iterator[str]:
    """Every string in JSON data, keys included; a list of lines counts as one text."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from strings_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings_in(inner)
