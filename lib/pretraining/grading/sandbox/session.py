"""One learner's process and the monitor beside it: starting it inside the sandbox, watching it, ending all of it.

The monitor is the parent of the sandboxed process and stays outside. It passes on interrupts, ends what exceeds a
limit, and reports how the process ended and what it used. It dies with the process that it was forked from, and the
sandboxed process dies with it.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import socket
import stat
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from . import landlock, namespaces, seccomp
from .limits import (
    Limits,
    apply_limits,
    family,
    first_to_be_killed,
    private_bytes,
    status_bytes,
    tasks,
    tasks_of_user,
)
from .system import PR_SET_CHILD_SUBREAPER, PR_SET_PDEATHSIG, UNUSED_USERS, die_with_parent, drop_capabilities, prctl

SYSTEM = ("/usr", "/bin", "/lib", "/lib32", "/lib64", "/libx32", "/sbin", "/opt/conda", "/nix/store")
SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/localtime", "/etc/mime.types")
LOOK_EVERY_SECONDS = 0.1
INTERRUPT, KILL = b"i", b"k"


@dataclass(frozen=True)
class Cell:
    """The room that a learner's process is put in.

    Attributes:
        level: the name of the isolation level.
        limits: how much it may use.
        hidden: paths that must not be seen even where they lie inside a library's folder.
        scratch: a folder for temporary files, where the level has no file system of its own.
    """

    level: str
    limits: Limits
    hidden: list[str] = field(default_factory=list)
    scratch: str = ""


def readable(hidden: list[str]) -> list[str]:
    """What a sandboxed Python needs to read: the system's libraries, Python's own and ours.

    Args:
        hidden: what must not be seen; a folder of modules that holds such a path is left out.
    """
    wanted = [*SYSTEM, *SYSTEM_FILES, sys.prefix, sys.base_prefix, sys.exec_prefix, *sys.path]
    paths = {os.path.abspath(path) for path in wanted if path and os.path.exists(path)}
    paths = {path for path in paths if not os.path.islink(path) and path != "/"}
    for secret in map(os.path.abspath, hidden):
        paths -= {path for path in paths if path in sys.path and (secret + os.sep).startswith(path + os.sep)}
    return sorted(path for path in paths if not any(path.startswith(other + os.sep) for other in paths))


def watch(cell: Cell, status: socket.socket, body: Callable[[], None]) -> None:
    """Be the monitor: run `body` in a child inside the sandbox, report how it went, and end this process.

    Args:
        cell: what the sandbox looks like.
        status: where reports go and orders come from; when its other end closes, the child is killed.
        body: what the child does; it must not return.
    """
    parent = os.getppid()
    folder = ""
    try:
        if cell.level != "namespaces":
            folder = _make_folder(cell)
        user = None
        if cell.level == "namespaces":
            user = namespaces.prepare()
        elif cell.level == "landlock":
            user = _other_user(cell)
        if cell.level != "namespaces":
            prctl(PR_SET_CHILD_SUBREAPER, 1)
        die_with_parent(parent)
        child = os.fork()
        if child == 0:
            _enter(cell, user, folder, status, body)
        _report(status, {"started": child})
        _guard(cell, child, status, folder)
    except BaseException as error:
        _report(status, {"failed": f"{type(error).__name__}: {error}"})
    finally:
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)


def _make_folder(cell: Cell) -> str:
    folder = Path(cell.scratch) / f"learner-{os.getpid()}"
    folder.mkdir(mode=0o700)
    if cell.level == "landlock" and (user := _other_user(cell)) is not None:
        os.chown(folder, user, -1)
    return str(folder)


def _other_user(cell: Cell) -> int | None:
    """As root, an unprivileged user of the sandbox's own, if such a user can read the libraries where they are."""
    if os.geteuid() != 0:
        return None
    for path in readable(cell.hidden):
        for folder in (path, *map(str, Path(path).parents)):
            if not os.stat(folder).st_mode & (stat.S_IXOTH if os.path.isdir(folder) else stat.S_IROTH):
                return None
    return UNUSED_USERS + os.getpid()


def _enter(cell: Cell, user: int | None, folder: str, status: socket.socket, body: Callable[[], None]) -> None:
    """The child: go inside and do the work; never returns."""
    try:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        os.setsid()
        first_to_be_killed()
        mapped, others = status_bytes(os.getpid(), "VmSize"), 0  # inside, nothing in /proc may be readable
        if cell.level != "namespaces" and user is None and os.geteuid() != 0:
            others = tasks_of_user(os.geteuid()) + 10 * cell.limits.processes  # and what other submissions start
        if cell.level == "namespaces":
            namespaces.settle(readable(cell.hidden), cell.hidden, cell.limits.disk_bytes, user)
        elif cell.level == "landlock":
            rules = landlock.rules(readable(cell.hidden), [folder, *(f"/dev/{name}" for name in namespaces.DEVICES)])
            drop_capabilities(user)
            landlock.restrict(rules)
        os.chdir(folder or namespaces.HOME)
        apply_limits(cell.limits, mapped, others)
        if cell.level != "none":
            seccomp.install(alone=cell.level == "namespaces")
        status.close()
        body()
    except BaseException as error:
        with contextlib.suppress(OSError):
            _report(status, {"failed": f"{type(error).__name__}: {error}"})
    finally:
        os._exit(1)


def _guard(cell: Cell, child: int, status: socket.socket, folder: str) -> None:
    """Watch the child until it ends; then end all that it started, and report."""
    handle, reason = os.pidfd_open(child), ""
    poll = select.poll()
    poll.register(status, select.POLLIN)
    poll.register(handle, select.POLLIN)
    allowed = private_bytes([child]) + cell.limits.memory_bytes
    until, looked = time.monotonic() + cell.limits.total_seconds, 0.0
    while True:
        ready = {descriptor for descriptor, _ in poll.poll(LOOK_EVERY_SECONDS * 1000)}
        if handle in ready:
            break
        if status.fileno() in ready:
            order = status.recv(1)
            os.kill(child, signal.SIGINT if order == INTERRUPT else signal.SIGKILL)
            if order != INTERRUPT:
                break
        if not reason and time.monotonic() > looked + LOOK_EVERY_SECONDS:
            looked = time.monotonic()
            reason = _excess(cell, allowed, folder, until)
            if reason:
                os.kill(child, signal.SIGKILL)
    _, code, used = os.wait4(child, 0)
    _end_orphans()
    _report(
        status,
        {
            "exit": os.waitstatus_to_exitcode(code),
            "reason": reason,
            "cpu": used.ru_utime + used.ru_stime,
            "memory": used.ru_maxrss * 1024,
        },
    )


def _excess(cell: Cell, allowed: int, folder: str, until: float) -> str:
    """What the child and all that it started have too much of, in words; empty if nothing."""
    # Without a process namespace, those whose parent has ended are the monitor's own children.
    limits, processes = cell.limits, family(os.getpid())[1:]
    if private_bytes(processes) > allowed:
        return f"more than {limits.memory_bytes / 1e9:g} GB of memory were used"
    if tasks(processes) > limits.processes:
        return f"more than {limits.processes} processes or threads were started"
    if time.monotonic() > until:
        return f"the notebook ran for more than {limits.total_seconds:g} seconds"
    if folder and _folder_bytes(folder) > limits.disk_bytes:
        return f"more than {limits.disk_bytes / 1e6:g} MB were written"
    return ""


def _folder_bytes(folder: str) -> int:
    total = 0
    for where, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(where, name)).st_blocks * 512
    return total


def _end_orphans() -> None:
    """Kill what the child left behind: without a process namespace, orphans have come to us."""
    while True:
        for order in (signal.SIGSTOP, signal.SIGKILL):  # what is stopped cannot fork while the others are killed
            for process in family(os.getpid())[1:]:
                with contextlib.suppress(OSError):
                    os.kill(process, order)
        try:
            while os.waitpid(-1, os.WNOHANG) != (0, 0):
                pass
        except ChildProcessError:
            return
        time.sleep(0.005)


def _report(status: socket.socket, message: dict) -> None:
    with contextlib.suppress(OSError):
        status.send(json.dumps(message).encode())
