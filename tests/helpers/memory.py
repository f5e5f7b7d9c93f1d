"""Running a command with limited memory, and watching what it and its children really use.

The limit is a memory cgroup (version 1 or 2) where this user may make one: the kernel then refuses memory beyond it and
kills, exactly as a container's limit does. Elsewhere the watcher ends the command when its processes together hold more
than the limit: it looks ten times a second, and stops nothing before it happened. `Watch.limited_by` says which.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from pathlib import Path

from pretraining.grading.sandbox.limits import family

CGROUP = Path("/sys/fs/cgroup")
INTERVAL_SECONDS = 0.1


class Group:
    """A memory cgroup of its own for one command; removed at the end."""

    def __init__(self, limit_bytes: int) -> None:
        """Make it. Raises OSError where this user may not, or there are no memory cgroups."""
        version_1 = CGROUP / "memory" / "memory.limit_in_bytes"
        parent = version_1.parent if version_1.exists() else CGROUP
        limit, self.failures = (
            ("memory.limit_in_bytes", "memory.failcnt") if version_1.exists() else ("memory.max", "memory.events")
        )
        self.folder = parent / f"pretraining-test-{os.getpid()}-{threading.get_ident()}"
        self.folder.mkdir()
        try:
            (self.folder / limit).write_text(str(limit_bytes))
        except OSError:
            self.folder.rmdir()
            raise

    def join(self) -> None:
        """Move the calling process in; its children follow."""
        (self.folder / "cgroup.procs").write_text(str(os.getpid()))

    def killed(self) -> bool:
        """Whether the kernel had to kill a process of this group."""
        for name in ("memory.oom_control", "memory.events"):
            with contextlib.suppress(OSError):
                for line in (self.folder / name).read_text().splitlines():
                    if line.startswith("oom_kill "):
                        return int(line.split()[1]) > 0
        return False

    def remove(self) -> None:
        """Give it back, once its processes are gone."""
        with contextlib.suppress(OSError):
            self.folder.rmdir()


class Watch:
    """A limited command: `process`, and the most bytes that it and its descendants held at one time (`peak_bytes`)."""

    def __init__(self, command: list[str], limit_bytes: int, **options) -> None:
        """Start the command; `options` go to `subprocess.Popen`."""
        self.limit_bytes, self.peak_bytes, self.over, self._done = limit_bytes, 0, False, threading.Event()
        try:
            self.group: Group | None = Group(limit_bytes)
        except OSError:
            self.group = None
        self.limited_by = "a memory cgroup" if self.group else "a watcher that ends it"
        join = self.group.join if self.group else None
        self.process = subprocess.Popen(command, preexec_fn=join, **options)
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._done.wait(INTERVAL_SECONDS):
            held = memory_of(family(self.process.pid))
            self.peak_bytes = max(self.peak_bytes, held)
            if self.group is None and held > self.limit_bytes:
                self.over = True
                for process in reversed(family(self.process.pid)):
                    with contextlib.suppress(OSError):
                        os.kill(process, signal.SIGKILL)

    def stop(self) -> None:
        """End the command and everything that it started."""
        self._done.set()
        self._thread.join()
        everyone = family(self.process.pid)
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(20)
        for process in everyone:
            with contextlib.suppress(OSError):
                os.kill(process, signal.SIGKILL)
        self.process.wait(20)
        if self.group:
            self.over = self.over or self.group.killed()
            self.group.remove()


def memory_of(processes: list[int]) -> int:
    """Bytes that these processes hold together; what several of them share counts once (proportional set size)."""
    return sum(_proportional(process) for process in processes)


def _proportional(process: int) -> int:
    with contextlib.suppress(OSError), open(f"/proc/{process}/smaps_rollup") as file:
        for line in file:
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
