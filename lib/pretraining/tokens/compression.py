"""How much text a token carries: bytes per token, for one vocabulary or for all the smaller ones inside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import tiktoken

from .split import BYTES
from .tokenizer import Tokenizer


def bytes_per_token(encoding: tiktoken.Encoding, text: str) -> float:
    """Bytes of UTF-8 that one token stands for on average; 0.0 for an empty text.

    Names of special tokens are read as ordinary characters.

    Example:
        >>> bytes_per_token(Tokenizer([(116, 104), (256, 101)]).tiktoken, "the the")
        2.3333333333333335
    """
    tokens = encoding.encode_ordinary(text)
    return len(text.encode()) / len(tokens) if tokens else 0.0


def smaller(tokenizer: Tokenizer, vocab_size: int) -> Tokenizer:
    """The vocabulary of `vocab_size` tokens that training passed on its way: the first merges, no special tokens.

    Raises:
        ValueError: fewer than the 256 bytes, or more tokens than there are.

    Example:
        >>> smaller(Tokenizer([(116, 104), (256, 101)]), 257).merges
        [(116, 104)]
    """
    largest = BYTES + len(tokenizer.merges)
    if not BYTES <= vocab_size <= largest:
        raise ValueError(f"a vocabulary inside this one has {BYTES} to {largest} tokens, not {vocab_size}")
    return Tokenizer(tokenizer.merges[: vocab_size - BYTES], pattern=tokenizer.pattern)


def growth(tokenizer: Tokenizer, sizes: Sequence[int], texts: Mapping[str, str]) -> list[tuple[int, str, float]]:
    """(vocabulary size, name of the text, bytes per token) for every size and text; one training serves all sizes."""
    rows = []
    for size in sizes:
        encoding = smaller(tokenizer, size).tiktoken
        rows += [(size, name, bytes_per_token(encoding, text)) for name, text in texts.items()]
    return rows
