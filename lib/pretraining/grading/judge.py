"""Judge cells: test cells that run in the trusted worker and never in the learner's process."""

from __future__ import annotations

import ast
import contextlib
import signal
import types
from collections.abc import Iterator
from typing import Any

from .execute import GRACE_SECONDS, KernelGone, LearnerKernel, TimeIsUp, time_out
from .outputs import error, stream
from .remote import RemoteStudent
from .said import Said
from .student import connect

MARK = "# judge"
LONGEST_TEXT = 100_000


def is_judge_cell(source: str) -> bool:
    """Whether a test cell asks to be run apart from the learner's code."""
    return source.split("\n", 1)[0].strip() == MARK


class Judge:
    """Runs the judge cells of one notebook, which share their names as cells do.

    Args:
        kernel: where the learner's code is.
    """

    def __init__(self, kernel: LearnerKernel) -> None:
        self._kernel, self._said = kernel, Said()
        self._names = vars(types.ModuleType("judge"))
        connect(RemoteStudent(self._ask))

    def run(self, source: str) -> list[dict[str, Any]]:
        """Run one judge cell; returns its outputs."""
        self._said = Said()
        outputs: list[dict[str, Any]] = []
        try:
            with contextlib.redirect_stdout(self._said), contextlib.redirect_stderr(self._said), self._time_limit():
                value = _run(source, self._names)
            if value is not None:
                data = {"text/plain": repr(value)[:LONGEST_TEXT]}
                outputs = [{"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": None}]
        except TimeIsUp:
            outputs = [error(**time_out())]
        except BaseException as problem:
            outputs = [as_error(problem)]
        said = self._said.text()
        return [stream("stdout", said), *outputs] if said else outputs

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Put one question to the learner's process, within what is left of the cell's time."""
        left = signal.getitimer(signal.ITIMER_REAL)[0] - 2 * GRACE_SECONDS
        if left <= 0:
            raise TimeIsUp
        answer = self._kernel.request({"ask": question}, left, self._listen)
        if "value" not in answer and not isinstance(answer.get("error"), dict):
            raise KernelGone("it gave an answer that cannot be read")
        return answer

    def _listen(self, message: dict[str, Any]) -> None:
        """What the learner's code prints while it is asked is part of the judge cell's output."""
        content = message.get("content")
        if message.get("type") == "stream" and isinstance(content, dict) and isinstance(content.get("text"), str):
            self._said.hear(content["text"])

    @contextlib.contextmanager
    def _time_limit(self) -> Iterator[None]:
        """Stop the judge itself, too: hostile data can make an innocent test run for ever."""

        def stop(*_: Any) -> None:
            raise TimeIsUp

        signal.signal(signal.SIGALRM, stop)
        signal.setitimer(signal.ITIMER_REAL, self._kernel.limits.cell_seconds + 2 * GRACE_SECONDS, 1.0)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)


def _run(source: str, names: dict[str, Any]) -> Any:
    """Run a cell's statements; returns the value of a last expression, as a notebook shows it."""
    tree = ast.parse(source, "<judge>")
    last = tree.body[-1] if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    tree.body = tree.body[:-1] if last else tree.body
    exec(compile(tree, "<judge>", "exec"), names)
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), "<judge>", "eval"), names)


def as_error(problem: BaseException) -> dict[str, Any]:
    """An error as an output: its words, without the lines of the test, which may be hidden."""
    name = type(problem).__name__
    with contextlib.suppress(Exception):
        words = str(problem)
        return error(name, words, [f"\x1b[0;31m{name}\x1b[0m: {words[:LONGEST_TEXT]}"])
    return error(name, "", [name])
