"""How to train: the numbers a run starts from, and the learning rate of each step."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass
class TrainingSettings:
    """The dials of a run.

    `learning_rate` is read again at each step, so it can be turned while the run goes on. Change the others before.

    Attributes:
        steps: updates of the weights.
        batch_size: windows in each update.
        learning_rate: the peak of the schedule.
        warmup_steps: steps in which the rate climbs from zero to the peak.
        floor: the rate at the end, as a share of the peak.
        weight_decay: AdamW's pull of the matrices towards zero.
        clip_norm: gradients longer than this are shortened to it.
        evaluate_every: steps between two measurements on held-out text.
        evaluation_tokens: at most this many held-out tokens are measured each time.
        sample_every: steps between two samples; 0 for none.
        checkpoint_every: steps between two checkpoints.
        seed: decides the batches.
    """

    steps: int = 300
    batch_size: int = 32
    learning_rate: float = 3e-3
    warmup_steps: int = 20
    floor: float = 0.1
    weight_decay: float = 0.1
    clip_norm: float = 1.0
    evaluate_every: int = 50
    evaluation_tokens: int = 16_384
    sample_every: int = 0
    checkpoint_every: int = 50
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("steps", "batch_size", "evaluate_every", "evaluation_tokens", "checkpoint_every"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")
        for name in ("warmup_steps", "sample_every", "weight_decay", "floor"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} must be 0 or more, got {getattr(self, name)}")
        for name in ("learning_rate", "clip_norm"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise ValueError(f"{name} must be a positive number, got {value}")


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
