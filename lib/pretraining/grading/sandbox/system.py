"""The C library's calls that Python does not offer, with errors as `OSError`."""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import struct
from pathlib import Path
from typing import Any

libc: Any = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP = 1, 4, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP = 36, 38, 22
UNUSED_USERS = 1 << 30  # user numbers from here on are nobody's
# Numbers from the kernel's tables; system calls added since Linux 5.1 have one number on every architecture.
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
MOUNT_SETATTR, LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 442, 444, 445, 446


def check(result: int, what: str) -> int:
    """Pass on a C function's result.

    Raises:
        OSError: it is negative.
    """
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def prctl(option: int, value: int) -> None:
    """Change something about this process."""
    check(libc.prctl(option, ctypes.c_ulong(value), ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0)), "prctl")


def die_with_parent(parent: int) -> None:
    """Be killed when the parent ends; end now if it already has (its process id is then another)."""
    prctl(PR_SET_PDEATHSIG, 9)
    if os.getppid() != parent:
        os._exit(1)


def mount(source: str | None, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    """Call mount."""
    parts = [None if part is None else os.fsencode(part) for part in (source, target, kind)]
    options = None if data is None else os.fsencode(data)
    check(libc.mount(parts[0], parts[1], parts[2], ctypes.c_ulong(flags), options), f"mount {target}")


def pivot_root(new: str, old: str) -> None:
    """Call pivot_root."""
    if hasattr(libc, "pivot_root"):
        check(libc.pivot_root(os.fsencode(new), os.fsencode(old)), "pivot_root")
    else:
        check(libc.syscall(PIVOT_ROOT[platform.machine()], os.fsencode(new), os.fsencode(old)), "pivot_root")


def drop_capabilities(user: int | None) -> None:
    """Give up every privilege, and the way to get any back.

    Args:
        user: an unprivileged user to become, if we are root.
    """
    last = 40
    with contextlib.suppress(OSError, ValueError):
        last = int(Path("/proc/sys/kernel/cap_last_cap").read_text())
    for capability in range(last + 1):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    if user is not None:
        become(user)
    header, nothing = struct.pack("Ii", 0x20080522, 0), struct.pack("6I", 0, 0, 0, 0, 0, 0)
    check(libc.capset(header, nothing), "capset")
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def become(user: int) -> None:
    """Become an unprivileged user for good; what the kernel resets on that occasion is set again."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    prctl(PR_SET_DUMPABLE, 1)  # else /proc/self belongs to root
    prctl(PR_SET_PDEATHSIG, 9)
