"""The floating-point operations of our model, from its shape alone; nothing is built or run.

Only products of matrices count, 2 operations (multiply, add) for each pair of numbers. The backward pass takes two
products for each one of the forward pass: 3 times forward in all (arXiv 2001.08361, section 2.1).
"""

from __future__ import annotations

from .budget import parameter_budget
from .config import ModelConfig, whole


def forward_flops(config: ModelConfig, batch_size: int, time: int | None = None) -> int:
    """Operations of one forward pass over `batch_size` windows of `time` tokens (by default the whole context).

    For each token 2 per weight of every matrix but the token embeddings, which are looked up, and per layer
    4 x width x time for attention's scores and averages. Causal masking is not discounted, nor does torch's counter.

    Raises:
        ValueError: a size below 1, or a time above the model's context.

    Example:
        >>> forward_flops(ModelConfig(vocab_size=1000, block_size=64, layers=2, heads=2, width=64), 1) // 64
        361472
    """
    time = config.block_size if time is None else whole("block_size", time)
    if time > config.block_size:
        raise ValueError(f"time must be at most the model's context, {config.block_size} tokens, got {time}")
    parts = parameter_budget(config)
    multiplied = parts["attention"] + parts["feed-forward"] + parts["output head"]
    per_token = 2 * multiplied + 4 * config.layers * config.width * time
    return whole("batch_size", batch_size) * time * per_token


def training_step_flops(config: ModelConfig, batch_size: int, time: int | None = None) -> int:
    """Operations of one forward and backward pass; what the optimizer does is not in it.

    Raises:
        ValueError: as for `forward_flops`.
    """
    return 3 * forward_flops(config, batch_size, time)


def flops_per_token(config: ModelConfig) -> int:
    """Operations that training spends on one token of a full window, forward and backward.

    Example:
        >>> flops_per_token(ModelConfig(vocab_size=1000, block_size=64, layers=2, heads=2, width=64))
        1084416
    """
    return training_step_flops(config, 1) // config.block_size
