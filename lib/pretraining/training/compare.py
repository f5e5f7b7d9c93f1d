"""Is one training text better than another, or was it luck? The same model, several seeds, losses on the same text.

Takes tokens by name, hands on the held-out losses and what may be concluded from them. Each seed decides the first
weights and the batches, and is used once for every text, so losses are compared seed by seed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import mean, stdev

import torch
from torch import Tensor

from ..model import ModelConfig, Transformer
from .machine import usable_cores
from .settings import TrainingSettings
from .trainer import Trainer

# Student's t: 95% of its distribution lies within this many standard errors, for 1, 2, 3, ... degrees of freedom.
STUDENT_T = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262)


@dataclass(frozen=True)
class Difference:
    """How far apart the losses of two texts lie, over several seeds.

    Attributes:
        mean: the first text's loss minus the second's, in nats per token, averaged over the seeds.
        low, high: where the true mean lies with 95% confidence, if the differences scatter normally.
    """

    mean: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether zero is outside the range, so that luck alone is an unlikely explanation."""
        return self.low > 0 or self.high < 0


def difference(first: Sequence[float], second: Sequence[float]) -> Difference:
    """Compare losses seed by seed, by the paired t-test.

    Args:
        first, second: losses of two texts with the same 2 to 10 seeds, in the same order.

    Raises:
        ValueError: another number of losses.

    Example:
        >>> found = difference([3.3, 3.1, 3.2], [3.1, 3.0, 3.0])
        >>> f"{found.mean:.2f}, between {found.low:.2f} and {found.high:.2f}", found.is_clear
        ('0.17, between 0.02 and 0.31', True)
    """
    gaps = [a - b for a, b in zip(first, second, strict=True)]
    if not 2 <= len(gaps) <= len(STUDENT_T) + 1:
        raise ValueError(f"comparing takes 2 to {len(STUDENT_T) + 1} seeds, got {len(gaps)}")
    margin = STUDENT_T[len(gaps) - 2] * stdev(gaps) / math.sqrt(len(gaps))
    return Difference(mean(gaps), mean(gaps) - margin, mean(gaps) + margin)


def conclusion(losses: Mapping[str, Sequence[float]], first: str, second: str) -> str:
    """What the losses of two texts allow to say, in plain words.

    Example:
        >>> print(conclusion({"dirty": [3.3, 3.1, 3.2], "clean": [3.2, 3.2, 3.1]}, "dirty", "clean"))
        dirty: 3.200 +- 0.100 nats per token (mean and spread of 3 seeds)
        clean: 3.167 +- 0.058 nats per token (mean and spread of 3 seeds)
        dirty minus clean: 0.033 on average, with 95% confidence between -0.254 and 0.320.
        Zero lies inside that range: 3 seeds cannot tell the two apart. Do not claim that either is better.
    """
    found = difference(losses[first], losses[second])
    seeds = len(losses[first])
    if found.is_clear:
        better, worse = (second, first) if found.mean > 0 else (first, second)
        verdict = f"Zero lies outside that range: {better} beats {worse}, and luck with the seeds hardly explains it."
    else:
        verdict = (
            f"Zero lies inside that range: {seeds} seeds cannot tell the two apart. Do not claim that either is better."
        )
    lines = [
        f"{name}: {mean(own):.3f} +- {stdev(own):.3f} nats per token (mean and spread of {seeds} seeds)"
        for name, own in ((first, losses[first]), (second, losses[second]))
    ]
    range_ = f"with 95% confidence between {found.low:.3f} and {found.high:.3f}."
    return "\n".join([*lines, f"{first} minus {second}: {found.mean:.3f} on average, {range_}", verdict])


def compare(
    texts: Mapping[str, Tensor],
    heldout: Tensor,
    config: ModelConfig,
    settings: TrainingSettings,
    seeds: Sequence[int] = (0, 1, 2),
    on_run: Callable[[str, int, float], None] | None = None,
) -> dict[str, list[float]]:
    """Train the same model on each text with each seed; all runs see equally many tokens.

    Args:
        texts: token ids by name, each of shape (n,).
        heldout: token ids to measure on, shape (m,); never trained on.
        on_run: called with (name, seed, loss) after each run.

    Returns:
        For each text its held-out losses in nats per token, in the order of the seeds.

    Raises:
        ValueError: a text that is shorter than one window.
    """
    losses: dict[str, list[float]] = {name: [] for name in texts}
    threads = torch.get_num_threads()
    torch.set_num_threads(max(1, min(threads, usable_cores() - 1)))  # threads that wait for a busy core cost most
    try:
        for seed in seeds:
            for name, tokens in texts.items():
                own = replace(settings, seed=seed, evaluate_every=settings.steps)
                loss = Trainer(Transformer(config, seed=seed), tokens, heldout, own).run().loss
                losses[name].append(loss)
                if on_run is not None:
                    on_run(name, seed, loss)
    finally:
        torch.set_num_threads(threads)
    return losses
