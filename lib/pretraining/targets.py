"""Tokens to next-token targets: the table, the windows and the batches a model learns from, and the loss they give.

Takes token ids and hands on (input, target) tensors; a target is always the token that comes next. Losses are natural
logarithms: nats per token. Perplexity and bits per byte are the same number in other units.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor


def target_table(tokens: Sequence[int] | Tensor, block_size: int) -> list[tuple[tuple[int, ...], int]]:
    """Every (context, target) pair that one window of text teaches a causal language model.

    Args:
        tokens: token ids, length at least 2.
        block_size: the longest context shown, in tokens.

    Returns:
        One row per target, shortest context first.

    Raises:
        ValueError: fewer than two tokens, or a block size below 1.

    Example:
        >>> target_table([464, 3797, 3332], block_size=8)
        [((464,), 3797), ((464, 3797), 3332)]
    """
    ids = tokens.tolist() if isinstance(tokens, Tensor) else list(tokens)
    _check(len(ids), block_size)
    return [(tuple(ids[max(0, i - block_size) : i]), ids[i]) for i in range(1, len(ids))]


def windows(tokens: Tensor, block_size: int) -> tuple[Tensor, Tensor]:
    """Cut a token stream into windows that do not overlap; what does not fill a window at the end is dropped.

    Args:
        tokens: token ids, shape (n,).
        block_size: tokens in a window.

    Returns:
        inputs and targets, each of shape (n_windows, block_size) with n_windows = (n - 1) // block_size.
        `targets[i, t]` is the token after `inputs[i, t]`.

    Raises:
        ValueError: fewer than two tokens, a block size below 1, or a block longer than n - 1.

    Example:
        >>> inputs, targets = windows(torch.arange(6), block_size=2)
        >>> inputs.tolist(), targets.tolist()
        ([[0, 1], [2, 3]], [[1, 2], [3, 4]])
    """
    _check(len(tokens), block_size, needs_a_full_block=True)
    n = (len(tokens) - 1) // block_size * block_size
    return tokens[:n].reshape(-1, block_size), tokens[1 : n + 1].reshape(-1, block_size)


def evaluation_windows(tokens: Tensor, block_size: int, max_tokens: int) -> tuple[Tensor, Tensor]:
    """The first windows of held-out text: what a model and its baselines are both measured on.

    A text shorter than a block gives one shorter window.

    Returns:
        inputs and targets, each of shape (n_windows, block_size), of about `max_tokens` tokens at most.

    Raises:
        ValueError: fewer than two tokens.
    """
    block_size = min(block_size, max(1, len(tokens) - 1))
    inputs, targets = windows(tokens, block_size)
    count = max(1, max_tokens // block_size)
    return inputs[:count], targets[:count]


def sample_batch(tokens: Tensor, block_size: int, batch_size: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Draw windows that start anywhere in the stream, each start as likely as any other.

    Args:
        tokens: token ids, shape (n,).
        block_size: tokens in a window.
        batch_size: how many windows, at least 1.
        generator: draws the starts, uniformly from 0 to n - block_size - 1.

    Returns:
        inputs and targets, each of shape (batch_size, block_size).

    Raises:
        ValueError: fewer than two tokens, a block or batch size below 1, or a block longer than n - 1.
    """
    _check(len(tokens), block_size, needs_a_full_block=True)
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, got {batch_size}")
    starts = torch.randint(len(tokens) - block_size, (batch_size,), generator=generator)
    positions = starts[:, None] + torch.arange(block_size)  # (batch, time)
    return tokens[positions], tokens[positions + 1]


def cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """The mean surprise at the right answers: -ln(probability given to the target), averaged.

    The largest logit is taken away first, which leaves every probability as it was and keeps exp() from overflowing.

    Args:
        logits: unnormalised scores, shape (n, vocab).
        targets: the right token ids, shape (n,).

    Returns:
        A scalar tensor, in nats per token.

    Raises:
        ValueError: the shapes do not fit, or there is nothing to average.

    Example:
        >>> round(cross_entropy(torch.zeros(1, 4), torch.tensor([2])).item(), 4)
        1.3863
    """
    if logits.ndim != 2 or targets.shape != logits.shape[:1]:
        raise ValueError(
            f"logits must be (n, vocab) and targets (n,), got {tuple(logits.shape)} and {tuple(targets.shape)}"
        )
    if not len(targets):
        raise ValueError("a mean needs at least one target")
    shifted = logits - logits.max(dim=1, keepdim=True).values
    log_normalizer = shifted.exp().sum(dim=1).log()
    return (log_normalizer - shifted[torch.arange(len(targets)), targets]).mean()


def bigram_probabilities(tokens: Sequence[int] | Tensor, vocab_size: int, smoothing: float = 1.0) -> Tensor:
    """How likely each token is to follow each other one, counted from text.

    Args:
        tokens: token ids, at least two, each from 0 to vocab_size - 1.
        vocab_size: how many ids there are.
        smoothing: added to every count, so that no probability is zero; must be positive.

    Returns:
        Shape (vocab, vocab): row `a` holds the probability of every token after `a`. Rows sum to 1.

    Raises:
        ValueError: fewer than two tokens, an id outside the vocabulary, or a smoothing that is not positive.

    Example:
        >>> bigram_probabilities([0, 1, 0, 1], vocab_size=2).tolist()
        [[0.25, 0.75], [0.6666666865348816, 0.3333333432674408]]
    """
    ids = torch.as_tensor(tokens, dtype=torch.long)
    _check(len(ids))
    if not (smoothing > 0 and math.isfinite(smoothing)):
        raise ValueError(f"smoothing must be positive, got {smoothing}")
    if ids.min() < 0 or ids.max() >= vocab_size:
        raise ValueError(f"token ids must be from 0 to {vocab_size - 1}, got {ids.min()} to {ids.max()}")
    pairs = ids[:-1] * vocab_size + ids[1:]
    counts = torch.bincount(pairs, minlength=vocab_size**2).reshape(vocab_size, vocab_size)
    smoothed = counts.to(torch.get_default_dtype()) + smoothing
    return smoothed / smoothed.sum(dim=1, keepdim=True)


def perplexity(loss: float) -> float:
    """How many equally likely tokens would be as surprising: exp(loss), for a loss in nats per token.

    Example:
        >>> round(perplexity(math.log(50)), 6)
        50.0
    """
    return math.exp(loss)


def bits_per_byte(nats_per_token: float, n_tokens: int, n_bytes: int) -> float:
    """The loss per byte of text, in bits: comparable between models with different tokenizers.

    Args:
        nats_per_token: mean loss.
        n_tokens: how many targets the mean is over.
        n_bytes: how many bytes of text those targets stand for.

    Raises:
        ValueError: no tokens or no bytes.

    Example:
        >>> bits_per_byte(math.log(2), n_tokens=100, n_bytes=400)
        0.25
    """
    if n_tokens < 1 or n_bytes < 1:
        raise ValueError(f"needs at least 1 token and 1 byte, got {n_tokens} tokens and {n_bytes} bytes")
    return nats_per_token * n_tokens / (math.log(2) * n_bytes)


def _check(n_tokens: int, block_size: int = 1, needs_a_full_block: bool = False) -> None:
    if n_tokens < 2:
        raise ValueError(f"a target needs at least 2 tokens, got {n_tokens}")
    if block_size < 1:
        raise ValueError(f"block_size must be at least 1, got {block_size}")
    if needs_a_full_block and block_size > n_tokens - 1:
        raise ValueError(
            f"a block of {block_size} tokens needs {block_size + 1} tokens of text, got {n_tokens}: "
            "choose a shorter block or a longer text"
        )
