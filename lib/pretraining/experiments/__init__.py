"""Experiments on small models that are trained from scratch: what text makes a model believe, know and recite."""

from .facts import RIGHT_YEAR, SUBJECT, WRONG_YEAR, FactExperiment, FactMoment, FactResult, fact_experiment
from .memorisation import (
    COPIES,
    MemorisationExperiment,
    MemorisationMoment,
    MemorisationResult,
    memorisation_experiment,
)
from .mixture import SHARES, MixtureExperiment, MixtureMoment, MixtureResult, mixture_experiment
from .passages import Passage, Recital
from .years import YearAnswer

__all__ = [
    "COPIES",
    "RIGHT_YEAR",
    "SHARES",
    "SUBJECT",
    "WRONG_YEAR",
    "FactExperiment",
    "FactMoment",
    "FactResult",
    "MemorisationExperiment",
    "MemorisationMoment",
    "MemorisationResult",
    "MixtureExperiment",
    "MixtureMoment",
    "MixtureResult",
    "Passage",
    "Recital",
    "YearAnswer",
    "fact_experiment",
    "memorisation_experiment",
    "mixture_experiment",
]
