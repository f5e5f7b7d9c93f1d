"""From parameters and tokens to operations, GPU-hours, days, money and energy.

Takes plain numbers, each in the unit that its name says, and hands on plain floats that are not rounded. FLOPs are an
amount of work, FLOP/s a speed. 6 operations for each parameter and token: arXiv 2001.08361, section 2.1.
"""

from __future__ import annotations

from .checks import COUNTED, at_least_one, finite, positive, share

SECONDS_PER_HOUR = 3600.0
HOURS_PER_DAY = 24.0


def training_flops(parameters: float, tokens: float) -> float:
    """Floating-point operations of a training run: 6 x parameters x tokens.

    Args:
        parameters: how many numbers the model learns, written out: 7e9, not 7.
        tokens: how many tokens it reads, written out: 2e12, not 2.

    Raises:
        ValueError: a number that is not finite, or below 1.

    Example:
        >>> f"{training_flops(405e9, 15.6e12):.2e}"
        '3.79e+25'
    """
    counts = at_least_one("parameters", parameters, COUNTED), at_least_one("tokens", tokens, COUNTED)
    return finite("FLOPs", 6.0 * counts[0] * counts[1])


def gpu_hours(flops: float, peak_flops_per_second: float, utilization: float) -> float:
    """Hours of one GPU for so many operations.

    Args:
        flops: operations in all, an amount.
        peak_flops_per_second: what the GPU could do at most, a speed in FLOP/s.
        utilization: the share of that speed which the run reaches, above 0 and at most 1.

    Raises:
        ValueError: a number out of range.

    Example:
        >>> gpu_hours(3.6e18, 1e15, 0.5)
        2.0
    """
    work = positive("flops", flops, "FLOPs in all", zero=True)
    speed = positive("peak_flops_per_second", peak_flops_per_second, "FLOP/s of one GPU") * share(
        "utilization", utilization
    )
    return finite("GPU-hours", work / (speed * SECONDS_PER_HOUR))


def utilization(flops: float, gpu_hours: float, peak_flops_per_second: float) -> float:
    """The share of its peak speed at which a run used its GPUs, from 0 to 1.

    Raises:
        ValueError: a number out of range, or a result above 1, which no machine reaches.

    Example:
        >>> round(utilization(3.8e25, 30.84e6, 989e12), 3)
        0.346
    """
    work = positive("flops", flops, "FLOPs in all", zero=True)
    hours = positive("gpu_hours", gpu_hours, "hours, summed over all GPUs")
    speed = positive("peak_flops_per_second", peak_flops_per_second, "FLOP/s of one GPU")
    used = finite("utilization", work / (hours * SECONDS_PER_HOUR * speed))
    if used > 1:
        raise ValueError(
            f"the figures give a utilization of {used:.3g}, and no GPU does more than its peak: check that gpu_hours "
            "are hours (not days) of all GPUs together, and that peak_flops_per_second is in FLOP/s (989e12, not 989)"
        )
    return used


def training_cost(gpu_hours: float, dollars_per_gpu_hour: float) -> float:
    """Dollars for renting the GPUs.

    Raises:
        ValueError: a number that is negative or not finite.

    Example:
        >>> training_cost(1000, 2.5)
        2500.0
    """
    hours = positive("gpu_hours", gpu_hours, "hours, summed over all GPUs", zero=True)
    price = positive("dollars_per_gpu_hour", dollars_per_gpu_hour, "dollars for one GPU-hour", zero=True)
    return finite("dollars", hours * price)


def training_days(gpu_hours: float, gpus: float) -> float:
    """Days on the calendar when so many GPUs work side by side.

    Raises:
        ValueError: a negative or infinite number of hours, or a number of GPUs that is not whole or below 1.

    Example:
        >>> training_days(48_000, 1000)
        2.0
    """
    hours = positive("gpu_hours", gpu_hours, "hours, summed over all GPUs", zero=True)
    count = at_least_one("gpus", gpus, "how many work side by side")
    if count != int(count):
        raise ValueError(f"gpus must be a whole number of GPUs, got {gpus!r}")
    return hours / count / HOURS_PER_DAY


def energy_kwh(gpu_hours: float, watts: float, pue: float = 1.0) -> float:
    """Kilowatt-hours that the GPUs take.

    Args:
        watts: power of one GPU.
        pue: power usage effectiveness: what the whole data centre takes for each unit that the computers take; 1.0
            counts the GPUs alone.

    Raises:
        ValueError: a number out of range; a pue below 1.

    Example:
        >>> energy_kwh(1000, 700)
        700.0
    """
    hours = positive("gpu_hours", gpu_hours, "hours, summed over all GPUs", zero=True)
    power = positive("watts", watts, "watts of one GPU, not kilowatts")
    factor = at_least_one("pue", pue, "the whole data centre, relative to its computers")
    return finite("kilowatt-hours", hours * power / 1000.0 * factor)
