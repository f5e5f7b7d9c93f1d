"""How loss falls with compute."""

from .chinchilla import CORRECTED, PUBLISHED, LossLaw
from .isoflop import IsoFlop, fit_isoflop
from .ladder import Forecast, Ladder, fit_law
from .laws import PowerLaw, Prediction, compute_optimal, fit_power_law
from .rungs import Result, Rung
from .shipped import ShippedRuns, shipped_runs

__all__ = [
    "CORRECTED",
    "PUBLISHED",
    "Forecast",
    "IsoFlop",
    "Ladder",
    "LossLaw",
    "PowerLaw",
    "Prediction",
    "Result",
    "Rung",
    "ShippedRuns",
    "compute_optimal",
    "fit_isoflop",
    "fit_law",
    "fit_power_law",
    "shipped_runs",
]
