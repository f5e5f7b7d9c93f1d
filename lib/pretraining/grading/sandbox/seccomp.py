"""A filter on system calls: no network, no looking into other processes, no new namespaces, nothing that administers.

What is refused fails with EPERM. On an architecture that is not listed in `syscalls` there is no filter, and that level
of isolation is not offered.
"""

from __future__ import annotations

import ctypes
import platform
import struct

from . import syscalls
from .system import PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, check, libc, prctl

EPERM, ENOSYS = 1, 38
ALLOW, ERRNO, KILL = 0x7FFF0000, 0x00050000, 0x80000000
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
NEW_NAMESPACES = 0x7E020000  # CLONE_NEW* flags, without CLONE_NEWTIME which clone cannot take
AF_UNIX, NO_FAMILY = 1, 0xFFFF
MAP_SHARED, MAP_ANONYMOUS = 1, 0x20
Step = tuple[int, int, int, int]


def is_known(machine: str = "") -> bool:
    """Whether there is a filter for this machine's architecture."""
    return (machine or platform.machine()) in syscalls.ARCHITECTURES


def install(alone: bool) -> None:
    """Put the filter on this process and all that it starts, for good.

    Args:
        alone: whether it has processes, sockets and files of its own; if not, more must be refused.

    Raises:
        OSError: there is no filter for this architecture.
    """
    if not is_known():
        raise OSError(f"no system-call filter is known for {platform.machine()}")
    code = b"".join(struct.pack("HBBI", *step) for step in program(platform.machine(), alone))
    buffer = ctypes.create_string_buffer(code, len(code))
    filter_ = struct.pack("HxxxxxxQ", len(code) // 8, ctypes.addressof(buffer))
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    check(libc.prctl(PR_SET_SECCOMP, 2, ctypes.c_char_p(filter_), 0, 0), "seccomp")


def program(machine: str, alone: bool) -> list[Step]:
    """The filter as BPF instructions: (operation, jump if true, jump if false, value)."""
    refused = syscalls.REFUSED if alone else syscalls.REFUSED | syscalls.REFUSED_AMONG_OTHERS
    steps: list[Step] = [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 1, 0, syscalls.ARCHITECTURES[machine][1]),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
        (AT_LEAST, 0, 1, syscalls.FIRST_UNKNOWN),  # the x32 calls of x86-64, too
        (RETURN, 0, 0, ERRNO | ENOSYS),
    ]
    for number in syscalls.numbers(refused, machine):
        steps += [(EQUAL, 0, 1, number), (RETURN, 0, 0, ERRNO | EPERM)]
    for number in [] if alone else syscalls.numbers(syscalls.PRETENDED, machine):
        steps += [(EQUAL, 0, 1, number), (RETURN, 0, 0, ERRNO)]
    # glibc falls back from clone3, whose flags a filter cannot see, to clone, whose flags it can.
    steps += [(EQUAL, 0, 1, syscalls.number("clone3", machine)), (RETURN, 0, 0, ERRNO | ENOSYS)]
    return steps + _examined(machine, AF_UNIX if alone else NO_FAMILY)


def _examined(machine: str, family: int) -> list[Step]:
    """What depends on arguments: namespaces, shared memory without a file, other processes' limits, kinds of socket."""
    refuse, allow = (RETURN, 0, 0, ERRNO | EPERM), (RETURN, 0, 0, ALLOW)
    return [
        (EQUAL, 0, 4, syscalls.number("clone", machine)), (LOAD, 0, 0, _argument(0)),
        (ANY_BIT, 0, 1, NEW_NAMESPACES), refuse, allow,
        (EQUAL, 0, 5, syscalls.number("mmap", machine)), (LOAD, 0, 0, _argument(3)),
        (ANY_BIT, 0, 2, MAP_ANONYMOUS), (ANY_BIT, 0, 1, MAP_SHARED), refuse, allow,
        (EQUAL, 0, 4, syscalls.number("prlimit64", machine)), (LOAD, 0, 0, _argument(0)),
        (EQUAL, 1, 0, 0), refuse, allow,
        (EQUAL, 0, 4, syscalls.number("socket", machine)), (LOAD, 0, 0, _argument(0)),
        (EQUAL, 1, 0, family), refuse, allow,
        allow,
    ]  # fmt: skip


def _argument(place: int) -> int:
    """Where the lower half of an argument lies."""
    return ARGUMENTS + 8 * place
