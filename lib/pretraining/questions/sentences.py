"""From an answer to the stretches of it that can tell an idea: its sentences, and the clauses inside them."""

import re

Span = tuple[int, int]
"""Start and end of a stretch of text, in characters."""

_END = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][\"”)\]]))\s+|\n+")
_NO_END = re.compile(r"\W*(?:\d+|[a-z])?\W*|.*\b(?:e\.g|i\.e|vs|etc)\.", re.DOTALL)
_CLAUSE = re.compile(
    r"[,;:—–]\s+|\s+(?=(?:and|but|then|because|since|so|while|whereas|which|yet|although)\b)|\s[-→=]+>?\s|\s+(?=\(?\d\)\s)"
)
SHORTEST_CLAUSE = 18
"""Characters: a shorter piece stays with what follows it."""


def sentences(text: str) -> list[Span]:
    """Where the sentences of a text stand. A line break ends a sentence; the number of a list item does not.

    Example:
        >>> [("1. Read. 2. Guess.")[start:end] for start, end in sentences("1. Read. 2. Guess.")]
        ['1. Read.', '2. Guess.']
    """
    found, start = [], 0
    for match in [*_END.finditer(text), None]:
        end = match.start() if match else len(text)
        if match and _NO_END.fullmatch(text[start:end].strip().lower()):
            continue
        if text[start:end].strip():
            found.append((start, end))
        if match:
            start = match.end()
    return found


def shortened(text: str, spans: list[Span], most: int) -> list[Span]:
    """The spans, those of more than `most` characters cut at white space where there is some.

    Example:
        >>> shortened("one two three", [(0, 13)], most=8)
        [(0, 8), (8, 13)]
    """
    found = []
    for start, end in spans:
        while end - start > most:
            gap = text.rfind(" ", start, start + most)
            cut = gap + 1 if gap > start else start + most
            found.append((start, cut))
            start = cut
        found.append((start, end))
    return found


def clauses(text: str, within: list[Span]) -> list[Span]:
    """Where the clauses stand inside the given sentences. A sentence that is one clause has none.

    Example:
        >>> text = "We feed it some text, and it guesses the next token."
        >>> [text[start:end] for start, end in clauses(text, sentences(text))]
        ['We feed it some text, ', 'and it guesses the next token.']
    """
    found = []
    for first, last in within:
        start = first
        for cut in [*(first + match.end() for match in _CLAUSE.finditer(text[first:last])), last]:
            if cut != last and cut - start < SHORTEST_CLAUSE:
                continue
            if (start, cut) != (first, last) and text[start:cut].strip():
                found.append((start, cut))
            start = cut
    return found
