"""The tokenizer itself: merges, a split pattern and special tokens; encoding runs in tiktoken's fast core."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Literal

import regex
import tiktoken

from ..files import write_atomically
from .checks import checked_pattern, checked_special_tokens, vocabulary
from .reference import Pair
from .split import GPT2_PATTERN, chunks, name_finder, words

END_OF_TEXT = "<|endoftext|>"
FILE_FORMAT = "pretraining-bpe-1"
# tiktoken 0.14 panics (a stack overflow in its regular expressions) on a million white-space characters in a row.
LONG_SPACE = 500_000

Names = Literal["all"] | Collection[str]


class Tokenizer:
    """Merges, a split pattern and special tokens: all that turns text into token ids and back.

    Args:
        merges: pairs of ids in the order they were learned; merge i makes id 256 + i.
        special_tokens: names that stand for themselves, such as `"<|endoftext|>"`; they get the last ids.
        pattern: the regular expression that splits text into words.

    Raises:
        ValueError: a merge is not a pair of ids that exist by then, or makes bytes that another token has; a name of a
            special token is empty or there twice; the pattern is no regular expression.

    Example:
        >>> tokenizer = Tokenizer([(116, 104), (256, 101)])
        >>> tokenizer.encode("the"), tokenizer.decode([257, 32, 256])
        ([257], 'the th')
    """

    def __init__(self, merges: Sequence[Pair], special_tokens: Sequence[str] = (), pattern: str = GPT2_PATTERN) -> None:
        self._bytes = vocabulary(merges)
        self.merges = [(left, right) for left, right in merges]
        self.special_tokens = {
            name: len(self._bytes) + i for i, name in enumerate(checked_special_tokens(special_tokens))
        }
        self.pattern = checked_pattern(pattern)
        self._names = list(self.special_tokens)
        self._name_finder = name_finder(self._names)

    @property
    def vocab_size(self) -> int:
        """How many ids there are: 256 bytes, the merges and the special tokens."""
        return len(self._bytes) + len(self.special_tokens)

    @cached_property
    def tiktoken(self) -> tiktoken.Encoding:
        """These merges as a `tiktoken.Encoding`; it needs no network."""
        return tiktoken.Encoding(
            name=f"course-{self.vocab_size}",
            pat_str=self.pattern,
            mergeable_ranks={piece: rank for rank, piece in enumerate(self._bytes)},
            special_tokens=self.special_tokens,
        )

    def encode(self, text: str, allowed_special: Names = frozenset()) -> list[int]:
        """Token ids of `text`. The name of a special token is refused unless you allow it; then it becomes its one id.

        Half a character (a lone surrogate) is read as U+FFFD, as in tiktoken.

        Args:
            text: what to encode.
            allowed_special: names of special tokens to recognise, or "all".

        Raises:
            ValueError: the text holds the name of a special token that is not allowed, or a name is unknown.

        Example:
            >>> Tokenizer([], ["<|end|>"]).encode("a<|end|>", allowed_special="all")
            [97, 256]
        """
        allowed = self._allowed(allowed_special)
        ids: list[int] = []
        start = 0
        for match in self._name_finder.finditer(text):
            ids += self.encode_ordinary(text[start : match.start()])
            ids.append(self._special_id(match.group(), allowed))
            start = match.end()
        return ids + self.encode_ordinary(text[start:])

    def encode_ordinary(self, text: str) -> list[int]:
        """Token ids of any text; the name of a special token is read as ordinary characters."""
        if len(text) >= LONG_SPACE and regex.search(rf"\s{{{LONG_SPACE}}}", text):
            return [i for word in words(text, self.pattern) for i in self.tiktoken._encode_single_piece(word)]
        return self.tiktoken.encode_ordinary(text)

    def encode_iterable(self, texts: Iterable[str], allowed_special: Names = frozenset()) -> Iterator[int]:
        """Token ids of one long text that comes in pieces, such as an open file: the same ids as of the text in one.

        It holds some 65,000 characters at a time, more only where `chunks` (in split.py) must. A single word is read
        whole and never cut; encoding it takes about 60 bytes of memory per byte, so 10 MB without a space take 600 MB.

        Args:
            texts: the pieces; a border between two of them may cut a word, a line end or the name of a special token.
            allowed_special: names of special tokens to recognise, or "all".

        Raises:
            ValueError: as `encode`, when the reading comes to the place.

        Example:
            >>> tokenizer = Tokenizer([(116, 104), (256, 101)])
            >>> list(tokenizer.encode_iterable(["t", "he", "n"])) == tokenizer.encode("then")
            True
        """
        allowed = self._allowed(allowed_special)
        for chunk in chunks(texts, self.pattern, self._names):
            if chunk in self.special_tokens:
                yield self._special_id(chunk, allowed)
            else:
                yield from self.encode_ordinary(chunk)

    def _allowed(self, names: Names) -> Collection[str]:
        if names == "all":
            return self._names
        unknown = [names] if isinstance(names, str) else sorted(set(names) - set(self._names))
        if unknown:
            known = ", ".join(map(repr, self._names)) or "none"
            raise ValueError(
                f'allowed_special is "all" or a set of names of special tokens ({known}), not {unknown[0]!r}'
            )
        return names

    def _special_id(self, name: str, allowed: Collection[str]) -> int:
        if name not in allowed:
            raise ValueError(
                f"the text contains {name!r}, the name of a special token: allow it with "
                f"allowed_special={{{name!r}}}, or read it as ordinary characters with encode_ordinary"
            )
        return self.special_tokens[name]

    def decode(self, ids: Iterable[int]) -> str:
        """The text that `ids` stand for; bytes that are not valid UTF-8 become U+FFFD.

        Raises:
            ValueError: an id outside the vocabulary.
        """
        return b"".join(self.token_bytes(i) for i in ids).decode("utf-8", errors="replace")

    def token_bytes(self, token: int) -> bytes:
        """The bytes that one token stands for; a special token stands for its name.

        Raises:
            ValueError: an id outside the vocabulary.
        """
        if not 0 <= token < self.vocab_size:
            raise ValueError(f"token id {token} is outside the vocabulary, 0 to {self.vocab_size - 1}")
        if token < len(self._bytes):
            return self._bytes[token]
        return self._names[token - len(self._bytes)].encode()

    def token_text(self, token: int) -> str:
        r"""What one token stands for, for people to read: bytes that are no text by themselves appear as `\xe2`.

        Example:
            >>> Tokenizer([]).token_text(97), Tokenizer([]).token_text(226)
            ('a', '\\xe2')
        """
        return self.token_bytes(token).decode("utf-8", errors="backslashreplace")

    def save(self, path: str | Path) -> None:
        """Write everything to one small JSON file, in one move."""
        content = {
            "format": FILE_FORMAT,
            "pattern": self.pattern,
            "special_tokens": self._names,
            "merges": self.merges,
        }
        write_atomically(Path(path), json.dumps(content).encode())

    @classmethod
    def load(cls, path: str | Path) -> Tokenizer:
        """Read a file that `save` wrote.

        Raises:
            ValueError: the file is not a saved tokenizer, or it is damaged.
            FileNotFoundError: there is no such file.
        """
        try:
            content = json.loads(Path(path).read_text(encoding="utf-8"))
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{path} is not a tokenizer saved by this course: {error}") from error
        if not isinstance(content, dict) or content.get("format") != FILE_FORMAT:
            raise ValueError(f"{path} is not a tokenizer saved by this course (no {FILE_FORMAT!r} in it)")
        try:
            return cls(content["merges"], content["special_tokens"], content["pattern"])
        except KeyError as error:
            raise ValueError(f"{path} is damaged: it has no {error}") from error
        except ValueError as error:
            raise ValueError(f"{path} is damaged: {error}") from error
