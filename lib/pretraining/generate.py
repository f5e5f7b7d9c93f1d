"""Sampling: turn a model's scores into one token after another."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from .model import KeyValueCache, Transformer


def top_k_filter(logits: Tensor, k: int) -> Tensor:
    """Keep the k largest logits and every one that ties with the k-th; the others become -inf.

    Args:
        logits: shape (vocab,).
        k: at least 1; above the vocabulary's size everything stays.

    Example:
        >>> top_k_filter(torch.tensor([3.0, 1.0, 2.0]), 2).tolist()
        [3.0, -inf, 2.0]
    """
    if k < 1:
        raise ValueError(f"top_k must be at least 1, got {k}")
    smallest_kept = logits.topk(min(k, logits.shape[-1])).values[-1]
    return logits.masked_fill(logits < smallest_kept, -math.inf)


def top_p_filter(logits: Tensor, p: float) -> Tensor:
    """Keep the smallest set of tokens whose probability reaches p; the others become -inf.

    Nucleus sampling, arXiv 1904.09751. The token that crosses p is kept.

    Args:
        logits: shape (vocab,).
        p: above 0, at most 1.

    Example:
        >>> top_p_filter(torch.tensor([0.5, 0.3, 0.2]).log(), 0.7).isfinite().tolist()
        [True, True, False]
    """
    if not 0 < p <= 1:
        raise ValueError(f"top_p must be above 0 and at most 1, got {p}")
    probabilities, order = logits.softmax(-1).sort(descending=True, stable=True)
    before = probabilities.cumsum(-1) - probabilities
    dropped = torch.zeros_like(logits, dtype=torch.bool)
    dropped[order] = before >= p
    dropped[order[0]] = False
    return logits.masked_fill(dropped, -math.inf)


def next_token_probabilities(
    logits: Tensor, temperature: float = 1.0, top_k: int | None = None, top_p: float | None = None
) -> Tensor:
    """The distribution the next token is drawn from: temperature first, then top-k, then top-p.

    Args:
        logits: shape (vocab,).
        temperature: 1 leaves the model's own probabilities, below 1 sharpens them, 0 leaves only the likeliest token.

    Raises:
        ValueError: a temperature below 0, a top_k below 1, or a top_p outside (0, 1].
    """
    if not (temperature >= 0 and math.isfinite(temperature)):
        raise ValueError(f"temperature must be 0 or more, got {temperature}")
    logits = logits.double()
    if temperature == 0:
        logits = torch.full_like(logits, -math.inf).scatter(0, logits.argmax(-1, keepdim=True), 0.0)
    else:
        logits = (logits - logits.max()) / temperature
    if top_k is not None:
        logits = top_k_filter(logits, top_k)
    if top_p is not None:
        logits = top_p_filter(logits, top_p)
    return logits.softmax(-1)


def generate(
    model: Transformer,
    prompt: Sequence[int],
    max_new_tokens: int,
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    generator: torch.Generator | None = None,
    cached: bool = True,
) -> Iterator[int]:
    """Yield new tokens one by one; each is drawn from the model's distribution and becomes part of the context.

    Works on any device, in training mode too (dropout is never applied), and while another thread trains the model:
    each token then comes from the weights of its moment.

    Cost: as long as prompt and text fit into the context, a cached step computes one token. After that the window
    slides; every token then stands at another position, nothing kept is of use, and each step computes the whole
    window, cached or not.

    Args:
        prompt: at least one token id; only the last `block_size` tokens are read.
        generator: a seeded CPU generator makes the draw repeatable.
        cached: keep keys and values between steps. Without, the tokens are the same (the probabilities agree to
            within rounding), only slower.

    Raises:
        ValueError: an empty prompt, or settings out of range.
    """
    if not prompt:
        raise ValueError("a prompt needs at least one token")
    next_token_probabilities(torch.zeros(2), temperature, top_k, top_p)  # refuse bad settings before any work
    return _generate(model, list(prompt), max_new_tokens, temperature, top_k, top_p, generator, cached)


def _generate(
    model: Transformer,
    tokens: list[int],
    max_new_tokens: int,
    temperature: float,
    top_k: int | None,
    top_p: float | None,
    generator: torch.Generator | None,
    cached: bool,
) -> Iterator[int]:
    cache = KeyValueCache(model.config) if cached else None
    for _ in range(max_new_tokens):
        with torch.no_grad():
            logits = _next_logits(model, tokens, cache)
            probabilities = next_token_probabilities(logits, temperature, top_k, top_p)
            tokens.append(int(torch.multinomial(probabilities, 1, generator=generator)))
        yield tokens[-1]


def _next_logits(model: Transformer, tokens: list[int], cache: KeyValueCache | None) -> Tensor:
    """Logits after the last token, shape (vocab,), on the CPU; a cache is of use until the window slides."""
    if len(tokens) > model.config.block_size:
        cache = None
    unread = tokens[-model.config.block_size :] if cache is None else tokens[cache.length :]
    inputs = torch.tensor([unread], device=model.token_embeddings.weight.device)
    return model.logits(inputs, cache)[0, -1].cpu()
