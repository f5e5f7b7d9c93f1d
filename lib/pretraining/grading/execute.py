"""Running the cells of a notebook in a learner's kernel, from the trusted worker."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from .frames import Channel, ChannelClosed, pair
from .outputs import Outputs, as_count, error
from .sandbox import Limits
from .sandbox.session import INTERRUPT, KILL

START_SECONDS = 60.0
GRACE_SECONDS = 4.0  # nbclient waits as long for output after an interrupt


class KernelGone(Exception):
    """The learner's process has ended; the message says why."""


class TimeIsUp(BaseException):
    """A cell ran into its time limit. Not an Exception, so that no test cell catches it by accident."""


class LearnerKernel:
    """A learner's kernel in its sandbox, as the worker sees it.

    Args:
        zygote: the worker's socket to the zygote.
        room: "level", "hidden" and "scratch" of the sandbox.
        limits: what it may use.

    Attributes:
        gone: why the process has ended; empty while it has not.
        killed: whether somebody outside killed it or its monitor, which is no fault of the learner's.
    """

    def __init__(self, zygote: socket.socket, room: dict[str, Any], limits: Limits) -> None:
        self.limits, self.gone, self.usage = limits, "", {"cpu": 0.0, "memory": 0}
        self.killed = False
        ours, theirs = pair()
        self.status, reports = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        order = {"fork": "kernel", "limits": asdict(limits), **room}
        socket.send_fds(zygote, [json.dumps(order).encode()], [theirs.fileno(), reports.fileno()])
        theirs.close()
        reports.close()
        self.channel = Channel(ours)
        self._number = 0
        self._until = time.monotonic() + limits.total_seconds + START_SECONDS
        self.status.settimeout(START_SECONDS)
        started = self._report()
        if "started" not in started:
            self.gone = f"its sandbox could not be made ({started.get('failed', 'no reason given')})"

    def request(self, order: dict[str, Any], seconds: float, take: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
        """Ask for something and pass on every message until the reply.

        Raises:
            TimeIsUp: it took too long and was interrupted; the kernel may go on.
            KernelGone: the process ended, before or because of this.
        """
        if self.gone:
            raise KernelGone(self.gone)
        self._number += 1
        before, interrupted = self.channel.received, False
        deadline = time.monotonic() + seconds
        try:
            self.channel.send({"id": self._number, **order})
            while True:
                try:
                    if time.monotonic() > deadline + 1:  # messages without end do not buy time
                        raise TimeoutError
                    message = self.channel.receive(deadline)
                except TimeoutError:
                    if interrupted:
                        self.end(f"it ran for more than {seconds:g} seconds and did not stop when interrupted")
                        raise KernelGone(self.gone) from None
                    interrupted, deadline = True, time.monotonic() + GRACE_SECONDS
                    self.status.send(INTERRUPT)
                    continue
                if message.get("done") == self._number:
                    if interrupted:
                        raise TimeIsUp
                    reply = message.get("reply")
                    return reply if isinstance(reply, dict) else {}
                if self.channel.received - before > self.limits.output_bytes:
                    raise ChannelClosed(f"one cell put out more than {self.limits.output_bytes / 1e6:g} MB")
                take(message)
        except (ChannelClosed, OSError) as problem:
            self.end(str(problem))
            raise KernelGone(self.gone) from None

    def end(self, reason: str = "") -> None:
        """Kill the process, unless it has ended; note the reason and what it used."""
        if self.status.fileno() < 0:
            return
        self.channel.close()
        self.status.settimeout(10)
        if not reason.startswith("the other process ended"):
            with contextlib.suppress(OSError):  # the monitor has ended; its report waits
                self.status.send(KILL)
        report = self._report()
        self.status.close()
        ended = reason.startswith(("the other process ended", "the other process is gone"))
        self.killed = self.killed or (ended and report.get("exit") == -signal.SIGKILL and not report.get("reason"))
        self.usage = {name: report.get(name, 0) for name in ("cpu", "memory")}
        self.gone = self.gone or report.get("reason") or report.get("failed") or _in_words(reason, report.get("exit"))

    def _report(self) -> dict[str, Any]:
        try:
            data = self.status.recv(10_000)
            self.killed = self.killed or not data  # a monitor that lives says something
            return json.loads(data) if data else {}
        except (OSError, ValueError):
            return {}


def _in_words(reason: str, code: Any) -> str:
    if not reason.startswith("the other process"):
        return reason
    if code is None:
        return "it was ended from outside"
    if code == -24:
        return "it used too much processor time"
    return f"it ended by signal {-code}" if isinstance(code, int) and code < 0 else "it ended itself"


def run_cell(kernel: LearnerKernel, source: str, outputs: Outputs) -> dict[str, Any]:
    """Run one code cell; returns {"outputs": ..., "execution_count": ...}.

    A time-out, a dead kernel and an error of which no output tells are shown in the outputs, as nbgrader shows them.
    """
    outputs.start()
    reply: dict[str, Any] = {}
    try:
        reply = kernel.request({"code": source}, kernel.limits.cell_seconds, outputs.take)
    except TimeIsUp:
        reply = {"status": "error", **time_out()}
    except KernelGone as gone:
        reply = {"status": "error", **dead(str(gone))}
    if reply.get("status") == "error":
        told = [output["ename"] for output in outputs.cell if output["output_type"] == "error"]
        if reply.get("ename") not in told:
            outputs.add(error(reply.get("ename"), reply.get("evalue"), reply.get("traceback")))
    return {"outputs": outputs.finish(), "execution_count": as_count(reply.get("execution_count"))}


def time_out() -> dict[str, Any]:
    """What nbgrader records for a cell that ran into its time limit."""
    line = "\x1b[0;31mCellTimeoutError\x1b[0m: No reply from kernel before timeout"
    return {"ename": "CellTimeoutError", "evalue": "", "traceback": [line]}


def dead(reason: str) -> dict[str, Any]:
    """What is recorded for a cell whose kernel is not there any more."""
    evalue = f"the notebook's process is gone: {reason}. This cell and those below it could not be run."
    return {"ename": "DeadKernelError", "evalue": evalue, "traceback": [f"DeadKernelError: {evalue}"]}
