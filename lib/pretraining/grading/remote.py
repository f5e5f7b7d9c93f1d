"""The judge's side of `student`: questions to the learner's code in another process, answers and errors from it."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

from .provisional import without_mark
from .wire import decode, encode

# Raised again under their own names; everything else a learner's code raises is an Exception of that name.
KNOWN = {name: kind for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, Exception)}


class RemoteHandle:
    """Stands for an object in the learner's process; its methods can be called and give plain data."""

    def __init__(self, connection: RemoteStudent, number: int, kind: str) -> None:
        self._connection, self._number, self._kind = connection, number, kind
        self.__name__ = kind

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the object itself, if it is a function."""
        return self._connection.ask({"ticket": self._number}, args, kwargs)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: self._connection.ask({"ticket": self._number, "method": name}, args, kwargs)

    def __repr__(self) -> str:
        return f"<{self._kind}>"


class RemoteStudent:
    """Asks the learner's process.

    Args:
        put: sends a question and returns the answer, both as `bridge.Bridge.answer` describes them.
    """

    def __init__(self, put: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        self._put = put

    def call(self, name: str, args: tuple, kwargs: dict[str, Any]) -> Any:
        """Call the learner's function of that name."""
        return self.ask({"name": name}, args, kwargs)

    def value(self, name: str) -> Any:
        """A copy of the learner's variable of that name."""
        return self._read(self._put({"name": name}))

    def ask(self, target: dict[str, Any], args: tuple, kwargs: dict[str, Any]) -> Any:
        """Call something in the learner's process on copies of the arguments."""
        question = {
            **target,
            "args": [self._write(value) for value in args],
            "kwargs": {name: self._write(value) for name, value in kwargs.items()},
        }
        return self._read(self._put(question))

    def _write(self, value: Any) -> Any:
        from .values import given

        return encode(given(value), self._ticket)

    def _ticket(self, value: Any) -> list[Any]:
        if isinstance(value, RemoteHandle):
            return [value._number, value._kind]
        raise TypeError(f"a {type(value).__name__} cannot be handed to the learner's code: only plain data can")

    def _read(self, answer: dict[str, Any]) -> Any:
        if "error" in answer:
            raise revive(answer["error"])
        return decode(answer.get("value"), lambda number, kind: RemoteHandle(self, number, kind))


def revive(description: Any) -> Exception:
    """An error like the one described: of the nearest built-in type, with the same name and the same words.

    Example:
        >>> error = revive({"types": ["TooShort", "ValueError", "Exception"], "message": "two tokens at least"})
        >>> isinstance(error, ValueError), type(error).__name__, str(error)
        (True, 'TooShort', 'two tokens at least')
    """
    types, message = description.get("types"), without_mark(str(description.get("message")))
    names = [str(name)[:100] for name in types] if isinstance(types, list) and types else ["Exception"]
    base = next((KNOWN[name] for name in names if name in KNOWN), Exception)
    kind: Any = type(names[0], (base,), {"__str__": lambda self: message, "__module__": "student"})
    return kind.__new__(kind)
