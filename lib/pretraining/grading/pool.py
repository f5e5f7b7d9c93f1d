"""The pool of workers, as the driver sees it: a zygote, tasks that run, results that come back, and what got lost."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import socket
import tempfile
import time
from pathlib import Path
from typing import Any

from . import zygote
from .frames import Channel, ChannelClosed, pair

READY_SECONDS = 180.0
RESULT_BYTES = 200_000_000
SCRATCH = "pretraining-grading-"


class PoolError(RuntimeError):
    """The pool cannot work; the message says why."""


class Job:
    """A task on its way: the key that it was given, its channel and its deadline."""

    def __init__(self, key: str, channel: Channel, deadline: float) -> None:
        self.key, self.channel, self.deadline, self.process = key, channel, deadline, 0


class Pool:
    """Starts the zygote at once; the first task waits until it is ready."""

    def __init__(self) -> None:
        self._modules: list[str] = []
        self._library = str(Path(__file__).resolve().parents[2])
        self.jobs: dict[int, Job] = {}
        self.level, self._ready = "", False
        remove_old_scratch()
        self.scratch = tempfile.mkdtemp(prefix=f"{SCRATCH}{os.getpid()}-")
        os.chmod(self.scratch, 0o711)  # a learner's process, as another user, goes through it to its own folder
        self._process, self._orders = zygote.spawn(self._library)

    def preload(self, modules: list[str]) -> None:
        """Say what the zygote imports before it forks; it has begun to import what every notebook needs."""
        self._modules = modules
        zygote.tell(self._orders, modules)

    def wait_until_ready(self) -> str:
        """Wait for the zygote; returns the isolation level that this machine allows.

        Raises:
            PoolError: it did not start.
        """
        if self._ready:
            return self.level
        self._orders.settimeout(READY_SECONDS)
        try:
            answer = json.loads(self._orders.recv(zygote.ORDER_BYTES) or b"{}")
        except (OSError, ValueError):
            answer = {}
        if not answer.get("ready"):
            raise PoolError("the process that starts kernels did not start (PRETRAINING_TRACEBACK=1 shows why)")
        if answer["threads"] > 1 and self._modules:
            # A library started threads when it was imported: forking would break it. Do without.
            self._stop_zygote()
            self._process, self._orders = zygote.spawn(self._library)
            self.preload([])
            return self.wait_until_ready()
        self.level, self._ready = answer["level"], True
        return self.level

    def start(self, key: str, task: dict[str, Any], seconds: float) -> None:
        """Give a task to a new worker.

        Raises:
            PoolError: the zygote is gone and cannot be started again.
        """
        self.wait_until_ready()
        ours, theirs = pair()
        try:
            socket.send_fds(self._orders, [b'{"fork":"worker"}'], [theirs.fileno()])
        except OSError:
            self._start_again()
            socket.send_fds(self._orders, [b'{"fork":"worker"}'], [theirs.fileno()])
        theirs.close()
        channel = Channel(ours, RESULT_BYTES, None)
        self.jobs[channel.fileno()] = Job(key, channel, time.monotonic() + seconds)
        with contextlib.suppress(ChannelClosed):  # seen as lost when it is waited for
            channel.send(task)

    def wait(self, seconds: float) -> list[tuple[str, dict[str, Any] | None]]:
        """What has come back: (key, result), or (key, None) for a task whose worker was lost.

        The result of a task that ran too long is "late" and has no notebooks.
        """
        poll = select.poll()
        for descriptor in self.jobs:
            poll.register(descriptor, select.POLLIN)
        came: list[tuple[str, dict[str, Any] | None]] = []
        for descriptor, _ in poll.poll(seconds * 1000):
            job = self.jobs[descriptor]
            try:
                job.channel.read()
                while (message := job.channel.take()) is not None:
                    if "worker" in message:
                        job.process = int(message["worker"])
                    else:
                        came.append((job.key, message))
                        self._forget(job)
                        break
            except ChannelClosed:
                came.append((job.key, None))
                self._forget(job)
        for job in [job for job in self.jobs.values() if time.monotonic() > job.deadline]:
            self._kill(job)
            came.append((job.key, {"notebooks": {}, "late": True}))  # a second try would be late, too
        return came

    def close(self) -> None:
        """End every process of the pool and remove its temporary folder."""
        for job in list(self.jobs.values()):
            self._kill(job)
        self._stop_zygote()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def _kill(self, job: Job) -> None:
        if job.process:
            with contextlib.suppress(OSError):
                os.kill(job.process, signal.SIGKILL)
        self._forget(job)

    def _forget(self, job: Job) -> None:
        self.jobs.pop(job.channel.fileno(), None)
        job.channel.close()

    def _start_again(self) -> None:
        self._stop_zygote()
        self._ready = False
        self._process, self._orders = zygote.spawn(self._library)
        self.preload(self._modules)
        self.wait_until_ready()

    def _stop_zygote(self) -> None:
        self._orders.close()  # it ends when nobody can ask it any more, and all its children with it
        try:
            self._process.wait(5)
        except Exception:
            self._process.kill()
            self._process.wait()


def remove_old_scratch() -> None:
    """Remove temporary folders of drivers that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{SCRATCH}*"):
        number = folder.name.removeprefix(SCRATCH).split("-")[0]
        if number.isdigit() and not _runs(int(number)) and folder.stat().st_uid == os.getuid():
            shutil.rmtree(folder, ignore_errors=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
