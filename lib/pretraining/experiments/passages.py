"""Passages that are planted in a text in several copies, and how much of each a model can recite.

Takes a world, hands on passages and documents; takes a model, hands on what it makes of each passage's beginning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from ..generate import generate
from ..model import Transformer
from ..text import Document
from ..text.microworld.chance import Dice
from ..text.microworld.sentences import SCENE
from ..text.microworld.setting import Setting
from ..text.microworld.writer import Writer
from ..tokens import END_OF_TEXT, Tokenizer
from .small import BLOCK_SIZE

SENTENCES = 3
PROMPT_WORDS, RECITED_WORDS = 6, 8


@dataclass(frozen=True)
class Passage:
    """A text that stands in the training text several times.

    Attributes:
        text: a few sentences about random things, so that nobody could guess one word after the other.
        copies: how many documents are this text.
    """

    text: str
    copies: int

    @property
    def prompt(self) -> str:
        """The first 6 words: the beginning that a model is given."""
        return " ".join(self.text.split()[:PROMPT_WORDS])

    @property
    def truth(self) -> str:
        """The next 8 words, each with the space before it: what a model that knows the passage goes on with."""
        return "".join(f" {word}" for word in self.text.split()[PROMPT_WORDS : PROMPT_WORDS + RECITED_WORDS])


@dataclass(frozen=True)
class Recital:
    """How far a model gets into a passage, if it always takes the likeliest token.

    Attributes:
        passage: what it should recite.
        matched: how many tokens are right before the first wrong one.
        length: how many tokens the passage's next 8 words are.
    """

    passage: Passage
    matched: int
    length: int

    @property
    def verbatim(self) -> bool:
        """Whether all 8 words come back word for word."""
        return self.matched == self.length


def make_passages(setting: Setting, tokenizer: Tokenizer, copies: Sequence[int], each: int, seed: int) -> list[Passage]:
    """Passages that the model's context can hold, as many for each number of copies.

    Args:
        setting: the world that they are about.
        tokenizer: counts the tokens.
        copies: the numbers of copies.
        each: how many passages there are for each of them.
        seed: decides every word.
    """
    passages: list[Passage] = []
    attempt = 0
    while len(passages) < each * len(copies):
        text = " ".join(Writer(Dice(seed, "passage", attempt), setting).sentences(SCENE, SENTENCES))
        passage = Passage(text, copies[len(passages) % len(copies)])
        if sum(map(len, _tokens(tokenizer, passage))) <= BLOCK_SIZE:
            passages.append(passage)
        attempt += 1
    return passages


def copies_of(passages: Sequence[Passage]) -> list[Document]:
    """Every copy of every passage as a document of its own."""
    return [
        Document(f"passage-{index:03d}-{copy:03d}", "passages", passage.text)
        for index, passage in enumerate(passages)
        for copy in range(passage.copies)
    ]


@torch.no_grad()
def recite(model: Transformer, tokenizer: Tokenizer, passages: Sequence[Passage]) -> list[Recital]:
    """How much of each passage the model recites.

    As long as it has made no mistake, what it wrote is the passage itself. So one look at the true passage tells what
    it would write: how many tokens in a row are the likeliest ones after what stands before them.
    """
    rows = [_tokens(tokenizer, passage) for passage in passages]
    longest = max(len(before) + len(after) for before, after in rows)
    ids = torch.tensor([before + after + [0] * (longest - len(before) - len(after)) for before, after in rows])
    right = model.logits(ids[:, :-1]).argmax(-1) == ids[:, 1:]  # (passages, time)
    recitals = []
    for passage, (before, after), found in zip(passages, rows, right, strict=True):
        asked = found[len(before) - 1 : len(before) - 1 + len(after)]
        recitals.append(Recital(passage, int(asked.int().cumprod(0).sum()), len(after)))
    return recitals


def written(model: Transformer, tokenizer: Tokenizer, passage: Passage) -> str:
    """What the model writes after a passage's beginning: the likeliest tokens, as many as the truth has."""
    before, after = _tokens(tokenizer, passage)
    return tokenizer.decode(generate(model, before, len(after), temperature=0))


def _tokens(tokenizer: Tokenizer, passage: Passage) -> tuple[list[int], list[int]]:
    """The token ids of a passage's beginning, with the separator before it, and of what comes next."""
    before = [tokenizer.special_tokens[END_OF_TEXT], *tokenizer.encode_ordinary(passage.prompt)]
    return before, tokenizer.encode_ordinary(passage.truth)
