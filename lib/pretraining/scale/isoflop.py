"""Which size makes the best of a budget of compute: the bottom of an isoFLOP curve.

Takes the sizes and losses of models that were all trained with the same number of operations, hands on the parabola
through them: Chinchilla's second approach (arXiv 2203.15556, section 3.2). The parabola is only an approximation: the
true curve is steeper on one side, so measure sizes close to the bottom, on both sides of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .checks import positive
from .laws import measured_pairs


@dataclass(frozen=True)
class IsoFlop:
    """A parabola through the losses of one budget, over the logarithm of the size: Chinchilla's approach 2.

    Attributes:
        curvature: nats for each squared factor e of the size.
        parameters: the best size.
        loss: what it reaches, in nats per token.
    """

    curvature: float
    parameters: float
    loss: float

    def __call__(self, parameters: float) -> float:
        """The curve's loss for a size."""
        positive("parameters", parameters, "the size of a model")
        return self.loss + self.curvature * math.log(parameters / self.parameters) ** 2


def fit_isoflop(parameters: Sequence[float], losses: Sequence[float]) -> IsoFlop:
    """The bottom of one isoFLOP curve (arXiv 2203.15556, section 3.2).

    Args:
        parameters: sizes of models that were all trained with the same number of operations, at least 3 different ones.
        losses: what each reached, in nats per token.

    Raises:
        ValueError: too few sizes, or losses that have no bottom within reach of the measured sizes.

    Example:
        >>> curve = fit_isoflop([1e6, 1e7, 1e8], [3.5, 3.0, 3.5])
        >>> f"best: {curve.parameters:.1e} parameters, {curve.loss:.2f} nats"
        'best: 1.0e+07 parameters, 3.00 nats'
    """
    xs, ys = measured_pairs(parameters, losses, least=3, different=3)
    centre = float(np.log(xs).mean())
    u = np.log(xs) - centre
    square, slope, level = np.polynomial.Polynomial.fit(u, ys, 2).convert().coef[::-1]
    reach = float(np.ptp(u))
    if square <= 0 or abs(slope / (2 * square)) > reach:
        raise ValueError(
            "these losses have no bottom between the sizes: "
            "some models must be too small for the budget and some too large"
        )
    return IsoFlop(float(square), math.exp(centre - slope / (2 * square)), float(level - slope * slope / (4 * square)))
