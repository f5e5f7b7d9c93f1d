"""A filter on system calls: no network, no looking into other processes, no new namespaces, nothing that administers.

What is refused fails with EPERM. System calls are numbered per architecture (the kernel's arch/x86/entry/syscalls and
include/uapi/asm-generic/unistd.h); on an architecture that is not listed there is no filter, and the caller says so.
"""

from __future__ import annotations

import ctypes
import platform
import struct

from .system import PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, check, libc, prctl

EPERM, ENOSYS = 1, 38
ALLOW, ERRNO, KILL = 0x7FFF0000, 0x00050000, 0x80000000
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data
NEW_NAMESPACES = 0x7E020000  # CLONE_NEW* flags, without CLONE_NEWTIME which clone cannot take
AF_UNIX, NO_FAMILY = 1, 0xFFFF
X32 = 0x40000000
# Numbers that all architectures share: pidfd_send_signal, io_uring (3), open_tree, move_mount, fsopen, fsconfig,
# fsmount, fspick, pidfd_getfd, process_madvise, mount_setattr, quotactl_fd, process_mrelease.
SHARED = (424, 425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 440, 442, 443, 448)
CLONE3 = 435
TABLES = {
    "x86_64": {
        "audit": 0xC000003E, "socket": 41, "clone": 56,
        # ptrace, syslog, acct, mount, umount2, swapon, swapoff, reboot, sethostname, setdomainname, init_module,
        # delete_module, quotactl, pivot_root, chroot, settimeofday, clock_settime, iopl, ioperm, kexec_load,
        # add_key, request_key, keyctl, unshare, move_pages, migrate_pages, perf_event_open, fanotify_init,
        # name_to_handle_at, open_by_handle_at, clock_adjtime, setns, process_vm_readv, process_vm_writev, kcmp,
        # finit_module, kexec_file_load, bpf, userfaultfd, adjtimex, vhangup
        "refused": (101, 103, 163, 165, 166, 167, 168, 169, 170, 171, 175, 176, 179, 155, 161, 164, 227, 172, 173,
                    246, 248, 249, 250, 272, 279, 256, 298, 300, 303, 304, 305, 308, 310, 311, 312, 313, 320, 321, 323,
                    159, 153),
    },
    "aarch64": {
        "audit": 0xC00000B7, "socket": 198, "clone": 220,
        "refused": (117, 116, 89, 40, 39, 224, 225, 142, 161, 162, 105, 106, 60, 41, 51, 170, 112, 104, 217, 218, 219,
                    97, 239, 238, 241, 262, 264, 265, 266, 268, 270, 271, 272, 273, 294, 280, 282, 171, 58),
    },
}  # fmt: skip


def is_known() -> bool:
    """Whether there is a filter for this machine's architecture."""
    return platform.machine() in TABLES


def install(local_sockets: bool) -> None:
    """Put the filter on this process and all that it starts, for good.

    Args:
        local_sockets: whether sockets between processes of this machine may be made.
    """
    if not is_known():
        return
    code = b"".join(_program(TABLES[platform.machine()], AF_UNIX if local_sockets else NO_FAMILY))
    buffer = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("HxxxxxxQ", len(code) // 8, ctypes.addressof(buffer))
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    check(libc.prctl(PR_SET_SECCOMP, 2, ctypes.c_char_p(program), 0, 0), "seccomp")


def _program(table: dict, family: int) -> list[bytes]:
    """The filter as BPF instructions: (operation, jump if true, jump if false, value)."""
    refused = sorted({*table["refused"], *SHARED})
    steps = [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 1, 0, table["audit"]),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
        (AT_LEAST, 0, 1, X32),
        (RETURN, 0, 0, ERRNO | ENOSYS),
    ]
    for number in refused:
        steps += [(EQUAL, 0, 1, number), (RETURN, 0, 0, ERRNO | EPERM)]
    # glibc falls back from clone3, whose flags a filter cannot see, to clone, whose flags it can.
    steps += [(EQUAL, 0, 1, CLONE3), (RETURN, 0, 0, ERRNO | ENOSYS)]
    steps += [(EQUAL, 0, 4, table["clone"]), (LOAD, 0, 0, FIRST_ARGUMENT), (ANY_BIT, 0, 1, NEW_NAMESPACES)]
    steps += [(RETURN, 0, 0, ERRNO | EPERM), (RETURN, 0, 0, ALLOW)]
    steps += [(EQUAL, 0, 3, table["socket"]), (LOAD, 0, 0, FIRST_ARGUMENT), (EQUAL, 1, 0, family)]
    steps += [(RETURN, 0, 0, ERRNO | EPERM), (RETURN, 0, 0, ALLOW)]
    return [struct.pack("HBBI", *step) for step in steps]
