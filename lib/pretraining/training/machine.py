"""What this computer offers a training run."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import torch


def usable_cores() -> int:
    """How many processor cores this process may use, a container's limit included."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows
        cores = os.cpu_count() or 1
    with contextlib.suppress(OSError, ValueError):  # no such limit
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        cores = min(cores, max(1, round(int(quota) / int(period))))
    return cores


def choose_device(name: str = "auto") -> torch.device:
    """The device to train on; `"auto"` takes a GPU if there is one.

    Raises:
        ValueError: the named device is unknown or not there.
    """
    found = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        return torch.device(next(kind for kind in ("cuda", "mps", "cpu") if found[kind]))
    if not found.get(name.partition(":")[0]):
        here = ", ".join(kind for kind, there in found.items() if there)
        raise ValueError(f"there is no device {name!r} on this machine: choose auto or one of {here}")
    try:
        return torch.empty(0, device=name).device
    except RuntimeError as error:
        raise ValueError(f"the device {name!r} cannot be used: {str(error).splitlines()[0]}") from error
