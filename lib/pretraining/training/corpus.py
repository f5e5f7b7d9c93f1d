"""Documents to two streams of token ids: one to learn from and one held out to measure on."""

from __future__ import annotations

import hashlib
import random
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from ..text import Document
from ..tokens import END_OF_TEXT, Tokenizer, check_vocab_size, train_bpe

HELDOUT_SHARE = 0.1
# The tokenizer learns its merges from at most this much of the training text; more changes little and takes longer.
TOKENIZER_CHARACTERS = 4_000_000


@dataclass(frozen=True)
class Corpus:
    """Text, ready for training.

    Attributes:
        tokenizer: learned from the training part.
        train: token ids to learn from, shape (n,), domain after domain.
        domain_tokens: how many of them each domain has, in the order of the stream.
        heldout: token ids to measure on, shape (m,); never trained on.
        documents: how many documents there were.
        heldout_bytes: how many bytes of text `heldout` stands for; separators between documents count as none.
    """

    tokenizer: Tokenizer
    train: Tensor
    domain_tokens: dict[str, int]
    heldout: Tensor
    documents: int
    heldout_bytes: int

    @property
    def domains(self) -> dict[str, Tensor]:
        """The token ids to learn from, a stream for each domain: what a mixture draws from."""
        streams = self.train.split(list(self.domain_tokens.values()))
        return dict(zip(self.domain_tokens, streams, strict=True))

    @property
    def fingerprint(self) -> str:
        """A checksum of every token: two corpora with the same one train the same model."""
        return hashlib.sha256(torch.cat([self.train, self.heldout]).numpy().tobytes()).hexdigest()

    @property
    def heldout_bytes_per_token(self) -> float:
        """How many bytes of held-out text one token stands for on average."""
        return self.heldout_bytes / len(self.heldout)

    def check_block(self, block_size: int) -> None:
        """Refuse a block that is longer than the text.

        Raises:
            ValueError: there is not one full window to train on.
        """
        if block_size > len(self.train) - 1:
            raise ValueError(
                f"a block of {block_size} tokens is longer than the text: its training part is only "
                f"{len(self.train)} tokens; choose a shorter block or more text"
            )


def prepare(
    documents: Iterable[Document], vocab_size: int, seed: int = 0, tokenizer: Tokenizer | None = None
) -> Corpus:
    """Shuffle the documents, hold out the last tenth of the characters, learn a tokenizer, encode.

    Args:
        documents: what to train on.
        vocab_size: tokens to learn, bytes and the separator `<|endoftext|>` included; a short text gives fewer, as
            the corpus's `tokenizer.vocab_size` tells.
        seed: decides the order of the documents, and so which are held out.
        tokenizer: use this one instead of learning one.

    Raises:
        ValueError: a vocabulary below 257, or a text too short to hold anything out.
    """
    if tokenizer is None:
        check_vocab_size(vocab_size, (END_OF_TEXT,))  # refuse one that is too small before reading anything
    shuffled = list(documents)
    random.Random(seed).shuffle(shuffled)
    train_texts, heldout_texts = split([document.text for document in shuffled])
    if tokenizer is None:
        some = first_characters(train_texts, TOKENIZER_CHARACTERS)
        tokenizer = train_bpe(some, vocab_size, on_short=lambda message: None)  # its size tells
    by_domain: dict[str, list[str]] = {}
    for document, text in zip(shuffled, train_texts, strict=False):  # the last documents may all be held out
        by_domain.setdefault(document.domain, []).append(text)
    streams = {domain: encode_texts(tokenizer, by_domain[domain]) for domain in sorted(by_domain)}
    train = torch.cat([*streams.values(), torch.empty(0, dtype=torch.long)])
    heldout = encode_texts(tokenizer, heldout_texts)
    if len(train) < 2 or len(heldout) < 2:
        raise ValueError(f"the text is too short to learn from: {len(train) + len(heldout)} tokens in all")
    heldout_bytes = sum(len(text.encode()) for text in heldout_texts)
    sizes = {domain: len(stream) for domain, stream in streams.items()}
    return Corpus(tokenizer, train, sizes, heldout, len(shuffled), heldout_bytes)


def split(texts: list[str], heldout_share: float = HELDOUT_SHARE) -> tuple[list[str], list[str]]:
    """Divide texts into a first part and a last part of about `heldout_share` of the characters.

    A text that lies across the border is cut, at a line end or a space where there is one nearby.

    Example:
        >>> split(["one two three four five"], heldout_share=0.3)
        (['one two three'], [' four five'])
    """
    remaining = round(sum(map(len, texts)) * (1 - heldout_share))
    for index, text in enumerate(texts):
        if len(text) < remaining:
            remaining -= len(text)
            continue
        cut = remaining
        for border in "\n ":
            near = text.rfind(border, max(0, remaining - 1000), remaining)
            if near > 0:
                cut = near
                break
        head, tail = text[:cut], text[cut:]
        return texts[:index] + [head] * bool(head), [tail] * bool(tail) + texts[index + 1 :]
    return texts, []


def first_characters(texts: Iterable[str], limit: int) -> Iterator[str]:
    """Yield texts until `limit` characters have passed; the last one is cut short."""
    for text in texts:
        if limit <= 0:
            return
        yield text[:limit]
        limit -= len(text)


def encode_texts(tokenizer: Tokenizer, texts: Iterable[str]) -> Tensor:
    """One stream of token ids, with a separator after each text; shape (n,), int64.

    The separator's name inside a text is read as ordinary characters: only we put separators.
    """
    separator = tokenizer.special_tokens.get(END_OF_TEXT)
    ids = array("q")
    for text in texts:
        ids.extend(tokenizer.encode_ordinary(text))
        if separator is not None:
            ids.append(separator)
    return torch.tensor(ids, dtype=torch.long)
