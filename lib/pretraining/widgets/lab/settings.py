"""Everything that decides a run of the lab, as plain values."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import Any

from ...model import ModelConfig
from ...training import TrainingSettings, choose_device
from ...training.settings import OPTIMIZERS

# What a running training takes up at its next step; everything else waits for the next Train.
LIVE = ("learning_rate", "weight_decay", "dropout", "batch_size", "mixture", "temperature")
LABELS = {
    "source": "text",
    "vocab_size": "vocabulary",
    "layers": "layers",
    "heads": "heads",
    "width": "width",
    "block_size": "context",
    "steps": "steps",
    "batch_size": "batch",
    "learning_rate": "learning rate",
    "warmup_steps": "warm-up",
    "weight_decay": "weight decay",
    "dropout": "dropout",
    "optimizer": "optimizer",
    "seed": "seed",
    "temperature": "temperature",
    "mixture": "mixture",
    "device": "device",
}
EVALUATION_TOKENS = 3072
EVALUATION_SHARE = 0.03  # of the computing of a run


class BadSetting(ValueError):
    """A value that cannot be used.

    Attributes:
        name: the setting that it belongs to, a field of `LabSettings`.
    """

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(sentence)
        self.name = name


@dataclass(frozen=True)
class LabSettings:
    """The dials of the lab.

    Attributes:
        source: a named source of text.
        steps: updates of the weights.
        vocab_size: tokens to learn, bytes included.
        seed: decides what is held out, the first weights and the batches.
        layers, heads, width, block_size: the model's shape; no heads means one for each 32 features of the width.
        batch_size: windows in each update.
        learning_rate, warmup_steps: the peak of the schedule, and the steps until it is reached.
        weight_decay: pull of the matrices towards zero.
        dropout: share of the features that a step leaves out.
        optimizer: `"muon"` or `"adamw"`.
        temperature: of the samples.
        mixture: weights by domain; None takes the text as it is.
        device: where to train.

    Raises:
        BadSetting: a value that cannot be used.
    """

    source: str = "micro-world"
    steps: int = 300
    vocab_size: int = 1024
    seed: int = 0
    layers: int = 2
    heads: int | None = None
    width: int = 64
    block_size: int = 32
    batch_size: int = 32
    learning_rate: float = 7e-3
    warmup_steps: int = 20
    weight_decay: float = 0.1
    dropout: float = 0.0
    optimizer: str = "muon"
    temperature: float = 0.8
    mixture: dict[str, float] | None = None
    device: str = "auto"

    def __post_init__(self) -> None:
        if self.heads is None:
            object.__setattr__(self, "heads", default_heads(self.width))
        for name in ("vocab_size", "layers", "heads", "width", "block_size", "steps", "batch_size"):
            if not isinstance(getattr(self, name), int) or getattr(self, name) < 1:
                raise BadSetting(
                    name, f"{LABELS[name]} must be a whole number of at least 1, got {getattr(self, name)}"
                )
        if self.vocab_size < 257:
            raise BadSetting("vocab_size", f"a vocabulary needs the 256 bytes and a separator, got {self.vocab_size}")
        if not (math.isfinite(self.learning_rate) and self.learning_rate > 0):
            raise BadSetting("learning_rate", f"the learning rate must be a positive number, got {self.learning_rate}")
        for name in ("warmup_steps", "weight_decay", "temperature"):
            if not 0 <= getattr(self, name) < math.inf:
                raise BadSetting(name, f"{LABELS[name]} must be 0 or more, got {getattr(self, name)}")
        if not 0 <= self.dropout < 1:
            raise BadSetting("dropout", f"dropout must be at least 0 and below 1, got {self.dropout}")
        if self.optimizer not in OPTIMIZERS:
            raise BadSetting("optimizer", f"there is no optimizer {self.optimizer!r}: choose {' or '.join(OPTIMIZERS)}")
        if self.mixture is not None:
            check_mixture(self.mixture)
        self._check_shape()

    def _check_shape(self) -> None:
        """Refuse heads that do not fit the width, and a device that is not there."""
        for name, make in (("heads", lambda: self.model_config(self.vocab_size)), ("device", self._device)):
            try:
                make()
            except BadSetting:
                raise
            except ValueError as error:
                raise BadSetting(name, str(error)) from error

    def _device(self) -> object:
        return choose_device(self.device)

    def but(self, **changes: Any) -> LabSettings:
        """The same settings with some values changed."""
        return replace(self, **changes)

    def model_config(self, vocab_size: int) -> ModelConfig:
        """The model's shape for a tokenizer of this size."""
        assert self.heads is not None  # filled in above
        return ModelConfig(vocab_size, self.block_size, self.layers, self.heads, self.width, dropout=self.dropout)

    def training_settings(self) -> TrainingSettings:
        """The dials of the loop; held-out text is measured often, but for at most a few percent of the time."""
        forward_share = EVALUATION_TOKENS / (3 * EVALUATION_SHARE * self.batch_size * self.block_size)
        every = math.ceil(forward_share)
        return TrainingSettings(
            evaluate_every=min(every, self.steps),
            evaluation_tokens=EVALUATION_TOKENS,
            steps=self.steps,
            batch_size=self.batch_size,
            learning_rate=self.learning_rate,
            warmup_steps=self.warmup_steps,
            optimizer=self.optimizer,
            weight_decay=self.weight_decay,
            mixture=self.mixture,
            seed=self.seed,
        )

    def differences(self, other: LabSettings) -> list[str]:
        """What is other than in `other`, in words.

        Example:
            >>> LabSettings(layers=3, learning_rate=0.01).differences(LabSettings())
            ['layers 3', 'learning rate 0.01']
        """
        return [
            f"{LABELS[name]} {shown(value)}" for name, value in asdict(self).items() if value != getattr(other, name)
        ]


def check_mixture(mixture: dict[str, float]) -> None:
    """Refuse weights that give no text.

    Raises:
        BadSetting: a weight below 0 or not a number, or none above 0.
    """
    for domain, weight in mixture.items():
        if not 0 <= weight < math.inf:
            raise BadSetting("mixture", f"the weight of {domain} must be a number of at least 0, got {weight}")
    if not any(mixture.values()):
        raise BadSetting("mixture", "at least one domain needs a weight above 0")


def default_heads(width: int) -> int:
    """A head for each 32 features, or the nearest number that fits.

    Example:
        >>> [default_heads(width) for width in (16, 64, 96)]
        [1, 2, 3]
    """
    wanted = max(1, width // 32)
    return max((heads for heads in possible_heads(width) if heads <= wanted), default=1)


def possible_heads(width: int) -> list[int]:
    """The numbers of heads that cut a width into equal, even parts.

    Example:
        >>> possible_heads(48)
        [1, 2, 3, 4, 6, 8, 12, 24]
    """
    return [heads for heads in range(1, width // 2 + 1) if width % heads == 0 and (width // heads) % 2 == 0]


def shown(value: Any) -> str:
    """A setting's value as a learner reads it.

    Example:
        >>> shown(0.00299999), shown({"web": 1, "code": 3}), shown(None)
        ('0.003', 'web 25%, code 75%', 'as it is')
    """
    if value is None:
        return "as it is"
    if isinstance(value, dict):
        whole = sum(value.values()) or 1
        return ", ".join(f"{name} {weight / whole:.0%}" for name, weight in value.items())
    return f"{value:.3g}" if isinstance(value, float) else str(value)
