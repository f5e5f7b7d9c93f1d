"""What a model costs, from its shape alone: parameters by part, and the memory that one training step takes.

Nothing is built: the budget of a model with 400 billion parameters is computed as fast as that of a small one.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import torch

from .config import ModelConfig, whole

BYTES = 4  # of one number in float32
# Numbers that an optimizer remembers for each parameter it updates. Muon (kellerjordan.github.io/posts/muon) keeps one
# for the matrices inside the blocks, and leaves the rest to AdamW (arXiv 1711.05101), which keeps two.
REMEMBERED = {"sgd": (0, 0), "adamw": (2, 2), "muon": (1, 2)}
LIMIT_FILES = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def parameter_budget(config: ModelConfig) -> dict[str, int]:
    """How many parameters each part of a model has, all layers together.

    With vocabulary V, width W, feed-forward width F and L layers: V W embeddings, L 4 W^2 for attention's queries,
    keys, values and output, L 3 W F for the three feed-forward matrices, (2 L + 1) W in the norms, W V in the output
    head.

    Example:
        >>> parameter_budget(ModelConfig(vocab_size=1000, layers=2, heads=2, width=64))
        {'token embeddings': 64000, 'attention': 32768, 'feed-forward': 67584, 'norms': 320, 'output head': 64000}
    """
    v, w, f, layers = config.vocab_size, config.width, _ff_width(config), config.layers
    return {
        "token embeddings": v * w,
        "attention": layers * 4 * w * w,
        "feed-forward": layers * 3 * w * f,
        "norms": (2 * layers + 1) * w,
        "output head": w * v,
    }


def training_memory(config: ModelConfig, batch_size: int, optimizer: str = "adamw") -> dict[str, int]:
    """The bytes that one training step in float32 takes, by what they are for.

    Weights and gradients take 4 bytes a parameter each; the optimizer remembers more (AdamW two numbers a parameter).
    Activations are what the forward pass must keep until the backward pass has used it. For each token of the batch,
    with vocabulary V, width W, feed-forward width F, H heads and L layers, these are

        L (11 W + 4 F + H + 2) + 3 W + 1 + 3 V        numbers, and with dropout (2 L + 1) W more bytes.

    11 W: what each norm reads, scales and hands on (2 x 3 W), queries, keys, values, what the heads gathered, and that
    once more in the order that the output matrix reads (5 W). 4 F: the two halves of the gated layer, the gate after
    silu, and their product. 3 W + 1: the last norm. 3 V: log-probabilities, and their gradient on its way back. There
    is no term with the square of the context: the attention kernels used here never store the weights (arXiv
    2205.14135).

    Compared with torch's own record of a step (tests/model/test_budget.py), the sum is a little too much, because
    activations are largest before the first gradient exists: 2 to 8% for models of 0.1 to 3 million parameters with
    batches of 8 to 32, 23% for 11 million parameters and a batch of 1. What Python and torch themselves take, some
    200 MB, comes on top.

    Args:
        batch_size: windows of `block_size` tokens in one step.
        optimizer: "adamw", "muon" (with AdamW for embeddings, head and norms) or "sgd" (without momentum).

    Raises:
        ValueError: a batch size below 1, or an unknown optimizer.

    Example:
        >>> cost = training_memory(ModelConfig(vocab_size=1000, layers=2, heads=2, width=64), batch_size=32)
        >>> {part: f"{size / 1e6:.1f} MB" for part, size in cost.items()}
        {'weights': '0.9 MB', 'gradients': '0.9 MB', 'optimizer': '1.8 MB', 'activations': '49.3 MB'}
    """
    if optimizer not in REMEMBERED:
        raise ValueError(f"unknown optimizer {optimizer!r}: choose one of {', '.join(REMEMBERED)}")
    parts = parameter_budget(config)
    parameters, inside = sum(parts.values()), parts["attention"] + parts["feed-forward"]
    for_inside, for_rest = REMEMBERED[optimizer]
    w, layers = config.width, config.layers
    a_layer = 11 * w + 4 * _ff_width(config) + config.heads + 2
    a_token = BYTES * (layers * a_layer + 3 * w + 1 + 3 * config.vocab_size) + (2 * layers + 1) * w * bool(
        config.dropout
    )
    return {
        "weights": BYTES * parameters,
        "gradients": BYTES * parameters,
        "optimizer": BYTES * (for_inside * inside + for_rest * (parameters - inside)),
        "activations": whole("batch_size", batch_size) * config.block_size * a_token,
    }


def machine_memory() -> int | None:
    """The bytes of memory that this computer or container has; None where it cannot be asked (Windows)."""
    try:
        found = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None
    for file in LIMIT_FILES:
        with contextlib.suppress(OSError, ValueError):  # no such limit
            found = min(found, int(Path(file).read_text()))
    return found


def check_memory(config: ModelConfig) -> None:
    """Refuse to build a model whose weights alone are more than this computer's memory holds.

    Raises:
        ValueError: they do not fit.
    """
    if torch.get_default_device().type != "cpu":  # "meta" takes no memory, a GPU has its own
        return
    parameters, there = sum(parameter_budget(config).values()), machine_memory()
    if there is not None and BYTES * parameters > there:
        raise ValueError(
            f"a model of {parameters:,} parameters needs {BYTES * parameters / 1e9:,.1f} GB for its weights alone, and "
            f"this computer has {there / 1e9:,.1f} GB of memory: choose fewer layers, a smaller width or vocabulary"
        )


def _ff_width(config: ModelConfig) -> int:
    assert config.ff_width is not None  # filled in by ModelConfig
    return config.ff_width
