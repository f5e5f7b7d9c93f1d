"""Finding copies: documents that say again what an earlier one said.

Takes texts one at a time and answers which earlier text each repeats. An *exact* copy equals it after normalisation; a
*near* copy shares most of its word 5-grams (Jaccard similarity). Comparing every pair would cost quadratic time, so
each text is summarised by a MinHash signature (Broder 1997) and looked up with locality-sensitive hashing (LSH):
signatures are cut into bands, and only texts that agree on a whole band are compared. What is kept in memory is a
digest and a signature for each text, never the text. Lee et al. (arXiv 2107.06499) and FineWeb (arXiv 2406.17557) clean
this way.
"""

from __future__ import annotations

import math
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice

import numpy as np
from datasketch import MinHash, MinHashLSH

BATCH = 8192
"""Shingles hashed at once: bounds the memory that one huge document takes."""


def normalize(text: str) -> str:
    r"""The form in which texts are compared: NFKC, casefold, runs of white space to one space, stripped.

    Example:
        >>> normalize("  The ﬁrst\tLINE\n\nand the second ")
        'the first line and the second'
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def word_shingles(normalized: str, n: int = 5) -> Iterator[str]:
    """Yield the word n-grams of a normalised text, with repeats; a shorter text is one shingle, an empty one has none.

    Example:
        >>> list(word_shingles("a rose is a rose", n=3))
        ['a rose is', 'rose is a', 'is a rose']
    """
    words = normalized.split()
    for i in range(max(1, len(words) - n + 1) if words else 0):
        yield " ".join(words[i : i + n])


def jaccard(a: str, b: str, n: int = 5) -> float:
    """The exact share of word n-grams that two texts have in common, between 0 and 1: what the signatures estimate.

    Example:
        >>> jaccard("one two three four", "Two three four five", n=3)
        0.3333333333333333
    """
    ours, theirs = set(word_shingles(normalize(a), n)), set(word_shingles(normalize(b), n))
    return len(ours & theirs) / len(ours | theirs) if ours or theirs else 1.0


def lsh_bands(threshold: float, permutations: int, recall: float = 0.95) -> tuple[int, int]:
    """Choose (bands, rows): the fewest false candidates such that a pair *at* the threshold is found with `recall`.

    Two texts of similarity s agree on a band of r rows with probability s^r, hence on at least one of b bands with
    probability 1 - (1 - s^r)^b. More rows mean fewer candidates to compare; more bands mean fewer misses.

    Example:
        >>> lsh_bands(0.7, permutations=128)
        (17, 5)
    """
    for rows in range(permutations // 2, 0, -1):
        agree = threshold**rows
        bands = 2 if agree >= 1 else max(2, math.ceil(math.log(1 - recall) / math.log1p(-agree)))
        if bands * rows <= permutations:
            return bands, rows
    return permutations, 1


@dataclass(frozen=True)
class Match:
    """An earlier document that a text repeats.

    Attributes:
        id: the earlier document's id.
        similarity: 1.0 for an exact copy, else the Jaccard similarity that the signatures estimate.
    """

    id: str
    similarity: float


class ExactCopies:
    """Remembers a 128-bit digest of every normalised text, and the id of the first document that had it."""

    def __init__(self) -> None:
        self._first: dict[bytes, str] = {}

    def find_or_add(self, document_id: str, normalized: str) -> Match | None:
        """Return the earlier document with this text; if there is none, remember this one.

        Example:
            >>> copies = ExactCopies()
            >>> copies.find_or_add("a", "hello world"), copies.find_or_add("b", "hello world")
            (None, Match(id='a', similarity=1.0))
        """
        digest = blake2b(normalized.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if digest in self._first:
            return Match(self._first[digest], 1.0)
        self._first[digest] = document_id
        return None


class NearCopies:
    """Remembers a MinHash signature of every text that repeats none before it.

    A text is compared with the documents that were *kept*, so each removal can be justified by a document that is still
    there; a chain of small edits may keep more than its first member.

    Args:
        threshold: the least Jaccard similarity of a near copy, above 0 and at most 1. FineWeb aims at 0.75; here it is
            a little less, as an edit weighs more in a short document. Time grows linearly unless most documents share a
            third of their text or more, as pages of one site may; the lower the threshold, the more that costs.
        shingle_words: words in an n-gram.
        permutations: length of a signature; the estimate's standard error is sqrt(s (1 - s) / permutations), about
            0.04 at 128.
        seed: chooses the permutations; the same seed gives the same signatures in every process.

    Raises:
        ValueError: a threshold outside (0, 1], or fewer than 1 word or 2 permutations.
    """

    def __init__(self, threshold: float = 0.7, shingle_words: int = 5, permutations: int = 128, seed: int = 1) -> None:
        if not 0 < threshold <= 1:
            raise ValueError(f"the similarity threshold must be above 0 and at most 1, got {threshold}")
        if shingle_words < 1:
            raise ValueError(f"a shingle needs at least 1 word, got {shingle_words}")
        if permutations < 2:
            raise ValueError(f"a signature needs at least 2 permutations, got {permutations}")
        self.threshold = threshold
        self.shingle_words = shingle_words
        self._empty = MinHash(num_perm=permutations, seed=seed, hashfunc=zlib.crc32)
        self._index = MinHashLSH(num_perm=permutations, params=lsh_bands(threshold, permutations))
        self._ids: list[str] = []
        self._signatures = np.empty((1024, permutations), dtype=np.uint32)  # (kept documents and room, permutations)

    def signature(self, normalized: str) -> MinHash:
        """The MinHash of a normalised text: for each permutation, the smallest hash among the shingles."""
        signature = self._empty.copy()
        shingles = word_shingles(normalized, self.shingle_words)
        while batch := [shingle.encode("utf-8", "surrogatepass") for shingle in islice(shingles, BATCH)]:
            signature.update_batch(batch)
        return signature

    def find_or_add(self, document_id: str, normalized: str) -> Match | None:
        """Return the most similar earlier document at or above the threshold; if there is none, remember this one.

        Example:
            >>> copies, rose = NearCopies(threshold=0.5), "a rose is a rose is a rose and so is every other rose"
            >>> copies.find_or_add("first", rose), copies.find_or_add("second", rose + " here").id
            (None, 'first')
        """
        if not normalized:
            return None
        signature = self.signature(normalized)
        candidates = sorted(self._index.query(signature))
        if candidates:
            similarities = (self._signatures[candidates] == signature.hashvalues).mean(axis=1)
            best = int(similarities.argmax())
            if similarities[best] >= self.threshold:
                return Match(self._ids[candidates[best]], float(similarities[best]))
        self._remember(document_id, signature)
        return None

    def _remember(self, document_id: str, signature: MinHash) -> None:
        """Add a kept document; room for signatures doubles when it is used up."""
        place = len(self._ids)
        if place == len(self._signatures):
            self._signatures = np.concatenate([self._signatures, np.empty_like(self._signatures)])
        self._signatures[place] = signature.hashvalues
        self._index.insert(place, signature, check_duplication=False)
        self._ids.append(document_id)
