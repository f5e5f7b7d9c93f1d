"""What runs in a worker of a dask cluster: a pool of its own, shared by the worker's threads.

The worker decides by itself whether it may grade: with other versions than the driver's, or without isolation, it
refuses, and its answer says why.
"""

from __future__ import annotations

import atexit
import json
import platform
import threading
import time
import uuid
from importlib import metadata
from typing import Any

from .plain import PlainPool, can_fork
from .pool import Pool, PoolError

NEEDED = ("pretraining-course", "distributed", "nbformat", "ipykernel", "ipython")
LOOK_SECONDS = 0.01
_hosts: dict[tuple[str, ...], Host] = {}
_over: set[str] = set()
_one_at_a_time = threading.Lock()


class Host:
    """A pool for as many submissions at a time as the worker has threads.

    Args:
        modules: what its zygote imports.
    """

    def __init__(self, modules: list[str]) -> None:
        self.versions = versions(modules)
        self._pool = Pool() if can_fork() else PlainPool()
        self._pool.preload(modules)
        self._lock, self._tasks, self._retired = threading.Lock(), 0, False
        self._done: dict[str, dict[str, Any] | None] = {}
        atexit.register(self._pool.close)
        self.level = self._pool.wait_until_ready()

    def run(self, task: dict[str, Any], seconds: float) -> dict[str, Any] | None:
        """Grade one submission; None if its process was lost or ran too long."""
        key = uuid.uuid4().hex
        task["room"]["scratch"] = self._pool.scratch
        with self._lock:
            self._tasks += 1
            self._pool.start(key, task, seconds)
        while True:
            with self._lock:
                self._done.update(self._pool.wait(0.0))
                if key in self._done:
                    self._tasks -= 1
                    self._close_if_idle()
                    return self._done.pop(key)
            time.sleep(LOOK_SECONDS)

    def retire(self) -> None:
        """End the pool's processes, now or with the last submission that still runs."""
        with self._lock:
            self._retired = True
            self._close_if_idle()

    def _close_if_idle(self) -> None:
        if self._retired and not self._tasks:
            self._pool.close()
            atexit.unregister(self._pool.close)


def grade_there(order: bytes) -> str:
    """One task, as JSON in and out: the result of `worker.work`, or {"refused": why}.

    Raises:
        RuntimeError: the submission's process was lost; the driver tries again.
    """
    wanted = json.loads(order)
    host = _host(wanted)
    if why := refusal(wanted, host.versions, host.level):
        return json.dumps({"refused": why})
    task = wanted["task"]
    task["room"]["level"] = wanted["isolation"] or host.level
    result = host.run(task, wanted["seconds"])
    if result is None:
        raise RuntimeError("the process that graded this submission was lost, or ran too long")
    return json.dumps({**result, "isolation": task["room"]["level"]})


async def look(wanted: dict[str, Any]) -> dict[str, str]:
    """Whether this worker may grade: {"level": its isolation}, or {"refused": why}. It starts the zygote."""
    import asyncio

    found = versions(wanted["modules"])
    if why := refusal(wanted, found, "namespaces"):  # nothing needs to be started to see that
        return {"refused": why}
    level = (await asyncio.to_thread(_host, wanted)).level
    why = refusal(wanted, found, level)
    return {"refused": why} if why else {"level": wanted["isolation"] or level}


async def rest(wanted: dict[str, Any]) -> None:
    """The run is over: end the zygote."""
    import asyncio

    with _one_at_a_time:
        _over.add(wanted["run"])
        host = _hosts.pop(tuple(wanted["modules"]), None)
    if host is not None:
        await asyncio.to_thread(host.retire)


def _host(wanted: dict[str, Any]) -> Host:
    modules = wanted["modules"]
    with _one_at_a_time:
        if wanted["run"] in _over:  # a task that was given up, and came late
            raise RuntimeError("that run is over")
        if tuple(modules) not in _hosts:
            try:
                _hosts[tuple(modules)] = Host(modules)
            except PoolError as error:
                raise PoolError(f"on the worker {platform.node()}: {error}") from None
        return _hosts[tuple(modules)]


def refusal(wanted: dict[str, Any], found: dict[str, str], level: str) -> str:
    """Why this worker must not grade; empty if it may.

    Args:
        wanted: the driver's "versions", "isolation" and "unsafe".
        found: this worker's versions.
        level: this worker's best level of isolation.
    """
    here = platform.node() or "a worker"
    for name, version in wanted["versions"].items():
        if found.get(name) != version:
            return (
                f"the worker on {here} has {name} {found.get(name)}, and this machine {version}: equal scores need "
                "equal versions, so install the same on both"
            )
    if (wanted["isolation"] or level) == "none" and not wanted["unsafe"]:
        return (
            f"the worker on {here} offers no way to isolate submitted code (no user namespaces, no Landlock): use "
            "workers that do, or say --unsafe if you trust every submission"
        )
    return ""


def versions(modules: list[str]) -> dict[str, str]:
    """The versions that a score may depend on: Python's, the engine's, and those of what the course imports."""
    found = {"Python": ".".join(platform.python_version_tuple()[:2])}
    for name in [*NEEDED, *sorted({module.partition(".")[0] for module in modules} | {"numpy"})]:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            if name in NEEDED:
                found[name] = "not installed"
    return found
