"""The second level, where namespaces are refused (many containers): Landlock's rules on files, TCP and signals.

Rules are handed to the kernel as in its Documentation/userspace-api/landlock.rst. Versions: 1 files, 4 TCP, 6 signals
and abstract sockets.
"""

from __future__ import annotations

import os
import struct

from .system import LANDLOCK_ADD, LANDLOCK_CREATE, LANDLOCK_RESTRICT, PR_SET_NO_NEW_PRIVS, check, libc, prctl

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
TRUNCATE, IOCTL_DEVICE = 1 << 14, 1 << 15
ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEVICE
READ = EXECUTE | READ_FILE | READ_DIR


def version() -> int:
    """Which version of Landlock the kernel has; 0 if none."""
    return max(0, libc.syscall(LANDLOCK_CREATE, None, 0, 1))


def rules(folders: list[str], writable: list[str]) -> int:
    """A set of rules: some folders can be read, others changed; no TCP, and no signals to processes outside.

    Args:
        folders: what can be read.
        writable: folders and devices that can be changed.

    Returns:
        The descriptor of the rules.

    Raises:
        OSError: the kernel has no Landlock.
    """
    abi = version()
    if not abi:
        raise OSError("this kernel has no Landlock")
    files = (1 << (13 if abi < 2 else 14 if abi < 3 else 15 if abi < 5 else 16)) - 1
    network, scopes = 3 if abi >= 4 else 0, 3 if abi >= 6 else 0
    handled = struct.pack("QQQ", files, network, scopes)[: 8 if abi < 4 else 16 if abi < 6 else 24]
    ruleset = check(libc.syscall(LANDLOCK_CREATE, handled, len(handled), 0), "landlock_create_ruleset")
    for path, access in [*((path, READ) for path in folders), *((path, files) for path in writable)]:
        if os.path.exists(path):
            descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
            _allow(ruleset, descriptor, access & files if os.path.isdir(path) else access & files & ON_FILES)
            os.close(descriptor)
    return ruleset


def restrict(ruleset: int) -> None:
    """Put this process and all that it starts under the rules, for good."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    check(libc.syscall(LANDLOCK_RESTRICT, ruleset, 0), "landlock_restrict_self")
    os.close(ruleset)


def _allow(ruleset: int, descriptor: int, access: int) -> None:
    rule = struct.pack("=Qi", access, descriptor)
    check(libc.syscall(LANDLOCK_ADD, ruleset, 1, rule, 0), "landlock_add_rule")


def attempt() -> None:
    """Enter once, in a process that ends afterwards.

    Raises:
        OSError: the kernel has no Landlock.
    """
    from .session import readable

    restrict(rules(readable([]), []))
    try:
        os.listdir("/")
    except PermissionError:
        return
    raise OSError("Landlock does not hold")
