"""What pre-training costs: operations, hours of an accelerator, money, days and energy."""

from .costs import energy_kwh, gpu_hours, training_cost, training_days, training_flops, utilization
from .estimate import BYTES_PER_PARAMETER, Estimate, accelerators_to_hold, estimate, training_state
from .published import Accelerator, Figure, Run, accelerator, accelerators, figures, published_run, published_runs

__all__ = [
    "BYTES_PER_PARAMETER",
    "Accelerator",
    "Estimate",
    "Figure",
    "Run",
    "accelerator",
    "accelerators",
    "accelerators_to_hold",
    "energy_kwh",
    "estimate",
    "figures",
    "gpu_hours",
    "published_run",
    "published_runs",
    "training_cost",
    "training_days",
    "training_flops",
    "training_state",
    "utilization",
]
