"""Points that a person should look at: a judge cell says so in one printed line, the *mark*.

Being ordinary output, the mark travels with the notebook through any way of grading; `flags` reads it afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

LONGEST_REASON = 1_000
MARK = "[a person should look at this]"


def provisional(cell: str, reason: str) -> None:
    """Ask for a person, if there is a reason: the points that this judge cell gives are provisional.

    Args:
        cell: the nbgrader id of the learner's cell that the reason is about; it becomes a comment there.
        reason: what to look at; empty if nothing is in doubt.

    Example:
        >>> provisional("essay", "the second point is vague")
        [a person should look at this] essay: the second point is vague
        >>> provisional("essay", "")
    """
    if reason:
        print(f"{MARK} {cell}: {' '.join(reason.split())}")


def marks(outputs: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    r"""The reasons in a cell's outputs, by the id of the cell that each is about.

    Example:
        >>> marks([{"output_type": "stream", "name": "stdout", "text": f"2 of 4 ideas\n{MARK} essay: it is vague\n"}])
        {'essay': 'it is vague'}
    """
    said = "\n".join(output["text"] for output in outputs if output.get("output_type") == "stream")
    found = re.findall(rf"^{re.escape(MARK)} (\S+): (.+)$", said, re.M)
    return {cell: _printable(reason) for cell, reason in found}


def without_mark(text: str) -> str:
    """A learner's own output, in which nothing passes for a mark."""
    return text.replace(MARK, MARK.replace("[", "(").replace("]", ")"))


def _printable(reason: str) -> str:
    """Only what a gradebook can store: a reason may quote a learner."""
    return "".join(letter for letter in reason[:LONGEST_REASON] if letter.isprintable())
