"""Bytes to tokens: byte-level byte-pair encoding, trained here and encoded by tiktoken.

Ids 0-255 are the bytes themselves, id 256 + i is what merge i makes, special tokens follow. Notable features:
- text is split into words first (GPT-2's pattern), so no token crosses a word's border;
- training counts each distinct word once and keeps the pair counts up to date: a merge costs only the words it touches;
- ties between equally frequent pairs go to the lexicographically greater pair of byte strings;
- encoding runs in tiktoken's fast core with our merges.

Sources: Sennrich et al. 2016, arXiv 1508.07909 (BPE for words); Radford et al. 2019 (byte level, the split pattern).
"""

from __future__ import annotations

import heapq
import itertools
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

import regex
import tiktoken

from .files import write_atomically

GPT2_PATTERN = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""
END_OF_TEXT = "<|endoftext|>"
BYTES = 256
FILE_FORMAT = "pretraining-bpe-1"

Pair = tuple[int, int]


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
