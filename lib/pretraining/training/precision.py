"""Which number format computes fastest here: measured on this machine and this model, not assumed.

bfloat16 halves the memory traffic and is several times faster where the hardware multiplies it; a CPU without such
instructions computes it many times slower than float32. Weights and optimizer state stay float32 either way.

The two formats round differently, so losses that are to be the same to the last digit in another process need a format
given by name: a measurement may fall out differently there where the two are about equally fast.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import torch

WORTH_A_TRY = 1.5  # a matrix product alone must gain this much before the whole model is timed
WORTH_IT = 1.25  # and a training step this much: well above what two measurements differ by luck


def choose_precision(name: str, device: torch.device, work: Callable[[torch.dtype], None]) -> torch.dtype:
    """The format to compute in.

    Args:
        name: one of `settings.PRECISIONS`; `"auto"` measures.
        device: where the computing happens.
        work: does a forward and a backward pass in the given format.
    """
    if name != "auto":
        return {"float32": torch.float32, "bfloat16": torch.bfloat16}[name]
    if product_seconds(torch.float32, device) < WORTH_A_TRY * product_seconds(torch.bfloat16, device):
        return torch.float32
    plain, half = [], []
    for _ in range(3):  # in turn, so that a busy moment of the machine meets both
        plain.append(seconds(lambda: work(torch.float32), device, repeats=1))
        half.append(seconds(lambda: work(torch.bfloat16), device, repeats=1))
    return torch.bfloat16 if min(plain) > WORTH_IT * min(half) else torch.float32


def product_seconds(dtype: torch.dtype, device: torch.device, size: int = 256) -> float:
    """How long one product of two square matrices takes."""
    a = torch.ones(size, size, dtype=dtype, device=device)
    return seconds(lambda: a @ a, device)


def seconds(work: Callable[[], object], device: torch.device, repeats: int = 3) -> float:
    """The median time of some work, after one try that is not counted."""
    times = []
    for _ in range(repeats + 1):
        synchronize(device)
        started = time.perf_counter()
        work()
        synchronize(device)
        times.append(time.perf_counter() - started)
    return statistics.median(times[1:])


def synchronize(device: torch.device) -> None:
    """Wait until a GPU has done what it was asked; a CPU always has."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()
