"""What a training run reports. A notebook, a widget and the command line all read the same events."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One update of the weights.

    Attributes:
        step: 1 for the first update.
        loss: mean over the batch, before the update, in nats per token.
        learning_rate: the rate that this update used.
        gradient_norm: length of the gradient before clipping.
        tokens: tokens learned from so far.
        seconds: how long this step took.
    """

    step: int
    loss: float
    learning_rate: float
    gradient_norm: float
    tokens: int
    seconds: float


@dataclass(frozen=True)
class Evaluation:
    """The model measured on text that it does not learn from.

    Attributes:
        step: updates made so far; 0 is the untrained model.
        loss: mean over the held-out windows, in nats per token.
    """

    step: int
    loss: float


@dataclass(frozen=True)
class Sample:
    """A piece of text that the model wrote.

    Attributes:
        step: updates made so far.
        text: what it wrote.
    """

    step: int
    text: str


Event = Step | Evaluation | Sample
