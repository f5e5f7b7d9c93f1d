"""Refuses numbers that cannot be meant, in words that name the unit.

Takes what a caller gave, hands on plain floats.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

COUNTED = "written out in full: 7e9, not 7 B"


def number(name: str, value: Any) -> float:
    """A finite number as a plain float.

    Raises:
        ValueError: it is none.
    """
    if isinstance(value, str | bool):
        raise ValueError(f"{name} must be a number, got {value!r}")
    try:
        return finite(name, float(value))
    except (TypeError, OverflowError):
        raise ValueError(f"{name} must be a number, got {value!r}") from None


def finite(name: str, value: float) -> float:
    """The same float.

    Raises:
        ValueError: it is infinite or not a number.
    """
    if not math.isfinite(value):
        raise ValueError(f"{name} must be a finite number, got {value}")
    return value


def positive(name: str, value: Any, unit: str, zero: bool = False) -> float:
    """A number above 0, or with `zero` at least 0.

    Raises:
        ValueError: it is not.
    """
    found = number(name, value)
    if found < 0 or (found == 0 and not zero):
        raise ValueError(f"{name} must be {'at least' if zero else 'above'} 0 ({unit}), got {value!r}")
    return found


def at_least_one(name: str, value: Any, unit: str) -> float:
    """A count, or a factor, of at least 1.

    Raises:
        ValueError: it is less.
    """
    found = number(name, value)
    if found < 1:
        raise ValueError(f"{name} must be at least 1 ({unit}), got {value!r}")
    return found


def share(name: str, value: Any) -> float:
    """A share above 0 and at most 1.

    Raises:
        ValueError: it is out of that range.
    """
    found = number(name, value)
    if not 0 < found <= 1:
        raise ValueError(f"{name} must be a share above 0 and at most 1 (0.35, not 35 per cent), got {value!r}")
    return found


def all_positive(name: str, values: Sequence[Any]) -> None:
    """Refuse a row of measurements with one that is not above 0.

    Raises:
        ValueError: one of the values is 0 or less, not finite, or no number.
    """
    for value in values:
        positive(name, value, "each one of them")
