"""A text seen as the quality rules see it: words and lines, each with its place in the text."""

from __future__ import annotations

import re
from functools import cached_property

Span = tuple[int, int]
"""Where something stands in a text: first character, one past the last."""

WORD = re.compile(r"\S+")
LINE = re.compile(r"[^\n]+")
BULLET = re.compile(r"[-*+•‣●▪◦·–—►»]\s|\d{1,3}[.)]\s")
TERMINAL = re.compile(r"[.!?…。！？][\"'”’»)\]]*$|[\"”»]$")
EDGES = "".join(chr(c) for c in range(33, 127) if not chr(c).isalnum()) + "“”‘’«»…–—¿¡"
LONGEST = 1_000_000
WRAPPED_WIDTH = range(40, 100)


class Page:
    """The words and lines of one text, found once and shared by all rules.

    Attributes:
        text: the text as it was written; of a very long one the first million characters, which bounds memory.
    """

    def __init__(self, text: str) -> None:
        self.text = text[:LONGEST]

    @cached_property
    def word_spans(self) -> list[Span]:
        """Runs of anything but white space."""
        return [match.span() for match in WORD.finditer(self.text)]

    @cached_property
    def words(self) -> list[str]:
        """Words as written, punctuation included."""
        return [self.text[start:end] for start, end in self.word_spans]

    @cached_property
    def word_characters(self) -> int:
        """The characters of all words together."""
        return sum(map(len, self.words))

    @cached_property
    def bare_words(self) -> list[str]:
        """Words in lower case without the punctuation at their edges; a word of punctuation only becomes empty.

        Example:
            >>> Page('"Well," she said - softly.').bare_words
            ['well', 'she', 'said', '', 'softly']
        """
        return [word.strip(EDGES).casefold() for word in self.words]

    @cached_property
    def line_spans(self) -> list[Span]:
        r"""Lines with a letter or digit, without the white space around them; wrapped lines are joined again.

        The papers count lines of text taken out of HTML, where a paragraph is one line. In a file wrapped at 70
        characters most lines end in mid-sentence, so a line goes on when the next one follows directly, is indented
        alike, starts no sentence or list item, and the line itself is about as long as such lines are.

        Example:
            >>> page = Page("A heading\n\nThis sentence was wrapped by its careful\nauthor.\n- a point")
            >>> page.lines
            ['A heading', 'This sentence was wrapped by its careful\nauthor.', '- a point']
        """
        spans: list[Span] = []
        last: Span = (0, 0)  # the physical line before this one
        last_indent = 0
        for match in LINE.finditer(self.text):
            line = match.group()
            stripped = line.strip()
            if not any(map(str.isalnum, stripped)):
                continue
            indent = len(line) - len(line.lstrip())
            start = match.start() + indent
            end = start + len(stripped)
            wrapped = (
                bool(spans)
                and not self.text[last[1] : start].strip(" \t\r\n")
                and self.text.count("\n", last[1], start) == 1
                and last[1] - last[0] in WRAPPED_WIDTH
                and indent == last_indent
                and not (stripped[0].isupper() or BULLET.match(stripped) or TERMINAL.search(self.text[slice(*last)]))
            )
            spans[-1:] = [(spans[-1][0], end)] if wrapped else [*spans[-1:], (start, end)]
            last, last_indent = (start, end), indent
        return spans

    @cached_property
    def lines(self) -> list[str]:
        """The text of each line of `line_spans`."""
        return [self.text[start:end] for start, end in self.line_spans]
