"""A race that everybody runs under the same rules: the best held-out loss that a fixed number of tokens can buy.

Takes a choice of settings, a dict, and hands on how the run went. What is not for choice stands here and in no default,
so that a choice reaches the same loss whatever the defaults of a run become.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch

from ..model import ModelConfig, Transformer, parameter_budget
from ..text import load
from .corpus import Corpus, prepare
from .events import Step
from .settings import OPTIMIZERS, TrainingSettings
from .trainer import Trainer, TrainingDiverged

TOKENS = 100_000
VOCAB_SIZE = 400
LARGEST_MODEL = 200_000  # parameters
SMALLEST_BATCH = 256  # tokens: fewer would make many steps of the same tokens, and so a long run
SECONDS = 20.0
RANGES: dict[str, tuple[float, float]] = {
    "layers": (1, 4),
    "heads": (1, 8),
    "width": (16, 128),
    "block_size": (8, 128),
    "batch_size": (1, 256),
    "learning_rate": (0.00001, 1),
    "warmup_steps": (0, 1000),
}


@dataclass(frozen=True)
class Outcome:
    """How a run went.

    Attributes:
        loss: held-out loss at the end, in nats per token; infinity if the run diverged.
        steps: updates that were made.
        tokens: that were read in them.
        parameters: of the model.
        seconds: what the run took.
    """

    loss: float
    steps: int
    tokens: int
    parameters: int
    seconds: float


@cache
def challenge_text() -> Corpus:
    """The micro-world in 400 tokens: what every run of the challenge reads."""
    return prepare(load("micro-world"), VOCAB_SIZE)


def check_choice(choice: Any) -> None:
    """Refuse settings that are not in the rules.

    Args:
        choice: a dict with a number for each name of `RANGES`, and `"optimizer"`.

    Raises:
        ValueError: with a sentence that says which setting is wrong, and what it may be.

    Example:
        >>> sizes = {"layers": 2, "heads": 2, "width": 32, "block_size": 16, "batch_size": 16}
        >>> check_choice(sizes | {"learning_rate": 5.0, "warmup_steps": 10, "optimizer": "adamw"})
        Traceback (most recent call last):
        ValueError: learning_rate must be from 1e-05 to 1, got 5.0
    """
    if not isinstance(choice, Mapping):
        raise ValueError(f"the choice must be a dict of settings, got a {type(choice).__name__}")
    wanted = [*RANGES, "optimizer"]
    for problem, names in (
        ("lacks", [name for name in wanted if name not in choice]),
        ("has unknown settings:", [str(name) for name in choice if name not in wanted]),
    ):
        if names:
            raise ValueError(f"the choice {problem} {', '.join(names)}; it needs exactly {', '.join(wanted)}")
    for name, (low, high) in RANGES.items():
        value, kinds = choice[name], (int, float) if name == "learning_rate" else (int,)
        if not isinstance(value, kinds) or isinstance(value, bool):
            raise ValueError(f"{name} must be a {'' if float in kinds else 'whole '}number, got {value!r}")
        if not low <= value <= high:
            raise ValueError(f"{name} must be from {low:g} to {high:g}, got {value}")
    if choice["optimizer"] not in OPTIMIZERS:
        raise ValueError(f"optimizer must be {' or '.join(map(repr, OPTIMIZERS))}, got {choice['optimizer']!r}")
    _check_cost(choice)


def _check_cost(choice: Mapping[str, Any]) -> None:
    """Refuse what would take too long."""
    batch = choice["batch_size"] * choice["block_size"]
    if batch < SMALLEST_BATCH:
        raise ValueError(f"batch_size x block_size must be at least {SMALLEST_BATCH} tokens a step, got {batch}")
    parameters = sum(parameter_budget(_config(choice, VOCAB_SIZE)).values())
    if parameters > LARGEST_MODEL:
        raise ValueError(
            f"the model may have at most {LARGEST_MODEL:,} parameters, this one has {parameters:,}: "
            "choose fewer layers or a smaller width"
        )


def _config(choice: Mapping[str, Any], vocab_size: int) -> ModelConfig:
    shape = {name: choice[name] for name in ("layers", "heads", "width", "block_size")}
    return ModelConfig(vocab_size=vocab_size, **shape)


def run_choice(choice: Mapping[str, Any], seed: int = 0, tokens: int = TOKENS, seconds: float = SECONDS) -> Outcome:
    """Train with a choice of settings, on one thread and in float32, until the tokens are used up.

    Args:
        choice: see `check_choice`.
        seed: decides the first weights and the batches.
        tokens: the budget; the number of steps follows from it.
        seconds: a run that takes longer stops where it is, and what it has reached counts.

    Raises:
        ValueError: the choice is not in the rules.
    """
    check_choice(choice)
    corpus, threads = challenge_text(), torch.get_num_threads()
    model = Transformer(_config(choice, corpus.tokenizer.vocab_size), seed=seed)
    trainer = Trainer(model, corpus.train, corpus.heldout, _settings(choice, seed, tokens))
    started = time.perf_counter()
    torch.set_num_threads(1)
    try:
        for event in trainer.events():
            if isinstance(event, Step) and time.perf_counter() - started > seconds:
                trainer.stop()
        loss = trainer.evaluations[-1].loss
    except TrainingDiverged:
        loss = math.inf
    finally:
        torch.set_num_threads(threads)
    parameters = sum(weight.numel() for weight in model.parameters())
    return Outcome(loss, trainer.step, trainer.tokens, parameters, time.perf_counter() - started)


def _settings(choice: Mapping[str, Any], seed: int, tokens: int) -> TrainingSettings:
    steps = max(1, tokens // (choice["batch_size"] * choice["block_size"]))
    return TrainingSettings(
        steps=steps,
        batch_size=choice["batch_size"],
        accumulation=1,
        learning_rate=choice["learning_rate"],
        warmup_steps=choice["warmup_steps"],
        floor=0.1,
        optimizer=choice["optimizer"],
        weight_decay=0.1,
        clip_norm=1.0,
        mixture=None,
        precision="float32",
        patience=0,
        evaluate_every=steps,
        evaluation_tokens=8192,
        sample_every=0,
        checkpoint_every=steps,
        seed=seed,
    )
