"""Charts and controls joined into things that a learner touches. Python holds the state, the browser draws it.

A widget's module is imported when its name is first asked for, so that no lesson pays for another lesson's libraries.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .attention_map import AttentionMap
    from .concept_map import ConceptMap
    from .corpus_explorer import CorpusExplorer
    from .course_map import CourseMap
    from .lesson_costs import CostCalculator
    from .lesson_data import CleaningExplorer, MixtureExplorer
    from .lesson_facts import FactLab
    from .lesson_isoflop import IsoFlopExplorer
    from .lesson_laws import ScalingLab
    from .lesson_memorisation import MemorisationLab
    from .lesson_mixture import CodeOrProseLab
    from .lesson_model import AttentionByHand, ParameterBudget, RotationExplorer
    from .lesson_playground import CompletionPlayground
    from .lesson_rates import LearningRateExplorer
    from .lesson_targets import LossExplorer, PromptExplorer, TargetExplorer
    from .lesson_tokens import MergeExplorer, TokenView, VocabularyExplorer
    from .lesson_training import NudgeExplorer, ScheduleExplorer
    from .lesson_tuning import FineTuningLab
    from .live_chart import LiveChart
    from .quiz import Quiz
    from .training_lab import TrainingLab

__all__ = [
    "AttentionByHand",
    "AttentionMap",
    "CleaningExplorer",
    "CodeOrProseLab",
    "CompletionPlayground",
    "ConceptMap",
    "CorpusExplorer",
    "CostCalculator",
    "CourseMap",
    "FactLab",
    "FineTuningLab",
    "IsoFlopExplorer",
    "LearningRateExplorer",
    "LiveChart",
    "LossExplorer",
    "MemorisationLab",
    "MergeExplorer",
    "MixtureExplorer",
    "NudgeExplorer",
    "ParameterBudget",
    "PromptExplorer",
    "Quiz",
    "RotationExplorer",
    "ScalingLab",
    "ScheduleExplorer",
    "TargetExplorer",
    "TokenView",
    "TrainingLab",
    "VocabularyExplorer",
]
HOMES = {
    "AttentionMap": "attention_map",
    "ConceptMap": "concept_map",
    "CorpusExplorer": "corpus_explorer",
    "CourseMap": "course_map",
    "CompletionPlayground": "lesson_playground",
    "CostCalculator": "lesson_costs",
    **dict.fromkeys(("CleaningExplorer", "MixtureExplorer"), "lesson_data"),
    "FactLab": "lesson_facts",
    "IsoFlopExplorer": "lesson_isoflop",
    "ScalingLab": "lesson_laws",
    "MemorisationLab": "lesson_memorisation",
    "CodeOrProseLab": "lesson_mixture",
    **dict.fromkeys(("AttentionByHand", "ParameterBudget", "RotationExplorer"), "lesson_model"),
    **dict.fromkeys(("LossExplorer", "PromptExplorer", "TargetExplorer"), "lesson_targets"),
    **dict.fromkeys(("MergeExplorer", "TokenView", "VocabularyExplorer"), "lesson_tokens"),
    "LearningRateExplorer": "lesson_rates",
    **dict.fromkeys(("NudgeExplorer", "ScheduleExplorer"), "lesson_training"),
    "FineTuningLab": "lesson_tuning",
    "LiveChart": "live_chart",
    "Quiz": "quiz",
    "TrainingLab": "training_lab",
}


def __getattr__(name: str) -> Any:
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
