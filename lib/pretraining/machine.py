"""What this computer offers a process, a container's limits included: processor cores and memory.

Linux tells a container's limits in its control groups, version 1 or 2; JupyterHub and Binder tell theirs in `CPU_LIMIT`
and `MEM_LIMIT` too. Standard library only, because the doctor and Binder's start ask before anything is installed:
`python -m pretraining.machine` prints the number of cores.
"""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath


def usable_cores(root: Path = Path("/")) -> int:
    """How many processor cores this process may use; a share of a core counts as one.

    Args:
        root: where the system's files lie; tests lay out another.
    """
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows
        cores = os.cpu_count() or 1
    limits = [_number(os.environ.get("CPU_LIMIT", ""))]
    for folder in _groups(root, "cpu"):
        quota, _, period = _read(folder / "cpu.max").partition(" ")
        limits.append(_share(quota, period))
        limits.append(_share(_read(folder / "cpu.cfs_quota_us"), _read(folder / "cpu.cfs_period_us")))
    return min([cores, *(max(1, round(limit)) for limit in limits if limit > 0)])


def memory_bytes(root: Path = Path("/")) -> int | None:
    """The most memory that this process may hold; None where that cannot be told."""
    limits = [_number(os.environ.get("MEM_LIMIT", "")), _meminfo(root, "MemTotal")]
    for folder in _groups(root, "memory"):
        limits += [_number(_read(folder / name)) for name in ("memory.max", "memory.limit_in_bytes")]
    found = [limit for limit in limits if limit > 0]
    if not found:
        with contextlib.suppress(AttributeError, ValueError, OSError):
            found = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    return int(min(found)) if found else None


def free_memory_bytes(root: Path = Path("/")) -> int | None:
    """How much of it nobody holds now (what the system can drop from its caches counts as free); None if unknown."""
    found = [_meminfo(root, "MemAvailable")]
    for folder in _groups(root, "memory"):
        for limit, usage, cache in (
            ("memory.max", "memory.current", "inactive_file"),
            ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
        ):
            most, used = _number(_read(folder / limit)), _number(_read(folder / usage))
            if most > 0 and used > 0:
                found.append(max(1, most - used + _field(folder / "memory.stat", cache)))
    found = [amount for amount in found if amount > 0]
    return int(min(found)) if found else None


def _groups(root: Path, controller: str) -> Iterator[Path]:
    """The control groups that limit this process, its own first, then those around it."""
    mounted = root / "sys" / "fs" / "cgroup"
    for line in _read(root / "proc" / "self" / "cgroup").splitlines() or ["0::/"]:
        number, _, rest = line.partition(":")
        names, _, path = rest.partition(":")
        if number == "0" and not names:
            base = mounted
        elif controller in names.split(","):
            base = mounted / controller
        else:
            continue
        own = PurePosixPath(path)
        for place in (own, *own.parents):
            yield base / str(place).lstrip("/")


def _share(quota: str, period: str) -> float:
    """Cores that a quota stands for; 0 for none."""
    microseconds, every = _number(quota), _number(period)
    return microseconds / every if microseconds > 0 and every > 0 else 0


def _meminfo(root: Path, field: str) -> float:
    return 1024 * _field(root / "proc" / "meminfo", field + ":")


def _field(path: Path, name: str) -> float:
    """The number behind a name in a file of lines; 0 if there is none."""
    for line in _read(path).splitlines():
        words = line.split()
        if len(words) > 1 and words[0] == name:
            return _number(words[1])
    return 0


def _number(text: str) -> float:
    """What a limit says; 0 for no limit, an unlimited one, or nonsense."""
    try:
        value = float(text)
    except ValueError:
        return 0
    return value if math.isfinite(value) and value < 1 << 60 else 0


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except (OSError, ValueError):
        return ""


if __name__ == "__main__":
    print(usable_cores())
