"""The processor time of a piece of work, whatever else this process has in memory."""

from __future__ import annotations

import contextlib
import gc
import time
from collections.abc import Iterator


@contextlib.contextmanager
def cpu_seconds() -> Iterator[list[float]]:
    """Work without walks through what earlier tests have left; afterwards the list holds the seconds it took."""
    spent: list[float] = []
    was_on = gc.isenabled()
    gc.disable()
    began = time.process_time()
    try:
        yield spent
    finally:
        spent.append(time.process_time() - began)
        if was_on:
            gc.enable()
