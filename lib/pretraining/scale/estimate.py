"""Everything that a training run costs, in one record: operations, hours, days, money, energy and memory.

Takes a model's size, the tokens and the machines, hands on an `Estimate`. Memory is what mixed-precision training with
Adam keeps for each parameter: arXiv 1910.02054, section 3.1. Activations come on top.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from .checks import COUNTED, at_least_one, positive
from .costs import energy_kwh, gpu_hours, training_cost, training_days, training_flops
from .published import Accelerator

# 16-bit weights and gradients; 32-bit weights, and Adam's two averages, for the update.
BYTES_PER_PARAMETER = {
    "weights (16-bit)": 2,
    "gradients (16-bit)": 2,
    "weights (32-bit copy)": 4,
    "mean of the gradients": 4,
    "mean of their squares": 4,
}


def training_state(parameters: float) -> dict[str, float]:
    """Bytes that weights, gradients and the optimizer take, by part; 16 for each parameter in all.

    Raises:
        ValueError: a number of parameters that is not finite, or below 1.

    Example:
        >>> sum(training_state(7e9).values())
        112000000000.0
    """
    count = at_least_one("parameters", parameters, COUNTED)
    return {part: count * size for part, size in BYTES_PER_PARAMETER.items()}


def accelerators_to_hold(size_bytes: float, memory_bytes: float) -> int:
    """How many accelerators have so much memory together.

    Raises:
        ValueError: a size that is negative or not finite, or a memory that is not above 0.

    Example:
        >>> accelerators_to_hold(112e9, 80e9)
        2
    """
    size = positive("size_bytes", size_bytes, "bytes", zero=True)
    return math.ceil(size / positive("memory_bytes", memory_bytes, "bytes of one accelerator"))


@dataclass(frozen=True)
class Estimate:
    """The cost of a run.

    Attributes:
        flops: operations in all.
        gpu_hours: hours of one accelerator, summed over all.
        days: days on the calendar.
        dollars: rent.
        energy_kwh: what the accelerators take, without cooling and the rest of the building.
        memory_bytes: weights, gradients and optimizer.
        accelerators_to_hold: how many accelerators have that much memory.
    """

    flops: float
    gpu_hours: float
    days: float
    dollars: float
    energy_kwh: float
    memory_bytes: float
    accelerators_to_hold: int


def estimate(
    parameters: float,
    tokens: float,
    accelerator: Accelerator,
    utilization: float,
    accelerators: int,
    dollars_per_gpu_hour: float,
) -> Estimate:
    """What training such a model on such machines costs.

    Raises:
        ValueError: a number out of range.

    Example:
        >>> from pretraining.scale import accelerator
        >>> round(estimate(405e9, 15.6e12, accelerator("H100"), 0.35, 16384, 2.0).days)
        77
    """
    flops = training_flops(parameters, tokens)
    hours = gpu_hours(flops, accelerator.peak_flops_per_second.value, utilization)
    memory = sum(training_state(parameters).values())
    return Estimate(
        flops=flops,
        gpu_hours=hours,
        days=training_days(hours, accelerators),
        dollars=training_cost(hours, dollars_per_gpu_hour),
        energy_kwh=energy_kwh(hours, accelerator.watts.value),
        memory_bytes=memory,
        accelerators_to_hold=accelerators_to_hold(memory, accelerator.memory_bytes.value),
    )
