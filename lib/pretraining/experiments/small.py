"""The small model that every experiment trains from scratch: large enough to show the effect, small enough to wait for.

Takes token ids and hands on a `Trainer`; `SmallExperiment` plays it on one thread and looks at the model now and then.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor

from ..model import ModelConfig, Transformer
from ..tokens import Tokenizer
from ..training import Evaluation, Event, Step, Trainer, TrainingSettings
from ..training.batches import Streams

VOCAB_SIZE = 512
BLOCK_SIZE, BATCH_SIZE = 40, 12
LAYERS, HEADS, WIDTH = 2, 4, 64
LEARNING_RATE = 0.01
EVALUATION_TOKENS = 2048
MOMENTS = 10  # how often a run is looked at while it goes on
TOKENS_PER_STEP = BATCH_SIZE * BLOCK_SIZE
Moment = TypeVar("Moment")
Result = TypeVar("Result")


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


class SmallExperiment(ABC, Generic[Moment, Result]):
    """One run of a small model, which is looked at while it learns; a subclass says what a look and a result are.

    Args:
        trainer: a fresh one, from `small_trainer`.

    Attributes:
        model: the trainer's.
        history: what the looks have found so far.
    """

    def __init__(self, trainer: Trainer) -> None:
        self.trainer, self.model = trainer, trainer.model
        self.history: list[Moment] = []

    @property
    def steps(self) -> int:
        """Updates of the weights in all."""
        return self.trainer.settings.steps

    def events(self) -> Iterator[Event | Any]:
        """Train; a moment comes before the first step and about every tenth of the run, the result at the very end.

        Raises:
            TrainingDiverged: the loss is no longer finite.
        """
        for event in on_one_thread(self.trainer):
            yield event
            first = isinstance(event, Evaluation) and event.step == 0
            if first or (isinstance(event, Step) and is_moment(event.step, self.steps)):
                moment = self.look(event.step)
                self.history.append(moment)
                yield moment
        if self.trainer.step == self.steps:
            yield self.result()

    def result(self) -> Result:
        """The model examined as it is now.

        Raises:
            ValueError: it has not been trained.
        """
        if not self.history:
            raise ValueError("there is no result yet: train first")
        return self.examine()

    @abstractmethod
    def look(self, step: int) -> Moment:
        """What the model, after so many steps, shows at a glance."""

    @abstractmethod
    def examine(self) -> Result:
        """What came of the run, in full."""


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
