"""Work that is begun before it is asked for, in a thread beside the one that asks, where a core would be idle.

Takes a function of plain arguments, hands on the same function: each result is computed once, by whoever comes first,
and is the same to the last digit either way.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Generic, ParamSpec, TypeVar

import torch

from ..machine import usable_cores

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class Ahead(Generic[Arguments, Result]):
    """A function that remembers its results, and can be told what will be asked of it.

    Args:
        function: must not depend on torch's global generator: two calls may run at the same time.
        kept: how many results are remembered; None for all.

    Example:
        >>> square = Ahead(lambda number: number * number)
        >>> square.begin([(3,), (4,)])
        >>> square(4)
        16
    """

    def __init__(self, function: Callable[Arguments, Result], kept: int | None = None) -> None:
        self._locks: dict[Any, threading.Lock] = {}
        self._remembered: Any = lru_cache(maxsize=kept)(function)

    def __call__(self, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        """The result for these arguments; if it is being computed, wait for it."""
        with self._locks.setdefault((args, *sorted(kwargs.items())), threading.Lock()):
            return self._remembered(*args, **kwargs)

    def forget(self) -> None:
        """Forget all results."""
        self._remembered.cache_clear()

    def begin(self, calls: Iterable[tuple]) -> None:
        """Begin to compute some calls' results, unless torch uses every core already or there is but one."""
        if torch.get_num_threads() == 1 < usable_cores():
            threading.Thread(target=self._compute, args=[list(calls)], name="ahead", daemon=True).start()

    def _compute(self, calls: list[tuple]) -> None:
        torch.set_num_threads(1)
        for call in calls:
            with contextlib.suppress(Exception):  # whoever asks for it will be told
                self(*call)  # type: ignore[call-arg]
