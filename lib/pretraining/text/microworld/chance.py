"""Seeded choices that come out the same on every machine and every Python.

Python promises that `random.Random(seed).random()` never changes; it does not promise that for `choice` or `shuffle`,
and `hash` of a string differs from process to process. So everything here rests on `random()` and SHA-256 alone.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from functools import cache
from typing import TypeVar

T = TypeVar("T")
RESERVED_SHARE = 0.2


class Dice:
    """A stream of random choices, named by words: the same words give the same stream.

    Example:
        >>> Dice(0, "web", 7).integer(1, 1000) == Dice(0, "web", 7).integer(1, 1000)
        True
    """

    def __init__(self, *name: object) -> None:
        self.random = random.Random(fingerprint(*name)).random

    def integer(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.random() * (high - low + 1))

    def choice(self, options: Sequence[T]) -> T:
        """One of the options."""
        return options[int(self.random() * len(options))]

    def weighted(self, weights: dict[str, float]) -> str:
        """One of the keys, each as likely as its share of the weights."""
        point = self.random() * sum(weights.values())
        for key, weight in weights.items():
            point -= weight
            if point < 0:
                return key
        return next(key for key in reversed(weights) if weights[key])

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The items in random order (Fisher and Yates)."""
        mixed = list(items)
        for last in range(len(mixed) - 1, 0, -1):
            other = self.integer(0, last)
            mixed[last], mixed[other] = mixed[other], mixed[last]
        return mixed

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        """`count` items at different places, in random order."""
        if count > len(items) // 4:
            return self.shuffled(items)[:count]
        places: list[int] = []
        while len(places) < count:
            place = int(self.random() * len(items))
            if place not in places:
                places.append(place)
        return [items[place] for place in places]


def fingerprint(*name: object) -> int:
    """A 64-bit number that stands for some words: SHA-256 of them, shortened."""
    text = "\x1f".join(str(part) for part in name)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


@cache
def reserved(*words: str) -> bool:
    """Whether a combination of words is kept for probes: no document ever uses it.

    A fifth of all combinations is. This is how a probe can be held out from text that has no end.
    """
    return fingerprint("reserved", *words) < RESERVED_SHARE * 2**64
