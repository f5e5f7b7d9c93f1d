"""What may pass between a judge cell and the learner's code: plain data, by value.

Numbers, strings, lists, tuples, dicts, sets and tensors are copied. A seeded `torch.Generator` passes as its seed. All
else becomes a `Handle`: a ticket for an object that stays where it is, whose methods can be called and give plain data.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

DEEPEST = 50
SCALARS: tuple[Callable[[Any], Any], ...] = (bool, int, float, complex, str, bytes)


class Handle:
    """Stands for an object that cannot be copied; its methods can be called."""

    def __init__(self, target: Any) -> None:
        self._target = target

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the object itself, if it is a function."""
        return call(self._target, args, kwargs)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: call(getattr(self._target, name), args, kwargs)

    def __repr__(self) -> str:
        return f"<{type(self._target).__name__}>"


def call(function: Callable[..., Any], args: tuple, kwargs: dict[str, Any]) -> Any:
    """Call with copies of the arguments, and return a copy of the result."""
    return plain(function(*[given(value) for value in args], **{name: given(value) for name, value in kwargs.items()}))


def plain(value: Any) -> Any:
    """A copy of plain data, made of Python's and torch's own types only; a handle for anything else."""
    return _copy(value, 0, Handle)


def given(value: Any) -> Any:
    """A copy of an argument on its way to the learner's code; a handle becomes the object that it stands for."""
    return _copy(value, 0, lambda other: other._target if isinstance(other, Handle) else other)


def _copy(value: Any, depth: int, otherwise: Callable[[Any], Any]) -> Any:
    if depth > DEEPEST:
        raise ValueError(f"data nested more than {DEEPEST} deep cannot be checked")
    if value is None or type(value) in SCALARS:
        return value
    for kind in SCALARS:
        if isinstance(value, kind):  # type: ignore[arg-type]
            return kind(value)
    if isinstance(value, dict):
        items = list(dict.items(value))
        return {_copy(key, depth + 1, otherwise): _copy(entry, depth + 1, otherwise) for key, entry in items}
    for container in (list, tuple, set, frozenset):
        if isinstance(value, container):
            return container([_copy(entry, depth + 1, otherwise) for entry in value])
    torch, numpy = sys.modules.get("torch"), sys.modules.get("numpy")
    if torch is not None and isinstance(value, torch.Tensor):
        return value.detach().cpu().clone().as_subclass(torch.Tensor)
    if torch is not None and isinstance(value, torch.Generator):
        return torch.Generator().manual_seed(value.initial_seed())
    if numpy is not None and isinstance(value, numpy.generic):
        return value.item()
    return otherwise(value)


def same(a: Any, b: Any) -> bool:
    """Whether two pieces of plain data are of the same types and equal in every part."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(a, torch.Tensor) and isinstance(b, torch.Tensor):
        return a.shape == b.shape and a.dtype == b.dtype and bool(torch.equal(a, b))
    if isinstance(a, bool) != isinstance(b, bool):
        return False
    if isinstance(a, int | float) and isinstance(b, int | float):
        return a == b
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    return bool(a == b)
