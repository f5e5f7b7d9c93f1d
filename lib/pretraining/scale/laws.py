"""How loss falls with scale: power laws with a band of confidence, and the rule of thumb for the best size.

Takes measured numbers, hands on a `PowerLaw` that predicts with an interval.

A power law is a straight line between logarithms: y = a x^-b (arXiv 2001.08361, section 1.2). With a floor e that no
size removes it is y = e + a x^-b (arXiv 2010.14701, equation 1.1). Bands and intervals come from the linearised fit
(delta method) and Student's t: exact for the pure law if ln y scatters normally, approximate with a floor.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

from .checks import all_positive, positive

STEEPEST = 5.0  # the largest exponent that a fit with a floor considers


@dataclass(frozen=True)
class Prediction:
    """What a law expects of a run that was not made yet.

    Attributes:
        value: in the unit of y.
        low, high: a new measurement lies between them with the confidence that was asked for, if the law goes on.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class PowerLaw:
    """y = floor + a * x**-b, and how sure it is.

    Attributes:
        a: y - floor where x is 1.
        b: how fast y falls: twice the x leaves 2**-b of what is above the floor.
        floor: what no size removes; 0 for the pure law.
        noise: spread of the measurements around the law: of ln y for the pure law, of y with a floor.
        degrees: measurements minus fitted numbers.
        centre: geometric mean of the x that were measured.
        covariance: of the fitted numbers at the centre, for each unit of noise variance.
        has_floor: whether the floor was fitted.
    """

    a: float
    b: float
    floor: float
    noise: float
    degrees: int
    centre: float
    covariance: tuple[tuple[float, ...], ...]
    has_floor: bool = False

    def __call__(self, x: float) -> float:
        """The law's y.

        Raises:
            ValueError: an x that is not a positive number.
        """
        positive("x", x, "a size, tokens or operations")
        return self.floor + self.a * x**-self.b

    def band(self, x: float, confidence: float = 0.95) -> tuple[float, float]:
        """Where the true law passes x, with this confidence."""
        return self._around(x, self._variance(x), confidence)

    def predict(self, x: float, confidence: float = 0.95) -> Prediction:
        """What a new measurement at x will give: the law's own uncertainty and the scatter of one run.

        Raises:
            ValueError: an x that is not positive, or a confidence outside 0 to 1.

        Example:
            >>> law = fit_power_law([1e9, 1e10, 1e11, 1e12], [8.0, 4.1, 2.0, 1.0])
            >>> expected = law.predict(1e13)
            >>> f"{expected.value:.2f}, between {expected.low:.2f} and {expected.high:.2f}"
            '0.50, between 0.45 and 0.55'
        """
        return Prediction(self(x), *self._around(x, 1.0 + self._variance(x), confidence))

    def _variance(self, x: float) -> float:
        """The variance of the law at x, for each unit of noise variance."""
        distance = math.log(x / self.centre)
        above = self(x) - self.floor
        gradient = np.array([1.0, above, -distance * above]) if self.has_floor else np.array([1.0, -distance])
        return float(gradient @ np.array(self.covariance) @ gradient)

    def _around(self, x: float, variance: float, confidence: float) -> tuple[float, float]:
        if not 0 < confidence < 1:
            raise ValueError(f"confidence must lie between 0 and 1, such as 0.95, got {confidence}")
        margin = float(special.stdtrit(self.degrees, (1 + confidence) / 2)) * self.noise * math.sqrt(variance)
        if self.has_floor:
            return self(x) - margin, self(x) + margin
        return self(x) * math.exp(-margin), self(x) * math.exp(margin)


def fit_power_law(x: Sequence[float], y: Sequence[float], floor: bool = False) -> PowerLaw:
    """Fit y = a x^-b by least squares between logarithms, or y = e + a x^-b by least squares of y.

    Args:
        x: sizes, tokens or operations; positive, at least two different ones.
        y: what was measured at each, such as losses; positive.
        floor: also fit the irreducible part e, from 0 to below the smallest y.

    Raises:
        ValueError: too few measurements (3, with a floor 4), numbers that are not positive, one x only, or, with a
            floor, a y that does not fall.

    Example:
        >>> law = fit_power_law([1e6, 1e7, 1e8], [10.0, 5.0, 2.5])
        >>> f"y = {law.a:.1f} * x**-{law.b:.3f}"
        'y = 640.0 * x**-0.301'
    """
    xs, ys = measured_pairs(x, y, least=4 if floor else 3)
    centre = float(np.exp(np.log(xs).mean()))
    u = np.log(xs / centre)
    if floor:
        return _with_floor(u, ys, centre)
    design = np.column_stack([np.ones_like(u), -u])
    (level, b), *_ = np.linalg.lstsq(design, np.log(ys), rcond=None)
    residuals = np.log(ys) - design @ np.array([level, b])
    return _law(math.exp(level), b, 0.0, residuals, design, centre)


def _with_floor(u: np.ndarray, y: np.ndarray, centre: float) -> PowerLaw:
    """The best of several starts: for a given exponent, floor and scale follow from a straight line."""
    if np.polyfit(u, y, 1)[0] >= 0:
        raise ValueError("y does not fall as x grows, so there is no floor to find: fit without one, or measure again")
    highest = float(y.min()) * (1 - 1e-9)

    def residuals(values: np.ndarray) -> np.ndarray:
        e, level, b = values
        return np.asarray(e + np.exp(level - b * u) - y)

    found = []
    for b in np.geomspace(0.02, 2.0, 5):
        slope, e = np.polyfit(np.exp(-b * u), y, 1)
        e = min(max(e, 0.0), 0.999 * highest)
        level = math.log(slope) if slope > 0 else float(np.log(y - e).mean())
        bounds = ([0.0, -math.inf, 1e-3], [highest, math.inf, STEEPEST])
        found.append(optimize.least_squares(residuals, [e, level, b], bounds=bounds, xtol=1e-14, ftol=1e-14))
    best = min(found, key=lambda one: float(one.cost))
    e, level, b = best.x
    above = np.exp(level - b * u)
    design = np.column_stack([np.ones_like(u), above, -u * above])
    return _law(math.exp(level), b, e, best.fun, design, centre, has_floor=True)


def _law(
    scale: float,
    b: float,
    floor: float,
    residuals: np.ndarray,
    design: np.ndarray,
    centre: float,
    has_floor: bool = False,
) -> PowerLaw:
    """A law with what its bands need."""
    degrees = len(residuals) - design.shape[1]
    noise = math.sqrt(float(residuals @ residuals) / degrees)
    covariance = np.linalg.pinv(design.T @ design)
    rows = tuple(tuple(float(value) for value in row) for row in covariance)
    return PowerLaw(float(scale * centre**b), float(b), float(floor), noise, degrees, centre, rows, has_floor)


def compute_optimal(flops: float, tokens_per_parameter: float = 20.0) -> tuple[float, float]:
    """How large a model a budget pays for, and how many tokens it should read.

    From C = 6 N D (arXiv 2001.08361, section 2.1) and D = r N: N = sqrt(C / 6 r). About 20 tokens a parameter: arXiv
    2203.15556, table 3.

    Args:
        flops: the budget C, operations in all.
        tokens_per_parameter: the ratio r.

    Returns:
        Parameters and tokens, not rounded.

    Raises:
        ValueError: a number that is not positive.

    Example:
        >>> parameters, tokens = compute_optimal(5.88e23)
        >>> f"{parameters:.1e} parameters, {tokens:.1e} tokens"
        '7.0e+10 parameters, 1.4e+12 tokens'
    """
    budget = positive("flops", flops, "FLOPs in all")
    ratio = positive("tokens_per_parameter", tokens_per_parameter, "a ratio, such as 20")
    parameters = math.sqrt(budget / 6 / ratio)
    return parameters, ratio * parameters


def measured_pairs(
    x: Sequence[float], y: Sequence[float], least: int, different: int = 2
) -> tuple[np.ndarray, np.ndarray]:
    """Measurements as arrays.

    Raises:
        ValueError: too few of them, too few different x, or numbers that are not positive.
    """
    if len(x) != len(y):
        raise ValueError(f"x and y must be equally long, got {len(x)} and {len(y)}")
    if len(x) < least:
        raise ValueError(f"a fit needs at least {least} measurements, got {len(x)}")
    all_positive("x", x)
    all_positive("y", y)
    if len(set(x)) < different:
        raise ValueError(f"a fit needs at least {different} different values of x, got {len(set(x))}")
    return np.asarray(x, dtype=float), np.asarray(y, dtype=float)
