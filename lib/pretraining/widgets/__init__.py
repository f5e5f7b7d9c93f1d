"""Charts and controls joined into things that a learner touches. Python holds the state, the browser draws it."""

from .lesson_targets import LossExplorer, PromptExplorer, TargetExplorer
from .live_chart import LiveChart
from .training_lab import TrainingLab

__all__ = ["LiveChart", "LossExplorer", "PromptExplorer", "TargetExplorer", "TrainingLab"]
