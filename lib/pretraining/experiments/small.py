"""The small model that every experiment trains from scratch: large enough to show the effect, small enough to wait for.

Takes token ids and hands on a `Trainer`, and its events played on one thread.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor

from ..model import ModelConfig, Transformer
from ..tokens import Tokenizer
from ..training import Event, Trainer, TrainingSettings
from ..training.batches import Streams

VOCAB_SIZE = 512
BLOCK_SIZE, BATCH_SIZE = 40, 12
LAYERS, HEADS, WIDTH = 2, 4, 64
LEARNING_RATE = 0.01
EVALUATION_TOKENS = 2048
MOMENTS = 10  # how often a run is looked at while it goes on
TOKENS_PER_STEP = BATCH_SIZE * BLOCK_SIZE


def small_trainer(
    tokenizer: Tokenizer,
    train: Streams,
    heldout: Tensor,
    steps: int,
    seed: int,
    mixture: Mapping[str, float] | None = None,
) -> Trainer:
    """A fresh small model and its trainer; float32, so that other machines come to nearly the same numbers.

    Args:
        tokenizer: decides how many tokens the model knows.
        train: token ids to learn from, shape (n,), or such a tensor for each domain of a mixture.
        heldout: token ids to measure on, shape (m,).
        steps: updates of the weights; the learning rate climbs for a tenth of them and then sinks to 0.
        seed: decides the first weights and the batches.
        mixture: weights of the domains; None draws every domain as its size has it.

    Raises:
        ValueError: steps that are no whole number of at least 1, or a text shorter than one window.
    """
    config = ModelConfig(tokenizer.vocab_size, block_size=BLOCK_SIZE, layers=LAYERS, heads=HEADS, width=WIDTH)
    settings = TrainingSettings(
        steps=steps,
        batch_size=BATCH_SIZE,
        learning_rate=LEARNING_RATE,
        warmup_steps=min(20, steps // 10) if isinstance(steps, int) else 0,
        floor=0.0,
        mixture=mixture,
        evaluate_every=steps,
        evaluation_tokens=EVALUATION_TOKENS,
        precision="float32",
        seed=seed,
    )
    return Trainer(Transformer(config, seed), train, heldout, settings)


def on_one_thread(trainer: Trainer) -> Iterator[Event]:
    """The trainer's events; matrices this small gain nothing from a second thread."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield from trainer.events()
    finally:
        torch.set_num_threads(threads)


def is_moment(step: int, steps: int) -> bool:
    """Whether a run of so many steps is looked at after this one: about ten times, and at the end.

    Example:
        >>> [step for step in range(1, 26) if is_moment(step, 25)]
        [2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 25]
    """
    return step % max(1, steps // MOMENTS) == 0 or step == steps


def checked_seed(seed: object) -> int:
    """A seed as a plain int.

    Raises:
        ValueError: it is not a whole number from 0 up, of at most 18 digits.
    """
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 10**18:
        raise ValueError(f"seed must be a whole number from 0 up, such as 7, got {seed!r}")
    return seed
