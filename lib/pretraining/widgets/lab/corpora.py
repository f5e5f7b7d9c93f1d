"""The lab's texts: prepared once, kept for as long as they are likely to be used again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from functools import partial

from ...measure import Baselines, baselines
from ...text import Document, load
from ...training import Corpus, prepare

KEPT = 3
# The lab reads at most this many characters of a source: enough for minutes of training, and prepared in seconds.
MOST_CHARACTERS = 2_000_000

_kept: OrderedDict[tuple[str, int, int], Corpus] = OrderedDict()
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
    key = (source, vocab_size, seed)
    with _lock:
        if key not in _kept:
            _kept[key] = prepare(first_documents(load(source)), vocab_size, seed)
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
        _kept.move_to_end(key)
        return _kept[key]


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
