"""System calls by name, with their numbers on each architecture, and which of them a sandbox refuses.

Numbers are those of the kernel's arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h; None
where an architecture has no such call. Calls since Linux 5.1 have one number everywhere.
"""

from __future__ import annotations

ARCHITECTURES = {
    "x86_64": (0, 0xC000003E),
    "aarch64": (1, 0xC00000B7),
}  # column in the tables, name in seccomp_data
FIRST_UNKNOWN = 467
"""Calls from here on are newer than this list: they do not exist, as far as a learner's code can tell."""

# What administers the machine, looks into other processes, makes namespaces, or holds memory that no process is seen
# to use: SysV memory, memory files and pages given to a pipe.
REFUSED: dict[str, tuple[int | None, int | None]] = {
    "ptrace": (101, 117), "syslog": (103, 116), "acct": (163, 89), "mount": (165, 40), "umount2": (166, 39),
    "swapon": (167, 224), "swapoff": (168, 225), "reboot": (169, 142), "sethostname": (170, 161),
    "setdomainname": (171, 162), "init_module": (175, 105), "delete_module": (176, 106), "quotactl": (179, 60),
    "pivot_root": (155, 41), "chroot": (161, 51), "settimeofday": (164, 170), "clock_settime": (227, 112),
    "iopl": (172, None), "ioperm": (173, None), "kexec_load": (246, 104), "add_key": (248, 217),
    "request_key": (249, 218), "keyctl": (250, 219), "unshare": (272, 97), "move_pages": (279, 239),
    "migrate_pages": (256, 238), "perf_event_open": (298, 241), "fanotify_init": (300, 262),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "clock_adjtime": (305, 266), "setns": (308, 268),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272), "finit_module": (313, 273),
    "kexec_file_load": (320, 294), "bpf": (321, 280), "userfaultfd": (323, 282), "adjtimex": (159, 171),
    "vhangup": (153, 58), "memfd_create": (319, 279), "shmget": (29, 194), "shmat": (30, 196), "semget": (64, 190),
    "msgget": (68, 186), "mq_open": (240, 180), "mq_unlink": (241, 181), "vmsplice": (278, 75),
    "pidfd_send_signal": (424, 424), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427), "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
    "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433), "pidfd_getfd": (438, 438),
    "process_madvise": (440, 440), "mount_setattr": (442, 442), "quotactl_fd": (443, 443), "memfd_secret": (447, 447),
    "process_mrelease": (448, 448),
}  # fmt: skip

# Without a process namespace: what changes how other processes of the same user run.
REFUSED_AMONG_OTHERS: dict[str, tuple[int | None, int | None]] = {
    "setpriority": (141, 140), "ioprio_set": (251, 30), "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119), "sched_setattr": (314, 274), "sched_setaffinity": (203, 122),
    "inotify_add_watch": (254, 27),
}  # fmt: skip

# Landlock does not restrict these, so that they would reach files outside. They seem to work and do nothing, because
# harmless code uses them, too: `shutil.copy` does.
PRETENDED: dict[str, tuple[int | None, int | None]] = {
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452), "chown": (92, None),
    "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54), "setxattr": (188, 5), "lsetxattr": (189, 6),
    "fsetxattr": (190, 7), "setxattrat": (463, 463), "removexattr": (197, 14), "lremovexattr": (198, 15),
    "fremovexattr": (199, 16), "removexattrat": (466, 466), "utime": (132, None), "utimes": (235, None),
    "futimesat": (261, None), "utimensat": (280, 88), "truncate": (76, 45),
}  # fmt: skip

# Looked at more closely: what they are asked for decides.
EXAMINED: dict[str, tuple[int | None, int | None]] = {
    "socket": (41, 198), "clone": (56, 220), "clone3": (435, 435), "mmap": (9, 222), "prlimit64": (302, 261),
}  # fmt: skip


def numbers(calls: dict[str, tuple[int | None, int | None]], machine: str) -> list[int]:
    """The numbers of some calls on an architecture, as far as it has them."""
    column = ARCHITECTURES[machine][0]
    return sorted(number for both in calls.values() if (number := both[column]) is not None)


def number(name: str, machine: str) -> int:
    """The number of one of the calls that are looked at more closely."""
    return EXAMINED[name][ARCHITECTURES[machine][0]] or 0
