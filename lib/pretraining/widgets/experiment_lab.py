"""What the labs of unit 7 share: controls, a live chart, a table of results, and runs in the background."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import ipywidgets as widgets

from ..training import Step
from .background_lab import BackgroundLab
from .controls import button
from .live_chart import LiveChart
from .names import SliderNames

CELL = "<td style='padding: 0 8px; white-space: nowrap; text-align: right'>"


class Experiment(Protocol):
    """What a lab can run: training that reports what it finds."""

    @property
    def steps(self) -> int: ...  # noqa: D102

    def events(self) -> Iterator[Any]: ...  # noqa: D102


class ExperimentLab(BackgroundLab):
    """The frame of a lab; a subclass adds its controls, and says what an event changes.

    Nothing trains until a button is pressed or `start` is called. Running the cell again ends the lab it made before.

    Args:
        controls: what the learner sets, shown above the buttons.
        chart: shown beside them.
        buttons: more buttons, shown after Train and Stop.
        below: what stands under the table.
    """

    def __init__(
        self,
        controls: Sequence[widgets.Widget],
        chart: LiveChart,
        buttons: Sequence[widgets.Button] = (),
        below: Sequence[widgets.Widget] = (),
    ) -> None:
        super().__init__()
        self.chart = chart
        self.results: list[Any] = []
        self.experiment: Any = None
        self._plan: tuple[int, int] = (0, 0)  # which run, of how many
        self.train_button = button("Train", "Train a fresh model on this text", "success")
        self.stop_button = button("Stop", "End the model that is being trained")
        self.stop_button.disabled = True
        self._starters = [self.train_button, *buttons]
        self.train_button.on_click(lambda _: self.start())
        self.stop_button.on_click(lambda _: self.stop())
        self.table = widgets.HTML()
        row = widgets.HBox([self.train_button, self.stop_button, *buttons])
        left = widgets.VBox([*controls, row, self.note, self.table], layout=widgets.Layout(width="430px"))
        top = widgets.HBox([left, chart], layout=widgets.Layout(flex_flow="row wrap"))
        self.children = [top, *below, SliderNames()]

    def start(self) -> ExperimentLab:
        """Train with what the controls say."""
        raise NotImplementedError

    def _play(self, experiments: Sequence[Experiment]) -> None:
        """Run experiments one after the other."""
        self.play(self._events(experiments))

    def _events(self, experiments: Sequence[Experiment]) -> Iterator[Any]:
        for number, experiment in enumerate(experiments, start=1):
            self.experiment, self._plan = experiment, (number, len(experiments))
            yield from experiment.events()

    def progress(self, step: Step) -> str:
        """Which model of how many, which step of how many, and the loss."""
        number, runs = self._plan
        which = f"Model {number} of {runs}: s" if runs > 1 else "S"
        return f"{which}tep {step.step:,} of {self.experiment.steps:,}, loss {step.loss:.2f}"

    def ended(self, error: BaseException | None) -> None:
        """Tell what went wrong, or that the learner stopped it; a result has told itself."""
        if error is not None:
            self.say(f"The run ended: {html.escape(str(error))}.")
        elif self._run is not None and self._run.stopped:
            self.say("Stopped. Press Train to begin anew.")
        self.enable(running=False)

    def enable(self, running: bool) -> None:
        """Offer Stop while a run goes on, the others while none does."""
        with self._lock:
            for one in self._starters:
                one.disabled = running
            self.stop_button.disabled = not running

    def tabulate(self, head: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
        """Show results as a table; the cells are plain text."""
        top = "".join(f"<th style='padding: 0 8px'>{name}</th>" for name in head)
        rows = "".join("<tr>" + "".join(f"{CELL}{cell}</td>" for cell in line) + "</tr>" for line in lines)
        self.table.value = f"<table style='line-height: 1.5'><tr>{top}</tr>{rows}</table>"
