"""Learning merges: count the pairs once, keep the counts up to date, merge the most frequent pair, again and again."""

from __future__ import annotations

import heapq
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import regex

from .reference import BYTES, Pair, merge_pair
from .split import GPT2_PATTERN
from .tokenizer import END_OF_TEXT, Tokenizer


def train_bpe(
    texts: str | Iterable[str],
    vocab_size: int,
    special_tokens: Sequence[str] = (END_OF_TEXT,),
    pattern: str = GPT2_PATTERN,
) -> Tokenizer:
    """Learn a vocabulary by merging the most frequent pair of adjacent tokens, again and again.

    Training stops early when no pair is left, so a short text gives a smaller vocabulary.

    Args:
        texts: one text, or any number of them.
        vocab_size: how many ids to reach, bytes and special tokens included.

    Raises:
        ValueError: the vocabulary has no room for the 256 bytes and the special tokens.

    Example:
        >>> train_bpe("low lower lowest", 258, special_tokens=[]).merges
        [(111, 119), (108, 256)]
    """
    smallest = BYTES + len(special_tokens)
    if vocab_size < smallest:
        raise ValueError(
            f"a vocabulary needs at least {smallest} tokens "
            f"(256 bytes and {len(special_tokens)} special), got {vocab_size}"
        )
    splitter = regex.compile(pattern)
    counts: Counter[str] = Counter()
    for text in [texts] if isinstance(texts, str) else texts:
        counts.update(splitter.findall(text))
    merges = learn_merges({word.encode(): count for word, count in counts.items()}, vocab_size - smallest)
    return Tokenizer(merges, special_tokens, pattern)


def learn_merges(word_counts: dict[bytes, int], max_merges: int) -> list[Pair]:
    """The merges, in order, that byte-pair encoding learns from counted words."""
    words = [list(word) for word in word_counts]
    counts = list(word_counts.values())
    pair_counts: Counter[Pair] = Counter()
    pair_words: defaultdict[Pair, set[int]] = defaultdict(set)
    for index, word in enumerate(words):
        for pair in itertools.pairwise(word):
            pair_counts[pair] += counts[index]
            pair_words[pair].add(index)

    # A heap's smallest entry comes first: negated bytes put the greater string first, the 1 the longer one.
    rank = [(-value, 1) for value in range(BYTES)]

    def entry(pair: Pair) -> tuple:
        return -pair_counts[pair], rank[pair[0]], rank[pair[1]], pair

    heap = [entry(pair) for pair in pair_counts]
    heapq.heapify(heap)
    merges: list[Pair] = []
    while heap and len(merges) < max_merges:
        negated_count, _, _, pair = heapq.heappop(heap)
        if pair_counts[pair] != -negated_count:  # out of date: put back with its present count
            if pair_counts[pair]:
                heapq.heappush(heap, entry(pair))
            continue
        new_id = BYTES + len(merges)
        merges.append(pair)
        rank.append(rank[pair[0]][:-1] + rank[pair[1]])
        changes: Counter[Pair] = Counter()
        for index in pair_words.pop(pair):
            old, new = words[index], merge_pair(words[index], pair, new_id)
            words[index] = new
            for gone in itertools.pairwise(old):
                changes[gone] -= counts[index]
            for come in itertools.pairwise(new):
                changes[come] += counts[index]
                pair_words[come].add(index)
        for changed, difference in changes.items():
            pair_counts[changed] += difference
            if difference > 0:
                heapq.heappush(heap, entry(changed))
        del pair_counts[pair]
    return merges
