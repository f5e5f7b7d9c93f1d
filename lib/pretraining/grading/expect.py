"""`expect`: checks whose failure tells a learner what was called, what came out, and which idea to think about.

expect(student.windows, tokens, block_size=2).gives(([[0, 1]], [[1, 2]]), "targets are the inputs, one token later")
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from .values import same

LONGEST_SHOWN = 400


class Call:
    """A call of the learner's function that has not been made yet; each method makes it once and judges the result."""

    def __init__(self, function: Callable[..., Any], args: tuple, kwargs: dict[str, Any]) -> None:
        self._function, self._args, self._kwargs = function, args, kwargs

    def result(self) -> Any:
        """Make the call and return what comes out, unjudged."""
        return self._function(*self._args, **self._kwargs)

    def gives(self, expected: Any, idea: str) -> None:
        """The result equals `expected` exactly, in values and in types.

        Raises:
            AssertionError: it does not; the message ends with `idea`.
        """
        got = self.result()
        if not same(got, expected):
            self.fail(show(got), show(expected), idea)

    def is_close(self, expected: Any, idea: str, tolerance: float = 1e-5) -> None:
        """The result is a number or tensor within `tolerance` of `expected`, relative to sizes above 1.

        Raises:
            AssertionError: it is not, or has another shape; the message ends with `idea`.
        """
        got = self.result()
        if not close(got, expected, tolerance):
            self.fail(show(got), f"{show(expected)} (within {tolerance:g})", idea)

    def raises(self, kind: type[Exception], idea: str) -> None:
        """The call is refused with an error of this kind, and the error says something.

        Raises:
            AssertionError: no error or another one; the message ends with `idea`.
        """
        try:
            got = self.result()
        except NotImplementedError:
            raise
        except Exception as error:
            if not isinstance(error, kind):
                self.fail(f"{type(error).__name__}: {error}", f"a {kind.__name__}", idea)
            if not str(error).strip():
                self.fail(f"a {kind.__name__} without a message", f"a {kind.__name__} that says what is wrong", idea)
            return
        self.fail(show(got), f"a {kind.__name__}", idea)

    def holds(self, test: Callable[[Any], bool], expected: str, idea: str) -> None:
        """The result passes a test; `expected` says in words what the test asks for.

        Raises:
            AssertionError: it does not pass, or the test cannot read it; the message ends with `idea`.
        """
        got = self.result()
        try:
            passed = bool(test(got))
        except (TypeError, ValueError, AttributeError, IndexError, KeyError, RuntimeError):
            passed = False
        if not passed:
            self.fail(show(got), expected, idea)

    def fail(self, got: str, expected: str, idea: str) -> NoReturn:
        """Raise an AssertionError with everything a learner needs to think about."""
        __tracebackhide__ = True
        named = [f"{name}={show(value)}" for name, value in self._kwargs.items()]
        called = f"{self._function.__name__}({', '.join([show(value) for value in self._args] + named)})"
        raise AssertionError(
            f"\n  you called   {called}\n  it gave      {got}\n  expected     {expected}\n  think about  {idea}"
        )


def expect(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Call:
    """Prepare a call of the learner's function, to be judged by `gives`, `is_close`, `raises` or `holds`."""
    return Call(function, args, kwargs)


class Credit:
    """Partial credit: each part earns its points on its own, and the cell ends with `credit.total()`.

    Example:
        >>> credit = Credit()
        >>> with credit.part(1, "adds"):
        ...     assert 1 + 1 == 2
        >>> with credit.part(2, "subtracts"):
        ...     assert 1 - 1 == 1, "one minus one is nothing"
        not yet (2 points): subtracts - one minus one is nothing
        >>> credit.total()
        1.0
    """

    def __init__(self) -> None:
        self._earned = 0.0

    @contextmanager
    def part(self, points: float, what: str) -> Iterator[None]:
        """Earn `points` if nothing inside the `with` block fails; otherwise print what went wrong."""
        try:
            yield
        except Exception as error:
            unwritten = isinstance(error, NotImplementedError) and not str(error)
            named = str(error) if isinstance(error, AssertionError) else f"{type(error).__name__}: {error}"
            message = "not written yet" if unwritten else named
            print(f"not yet ({points:g} point{'s' * (points != 1)}): {what} - {message}")
        else:
            self._earned += points

    def total(self) -> float:
        """The points earned so far, as the plain float that nbgrader reads."""
        return float(self._earned)


def close(got: Any, expected: Any, tolerance: float) -> bool:
    """Whether `got` is a finite number, or a tensor of the same shape, near enough to `expected`."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(expected, torch.Tensor):
        if not isinstance(got, torch.Tensor) or got.shape != expected.shape:
            return False
        difference = (got.double() - expected.double()).abs()
        return bool((difference <= tolerance * expected.double().abs().clamp(min=1)).all())
    if isinstance(got, bool) or not isinstance(got, int | float):
        return False
    return math.isfinite(got) and abs(got - expected) <= tolerance * max(1.0, abs(expected))


def show(value: Any) -> str:
    """A value as a learner would write it, shortened if it is long."""
    torch = sys.modules.get("torch")
    text = repr(value)
    if torch is not None and isinstance(value, torch.Tensor):
        text = f"{' '.join(text.split())} of shape {tuple(value.shape)}"
    if torch is not None and isinstance(value, torch.Generator):
        text = f"torch.Generator().manual_seed({value.initial_seed()})"
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 10] + " ... " + text[-5:]
