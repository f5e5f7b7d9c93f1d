"""Item analysis: how hard each part was, and how well it tells those who did well elsewhere from those who did not.

Classical test theory as in Crocker and Algina, "Introduction to Classical and Modern Test Theory" (1986). Marks come as
a matrix (students, parts) in points, with NaN where nobody has decided yet.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FEWEST = 3
"""Students below which no correlation is given: through two points there is always a line."""
SMALL_CLASS = 30
"""Students below which a correlation is little more than a hint: its standard error is about 1 / sqrt(n - 1)."""


@dataclass(frozen=True)
class Item:
    """How a class fared on one part.

    Attributes:
        decided: students with a mark.
        difficulty: see `difficulty`.
        discrimination: see `discrimination`.
        full: students with all points.
        none: students with no point.
    """

    decided: int
    difficulty: float | None
    discrimination: float | None
    full: int
    none: int

    @property
    def partly(self) -> int:
        """Students with some points, but not all."""
        return self.decided - self.full - self.none


@dataclass(frozen=True)
class Spread:
    """How the scores of a class are spread, in points."""

    count: int
    mean: float
    deviation: float
    lowest: float
    lower_quartile: float
    median: float
    upper_quartile: float
    highest: float


def spread(scores: np.ndarray) -> Spread:
    """Mean, sample standard deviation (0 for one student) and quartiles of at least one score."""
    quartiles = [float(value) for value in np.percentile(scores, [0, 25, 50, 75, 100])]
    deviation = float(np.std(scores, ddof=1)) if len(scores) > 1 else 0.0
    return Spread(len(scores), float(np.mean(scores)), deviation, *quartiles)


def difficulty(marks: np.ndarray, points: float) -> float | None:
    """Item difficulty: the mean share of a part's points that was earned, 0 (nobody any) to 1 (everybody all).

    For a part that is right or wrong this is the p-value of item analysis (Crocker and Algina 1986). Despite its
    name, a higher value means an easier part. None if nobody has a mark or the part is worth nothing.

    Example:
        >>> difficulty(np.array([0.0, 1.0, 2.0, np.nan]), points=2.0)
        0.5
    """
    marks = marks[~np.isnan(marks)]
    return float(marks.mean() / points) if len(marks) and points > 0 else None


def discrimination(marks: np.ndarray, part: int) -> float | None:
    """Item discrimination: the correlation of a part's points with the points in all *other* parts, -1 to 1.

    This is the corrected item-total (item-rest) correlation of Henrysson, "Correction of item-total correlations in
    item analysis", Psychometrika 28 (1963); for a part that is right or wrong it is a point-biserial correlation. The
    part itself is left out of the total, which would otherwise correlate with itself. The rest is made of the parts in
    which every counted student has a mark.

    Args:
        marks: points, (students, parts), NaN where undecided.
        part: the column.

    Returns:
        None where it cannot be told: fewer than three students, no other part, or no differences to correlate.
    """
    rows = marks[~np.isnan(marks[:, part])]
    others = np.delete(rows, part, axis=1)
    others = others[:, ~np.isnan(others).any(axis=0)]
    if len(rows) < FEWEST or not others.shape[1]:
        return None
    return _correlation(rows[:, part], others.sum(axis=1))


def _correlation(a: np.ndarray, b: np.ndarray) -> float | None:
    """Pearson's correlation; None if either does not vary."""
    a, b = a - a.mean(), b - b.mean()
    size = float(np.sqrt((a @ a) * (b @ b)))
    if size <= 1e-12 * len(a):
        return None
    return float(np.clip(a @ b / size, -1.0, 1.0))


def alpha(marks: np.ndarray) -> float | None:
    """Cronbach's alpha: how consistently the parts rank the students, at most 1.

    "Coefficient alpha and the internal structure of tests", Psychometrika 16 (1951). Parts in which a student has no
    mark yet are left out. None with fewer than three students, fewer than two parts, or without differences.
    """
    marks = marks[:, ~np.isnan(marks).any(axis=0)]
    students, parts = marks.shape
    if students < FEWEST or parts < 2:
        return None
    total = float(marks.sum(axis=1).var(ddof=1))
    if total <= 1e-12:
        return None
    return parts / (parts - 1) * (1 - float(marks.var(axis=0, ddof=1).sum()) / total)


def item(marks: np.ndarray, part: int, points: float) -> Item:
    """All figures of one part."""
    decided = marks[:, part][~np.isnan(marks[:, part])]
    full, none = int((decided >= points - 1e-9).sum()), int((decided <= 1e-9).sum()) if points > 0 else 0
    return Item(len(decided), difficulty(marks[:, part], points), discrimination(marks, part), full, none)


def remark(item: Item) -> str:
    """What an instructor may want to look at, in a sentence; nothing if there is nothing.

    The limits of discrimination are those of Ebel and Frisbie, "Essentials of Educational Measurement" (5th edition,
    1991): below 0.20 poor, from 0.40 very good.
    """
    if item.difficulty is None:
        return "no marks yet"
    said = []
    if item.difficulty < 0.3:
        said.append("very hard: was it taught, is the task clear, is the test right?")
    elif item.difficulty > 0.95:
        said.append("nearly everybody has it")
    if item.discrimination is not None and item.discrimination < 0:
        said.append("those who did well elsewhere did worse here: look at the test")
    elif item.discrimination is not None and item.discrimination < 0.2 and item.difficulty <= 0.95:
        said.append("says little about the rest of a student's work")
    return "; ".join(said)
