"""How to train: the numbers a run starts from, and the learning rate of each step."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

OPTIMIZERS = ("muon", "adamw")
PRECISIONS = ("auto", "float32", "bfloat16")


@dataclass
class TrainingSettings:
    """The dials of a run.

    All but `optimizer`, `precision` and `seed` are read again at each step, so they can be turned while a run goes on.

    Attributes:
        steps: updates of the weights.
        batch_size: windows in each update.
        accumulation: parts that a batch is computed in, one after the other, to fit a large one into little memory.
        learning_rate: the peak of the schedule.
        warmup_steps: steps in which the rate climbs from zero to the peak.
        floor: the rate at the end, as a share of the peak.
        optimizer: `"muon"` (for the matrices inside the blocks, AdamW for the rest) or `"adamw"` for all.
        weight_decay: the optimizer's pull of the matrices towards zero.
        clip_norm: gradients longer than this are shortened to it.
        mixture: weights of the text's domains; None draws every domain as its size has it.
        precision: `"float32"`, `"bfloat16"`, or `"auto"` to measure which is faster.
        patience: stop after this many evaluations without a new lowest held-out loss; 0 never does.
        evaluate_every: steps between two measurements on held-out text.
        evaluation_tokens: at most this many held-out tokens are measured each time.
        sample_every: steps between two samples; 0 for none.
        checkpoint_every: steps between two checkpoints.
        seed: decides the batches.
    """

    steps: int = 300
    batch_size: int = 32
    accumulation: int = 1
    learning_rate: float = 3e-3
    warmup_steps: int = 20
    floor: float = 0.1
    optimizer: str = "muon"
    weight_decay: float = 0.1
    clip_norm: float = 1.0
    mixture: Mapping[str, float] | None = None
    precision: str = "auto"
    patience: int = 0
    evaluate_every: int = 50
    evaluation_tokens: int = 16_384
    sample_every: int = 0
    checkpoint_every: int = 50
    seed: int = 0

    def __post_init__(self) -> None:
        self.check()

    def check(self) -> None:
        """Refuse what cannot be trained with.

        Raises:
            ValueError: a setting out of its range.
        """
        for name in ("steps", "batch_size", "accumulation", "evaluate_every", "evaluation_tokens", "checkpoint_every"):
            _whole(name, getattr(self, name), least=1)
        for name in ("warmup_steps", "sample_every", "patience"):
            _whole(name, getattr(self, name), least=0)
        for name in ("weight_decay", "floor"):
            if not 0 <= getattr(self, name) < math.inf:
                raise ValueError(f"{name} must be 0 or more, got {getattr(self, name)}")
        for name in ("learning_rate", "clip_norm"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} must be a positive number, got {getattr(self, name)}")
        for name, choices in (("optimizer", OPTIMIZERS), ("precision", PRECISIONS)):
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} must be {' or '.join(choices)}, got {getattr(self, name)!r}")
        if self.batch_size % self.accumulation:
            raise ValueError(
                f"batch_size must be divisible by accumulation, got {self.batch_size} and {self.accumulation}"
            )


def _whole(name: str, value: object, least: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{name} must be a whole number, got {value!r}")
    if value < least:
        raise ValueError(f"{name} must be {f'at least {least}' if least else '0 or more'}, got {value}")


def learning_rate(step: int, peak: float, floor: float, warmup_steps: int, total_steps: int) -> float:
    """The learning rate of one step: a straight climb to the peak, then half a cosine down to the floor.

    Cosine decay: arXiv 1608.03983; with a linear warm-up as in GPT-3, arXiv 2005.14165 appendix B.

    Args:
        step: 0 gives 0 if there is a warm-up; the first update of a run is step 1.

    Example:
        >>> [round(learning_rate(step, 1.0, 0.1, 2, 6), 3) for step in range(8)]
        [0.0, 0.5, 1.0, 0.868, 0.55, 0.232, 0.1, 0.1]
    """
    if step < warmup_steps:
        return peak * step / warmup_steps
    if step >= total_steps:
        return floor
    progress = (step - warmup_steps) / (total_steps - warmup_steps)
    return floor + (peak - floor) * (1 + math.cos(math.pi * progress)) / 2
