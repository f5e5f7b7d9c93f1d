"""Showing why: the places in a text that matter, cut out so that a page can mark them."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

from .page import WORD, Span
from .quality import merged


def pieces(text: str, spans: Iterable[Span]) -> list[tuple[str, bool]]:
    """A text cut into (piece, whether it is marked); joined together the pieces give the text again.

    Example:
        >>> pieces("buy now or never", [(4, 7)])
        [('buy ', False), ('now', True), (' or never', False)]
    """
    found: list[tuple[str, bool]] = []
    place = 0
    for start, end in merged(spans):
        found += [(text[place:start], False), (text[start:end], True)]
        place = end
    return [(piece, marked) for piece, marked in [*found, (text[place:], False)] if piece]


def changed_spans(text: str, original: str) -> list[Span]:
    """Where a text has other words than the one that it repeats.

    Example:
        >>> changed_spans("the old mill stood here", "the mill stood there")
        [(4, 7), (19, 23)]
    """
    words = [match.span() for match in WORD.finditer(text)]
    ours, theirs = [text[start:end] for start, end in words], original.split()
    changes = SequenceMatcher(None, theirs, ours, autojunk=False).get_opcodes()
    return [
        (words[first][0], words[last - 1][1]) for tag, _, _, first, last in changes if tag != "equal" and last > first
    ]
