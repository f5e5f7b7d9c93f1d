"""Learning merges: count the pairs once, keep the counts up to date, merge the most frequent pair, again and again."""

from __future__ import annotations

import heapq
import os
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from .checks import check_vocab_size, checked_pattern, checked_special_tokens
from .reference import Pair
from .split import BYTES, GPT2_PATTERN, chunks, read_pieces, words
from .tokenizer import END_OF_TEXT, Tokenizer

GAP = -1  # stands between two words, and where the right half of a merged pair was

Texts = str | os.PathLike[str] | Iterable[str]


def train_bpe(
    texts: Texts,
    vocab_size: int,
    special_tokens: Sequence[str] = (END_OF_TEXT,),
    pattern: str = GPT2_PATTERN,
    *,
    on_short: Callable[[str], object] | None = None,
) -> Tokenizer:
    """Learn a vocabulary by merging the most frequent pair of adjacent tokens, again and again.

    Of equally frequent pairs, the lexicographically greater pair of byte strings is merged. Training stops early when
    no pair is left: a short text gives a smaller vocabulary, and a warning.

    Args:
        texts: one text as a `str`; or a path (`pathlib.Path`) of a UTF-8 file, which is read piece by piece; or any
            number of texts. What stays in memory is each different word once.
        vocab_size: how many ids to reach, bytes and special tokens included.
        special_tokens: names that get an id of their own. Where one stands in the text, the text is cut and the name
            left out, so no merge is learned from it.
        pattern: the regular expression that splits text into words.
        on_short: called with the message when the text is too short, instead of a warning.

    Raises:
        ValueError: the vocabulary has no room for the 256 bytes and the special tokens; a name is empty or there twice;
            the file cannot be read as UTF-8.

    Example:
        >>> train_bpe("low lower lowest", 258, special_tokens=[]).merges
        [(111, 119), (108, 256)]
    """
    names = checked_special_tokens(special_tokens)
    wanted = check_vocab_size(vocab_size, names)
    merges = learn_merges(count_words(texts, names, checked_pattern(pattern)), wanted)
    if len(merges) < wanted:
        message = (
            f"the text is too short for a vocabulary of {vocab_size}: {len(merges)} merges were found, {wanted} asked "
            f"for, so the vocabulary has {vocab_size - wanted + len(merges)} tokens"
        )
        if isinstance(texts, str) and _is_file(texts):
            message += f". To train on the file of that name, give pathlib.Path({texts!r})"
        if on_short is None:
            warnings.warn(message, stacklevel=2)
        else:
            on_short(message)
    return Tokenizer(merges, names, pattern)


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except (OSError, ValueError):  # no name at all, but a text
        return False


def count_words(texts: Texts, names: Sequence[str], pattern: str = GPT2_PATTERN) -> dict[bytes, int]:
    """How often each word stands in the texts.

    Args:
        texts: as in `train_bpe`.
        names: of special tokens; they are not counted, and no word reaches across one.
        pattern: the regular expression that splits text into words.

    Raises:
        ValueError: a text is not a string, or the file cannot be read as UTF-8.

    Example:
        >>> count_words("a b<|end|>a b", ["<|end|>"])
        {b'a': 2, b' b': 2}
    """
    if isinstance(texts, str):
        each: Iterable[Iterable[str]] = [[texts]]
    elif isinstance(texts, os.PathLike):
        each = [read_pieces(texts)]
    else:
        each = ([text] for text in texts)
    counts: Counter[str] = Counter()
    for pieces in each:
        for chunk in chunks(pieces, pattern, names):
            if chunk not in names:
                counts.update(words(chunk, pattern))
    return {word.encode(): count for word, count in counts.items()}


def learn_merges(word_counts: dict[bytes, int], max_merges: int) -> list[Pair]:
    """The merges, in order, that byte-pair encoding learns from counted words.

    A merge costs as much as there are places that it changes. All words stand in one row, and each token knows its
    neighbours. A pair with a new id is born in the merge that makes this id; after that merge it only gets rarer.
    So the heap holds each pair once, with a count that may be too high: then it goes back with its present count.
    """
    row = Row(word_counts)
    # A heap's smallest entry comes first: negated bytes put the greater string first, the 1 the longer one.
    order = [(-value, 1) for value in range(BYTES)]

    def entry(pair: Pair) -> tuple:
        return -row.counts[pair], order[pair[0]], order[pair[1]], pair

    heap = [entry(pair) for pair in row.counts]
    heapq.heapify(heap)
    merges: list[Pair] = []
    while heap and len(merges) < max_merges:
        negated_count, _, _, pair = heapq.heappop(heap)
        if row.counts[pair] != -negated_count:
            if row.counts[pair]:
                heapq.heappush(heap, entry(pair))
            continue
        born = row.merge(pair, BYTES + len(merges))
        merges.append(pair)
        order.append(order[pair[0]][:-1] + order[pair[1]])
        for new in born:
            if row.counts[new]:
                heapq.heappush(heap, entry(new))
    return merges


class Row:
    """All different words in one row of tokens, and the count of every pair.

    Attributes:
        counts: how often each pair stands in the text.
    """

    def __init__(self, word_counts: dict[bytes, int]) -> None:
        self.ids = [GAP]
        self.weights = [0]  # of each token: how often its word stands in the text
        for word, count in word_counts.items():
            self.ids += (*word, GAP)
            self.weights += [count] * (len(word) + 1)
        self.before = list(range(-1, len(self.ids) - 1))
        self.after = list(range(1, len(self.ids) + 1))
        self.counts: defaultdict[Pair, int] = defaultdict(int)
        self.places: defaultdict[Pair, list[int]] = defaultdict(list)  # of left tokens; some no longer hold the pair
        for place in range(1, len(self.ids) - 1):
            if self.ids[place] != GAP and self.ids[place + 1] != GAP:
                self._add(place, place + 1)

    def _add(self, left: int, right: int) -> Pair:
        pair = self.ids[left], self.ids[right]
        self.counts[pair] += self.weights[left]
        self.places[pair].append(left)
        return pair

    def merge(self, pair: Pair, new_id: int) -> dict[Pair, None]:
        """Put `new_id` for every `pair`, from left to right, without overlap. Returns the pairs with the new id."""
        ids, before, after, counts = self.ids, self.before, self.after, self.counts
        born: dict[Pair, None] = {}
        for left in self.places.pop(pair):
            right = after[left]
            if (ids[left], ids[right]) != pair:
                continue
            previous, following, weight = before[left], after[right], self.weights[left]
            if ids[previous] != GAP:
                counts[ids[previous], pair[0]] -= weight
            if ids[following] != GAP:
                counts[pair[1], ids[following]] -= weight
            ids[left], ids[right] = new_id, GAP
            after[left], before[following] = following, left
            if ids[previous] != GAP:
                born[self._add(previous, left)] = None
            if ids[following] != GAP:
                born[self._add(left, following)] = None
        del counts[pair]
        return born
