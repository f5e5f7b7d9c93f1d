"""Scores for answers that need no words: choosing claims, sorting statements, putting steps in order.

Each score is a share from 0 to 1 that rewards knowing and not guessing: what is wrong is taken off, so that ticking
everything, or putting everything on one heap, earns nothing, and a blind guess earns little (tests compute how little).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any


def claims_share(chosen: Iterable[str], right: Iterable[str], offered: Iterable[str]) -> float:
    """The credit for choosing every claim that follows: right choices minus wrong ones, as a share of the right claims.

    Args:
        chosen: letters of the claims that were chosen.
        right: letters of those that do follow.
        offered: letters of all; at most half of them are right.

    Raises:
        ValueError: something was chosen that was not offered.

    Example:
        >>> claims_share("ac", right="ab", offered="abcd"), claims_share("abcd", right="ab", offered="abcd")
        (0.0, 0.0)
        >>> claims_share("b", right="ab", offered="abcd")
        0.5
    """
    mine, key, known = set(chosen), set(right), set(offered)
    if mine - known:
        raise ValueError(f"{', '.join(sorted(mine - known))} is not one of {', '.join(sorted(known))}")
    return max(0.0, (len(mine & key) - len(mine - key)) / len(key))


def sorting_share(sorted_under: Mapping[str, str], right: Mapping[str, str]) -> float:
    """The credit for sorting statements under headings: right places minus what one heap would earn.

    With statements spread evenly over the headings, everything under one heading earns 0.

    Args:
        sorted_under: the heading chosen for each statement; a statement left out counts as wrong.
        right: the heading that each belongs under.

    Example:
        >>> sorting_share({"a": "x", "b": "x"}, {"a": "x", "b": "y"})
        0.0
        >>> sorting_share({"a": "x", "b": "y"}, {"a": "x", "b": "y"})
        1.0
    """
    hits = sum(sorted_under.get(statement) == heading for statement, heading in right.items())
    headings = list(right.values())
    one_heap = max(map(headings.count, headings))
    return max(0.0, (hits - one_heap) / (len(right) - one_heap))


def order_share(order: Sequence[str], right: Sequence[str]) -> float:
    """The credit for putting steps in order: pairs in the right order minus pairs in the wrong one (Kendall's tau).

    Raises:
        ValueError: a step is missing, unknown or there twice.

    Example:
        >>> round(order_share("abdc", "abcd"), 3), order_share("dcba", "abcd")
        (0.667, 0.0)
    """
    if sorted(order) != sorted(right):
        raise ValueError(f"each of {', '.join(sorted(right))} must stand there exactly once")
    place = {step: index for index, step in enumerate(order)}
    pairs = list(combinations(right, 2))
    kept = sum(place[first] < place[second] for first, second in pairs)
    return max(0.0, (2 * kept - len(pairs)) / len(pairs))


def is_choice(value: Any, offered: str) -> bool:
    """Whether a value is a list of letters out of those offered, each at most once, and at least one."""
    return isinstance(value, list | tuple) and 0 < len(value) == len(set(value)) and set(value) <= set(offered)


def is_sorting(value: Any, statements: str, headings: Sequence[str]) -> bool:
    """Whether a value is a dict that puts each statement under one of the headings."""
    return isinstance(value, dict) and set(value) == set(statements) and set(value.values()) <= set(headings)


def is_order(value: Any, steps: str) -> bool:
    """Whether a value is a list of all steps, each once."""
    return isinstance(value, list | tuple) and sorted(map(str, value)) == sorted(steps)
