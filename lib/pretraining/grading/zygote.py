"""The zygote: a process that has imported everything once, and forks a ready process whenever one is asked for.

It has one thread and no secrets: it never sees a gradebook, a hidden test or a submission. It forks two kinds of
process: *workers*, which are trusted and get their task through a channel, and *kernels*, which enter the sandbox at
once. Started as `python -m pretraining.grading.zygote`; its orders come through the socket that is its standard input.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.util
import json
import os
import selectors
import signal
import socket
import sys
from typing import Any, NoReturn

ORDER_BYTES = 1 << 17


def main() -> None:
    """Import, then serve until the driver is gone."""
    gc.disable()  # nothing of what is imported becomes garbage: looking for some costs a fifth of the start
    driver = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.path[:] = [path for path in sys.path if path != "/"]
    block_slow_grammar()
    from . import kernel, worker

    kernel.prepare()
    worker.prepare()
    order, _, _, _ = socket.recv_fds(driver, ORDER_BYTES, 0)
    if not order:
        return
    missing = preload(json.loads(order)["modules"])
    kernel.warm_up()
    from .sandbox import best_level

    level = best_level().name
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # ended children leave nothing behind
    gc.freeze()  # keeps the pages of what is here now shared with every child
    gc.enable()
    threads = len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else 1
    driver.send(json.dumps({"ready": True, "level": level, "threads": threads, "missing": missing}).encode())
    serve(driver)


def preload(modules: list[str]) -> list[str]:
    """Import what the course's notebooks import, where it is installed; returns what could not be imported."""
    missing = []
    for name in modules:
        try:
            if importlib.util.find_spec(name.partition(".")[0]) is None:
                raise ImportError
            importlib.import_module(name)
        except Exception:
            missing.append(name)
    return missing


def block_slow_grammar() -> None:
    """Keep jsonschema from compiling its optional grammar of IRIs: 1.3 s of CPU that no notebook needs."""
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def serve(driver: socket.socket) -> None:
    """Fork what is asked for, until the driver closes its end."""
    selector = selectors.DefaultSelector()
    selector.register(driver, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            asker: Any = key.fileobj
            order, descriptors = receive(asker)
            if order is None:
                if asker is driver:
                    return
                selector.unregister(asker)
                asker.close()
            elif order["fork"] == "worker":
                ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                if os.fork() == 0:
                    be_worker(descriptors, theirs.detach())
                theirs.close()
                selector.register(ours, selectors.EVENT_READ)
            elif os.fork() == 0:
                be_monitor(order, descriptors)
            for descriptor in descriptors:
                os.close(descriptor)


def receive(connection: socket.socket) -> tuple[dict[str, Any] | None, list[int]]:
    """One order and the descriptors that came with it; None when the other end is closed."""
    try:
        data, descriptors, _, _ = socket.recv_fds(connection, ORDER_BYTES, 4)
    except OSError:
        return None, []
    return (json.loads(data) if data else None), descriptors


def be_worker(descriptors: list[int], zygote: int) -> NoReturn:
    """In the child: become a trusted worker with one task."""
    from . import worker
    from .frames import Channel
    from .sandbox.system import die_with_parent

    try:
        die_with_parent(os.getppid())
        keep_only([*descriptors, zygote])
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        worker.work(Channel(socket.socket(fileno=descriptors[0]), 200_000_000, None), socket.socket(fileno=zygote))
    except BaseException:
        if os.environ.get("PRETRAINING_TRACEBACK"):
            import traceback

            traceback.print_exc()
    finally:
        os._exit(0)


def be_monitor(order: dict[str, Any], descriptors: list[int]) -> NoReturn:
    """In the child: become the monitor of a sandboxed kernel."""
    from . import kernel
    from .frames import Channel
    from .sandbox import Limits
    from .sandbox.session import Cell, watch

    keep_only(descriptors)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    channel, status = (socket.socket(fileno=descriptor) for descriptor in descriptors)
    cell = Cell(order["level"], Limits(**order["limits"]), order["hidden"], order["scratch"])
    watch(cell, status, lambda: kernel.serve(Channel(channel, most_parts=None)))
    os._exit(0)


def keep_only(descriptors: list[int]) -> None:
    """Close every inherited descriptor but these and the standard ones, without Python's objects noticing."""
    gc.freeze()
    kept = sorted(descriptors)
    for low, high in zip([2, *kept], [*kept, os.sysconf("SC_OPEN_MAX")], strict=True):
        os.closerange(low + 1, high)


def spawn(library: str) -> tuple[Any, socket.socket]:
    """Start a zygote and return its process and the socket for orders; `tell` is the first.

    Args:
        library: the folder that holds this package.
    """
    import subprocess

    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    environment = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TZ") if name in os.environ}
    path = os.pathsep.join([library, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))])
    environment |= {"PYTHONPATH": path, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    environment |= {"HOME": "/home/learner", "MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    environment |= {"NBGRADER_EXECUTION": "autograde", "PYTHONDONTWRITEBYTECODE": "1"}
    errors = None if os.environ.get("PRETRAINING_TRACEBACK") else subprocess.DEVNULL
    process = subprocess.Popen(
        [sys.executable, "-m", "pretraining.grading.zygote"],
        stdin=theirs.fileno(), stdout=subprocess.DEVNULL, stderr=errors, env=environment, cwd="/",
        start_new_session=True,
    )  # fmt: skip
    theirs.close()
    return process, ours


def tell(orders: socket.socket, modules: list[str]) -> None:
    """Name the modules that a new zygote imports before anything is forked; it answers when it is ready."""
    with contextlib.suppress(OSError):
        orders.send(json.dumps({"modules": modules}).encode())


if __name__ == "__main__":
    # As the package's own module, not as __main__: that name is the learner's.
    from pretraining.grading import zygote

    zygote.main()
    os._exit(0)  # taking down all that was imported would take a while, and somebody waits
