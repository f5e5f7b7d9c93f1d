"""A rehearsal of an experiment: a stand-in for training that only counts, exactly and at once.

Takes the place of `quick_train`. Its models say what the text says: after a context, each byte is as probable as it
followed that very context in the text. So whoever writes an experiment knows what has to come out before paying for it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import torch
from torch import Tensor

from .quick import BYTES


class CountingModel:
    """What a text says, counted; it answers like a `QuickModel`, with the tokens of `list(text.encode())`.

    Example:
        >>> model = CountingModel(["a cat", "a cat", "a cow"])
        >>> model.next_logits(list(b"a c")).softmax(-1)[[ord("a"), ord("o")]].tolist()
        [0.6666666865348816, 0.3333333432674408]
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._text = "".join(f"{text}\n" for text in texts).encode()
        self._bytes = Counter(self._text)

    def next_logits(self, tokens: Sequence[int]) -> Tensor:
        """The logarithm of how often each byte followed these in the text, shape (256,); all 0 if none ever did."""
        context, followers = bytes(tokens), torch.zeros(BYTES)
        start = self._text.find(context)
        while 0 <= start < len(self._text) - len(context):
            followers[self._text[start + len(context)]] += 1
            start = self._text.find(context, start + 1)
        return followers.log() if followers.any() else followers

    def loss(self, text: str) -> float:
        """The mean surprise at each byte by how frequent it is, with 1 added to each count; in nats per byte.

        Raises:
            ValueError: the text is empty.
        """
        if not text:
            raise ValueError("a mean needs at least one byte")
        total = len(self._text) + BYTES
        return sum(-math.log((self._bytes[byte] + 1) / total) for byte in text.encode()) / len(text.encode())
