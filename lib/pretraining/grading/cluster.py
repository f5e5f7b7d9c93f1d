"""Grading on a running dask.distributed cluster: the pool of workers, when they are on other machines.

The driver sends each submission as one task of plain JSON. A worker of the cluster needs this library and what the
course imports, but no gradebook and no course directory; it keeps a zygote of its own, and each submission runs there
exactly as it does in `pool`. When a worker is lost, the scheduler gives its task to another.
"""

from __future__ import annotations

import contextlib
import json
import logging
import platform
import time
import uuid
import warnings
from importlib import metadata
from pathlib import Path
from typing import Any

from .cluster_worker import grade_there, look, rest, versions
from .pool import PoolError
from .sandbox import LEVELS

CONNECT_SECONDS = 10
WORKERS_SECONDS = 60
ASK_AGAIN_SECONDS = 5.0


class ClusterPool:
    """Does what `Pool` does, on the workers of a cluster.

    Args:
        address: the scheduler's, such as tcp://10.0.0.5:8786, or the path of its scheduler file.
        modules: what the workers' zygotes import.
        isolation: the name of a level to use instead of each worker's best one.
        unsafe: use workers without isolation, too.

    Raises:
        PoolError: dask.distributed is missing, or the scheduler does not answer.
    """

    scratch = ""

    def __init__(self, address: str, modules: list[str], isolation: str | None, unsafe: bool) -> None:
        self.address, self.level = address, ""
        self._order: dict[str, Any] = {"run": uuid.uuid4().hex, "modules": modules, "versions": versions(modules)}
        self._order |= {"isolation": isolation, "unsafe": unsafe}
        self._running: dict[str, Any] = {}
        self._threads, self._asked = 1, 0.0
        self._client = connect(address)

    def wait_until_ready(self) -> str:
        """Wait for a worker and look at all that are there; returns the weakest level of isolation among them.

        Raises:
            PoolError: there is no worker, or one of them cannot grade; the message says which and why.
        """
        if self.level:
            return self.level
        try:
            self._client.wait_for_workers(1, timeout=WORKERS_SECONDS)
        except Exception:
            raise PoolError(
                f"the scheduler at {self.address} had no worker for {WORKERS_SECONDS} seconds: start one with "
                f"`dask worker {self.address}`"
            ) from None
        found = []
        for worker, answer in sorted(self._client.run(look, self._order, on_error="return").items()):
            if isinstance(answer, BaseException):
                raise PoolError(
                    f"the worker at {worker} cannot grade ({type(answer).__name__}: {answer}): install this course and "
                    "what its notebooks import there"
                )
            if "refused" in answer:
                raise PoolError(answer["refused"])
            found.append(answer["level"])
        self.level = max(found, key=list(LEVELS).index)
        return self.level

    @property
    def slots(self) -> int:
        """How many submissions to have on their way: half as many again as the workers, which may grow, have threads.

        Raises:
            PoolError: the scheduler is gone.
        """
        if time.monotonic() > self._asked + ASK_AGAIN_SECONDS:
            try:
                self._threads = sum(self._client.nthreads().values())
            except Exception:
                self._raise_if_gone()
            self._asked = time.monotonic()
        return max(1, self._threads + max(1, self._threads // 2))

    def start(self, key: str, task: dict[str, Any], seconds: float) -> None:
        """Hand a task to the scheduler.

        Raises:
            PoolError: see `wait_until_ready`.
        """
        self.wait_until_ready()
        order = json.dumps({**self._order, "task": task, "seconds": seconds}).encode()
        self._running[key] = self._client.submit(grade_there, order, key=f"grade-{uuid.uuid4().hex}", pure=False)

    def wait(self, seconds: float) -> list[tuple[str, dict[str, Any] | None]]:
        """What has come back: (key, result), or (key, None) for a task that the cluster could not finish.

        Raises:
            PoolError: the scheduler is gone, or a worker that joined later cannot grade.
        """
        import distributed

        if not any(future.done() for future in self._running.values()):
            giving_up = contextlib.suppress(distributed.TimeoutError, distributed.CancelledError)
            with giving_up, self._client.as_current():
                distributed.wait(list(self._running.values()), timeout=seconds, return_when="FIRST_COMPLETED")
        self._raise_if_gone()
        done = [key for key, future in self._running.items() if future.done()]
        return [(key, self._result(self._running.pop(key))) for key in done]

    def close(self) -> None:
        """Give up what still runs, let the workers' zygotes end, and leave the cluster as it was."""
        with contextlib.suppress(Exception):
            if self._client.status == "running":
                self._client.cancel(list(self._running.values()))
                self._client.run(rest, self._order, on_error="ignore")
        with contextlib.suppress(Exception):
            self._client.close(timeout=5)

    def _result(self, future: Any) -> dict[str, Any] | None:
        try:
            result = json.loads(future.result(timeout=60))
        except PoolError:
            raise
        except Exception:  # its workers were lost, one after the other
            self._raise_if_gone()
            return None
        if "refused" in result:
            raise PoolError(result["refused"])
        return result

    def _raise_if_gone(self) -> None:
        if self._client.status != "running":
            raise PoolError(
                f"the scheduler at {self.address} is gone. What was graded until then is kept: start the scheduler and "
                "run the same command again, it goes on where it stopped"
            )


def connect(address: str) -> Any:
    """A client of the scheduler.

    Raises:
        PoolError: dask.distributed is missing, or the scheduler does not answer within seconds.
    """
    try:
        import distributed
    except ImportError:
        raise PoolError("--scheduler needs dask.distributed, which is not installed: pip install distributed") from None
    from_file = "://" not in address and address.endswith(".json")
    if from_file and not Path(address).is_file():
        raise PoolError(f"there is no scheduler file {address}: `dask scheduler --scheduler-file {address}` writes it")
    for name in ("distributed", "distributed.client"):  # what it would log is said below, in words
        logging.getLogger(name).setLevel(logging.CRITICAL)
    where = {"scheduler_file": address} if from_file else {"address": address}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # versions are compared worker by worker
            return distributed.Client(**where, timeout=CONNECT_SECONDS, set_as_default=False)
    except Exception as error:
        raise PoolError(
            f"no dask scheduler answered at {address} within {CONNECT_SECONDS} seconds: is it running, and can it be "
            f"reached from {platform.node() or 'here'}? ({type(error).__name__}; dask.distributed "
            f"{metadata.version('distributed')})"
        ) from None
