"""What a judge cell prints, and what the learner's code prints while the judge asks it: in order, but never mixed up.

A learner could otherwise hide the judge's own words, by printing so much that they are cut off or so little that they
no longer begin a line, or could speak in its name.
"""

from __future__ import annotations

import io

from .provisional import without_mark

LONGEST_OF_JUDGE, LONGEST_OF_LEARNER = 100_000, 50_000


class Said(io.TextIOBase):
    """The output of one judge cell; written to directly, it takes in the judge's own words."""

    def __init__(self) -> None:
        self._parts: list[tuple[bool, list[str]]] = []
        self._room = {True: LONGEST_OF_JUDGE, False: LONGEST_OF_LEARNER}

    def writable(self) -> bool:
        """It can be written to."""
        return True

    def write(self, text: str) -> int:
        """Take in what the judge says."""
        self._add(True, text)
        return len(text)

    def hear(self, text: str) -> None:
        """Take in what the learner's code says."""
        self._add(False, text)

    def _add(self, judge: bool, text: str) -> None:
        kept = text[: self._room[judge]]
        self._room[judge] -= len(kept)
        if kept:
            if not self._parts or self._parts[-1][0] is not judge:
                self._parts.append((judge, []))
            self._parts[-1][1].append(kept)

    def text(self) -> str:
        r"""All of it; what the learner's code said stands in lines of its own.

        Example:
            >>> said = Said()
            >>> said.hear("x"), said.write("two of three\n")
            (None, 13)
            >>> said.text()
            'x\ntwo of three\n'
        """
        joined = ""
        for judge, parts in self._parts:
            words = "".join(parts)
            joined += "\n" if joined and not joined.endswith("\n") else ""
            joined += words if judge else without_mark(words)
        return joined
