"""The first level: a file system, processes, network and names of its own, seen by nobody else and seeing nobody.

`prepare` is called in a process with one thread; its children are inside. The first child calls `settle` and then is
process 1 in there: when it ends, the kernel ends everything that it started.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct
from pathlib import Path

from .system import (
    MOUNT_SETATTR,
    UNUSED_USERS,
    check,
    drop_capabilities,
    libc,
    mount,
    pivot_root,
)

NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET = 0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
RDONLY, NOSUID, NODEV, NOEXEC, REMOUNT, BIND, RECURSIVE, PRIVATE = 1, 2, 4, 8, 32, 4096, 16384, 1 << 18
AT_RECURSIVE, DETACH = 0x8000, 2
INSIDE = 1000  # the user's number inside
DEVICES = ("null", "full", "random", "urandom")  # not zero: mapped, it is memory that no process is seen to use
ALIASES = ("/bin", "/lib", "/lib32", "/lib64", "/libx32", "/sbin")
HOME = "/home/learner"


def prepare() -> int | None:
    """Leave this process's namespaces for new ones; the next child is process 1 of the new ones.

    Returns:
        As root, the number of an unprivileged user that process 1 must become; the kernel does not count what root
        uses. Otherwise None: then there are new users, too, and nobody inside is anybody outside.

    Raises:
        OSError: this machine does not allow it.
    """
    spaces = NEWNS | NEWPID | NEWIPC | NEWUTS | NEWNET
    if os.geteuid() == 0:
        check(libc.unshare(spaces), "unshare")
        return UNUSED_USERS + os.getpid()
    user, group = os.getuid(), os.getgid()
    check(libc.unshare(NEWUSER | spaces), "unshare")
    for name, text in (("setgroups", "deny"), ("uid_map", f"{INSIDE} {user} 1"), ("gid_map", f"{INSIDE} {group} 1")):
        Path(f"/proc/self/{name}").write_text(text)
    return None


def settle(folders: list[str], hidden: list[str], disk_bytes: int, user: int | None) -> None:
    """Build the file system that process 1 sees, move into it, and give up every privilege.

    Args:
        folders: what can be read there.
        hidden: paths that must appear empty even where they lie inside one of the folders.
        disk_bytes: how much may be written, all in memory.
        user: what `prepare` returned.
    """
    mount(None, "/", None, RECURSIVE | PRIVATE)
    root = "/tmp"  # in this mount namespace only
    sources = {path: os.open(path, os.O_PATH | os.O_CLOEXEC) for path in folders}
    owner = INSIDE if user is None else user
    options = f"size={disk_bytes},nr_inodes=20000,mode=755,uid={owner},gid={owner}"
    mount("tmpfs", root, "tmpfs", NOSUID | NODEV, options)
    for path in sorted(sources):
        _show(sources[path], path, root)
        os.close(sources[path])
    for path in hidden:
        if os.path.isdir(root + path):
            mount("tmpfs", root + path, "tmpfs", NOSUID | NODEV | RDONLY, "size=4k,mode=555")
    for path in ALIASES:
        if os.path.islink(path) and not os.path.lexists(root + path):
            os.symlink(os.readlink(path), root + path)
    _make_devices(root)
    os.makedirs(root + HOME, exist_ok=True)
    os.chown(root + HOME, owner, owner)
    os.makedirs(root + "/old")
    pivot_root(root, root + "/old")
    os.chdir("/")
    check(libc.umount2(b"/old", DETACH), "umount2")
    os.rmdir("/old")
    drop_capabilities(user)


def _show(descriptor: int, path: str, root: str) -> None:
    """Make a folder or file appear at its own path in the new root, read-only."""
    source, target = f"/proc/self/fd/{descriptor}", root + path
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if not os.path.exists(target):
            Path(target).touch()
    mount(source, target, None, BIND | RECURSIVE)
    attributes = struct.pack("QQQQ", RDONLY | NOSUID | NODEV, 0, 0, 0)
    if libc.syscall(MOUNT_SETATTR, -100, os.fsencode(target), AT_RECURSIVE, attributes, ctypes.c_size_t(32)):
        kept = os.statvfs(target).f_flag & (NODEV | NOEXEC | 1024 | 2048)
        mount(None, target, None, BIND | REMOUNT | RDONLY | NOSUID | kept)


def _make_devices(root: str) -> None:
    for folder in ("/proc", "/tmp", "/var/tmp", "/dev/shm"):
        os.makedirs(root + folder, exist_ok=True)
        os.chmod(root + folder, 0o777)
    for name in DEVICES:
        Path(f"{root}/dev/{name}").touch()
        mount(f"/dev/{name}", f"{root}/dev/{name}", None, BIND)
    os.symlink("/proc/self/fd", root + "/dev/fd")
    with contextlib.suppress(OSError):  # refused where a container covers parts of /proc; most code can do without
        mount("proc", root + "/proc", "proc", NOSUID | NODEV | NOEXEC)


def attempt() -> None:
    """Enter once, in a process that ends afterwards.

    Raises:
        OSError: this machine does not allow it.
    """
    from .session import readable

    folders, user = readable([]), prepare()
    child = os.fork()
    if child == 0:
        try:
            settle(folders, [], 1_000_000, user)
            os._exit(0)
        except BaseException:
            os._exit(1)
    if os.waitpid(child, 0)[1]:
        raise OSError("the file system could not be built")
