"""Training played again, one merge at a time, on a text short enough to look at.

It recounts every pair after every merge: slow, but each step can be checked by hand. `train_bpe` learns the same
merges.
"""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass

from .reference import Pair, merge_pair
from .split import BYTES, GPT2_PATTERN
from .split import words as split_words

SHOWN_CANDIDATES = 8


@dataclass(frozen=True)
class MergeStep:
    """What the text looks like after one merge, and why that merge was chosen.

    Attributes:
        pair: the two ids that were merged; None at step 0, before the first merge.
        count: how often the pair stood in the text before it was merged; 0 at step 0.
        pieces: the tokens of every word after this merge, as bytes, in the order of the text.
        candidates: the most frequent pairs before this merge, as (left bytes, right bytes, count). The first one was
            merged. At most 8; none at step 0.
    """

    pair: Pair | None
    count: int
    pieces: tuple[tuple[bytes, ...], ...]
    candidates: tuple[tuple[bytes, bytes, int], ...]


def replay(text: str, max_merges: int, pattern: str = GPT2_PATTERN) -> list[MergeStep]:
    """Every step of training on a short text: step 0 is bytes, step i is the text after merge i.

    Merge i makes id 255 + i, as in `train_bpe`: step 1 makes id 256.

    Args:
        text: a few sentences; the time grows with its length times the number of merges.
        max_merges: how many merges to make; fewer if no pair is left.
        pattern: the regular expression that splits text into words.

    Returns:
        At least one step, and at most `max_merges + 1`.

    Raises:
        ValueError: a negative number of merges.

    Example:
        >>> for step in replay("low lower", 2):
        ...     print(step.pair, step.count, step.pieces)
        None 0 ((b'l', b'o', b'w'), (b' ', b'l', b'o', b'w', b'e', b'r'))
        (111, 119) 2 ((b'l', b'ow'), (b' ', b'l', b'ow', b'e', b'r'))
        (108, 256) 2 ((b'low',), (b' ', b'low', b'e', b'r'))
    """
    if max_merges < 0:
        raise ValueError(f"the number of merges must be at least 0, got {max_merges}")
    words = [list(word.encode()) for word in split_words(text, pattern)]
    strings = [bytes([value]) for value in range(BYTES)]
    steps = [MergeStep(None, 0, _pieces(words, strings), ())]
    while len(steps) <= max_merges:
        ranking = _ranking(words, strings)
        if not ranking:
            break
        pair, count = ranking[0]
        words = [merge_pair(word, pair, len(strings)) for word in words]
        candidates = tuple((strings[left], strings[right], seen) for (left, right), seen in ranking[:SHOWN_CANDIDATES])
        strings.append(strings[pair[0]] + strings[pair[1]])
        steps.append(MergeStep(pair, count, _pieces(words, strings), candidates))
    return steps


def _ranking(words: list[list[int]], strings: list[bytes]) -> list[tuple[Pair, int]]:
    """All pairs with their counts, the next to be merged first: the most frequent, then the greater byte strings."""
    counts = Counter(pair for word in words for pair in itertools.pairwise(word))
    return sorted(counts.items(), key=lambda item: (item[1], strings[item[0][0]], strings[item[0][1]]), reverse=True)


def _pieces(words: list[list[int]], strings: list[bytes]) -> tuple[tuple[bytes, ...], ...]:
    return tuple(tuple(strings[i] for i in word) for word in words)
