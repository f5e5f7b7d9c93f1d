"""What pre-training costs, and how loss falls with compute."""

from .chinchilla import CORRECTED, PUBLISHED, LossLaw
from .costs import energy_kwh, gpu_hours, training_cost, training_days, training_flops, utilization
from .estimate import BYTES_PER_PARAMETER, Estimate, accelerators_to_hold, estimate, training_state
from .isoflop import IsoFlop, fit_isoflop
from .ladder import Forecast, Ladder, fit_law
from .laws import PowerLaw, Prediction, compute_optimal, fit_power_law
from .published import Accelerator, Figure, Run, accelerator, accelerators, figures, published_run, published_runs
from .rungs import Result, Rung
from .shipped import ShippedRuns, shipped_runs

__all__ = [
    "BYTES_PER_PARAMETER",
    "CORRECTED",
    "PUBLISHED",
    "Accelerator",
    "Estimate",
    "Figure",
    "Forecast",
    "IsoFlop",
    "Ladder",
    "LossLaw",
    "PowerLaw",
    "Prediction",
    "Result",
    "Run",
    "Rung",
    "ShippedRuns",
    "accelerator",
    "accelerators",
    "accelerators_to_hold",
    "compute_optimal",
    "energy_kwh",
    "estimate",
    "figures",
    "fit_isoflop",
    "fit_law",
    "fit_power_law",
    "gpu_hours",
    "published_run",
    "published_runs",
    "shipped_runs",
    "training_cost",
    "training_days",
    "training_flops",
    "training_state",
    "utilization",
]
