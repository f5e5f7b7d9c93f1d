"""The lab's texts: prepared once, kept for as long as they are likely to be used again."""

from __future__ import annotations

import random
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from functools import partial

import torch
from torch import Tensor

from ...measure import Baselines, baselines
from ...text import Document, load
from ...tokens import END_OF_TEXT
from ...training import Corpus, prepare

KEPT = 3
# The lab reads at most this many characters of a source: enough for minutes of training, and prepared in seconds.
MOST_CHARACTERS = 2_000_000

_kept: OrderedDict[tuple[str, int, int], tuple[Corpus, dict[str, Tensor]]] = OrderedDict()
_lines: OrderedDict[tuple[str, int, int], Baselines] = OrderedDict()
_lock = threading.Lock()


def first_documents(documents: Iterable[Document], characters: int = MOST_CHARACTERS) -> Iterator[Document]:
    """Yield documents until `characters` have passed."""
    for document in documents:
        yield document
        characters -= len(document.text)
        if characters <= 0:
            return


def is_kept(source: str, vocab_size: int, seed: int) -> bool:
    """Whether `lab_corpus` has this text at hand."""
    with _lock:
        return (source, vocab_size, seed) in _kept


def lab_corpus(source: str, vocab_size: int = 1024, seed: int = 0) -> Corpus:
    """The first two million characters of a named source, ready for training; the last few texts are kept.

    Raises:
        ValueError: an unknown source, or one that needs a path.
    """
    return _prepared(source, vocab_size, seed)[0]


def lab_streams(source: str, vocab_size: int = 1024, seed: int = 0) -> dict[str, Tensor]:
    """The training part of the same text, a stream of token ids for each domain.

    Raises:
        ValueError: as `lab_corpus`.
    """
    return _prepared(source, vocab_size, seed)[1]


def _prepared(source: str, vocab_size: int, seed: int) -> tuple[Corpus, dict[str, Tensor]]:
    key = (source, vocab_size, seed)
    with _lock:
        if key not in _kept:
            documents = list(first_documents(load(source)))
            corpus = prepare(documents, vocab_size, seed)
            _kept[key] = corpus, domain_streams(corpus, documents, seed)
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
        _kept.move_to_end(key)
        return _kept[key]


def domain_streams(corpus: Corpus, documents: list[Document], seed: int) -> dict[str, Tensor]:
    """Cut a corpus's training stream at the separators and join the documents of each domain again.

    `prepare` shuffles by the seed alone, so the same shuffle tells which document stands where.
    """
    order = list(documents)
    random.Random(seed).shuffle(order)
    separator = corpus.tokenizer.special_tokens[END_OF_TEXT]
    ends = ((corpus.train == separator).nonzero().flatten() + 1).tolist()
    pieces: dict[str, list[Tensor]] = {domain: [] for domain in sorted({d.domain for d in documents})}
    for document, begin, end in zip(order, [0, *ends], ends, strict=False):
        pieces[document.domain].append(corpus.train[begin:end])
    return {domain: torch.cat(own) for domain, own in pieces.items() if own}


def lab_baselines(corpus: Corpus, block_size: int, evaluation_tokens: int) -> Baselines:
    """The losses of the three guessers on what a run is measured on; the last few are kept."""
    key = (corpus.fingerprint, block_size, evaluation_tokens)
    with _lock:
        if key in _lines:
            return _lines[key]
    size = corpus.tokenizer.vocab_size
    found = partial(baselines, vocab_size=size, block_size=block_size, max_tokens=evaluation_tokens)(
        corpus.train, corpus.heldout
    )
    with _lock:
        _lines[key] = found
        while len(_lines) > 4 * KEPT:
            _lines.popitem(last=False)
    return found
