"""Code or prose: the same budget of tokens, split between the two, and what a model is good at afterwards.

Takes the share of code, hands on the losses on held-out code and prose and two probes. Every share costs the same
number of tokens, so each token of code is one of prose that was not read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor

from ..model import Transformer
from ..probes import score_probes
from ..targets import evaluation_windows
from ..text.microworld.probes import Probe
from ..text.world import DOMAINS, World
from ..tokens import Tokenizer, train_bpe
from ..training.corpus import encode_texts, split
from .code_probes import code_probes
from .small import BLOCK_SIZE, VOCAB_SIZE, SmallExperiment, checked_seed, small_trainer

STEPS = 250
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
TEXT_TOKENS = 64_000  # of each kind, as `approximate_tokens` counts them: a run never reads a text twice
HELDOUT_SHARE = 0.1
GLANCE_TOKENS, ALL_TOKENS = 2048, 12_288  # held-out tokens measured while a run goes on, and at its end
PROBES = 100


@dataclass(frozen=True)
class CodeAndProse:
    """Text of both kinds, ready for training; every share reads from the same.

    Attributes:
        tokenizer: learned from both kinds alike.
        train, heldout: token ids of "code" and of "prose", each of shape (n,).
        code_probes: which of two lines is Python, from held-out programs.
        prose_probes: which of two sentences has its words in order.
        seed: decided all of it.
    """

    tokenizer: Tokenizer
    train: dict[str, Tensor]
    heldout: dict[str, Tensor]
    code_probes: list[Probe]
    prose_probes: list[Probe]
    seed: int


@dataclass(frozen=True)
class MixtureMoment:
    """The model measured on a little held-out text of both kinds.

    Attributes:
        step: updates made so far; 0 is the untrained model.
        code_loss, prose_loss: nats per token.
    """

    step: int
    code_loss: float
    prose_loss: float


@dataclass(frozen=True)
class MixtureResult:
    """What a model that read this share of code is good at.

    Attributes:
        code_share: of its tokens, from 0 to 1.
        code_loss, prose_loss: on held-out text, in nats per token.
        code_probe: share of the lines of which it prefers the one that Python accepts; guessing gives 0.5.
        prose_probe: share of the sentences of which it prefers the one with its words in order; guessing gives 0.5.
        tokens: how many it read, of both kinds together.
        history: the losses while it learned.
        seed: decided the text, the first weights and the batches.
    """

    code_share: float
    code_loss: float
    prose_loss: float
    code_probe: float
    prose_probe: float
    tokens: int
    history: tuple[MixtureMoment, ...]
    seed: int


class MixtureExperiment(SmallExperiment[MixtureMoment, MixtureResult]):
    """One run with a share of code.

    Args:
        code_share: of the tokens that it reads, from 0 to 1; the rest is prose.
        seed: decides the text, the first weights and the batches.
        steps: updates of the weights; each reads 480 tokens, whatever the share.

    Raises:
        ValueError: a share outside 0 to 1; steps or a seed that cannot be used.

    Example:
        >>> *_, result = MixtureExperiment(code_share=0.5, steps=2).events()
        >>> result.tokens, len(result.history)
        (960, 3)
    """

    def __init__(self, code_share: float, seed: int = 0, steps: int = STEPS) -> None:
        if isinstance(code_share, str | bool) or not 0 <= code_share <= 1:
            raise ValueError(f"the share of code must be a number from 0 to 1, got {code_share!r}")
        self.code_share = float(code_share)
        self.text = code_and_prose(checked_seed(seed))
        text = self.text
        mixture = {"code": self.code_share, "prose": 1 - self.code_share}
        super().__init__(small_trainer(text.tokenizer, text.train, text.heldout["code"], steps, seed, mixture))

    def look(self, step: int) -> MixtureMoment:
        """The losses on a little held-out text."""
        return MixtureMoment(step, *self._losses(GLANCE_TOKENS))

    def examine(self) -> MixtureResult:
        """The losses on more of it, and both probes."""
        text = self.text
        return MixtureResult(
            self.code_share,
            *self._losses(ALL_TOKENS),
            score_probes(self.model, text.tokenizer, text.code_probes),
            score_probes(self.model, text.tokenizer, text.prose_probes),
            self.trainer.tokens,
            tuple(self.history),
            text.seed,
        )

    def _losses(self, tokens: int) -> tuple[float, float]:
        heldout = self.text.heldout
        return loss_on(self.model, heldout["code"], tokens), loss_on(self.model, heldout["prose"], tokens)


def mixture_experiment(
    code_shares: Sequence[float] = SHARES,
    seed: int = 0,
    steps: int = STEPS,
    on_result: Callable[[MixtureResult], None] | None = None,
) -> list[MixtureResult]:
    """A model for each share of code, all with the same budget, first weights and held-out text.

    Args:
        code_shares: from 0 to 1 each.
        seed, steps: as for `MixtureExperiment`.
        on_result: called with each result as it comes.

    Raises:
        ValueError: as for `MixtureExperiment`.
    """
    results = []
    for experiment in [MixtureExperiment(share, seed, steps) for share in code_shares]:
        for event in experiment.events():
            if isinstance(event, MixtureResult):
                results.append(event)
                if on_result is not None:
                    on_result(event)
    return results


@torch.no_grad()
def loss_on(model: Transformer, tokens: Tensor, most: int) -> float:
    """The mean loss on the first windows of a text, in nats per token.

    Args:
        model: is only read.
        tokens: token ids, shape (n,).
        most: at most this many of them are predicted.
    """
    inputs, targets = evaluation_windows(tokens, model.config.block_size, most)
    return F.cross_entropy(model.logits(inputs).flatten(0, 1), targets.flatten()).item()


@lru_cache(maxsize=4)
def code_and_prose(seed: int) -> CodeAndProse:
    """Programs and prose of one world, and held-out text and probes of both; made once for each seed."""
    world = World(seed)
    sources = {"code": world.documents("code", TEXT_TOKENS), "prose": prose_world(seed).documents(tokens=TEXT_TOKENS)}
    train, heldout = {}, {}
    for kind, documents in sources.items():
        train[kind], heldout[kind] = split([document.text for document in documents], HELDOUT_SHARE)
    tokenizer = train_bpe([text for texts in train.values() for text in texts], VOCAB_SIZE)
    return CodeAndProse(
        tokenizer,
        {kind: encode_texts(tokenizer, texts) for kind, texts in train.items()},
        {kind: encode_texts(tokenizer, texts) for kind, texts in heldout.items()},
        _fitting(tokenizer, code_probes(heldout["code"], seed, 2 * PROBES)),
        _fitting(tokenizer, world.probes("syntax", count=2 * PROBES)),
        seed,
    )


def prose_world(seed: int) -> World:
    """The world with everything written about it but the programs."""
    return World(seed, shares=dict.fromkeys((domain for domain in DOMAINS if domain != "code"), 1.0))


def _fitting(tokenizer: Tokenizer, probes: list[Probe]) -> list[Probe]:
    """The first probes that the model's context can hold, whichever way they end."""

    def longest(probe: Probe) -> int:
        start = f" {probe.context}"
        return max(
            len(tokenizer.encode_ordinary(start)) + len(tokenizer.encode_ordinary(end))
            for end in (probe.right, *probe.wrong)
        )

    return [probe for probe in probes if longest(probe) <= BLOCK_SIZE][:PROBES]
