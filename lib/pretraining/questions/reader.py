"""The trained reader: for each sentence and clause of an answer, how strongly it tells or denies each idea.

Takes a text and a question, hands on a `Reading`. Its weights are made by `tests/bench/make_scorer.py`.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from .encoder import LONGEST, Encoder
from .pieces import Piece, Pieces
from .rubrics import QUESTIONS, rubric
from .sentences import Span, clauses, sentences, shortened

WEIGHTS = Path(__file__).with_name("weights")
LONGEST_SENTENCE = 600
"""Characters: a longer sentence is read in parts."""
MOST_PIECES = 560
"""Pieces that are read of one answer: about 430 words. What follows is left out."""
CLOSE = 0.72
"""Cosine from which on a sentence says the same as a saying of a rubric."""


@dataclass(frozen=True)
class Reading:
    """What the reader saw in an answer.

    Attributes:
        ideas: names of the columns.
        spans: where the stretches stand, in characters: first the sentences, then the clauses.
        sentences: how many of the spans are sentences.
        told: evidence that a stretch tells an idea, as log-odds.  # (spans, ideas)
        denied: evidence that it says the opposite, as log-odds.  # (spans, ideas)
        vectors: what the stretches mean.  # (spans, width)
    """

    ideas: tuple[str, ...]
    spans: tuple[Span, ...]
    sentences: int
    told: np.ndarray
    denied: np.ndarray
    vectors: np.ndarray


class Reader:
    """An encoder with one linear head for each idea, told and denied."""

    def __init__(self, weights: dict[str, np.ndarray], vocabulary: list[str], trade: list[str]):
        self.pieces = Pieces({piece: id for id, piece in enumerate(vocabulary)}, trade)
        own = {name: array for name, array in weights.items() if not name.startswith(("head.", "says."))}
        self.encoder = Encoder(own)
        self.says = {q: weights[f"says.{q}"].astype(np.float32) for q in QUESTIONS if f"says.{q}" in weights}
        self.head, self.bias = weights["head.weight"].astype(np.float32), weights["head.bias"].astype(np.float32)
        self.first, self.last = self.pieces.vocabulary["[CLS]"], self.pieces.vocabulary["[SEP]"]

    def read(self, question: str, text: str) -> Reading:
        """Evidence for and against each idea of a question, stretch by stretch. A repeated sentence is read once."""
        names = learned(question)
        whole = _once(text, shortened(text, sentences(text), LONGEST_SENTENCE))
        spans, vectors = self._vectors(text, whole)
        columns = [COLUMNS.index((question, name)) for name in names]
        scores = vectors @ self.head.T + self.bias  # (spans, 2 x all ideas)
        return Reading(
            ideas=names,
            spans=tuple(spans),
            sentences=sum(span in set(whole) for span in spans),
            told=scores[:, columns],
            denied=scores[:, [len(COLUMNS) + column for column in columns]],
            vectors=vectors,
        )

    def misconceptions(self, question: str, reading: Reading) -> list[str]:
        """Feedback on the common errors that a sentence of the answer comes close to, each once."""
        known = rubric(question).misconceptions
        owners = [each for each in known for _ in each.says]
        near = _unit(reading.vectors[: reading.sentences]) @ _unit(self.says[question]).T  # (sentences, sayings)
        hit = {owners[column].name for column in np.flatnonzero((near > CLOSE).any(0))} if len(near) else set()
        return [each.feedback for each in known if each.name in hit]

    def _vectors(self, text: str, whole: list[Span]) -> tuple[list[Span], np.ndarray]:
        """The mean vector of every stretch that holds at least one piece: sentences first, then clauses."""
        found: list[list[tuple[Span, np.ndarray]]] = [[], []]
        chunks = self._chunks(text, whole)
        if not chunks:
            return [], np.zeros((0, self.head.shape[1]), np.float32)
        read = self.encoder(*([self.first, *(piece.id for piece in pieces), self.last] for _, pieces in chunks))
        start = 0
        for chunk, pieces in chunks:
            hidden = read[start + 1 : start + 1 + len(pieces)]
            start += len(pieces) + 2
            for kind, spans in enumerate((chunk, clauses(text, chunk))):
                for span in spans:
                    inside = [at for at, piece in enumerate(pieces) if piece.start < span[1] and piece.end > span[0]]
                    if inside:
                        found[kind].append((span, hidden[inside[0] : inside[-1] + 1].mean(0)))
        both = found[0] + found[1]
        vectors = [vector for _, vector in both]
        return [span for span, _ in both], np.reshape(vectors, (-1, self.head.shape[1])).astype(np.float32)

    def _chunks(self, text: str, whole: list[Span]) -> list[tuple[list[Span], list[Piece]]]:
        """Runs of sentences short enough to be read at once, with their pieces."""
        chunks: list[tuple[list[Span], list[Piece]]] = []
        total = 0
        for start, end in whole:
            pieces = [Piece(p.id, p.start + start, p.end + start) for p in self.pieces.encode(text[start:end])][
                :LONGEST
            ]
            if total >= MOST_PIECES:
                break
            total += len(pieces)
            if chunks and len(chunks[-1][1]) + len(pieces) <= LONGEST:
                chunks[-1][0].append((start, end))
                chunks[-1][1].extend(pieces)
            else:
                chunks.append(([(start, end)], pieces))
        return chunks


def learned(question: str) -> tuple[str, ...]:
    """The ideas of a question that the reader has a head for: those with phrasings."""
    return tuple(name for name, idea in rubric(question).ideas.items() if idea.phrasings)


COLUMNS = tuple((question, name) for question in QUESTIONS for name in learned(question))
"""The columns of the reader's head, in order."""


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)


def _once(text: str, spans: list[Span]) -> list[Span]:
    """The spans without those that say word for word what an earlier one said."""
    seen: set[str] = set()
    kept = []
    for start, end in spans:
        key = " ".join(text[start:end].lower().split())
        if key not in seen:
            seen.add(key)
            kept.append((start, end))
    return kept


@lru_cache
def reader() -> Reader:
    """The trained reader, loaded once."""
    with np.load(WEIGHTS / "reader.npz") as file:
        weights = {name: file[name] for name in file.files}
    vocabulary = (WEIGHTS / "vocabulary.txt").read_text(encoding="utf-8").split("\n")
    trade = (WEIGHTS / "trade.txt").read_text(encoding="utf-8").split()
    return Reader(weights, vocabulary, trade)
