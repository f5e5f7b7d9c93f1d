"""Calibration: whether a model that says "70%" is right 70% of the time.

Takes a model's answers, each with a confidence and whether it was right; hands on a row for each bin of confidence and
the expected calibration error (Guo et al., arXiv 1706.04599, section 2). Calibration is not knowledge: who always says
"50%" at the toss of a coin is perfectly calibrated and knows nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch

from ..model import Transformer
from ..probes import continuation_scores
from ..text.world import Probe
from ..tokens import Tokenizer
from .domains import BATCH, text_windows


@dataclass(frozen=True)
class Answers:
    """What a model said.

    Attributes:
        confidences: the probability that it gave to its own answer, from 0 to 1.
        correct: whether each answer was right.
    """

    confidences: list[float]
    correct: list[bool]

    @property
    def confidence(self) -> float:
        """The mean confidence."""
        return sum(self.confidences) / len(self.confidences)

    @property
    def accuracy(self) -> float:
        """The share of right answers."""
        return sum(self.correct) / len(self.correct)


@dataclass(frozen=True)
class ReliabilityBin:
    """Answers of about the same confidence.

    Attributes:
        low, high: the bin's borders; `high` belongs to it, `low` does not, but 0 is in the first bin.
        count: how many answers fell into it.
        confidence: their mean confidence.
        accuracy: the share of them that was right.
    """

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def reliability_bins(confidences: Sequence[float], correct: Sequence[bool], bins: int = 10) -> list[ReliabilityBin]:
    """Answers sorted into bins of equal width; bins without answers are left out.

    Raises:
        ValueError: no answers, not one verdict for each, a confidence outside 0 to 1, or fewer than one bin.

    Example:
        >>> [(one.count, one.accuracy) for one in reliability_bins([0.1, 0.9, 1.0], [False, True, False], bins=2)]
        [(1, 0.0), (2, 0.5)]
    """
    if not confidences or len(confidences) != len(correct):
        raise ValueError(f"each answer needs one verdict, got {len(confidences)} answers and {len(correct)} verdicts")
    if not all(0 <= confidence <= 1 for confidence in confidences):
        raise ValueError("a confidence is a probability from 0 to 1")
    if bins < 1:
        raise ValueError(f"bins must be at least 1, got {bins}")
    edges = [number / bins for number in range(bins + 1)]
    found = []
    for number, (low, high) in enumerate(pairwise(edges)):
        inside = [i for i, c in enumerate(confidences) if low < c <= high or (c == 0 and number == 0)]
        if inside:
            mean = sum(confidences[i] for i in inside) / len(inside)
            found.append(
                ReliabilityBin(low, high, len(inside), mean, sum(bool(correct[i]) for i in inside) / len(inside))
            )
    return found


def expected_calibration_error(confidences: Sequence[float], correct: Sequence[bool], bins: int = 10) -> float:
    """The mean gap between confidence and accuracy over the bins, each weighted by its answers; from 0 to 1.

    Raises:
        ValueError: as `reliability_bins`.

    Example:
        >>> round(expected_calibration_error([0.5, 0.5, 1.0, 1.0], [True, False, True, False]), 3)
        0.25
    """
    found = reliability_bins(confidences, correct, bins)
    return sum(one.count * abs(one.accuracy - one.confidence) for one in found) / len(confidences)


@torch.no_grad()
def next_token_answers(model: Transformer, tokenizer: Tokenizer, texts: Sequence[str]) -> Answers:
    """For every token of some texts: how sure the model was of its likeliest token, and whether that was the one.

    Raises:
        ValueError: the texts together are shorter than one window.
    """
    inputs, targets = text_windows(model, tokenizer, texts)
    device = model.token_embeddings.weight.device
    confidences, correct = [], []
    for part, wanted in zip(inputs.split(BATCH), targets.split(BATCH), strict=True):
        best = model.logits(part.to(device)).softmax(-1).cpu().max(-1)
        confidences += best.values.clamp(max=1).flatten().tolist()
        correct += (best.indices == wanted).flatten().tolist()
    return Answers(confidences, correct)


def probe_answers(model: Transformer, tokenizer: Tokenizer, probes: Sequence[Probe]) -> Answers:
    """For every probe: how sure the model is of the continuation it finds likeliest, and whether that is the right one.

    The confidence is a share among the probe's own continuations: each one's probability, divided by the sum of all.

    Raises:
        ValueError: there are no probes, or one does not fit into the context.
    """
    if not probes:
        raise ValueError("there are no probes to answer")
    pairs = [(probe.context, end) for probe in probes for end in (probe.right, *probe.wrong)]
    scores = continuation_scores(model, tokenizer, pairs).split([1 + len(probe.wrong) for probe in probes])
    best = [each.softmax(0).max(0) for each in scores]
    return Answers([one.values.clamp(max=1).item() for one in best], [one.indices.item() == 0 for one in best])
