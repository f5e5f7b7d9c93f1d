"""Yardsticks for a trained model: the losses of guessers that know less, on the same held-out text.

A model that cannot beat the bigram guesser has learned nothing that a table of counts does not hold.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from .targets import evaluation_windows

# Smoothing is chosen for the baselines on the last tenth of their training text, so that they are at their best.
SMOOTHING_CHOICES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)


@dataclass(frozen=True)
class Baselines:
    """Held-out losses, in nats per token, of three guessers.

    Attributes:
        uniform: every token equally likely.
        unigram: each token as likely as it is frequent.
        bigram: each token as likely as it was after the one before it.
    """

    uniform: float
    unigram: float
    bigram: float


def uniform_loss(vocab_size: int) -> float:
    """The loss of not knowing anything: ln(vocab_size), in nats per token."""
    return math.log(vocab_size)


def unigram_loss(train: Tensor, targets: Tensor, vocab_size: int, smoothing: float = 1.0) -> float:
    """The mean loss on `targets` of predicting each token by its frequency in `train`, in nats per token."""
    counts = torch.bincount(train, minlength=vocab_size).double() + smoothing
    return -(counts / counts.sum()).log()[targets].mean().item()


def bigram_loss(train: Tensor, inputs: Tensor, targets: Tensor, vocab_size: int, smoothing: float) -> float:
    """The mean loss on (input, target) pairs of predicting by the counts of pairs in `train`, in nats per token.

    The same numbers as `targets.bigram_probabilities`, without a table of vocab x vocab entries.
    """
    pairs, pair_counts = torch.unique(train[:-1] * vocab_size + train[1:], return_counts=True)
    wanted = inputs.flatten() * vocab_size + targets.flatten()
    place = torch.searchsorted(pairs, wanted).clamp(max=len(pairs) - 1)
    counts = torch.where(pairs[place] == wanted, pair_counts[place], 0).double()
    totals = torch.bincount(train[:-1], minlength=vocab_size).double()[inputs.flatten()]
    return -((counts + smoothing) / (totals + smoothing * vocab_size)).log().mean().item()


def best_smoothing(train: Tensor, vocab_size: int) -> float:
    """The additive smoothing with which pair counts predict the last tenth of `train` best."""
    cut = max(2, len(train) * 9 // 10)
    if len(train) - cut < 2:
        return 1.0
    rest = train[cut:]
    return min(SMOOTHING_CHOICES, key=lambda s: bigram_loss(train[:cut], rest[:-1], rest[1:], vocab_size, s))


def baselines(
    train: Tensor, heldout: Tensor, vocab_size: int, block_size: int, max_tokens: int | None = None
) -> Baselines:
    """The three baselines on exactly the targets that a model with this block size is evaluated on.

    Args:
        train: token ids to count, shape (n,).
        heldout: token ids to predict, shape (m,).
        max_tokens: predict at most this many, as the model's own evaluation does.

    Raises:
        ValueError: either text is shorter than two tokens.
    """
    if len(train) < 2:
        raise ValueError(f"counting pairs needs at least 2 tokens, got {len(train)}")
    inputs, targets = evaluation_windows(heldout, block_size, max_tokens or len(heldout))
    return Baselines(
        uniform=uniform_loss(vocab_size),
        unigram=unigram_loss(train, targets, vocab_size),
        bigram=bigram_loss(train, inputs, targets, vocab_size, best_smoothing(train, vocab_size)),
    )
