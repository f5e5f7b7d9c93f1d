"""From text to word pieces, each with its place in the text: the WordPiece scheme of the encoder's vocabulary.

A word that the vocabulary lacks is repaired if one slip of a key explains it ("modle" -> "model"), else it is cut
greedily into the longest known pieces. Scheme: Wu et al. 2016, arXiv 1609.08144; lower case, accents dropped, as in
Devlin et al. 2019, arXiv 1810.04805.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

LETTERS = "abcdefghijklmnopqrstuvwxyz"
REPAIRED = range(4, 25)
"""Letters of a word that may be repaired: a shorter one is as likely to be right, a longer one is no word."""
LONGEST_WORD = 100
"""Characters: a longer run is not a word."""


@dataclass(frozen=True)
class Piece:
    """One word piece: its id in the vocabulary and where its word stands in the text, in characters."""

    id: int
    start: int
    end: int


class Pieces:
    """The vocabulary of the encoder.

    Args:
        vocabulary: piece -> id. Pieces inside a word begin with `##`.
        trade: words of the subject, frequent ones first: a repair prefers them, and they are never repaired.
    """

    def __init__(self, vocabulary: Mapping[str, int], trade: Sequence[str] = ()):
        self.vocabulary = vocabulary
        self.trade = {word: rank for rank, word in enumerate(trade)}
        self.unknown = vocabulary["[UNK]"]
        self._of_word = lru_cache(maxsize=20_000)(self._pieces_of_word)

    def encode(self, text: str) -> list[Piece]:
        """All pieces of a text, in order."""
        return [Piece(id, start, end) for word, start, end in words(text) for id in self._of_word(word)]

    def repaired(self, word: str) -> str:
        """The word itself, or the known word that one slip of a key away explains it.

        A slip is a letter too many, too few, wrong, or swapped with its neighbour.
        """
        if len(word) not in REPAIRED or word in self.vocabulary or word in self.trade or not word.isascii():
            return word
        if not word.isalpha():
            return word
        near = {slip for slip in slips(word) if slip in self.trade or (slip in self.vocabulary and len(slip) > 3)}
        rare = len(self.trade), len(self.vocabulary)
        order = lambda w: (self.trade.get(w, rare[0]), self.vocabulary.get(w, rare[1]), w)  # noqa: E731
        return min(near, key=order, default=word)

    def _pieces_of_word(self, word: str) -> tuple[int, ...]:
        word = self.repaired(word)
        if len(word) > LONGEST_WORD:
            return (self.unknown,)
        found, start = [], 0
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = self.vocabulary.get(("##" if start else "") + word[start:end])
                if piece is not None:
                    break
            else:
                return (self.unknown,)
            found.append(piece)
            start = end
        return tuple(found)


def words(text: str) -> Iterator[tuple[str, int, int]]:
    """Lower-case words and single punctuation marks, with their places.

    Example:
        >>> list(words("Naïve, no?"))
        [('naive', 0, 5), (',', 5, 6), ('no', 7, 9), ('?', 9, 10)]
    """
    word, start = "", 0
    for at, char in enumerate(text):
        plain, alone = _normal(char)
        if alone or not plain:
            if word and alone:
                yield word, start, at
                word = ""
            if plain.strip():
                yield plain, at, at + 1
            continue
        if not word:
            start = at
        word += plain
    if word:
        yield word, start, len(text)


@lru_cache(maxsize=5_000)
def _normal(char: str) -> tuple[str, bool]:
    """One character in lower case without accents, and whether it stands alone (a mark, an ideograph, white space)."""
    kind = unicodedata.category(char)
    if kind.startswith("C") and char not in "\t\n\r":
        return "", False
    if char.isspace():
        return "", True
    plain = "".join(c for c in unicodedata.normalize("NFD", char.lower()) if unicodedata.category(c) != "Mn")
    mark = kind.startswith("P") or (char.isascii() and not char.isalnum())
    return plain, mark or "\u4e00" <= char <= "\u9fff"


def slips(word: str) -> Iterator[str]:
    """All strings that one slip of a key turns into `word`."""
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in LETTERS:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]
