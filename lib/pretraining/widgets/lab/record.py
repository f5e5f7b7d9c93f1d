"""What the lab remembers of a run: its settings, what was changed on the way, and its curve, thinned when it grows."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from ...training import Evaluation, Event, Sample, Step
from .settings import LabSettings

MOST_POINTS = 2000
MOST_SAMPLES = 20
FIRST_SPAN = 500
ORDER = {Step: 0, Evaluation: 1, Sample: 2}
Row = tuple[float, float, str, str]  # step, value, series, run
Kind = TypeVar("Kind", Step, Evaluation)


class Thinned(Generic[Kind]):
    """A curve's points in order; above `most`, every second one goes, and from then on every second one comes in.

    Example:
        >>> curve = Thinned(4)
        >>> _ = [curve.add(Step(i, 0.0, 0.0, 0.0, i, 0.0)) for i in range(1, 10)]
        >>> [event.step for event in curve.kept], curve.stride
        ([2, 4, 6, 8], 2)
    """

    def __init__(self, most: int = MOST_POINTS) -> None:
        self.most, self.stride = most, 1
        self.kept: list[Kind] = []
        self.thinnings = 0

    def add(self, event: Kind) -> bool:
        """Take in one event; whether it is kept."""
        if event.step % self.stride:
            return False
        self.kept.append(event)
        if len(self.kept) > self.most:
            while len(self.kept) > self.most // 2:
                self.stride *= 2
                self.kept = [event for event in self.kept if event.step % self.stride == 0]
            self.thinnings += 1
        return True


@dataclass
class Record:
    """One run of the lab.

    Attributes:
        number: 1 for the first run.
        settings: what it started with.
        vocab_size: tokens that its tokenizer really has.
        parameters: numbers that it adjusts.
        precision: the number format it computed in.
        lines: losses of the guessers, by name.
        changes: (step, setting, value): what was turned after how many steps.
        outcome: how it ended, in words.
    """

    number: int
    settings: LabSettings
    vocab_size: int = 0
    parameters: int = 0
    precision: str = "auto"
    lines: dict[str, float] = field(default_factory=dict)
    changes: list[tuple[int, str, Any]] = field(default_factory=list)
    outcome: str = ""
    steps: Thinned[Step] = field(default_factory=Thinned)
    evaluations: Thinned[Evaluation] = field(default_factory=Thinned)
    samples: list[Sample] = field(default_factory=list)
    last_step: Step | None = None
    last_evaluation: Evaluation | None = None

    def add(self, event: Event) -> bool:
        """Take in one event; whether it belongs to the curve as it is now drawn."""
        if isinstance(event, Step):
            self.last_step = event
            return self.steps.add(event)
        if isinstance(event, Evaluation):
            self.last_evaluation = event
            return self.evaluations.add(event)
        self.samples = [*self.samples[-MOST_SAMPLES + 1 :], event]
        return False

    @property
    def events(self) -> list[Event]:
        """What is kept, in the order in which it happened; the latest step and evaluation are always there."""
        kept: dict[tuple[int, int], Event] = {}
        latest = [event for event in (self.last_step, self.last_evaluation) if event is not None]
        for event in itertools.chain(list(self.steps.kept), list(self.evaluations.kept), list(self.samples), latest):
            kept[event.step, ORDER[type(event)]] = event
        return [kept[place] for place in sorted(kept)]

    @property
    def span(self) -> int:
        """How many steps the chart shows: the whole run if it is short, else twice as many when they are used up."""
        step = self.last_step.step if self.last_step else 0
        return min(self.settings.steps, FIRST_SPAN << (max(0, step - 1) // FIRST_SPAN).bit_length())

    @property
    def drawing(self) -> tuple[int, int]:
        """Changes whenever the whole curve must be drawn anew: points were left out, or the chart reaches further."""
        return self.steps.thinnings + self.evaluations.thinnings, self.span

    @property
    def final_settings(self) -> LabSettings:
        """The settings with all changes made."""
        return self.settings.but(**{name: value for _, name, value in self.changes})

    def note_change(self, step: int, name: str, value: Any) -> None:
        """Remember that a setting was turned; of several values at the same step only the last one counts."""
        self.changes = [change for change in self.changes if change[:2] != (step, name)]
        self.changes.append((step, name, value))

    def rows(self) -> list[Row]:
        """The whole curve for `charts.training_curves`: the lines of the guessers, losses and gradient norms."""
        return self.line_rows() + [row for event in self.events for row in curve_rows(event)]

    def line_rows(self) -> list[Row]:
        """The lines of the guessers, as far as the chart reaches."""
        ends = (0.0, float(self.span))
        return [(step, loss, name, "") for name, loss in self.lines.items() for step in ends]

    def latest_rows(self) -> list[Row]:
        """The last point of each series."""
        latest = [event for event in (self.last_step, self.last_evaluation) if event is not None]
        return [row for event in latest for row in curve_rows(event)] + self.line_rows()

    def earlier_rows(self) -> list[Row]:
        """The held-out curve as one of the earlier runs, with its number at the end."""
        points = [(float(e.step), e.loss) for e in self.events if isinstance(e, Evaluation) and math.isfinite(e.loss)]
        name = str(self.number)
        return [(*point, "earlier run", name) for point in points] + [(*p, "number", name) for p in points[-1:]]

    def summary(self, usual: LabSettings) -> str:
        """One line for the list of runs: the loss, and what was other than usual."""
        loss = "no loss yet" if self.last_evaluation is None else f"{self.last_evaluation.loss:.2f} nats"
        step = 0 if self.last_step is None else self.last_step.step
        said = ", ".join(self.settings.differences(usual)) or "the first settings"
        turned = f", {len(self.changes)} changed on the way" if self.changes else ""
        return f"Run {self.number}: {loss} after {step} steps; {said}{turned}"


def curve_rows(event: Event) -> list[Row]:
    """An event's points on the chart; what is not a finite number has none."""
    if isinstance(event, Step):
        points = [(event.loss, "training"), (event.gradient_norm, "gradient norm")]
    elif isinstance(event, Evaluation):
        points = [(event.loss, "held-out")]
    else:
        points = []
    return [(float(event.step), round(value, 4), series, "") for value, series in points if math.isfinite(value)]
