"""What a student wrote as a set of *shingles*: runs of tokens that renaming, comments and layout do not change.

Shingles are those of Broder 1997, "On the resemblance and containment of documents"; each is kept as a 32-bit hash.
"""

from __future__ import annotations

import builtins
import keyword
import re
import zlib
from collections.abc import Iterable

import numpy as np

CODE_TOKENS, TEXT_WORDS = 6, 5
LONGEST_TEXT = 200_000

TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)
    |(?P<string>[rRbBuUfF]{0,2}(?:'{3}.*?'{3}|\"{3}.*?\"{3}|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"))
    |(?P<name>[^\W\d]\w*)
    |(?P<number>\d[\w.]*)
    |(?P<line>\n)
    |(?P<other>\*\*=?|//=?|[-+*/%@&|^=!<>]=|->|:=|<<|>>|[^\s\w])""",
    re.VERBOSE | re.DOTALL,
)
KEPT = frozenset(keyword.kwlist) | frozenset(dir(builtins)) | {"self"}


def code_tokens(source: str, given: frozenset[str]) -> list[str]:
    r"""Python code as tokens that renaming, comments, docstrings and layout do not change; it need not be valid.

    Args:
        source: the text of one cell.
        given: names that were handed out; all other names that are not Python's own become `?`.

    Example:
        >>> code_tokens("def f(x):  # twice\n    total = 2*x\n    return total", frozenset({"f"}))
        ['def', 'f', '(', '?', ')', ':', '?', '=', '2', '*', '?', 'return', '?']
    """
    tokens: list[str] = []
    starts = True  # a statement may start here, and a string that does is a docstring
    for found in TOKEN.finditer(source[:LONGEST_TEXT]):
        kind, text = found.lastgroup, found[0]
        if kind == "comment":
            continue
        if kind == "line":
            starts = True
            continue
        if kind == "string" and starts:
            continue
        starts = False
        if kind == "name":
            text = text if text in KEPT or text in given or tokens[-1:] == ["."] else "?"
        elif kind == "string":
            text = " ".join(text.split()).replace('"', "'")
        tokens.append(text)
    return tokens


def text_tokens(source: str) -> list[str]:
    """Prose as lower-case words.

    Example:
        >>> text_tokens("The **model** reads; it doesn't know.")
        ['the', 'model', 'reads', 'it', 'doesn', 't', 'know']
    """
    return re.findall(r"\w+", source[:LONGEST_TEXT].casefold())


def shingles(cells: Iterable[str], kind: str, given: frozenset[str] = frozenset()) -> np.ndarray:
    """The distinct shingles of some cells as sorted 32-bit hashes; no shingle spans two cells."""
    size = CODE_TOKENS if kind == "code" else TEXT_WORDS
    found: set[int] = set()
    for cell in cells:
        tokens = code_tokens(cell, given) if kind == "code" else text_tokens(cell)
        runs = zip(*(tokens[start:] for start in range(size)), strict=False)
        found.update(zlib.crc32("\x1f".join(run).encode("utf-8", "replace")) for run in runs)
    return np.fromiter(sorted(found), dtype=np.uint32, count=len(found))


def names_in(sources: Iterable[str]) -> frozenset[str]:
    """All names in the code that was handed out."""
    return frozenset(found[0] for source in sources for found in TOKEN.finditer(source) if found.lastgroup == "name")
