"""How much of the machine a learner's code may use."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Limits:
    """Limits for one notebook.

    Attributes:
        cell_seconds: wall time of one cell; the course's `Execute.timeout`.
        total_seconds: wall time of the whole notebook.
        memory_bytes: memory of all its processes together, beyond what the libraries had already.
        processes: processes and threads.
        disk_bytes: files in its working folder and `/tmp`.
        output_bytes: what one cell may send before it is stopped.
        kept_bytes: how much of a cell's output is kept.
    """

    cell_seconds: float = 30.0
    total_seconds: float = 600.0
    memory_bytes: int = 2_000_000_000
    processes: int = 64
    disk_bytes: int = 256_000_000
    output_bytes: int = 20_000_000
    kept_bytes: int = 500_000


def apply_limits(limits: Limits, mapped: int, others: int = 0) -> None:
    """Set the kernel's own limits on this process and all that it starts.

    Args:
        limits: what may be used.
        mapped: address space that the libraries take already, in bytes.
        others: threads that the same user has elsewhere; the kernel counts them, too.
    """
    import resource  # not on Windows, where there is nothing to limit

    address_space = mapped + limits.memory_bytes
    cpu = int(limits.total_seconds) + 10
    for kind, amount in (
        (resource.RLIMIT_AS, address_space),
        (resource.RLIMIT_NPROC, limits.processes + others),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_FSIZE, limits.disk_bytes),
        (resource.RLIMIT_NOFILE, 512),
        (resource.RLIMIT_CORE, 1),  # of 0, a core handler that the machine has would be started all the same
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        value = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        resource.setrlimit(kind, (value, value))


def first_to_be_killed() -> None:
    """If the machine runs out of memory, let this process and its children go first."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def family(root: int) -> list[int]:
    """A process and all its descendants, as far as they can be seen."""
    found, queue = [], [root]
    while queue:
        process = queue.pop()
        found.append(process)
        for task in _list(f"/proc/{process}/task"):
            with contextlib.suppress(OSError):
                queue += map(int, Path(f"/proc/{process}/task/{task}/children").read_text().split())
    return found


def tasks_of_user(user: int) -> int:
    """How many threads a user has on this machine, as far as they can be seen."""
    processes = []
    for name in _list("/proc"):
        with contextlib.suppress(OSError):
            if name.isdigit() and os.stat(f"/proc/{name}").st_uid == user:
                processes.append(int(name))
    return tasks(processes)


def tasks(processes: list[int]) -> int:
    """How many threads they have together."""
    return sum(len(_list(f"/proc/{process}/task")) for process in processes)


def private_bytes(processes: list[int]) -> int:
    """Memory that belongs to these processes and not to files that others share."""
    return sum(_statm_private(process) for process in processes)


def _statm_private(process: int) -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        fields = Path(f"/proc/{process}/statm").read_text().split()
        shared = status_bytes(process, "RssFile")
        return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") - shared
    return 0


def status_bytes(process: int, field: str) -> int:
    """A field of /proc/PID/status that is given in kB."""
    with contextlib.suppress(OSError), open(f"/proc/{process}/status") as file:
        for line in file:
            if line.startswith(field + ":"):
                return int(line.split()[1]) * 1024
    return 0


def _list(folder: str) -> list[str]:
    with contextlib.suppress(OSError):
        return os.listdir(folder)
    return []
