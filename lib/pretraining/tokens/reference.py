"""Encoding that people can read: the same ids as tiktoken's fast core, in a few lines of Python."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from .split import BYTES, GPT2_PATTERN, words

Pair = tuple[int, int]


def reference_encode(text: str, merges: Sequence[Pair], pattern: str = GPT2_PATTERN) -> list[int]:
    """Token ids of `text`: each word starts as bytes, and the pair that was learned first is merged first.

    Names of special tokens are read as ordinary characters, as `Tokenizer.encode_ordinary` does.

    Args:
        text: what to encode.
        merges: pairs of ids in the order in which they were learned; merge i makes id 256 + i.
        pattern: the regular expression that splits text into words.

    Returns:
        The ids that tiktoken gives with the same merges, if the merges come from training. (tiktoken looks a merge up
        by its bytes, not by its two ids. Only merges that no training could learn show the difference.)

    Example:
        >>> reference_encode("the then", [(116, 104), (256, 101)])
        [257, 32, 257, 110]
    """
    ranks = {pair: rank for rank, pair in enumerate(merges)}
    ids: list[int] = []
    for word in words(text, pattern):
        ids += _encode_word(word.encode(), ranks)
    return ids


def _encode_word(word: bytes, ranks: dict[Pair, int]) -> list[int]:
    pieces = list(word)
    while True:
        known = [pair for pair in itertools.pairwise(pieces) if pair in ranks]
        if not known:
            return pieces
        first = min(known, key=ranks.__getitem__)
        pieces = merge_pair(pieces, first, BYTES + ranks[first])


def merge_pair(ids: Sequence[int], pair: Pair, new_id: int) -> list[int]:
    """Replace each `pair` in `ids` by `new_id`, from left to right, without overlap.

    Example:
        >>> merge_pair([97, 97, 97], (97, 97), 256)
        [256, 97]
    """
    merged: list[int] = []
    i = 0
    while i < len(ids):
        if i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair:
            merged.append(new_id)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return merged
