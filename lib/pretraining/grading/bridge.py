"""The learner's side of `student`: answers what a judge cell asks, in the process where the learner's code runs."""

from __future__ import annotations

import contextlib
import sys
from typing import Any

from .student import look_up
from .values import Handle, call, plain
from .wire import decode, encode

LONGEST_MESSAGE = 10_000


class Bridge:
    """Calls functions and keeps the objects that cannot be copied, each behind a number."""

    def __init__(self) -> None:
        self._kept: list[Handle] = []

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """Do what was asked and say what came out.

        Args:
            question: "name" of a variable or "ticket" of a kept object, perhaps a "method" of it, and "args" and
                "kwargs" if it is to be called.

        Returns:
            {"value": ...} or {"error": {"types": [...], "message": ...}}.
        """
        try:
            with contextlib.redirect_stderr(sys.stdout):
                return {"value": encode(self._do(question), self._keep)}
        except BaseException as error:
            return {"error": describe(error)}

    def _do(self, question: dict[str, Any]) -> Any:
        target = self._target(question)
        if "args" not in question:
            return plain(target)
        if not callable(target):
            raise TypeError(f"`{question.get('name')}` should be a function, but it is a {type(target).__name__}")
        args = decode({"t": question["args"]}, self._redeem)
        kwargs = {name: decode(value, self._redeem) for name, value in question["kwargs"].items()}
        return call(target, args, kwargs)

    def _target(self, question: dict[str, Any]) -> Any:
        if "name" in question:
            return look_up(question["name"])
        kept = self._kept[question["ticket"]]._target
        return getattr(kept, question["method"]) if question.get("method") else kept

    def _keep(self, handle: Handle) -> list[Any]:
        self._kept.append(handle)
        return [len(self._kept) - 1, type(handle._target).__name__]

    def _redeem(self, number: int, _: str) -> Handle:
        return self._kept[number]


def describe(error: BaseException) -> dict[str, Any]:
    """What another process needs to raise the same kind of error: the names of its types, and its words."""
    try:
        message = str(error)
    except Exception:
        message = "an error that cannot say what is wrong"
    return {"types": [kind.__name__ for kind in type(error).__mro__], "message": message[:LONGEST_MESSAGE]}
