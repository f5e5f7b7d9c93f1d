"""Splitting text into words, before any merge: no token ever crosses a word's border.

Takes a text, whole or in pieces, and hands on its words, or chunks that end where a word ends. Training and encoding
both read long text through `chunks`.

Sources: GPT-2's pattern: Radford et al. 2019 (encoder.py); GPT-4's (cl100k_base): tiktoken (openai_public.py).
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Collection, Iterable, Iterator

import regex
import tiktoken

BYTES = 256
GPT2_PATTERN = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""
GPT4_PATTERN = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s++$|\s*[\r\n]|\s+(?!\S)|\s+"
)
# Where a word ends for certain, whatever stands further left or right: after a letter or a digit that is followed by
# something else, ...
_AFTER_LETTER_OR_DIGIT = r"(?<=\p{L})(?=\P{L})|(?<=\p{N})(?=\P{N})"
# ... and after a punctuation mark that is followed by white space. GPT-4's words keep line ends after such a mark.
_ENDS = {
    GPT2_PATTERN: regex.compile(rf"(?r){_AFTER_LETTER_OR_DIGIT}|(?<=[^\s\p{{L}}\p{{N}}])(?=\s)"),
    GPT4_PATTERN: regex.compile(
        rf"(?r){_AFTER_LETTER_OR_DIGIT}|(?<=[^\s\p{{L}}\p{{N}}])(?=[^\S\r\n])|(?<=[\r\n])(?=\S)"
    ),
}
CHUNK = 2**16  # characters


def words(text: str, pattern: str = GPT2_PATTERN) -> list[str]:
    """Cut a text into words, exactly as tiktoken does.

    Half a character (a lone surrogate) becomes U+FFFD, as in tiktoken.

    Example:
        >>> words("It's 9 o'clock.")
        ['It', "'s", ' 9', ' o', "'", 'clock', '.']
    """
    text = repaired(text)
    shadow = _shadow(text)
    if shadow == text:
        return [match.group() for match in regex.finditer(pattern, text)]
    return [text[match.start() : match.end()] for match in regex.finditer(pattern, shadow)]


def repaired(text: str) -> str:
    """The text, with surrogates joined to characters where they come in pairs, and else replaced by U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


class _StandIns(dict[int, int]):
    """For each character one of the same kind (letter, digit, other) that every library knows.

    `regex` 2026.11 calls 17,480 characters letters or digits that tiktoken 0.14 and `tokenizers` 0.23 do not know yet.
    So for every character that is younger than Unicode 3.2 (2002), we ask tiktoken.
    """

    def __missing__(self, code: int) -> int:
        character, stand_in = chr(code), code
        if unicodedata.ucd_3_2_0.category(character) == "Cn":
            kinds = [kind for kind, asked in _KINDS.items() if asked.encode_ordinary(character)]
            stand_in = ord(kinds[0]) if kinds else 0xE000
        self[code] = stand_in
        return stand_in


_KINDS = {
    example: tiktoken.Encoding(
        name=kind, pat_str=kind, mergeable_ranks={bytes([i]): i for i in range(BYTES)}, special_tokens={}
    )
    for example, kind in (("一", r"\p{L}"), ("0", r"\p{N}"))
}
_STAND_INS = _StandIns()


def _shadow(text: str) -> str:
    return text if text.isascii() else text.translate(_STAND_INS)


def chunks(pieces: Iterable[str], pattern: str = GPT2_PATTERN, names: Collection[str] = ()) -> Iterator[str]:
    """Regroup the pieces of one text into chunks that end where a word ends, about 65,000 characters each.

    A chunk is longer only when the text holds a longer stretch without a certain end of a word, such as one word
    without a space. With a pattern other than GPT-2's and GPT-4's, the whole text is one chunk.

    Args:
        pieces: they joined are the text; a border between two of them may cut a word or a name.
        pattern: the regular expression that splits text into words.
        names: of special tokens; each one in the text comes as a chunk of its own. Of two names that begin at the same
            place, the longer one counts.

    Raises:
        ValueError: a piece is not a string.

    Example:
        >>> list(chunks(["one t", "wo<|endof", "text|>three"], names=["<|endoftext|>"]))
        ['one two', '<|endoftext|>', 'three']
    """
    waiting: list[str] = []
    size, enough = 0, CHUNK
    for piece in _short(pieces):
        waiting.append(piece)
        size += len(piece)
        if size >= enough:
            *ready, rest = _divide("".join(waiting), pattern, names, last=False)
            yield from filter(None, ready)
            # Twice the rest, so that a very long word is not read again at every piece.
            waiting, size, enough = [rest], len(rest), max(CHUNK, 2 * len(rest))
    yield from filter(None, _divide("".join(waiting), pattern, names, last=True))


def _short(pieces: Iterable[str]) -> Iterator[str]:
    """The same text in pieces that are not longer than a chunk."""
    for piece in pieces:
        if not isinstance(piece, str):
            raise ValueError(f"a text must be a string, got {type(piece).__name__}")
        for start in range(0, len(piece), CHUNK):
            yield piece[start : start + CHUNK]


def _divide(text: str, pattern: str, names: Collection[str], last: bool) -> list[str]:
    """Chunks of `text`; if more text is to follow, the last one is what must wait for it."""
    half = text[-1:] if not last and "\ud800" <= text[-1:] <= "\udbff" else ""
    text = repaired(text[: len(text) - len(half)])
    longest = max(map(len, names), default=1)
    found, start = [], 0
    for match in name_finder(names).finditer(text):
        if not last and match.start() + longest > len(text):
            break  # what follows may make it a longer name
        found += [text[start : match.start()], match.group()]
        start = match.end()
    tail = text[start:]
    if last:
        return [*found, tail]
    cut = 0
    if pattern in _ENDS:
        # Before this limit no name can begin that is not complete.
        end = _ENDS[pattern].search(_shadow(tail), 0, max(0, len(tail) - longest + 2))
        cut = end.start() if end else 0
    return [*found, tail[:cut], tail[cut:] + half]


def name_finder(names: Collection[str]) -> regex.Pattern[str]:
    """A pattern that finds each of the names, the longest first; without names it finds nothing."""
    by_length = sorted(names, key=len, reverse=True)
    return regex.compile("|".join(map(regex.escape, by_length)) if names else r"(?!)")


def read_pieces(path: str | os.PathLike[str]) -> Iterator[str]:
    """A UTF-8 file, piece by piece, with its line ends as they are.

    Raises:
        ValueError: the file cannot be read, or it is not UTF-8.
    """
    try:
        with open(path, encoding="utf-8", newline="") as file:
            while piece := file.read(CHUNK):
                yield piece
    except OSError as error:
        raise ValueError(f"{os.fspath(path)} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{os.fspath(path)} is not UTF-8 text: {error.reason}") from error
