"""`student`: the learner's work as a judge cell sees it.

In a notebook, names are looked up in the notebook itself. When we grade, a judge cell runs in a trusted process, and
`student` asks the process in which the learner's code runs; see `remote.py`.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from typing import Any, Protocol

from .values import call, plain


class Connection(Protocol):
    """A way to the learner's code in another process."""

    def call(self, name: str, args: tuple, kwargs: dict[str, Any]) -> Any:
        """Call the function of that name."""

    def value(self, name: str) -> Any:
        """A copy of the variable of that name."""


class Here:
    """The learner's code is in this process."""

    def call(self, name: str, args: tuple, kwargs: dict[str, Any]) -> Any:
        """Call a function of the notebook on copies of the arguments."""
        function = look_up(name)
        if not callable(function):
            raise TypeError(f"`{name}` should be a function, but it is a {type(function).__name__}")
        with contextlib.redirect_stderr(sys.stdout):
            return call(function, args, kwargs)

    def value(self, name: str) -> Any:
        """A copy of a variable of the notebook."""
        return plain(look_up(name))


class Student:
    """Calls the learner's functions: `student.f(x)` runs the `f` of the notebook on a copy of `x`.

    What the learner's code prints as a warning appears as ordinary output: a warning is not a wrong answer.
    """

    def __init__(self) -> None:
        self._connection: Connection = Here()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)

        def ask(*args: Any, **kwargs: Any) -> Any:
            return self._connection.call(name, args, kwargs)

        ask.__name__ = name
        return ask

    def value(self, name: str) -> Any:
        """A copy of a variable of the notebook."""
        return self._connection.value(name)


def look_up(name: str) -> Any:
    """What the notebook calls `name`.

    Raises:
        NameError: nothing has that name.
    """
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    namespace = shell.user_ns if shell is not None else vars(sys.modules["__main__"])
    if name not in namespace:
        raise NameError(f"`{name}` is not defined yet: write it in the cell above, run that cell, then run this one")
    return namespace[name]


def connect(connection: Connection) -> None:
    """Let `student` ask through another connection from now on."""
    student._connection = connection


student = Student()
