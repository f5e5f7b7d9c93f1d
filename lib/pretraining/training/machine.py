"""What this computer offers a training run."""

from __future__ import annotations

import torch

from ..machine import usable_cores

__all__ = ["choose_device", "usable_cores"]


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
