r"""Failures in words: what a failed test said, and the same failure of many students seen as one.

Two messages are the same failure if they differ only in numbers, addresses, long quotations and in what the student's
code gave; the idea that a message of `expect` ends with decides if there is one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST = 1_500
SILENT = "earned less than all points, and the test said nothing"
NOT_WRITTEN = "not written yet"
CREDIT = re.compile(r"(?m)^(?=not yet \([^)\n]* points?\): )")
CREDIT_HEAD = re.compile(r"not yet \([^)\n]*\): ")
ARROW = re.compile(r"(?m)^\s*-+>\s*\d+\s+(.+)$")
IDEA = re.compile(r"(?m)^ {2}think about {2}(.+)$")
CALLED = re.compile(r"(?m)^ {2}you called {3}(\w+)")


@dataclass(frozen=True)
class Failure:
    """One way to fail a part.

    Attributes:
        notebook: where the part is.
        part: its name.
        message: an example of what was said; the commonest.
        students: ids of those who met it.
    """

    notebook: str
    part: str
    message: str
    students: tuple[str, ...]


def what_was_said(outputs: list[dict[str, str]]) -> list[str]:
    """The messages in a failed test's outputs: its error, and each part of partial credit that was not earned.

    Args:
        outputs: of {"stdout"} or {"ename", "evalue", "traceback"}.

    Example:
        >>> what_was_said([{"ename": "NameError", "evalue": "name 'f' is not defined", "traceback": ""}])
        ["NameError: name 'f' is not defined"]
    """
    if any(output.get("ename") == "CellTimeoutError" for output in outputs):
        return ["ran out of time"]  # the interrupt that ended it is another error among the outputs
    said = []
    for output in outputs:
        if "stdout" in output:
            pieces = CREDIT.split(output["stdout"])
            said += [piece.strip("\n") for piece in pieces if CREDIT_HEAD.match(piece)]
        else:
            said.append(_error(output["ename"], output["evalue"].strip("\n"), output["traceback"]))
    return [message[:LONGEST] for message in said] or [SILENT]


def _error(name: str, words: str, traceback: str) -> str:
    """An error as a message; an `assert` without words is told by its line, if the traceback shows it."""
    if name == "NotImplementedError" and not words:
        return NOT_WRITTEN
    if words:
        return words if name == "AssertionError" else f"{name}: {words}"
    line = ARROW.search(traceback)
    return f"{name} at: {line[1].strip()}" if line else f"{name}, without a message"


def pattern(message: str) -> str:
    r"""What is the same in all messages that tell of the same failure.

    Example:
        >>> pattern("ValueError: got 3 of 17 items") == pattern("ValueError: got 12 of 4 items")
        True
        >>> judged = "\n  you called   f({0})\n  it gave      {1}\n  expected     2\n  think about  {2}"
        >>> pattern(judged.format(1, 7, "one more")) == pattern(judged.format(2, 9, "one more"))
        True
        >>> pattern(judged.format(1, 7, "one more")) == pattern(judged.format(1, 7, "an empty list"))
        False
    """
    idea = IDEA.search(message)
    if idea:
        called = CALLED.search(message)
        head = CREDIT_HEAD.match(message)
        credit = message.partition("\n")[0] if head else ""
        return " | ".join([credit, called[1] if called else "", idea[1].strip()])
    text = re.sub(r"0x[0-9a-fA-F]+", "0x", message)
    text = re.sub(r"(['\"])(?:(?!\1).){40,}\1", "''", text)
    return re.sub(r"[-+]?\d+(\.\d+)?([eE][-+]?\d+)?", "#", text)[:300]


def grouped(said: Iterable[tuple[str, str, str, list[str]]]) -> list[Failure]:
    """Failures of a class, the commonest first; each student counts once for each.

    Args:
        said: (student, notebook, part, messages), one for each failed part of each student.
    """
    students: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    examples: dict[tuple[str, str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for student, notebook, part, messages in said:
        for message in messages:
            key = (notebook, part, pattern(message))
            if students[key][-1:] != [student]:
                students[key].append(student)
            if message in examples[key] or len(examples[key]) < 50:
                examples[key][message] += 1
    failures = [
        Failure(notebook, part, max(examples[key], key=examples[key].__getitem__), tuple(students[key]))
        for key in students
        for notebook, part, _ in [key]
    ]
    return sorted(failures, key=lambda failure: (-len(failure.students), failure.notebook, failure.part))
