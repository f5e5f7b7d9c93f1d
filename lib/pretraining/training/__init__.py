"""Training as a stream of events: corpus, settings, schedule, loop, checkpoints, and a thread to run it in."""

from .background import BackgroundRun
from .challenges import Challenge, judge_run
from .checkpoint import latest_checkpoint, load_model
from .compare import compare, conclusion, difference
from .corpus import Corpus, encode_texts, prepare
from .events import Evaluation, Event, Sample, Step
from .gradients import OneWeight, gradient_agreement, steepest, whole_gradient
from .machine import choose_device, usable_cores
from .settings import TrainingSettings, learning_rate
from .together import Together, train_together
from .trainer import Trainer, TrainingDiverged

__all__ = [
    "BackgroundRun",
    "Challenge",
    "Corpus",
    "Evaluation",
    "Event",
    "OneWeight",
    "Sample",
    "Step",
    "Together",
    "Trainer",
    "TrainingDiverged",
    "TrainingSettings",
    "choose_device",
    "compare",
    "conclusion",
    "difference",
    "encode_texts",
    "gradient_agreement",
    "judge_run",
    "latest_checkpoint",
    "learning_rate",
    "load_model",
    "prepare",
    "steepest",
    "train_together",
    "usable_cores",
    "whole_gradient",
]
