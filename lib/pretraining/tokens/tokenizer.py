"""The tokenizer itself: merges, a split pattern and special tokens; encoding runs in tiktoken's fast core."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

import tiktoken

from ..files import write_atomically
from .reference import BYTES, Pair
from .split import GPT2_PATTERN

END_OF_TEXT = "<|endoftext|>"
FILE_FORMAT = "pretraining-bpe-1"


class Tokenizer:
    """Merges, a split pattern and special tokens: all that turns text into token ids and back.

    Args:
        merges: pairs of ids in the order they were learned; merge i makes id 256 + i.
        special_tokens: names that stand for themselves, such as `"<|endoftext|>"`; they get the last ids.
        pattern: the regular expression that splits text into words.

    Example:
        >>> tokenizer = Tokenizer([(116, 104), (256, 101)])
        >>> tokenizer.encode("the"), tokenizer.decode([257, 32, 256])
        ([257], 'the th')
    """

    def __init__(self, merges: Sequence[Pair], special_tokens: Sequence[str] = (), pattern: str = GPT2_PATTERN) -> None:
        self.merges = [(left, right) for left, right in merges]
        self.pattern = pattern
        self._bytes = [bytes([value]) for value in range(BYTES)]
        for left, right in self.merges:
            self._bytes.append(self._bytes[left] + self._bytes[right])
        self.special_tokens = {name: len(self._bytes) + i for i, name in enumerate(special_tokens)}

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

    def encode(self, text: str) -> list[int]:
        """Token ids of `text`; the name of a special token is read as ordinary characters."""
        return self.tiktoken.encode_ordinary(text)

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
        return list(self.special_tokens)[token - len(self._bytes)].encode()

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
            "special_tokens": list(self.special_tokens),
            "merges": self.merges,
        }
        write_atomically(Path(path), json.dumps(content).encode())

    @classmethod
    def load(cls, path: str | Path) -> Tokenizer:
        """Read a file that `save` wrote.

        Raises:
            ValueError: the file is not a saved tokenizer.
        """
        try:
            content = json.loads(Path(path).read_text(encoding="utf-8"))
        except ValueError as error:
            raise ValueError(f"{path} is not a tokenizer saved by this course: {error}") from error
        if not isinstance(content, dict) or content.get("format") != FILE_FORMAT:
            raise ValueError(f"{path} is not a tokenizer saved by this course (no {FILE_FORMAT!r} in it)")
        return cls(content["merges"], content["special_tokens"], content["pattern"])
