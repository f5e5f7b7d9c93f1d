"""What the labs of unit 7 share: controls, a live chart, a table of results, and runs in the background."""

from __future__ import annotations

import html
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import ipywidgets as widgets

from ..training import BackgroundRun, Step
from .controls import button, spoken
from .lab.cells import close_all, replace_former
from .live_chart import LiveChart
from .names import SliderNames

SECONDS_BETWEEN_UPDATES = 0.3
CELL = "<td style='padding: 0 8px; white-space: nowrap; text-align: right'>"


class Experiment(Protocol):
    """What a lab can run: training that reports what it finds."""

    @property
    def steps(self) -> int: ...  # noqa: D102

    def events(self) -> Iterator[Any]: ...  # noqa: D102


class ExperimentLab(widgets.VBox):
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
        replace_former(self)
        self.chart = chart
        self.results: list[Any] = []
        self.experiment: Any = None
        self._run: BackgroundRun | None = None
        self._sent_at = 0.0
        self._lock = threading.Lock()
        self._plan: tuple[int, int] = (0, 0)  # which run, of how many
        self.train_button = button("Train", "Train a fresh model on this text", "success")
        self.stop_button = button("Stop", "End the model that is being trained")
        self.stop_button.disabled = True
        self._starters = [self.train_button, *buttons]
        self.train_button.on_click(lambda _: self.start())
        self.stop_button.on_click(lambda _: self.stop())
        self.note, self.table = widgets.HTML(), widgets.HTML()
        row = widgets.HBox([self.train_button, self.stop_button, *buttons])
        left = widgets.VBox([*controls, row, self.note, self.table], layout=widgets.Layout(width="430px"))
        top = widgets.HBox([left, chart], layout=widgets.Layout(flex_flow="row wrap"))
        super().__init__([top, *below, SliderNames()])

    def start(self) -> ExperimentLab:
        """Train with what the controls say."""
        raise NotImplementedError

    def took(self, event: Any) -> None:
        """Take in an event that is no training step; runs in the training thread."""
        raise NotImplementedError

    def stop(self) -> None:
        """End after the step that is being computed; what is finished stays."""
        if self._run is not None:
            self._run.stop()

    def wait(self, timeout_seconds: float | None = None) -> ExperimentLab:
        """Block until the run has ended; for use in a cell that needs its result."""
        if self._run is not None:
            self._run.wait(timeout_seconds)
        return self

    def release(self) -> None:
        """Stop, and take everything off the page."""
        self.stop()
        self.wait()
        close_all(self)
        self.children = ()

    def _play(self, experiments: Sequence[Experiment]) -> None:
        """Run experiments one after the other, after the run that may still go on has been stopped."""
        self.stop()
        self.wait()
        self._enable(running=True)
        self._run = BackgroundRun(self._events(experiments), self._take, self._end)
        self._run.start()

    def _events(self, experiments: Sequence[Experiment]) -> Iterator[Any]:
        for number, experiment in enumerate(experiments, start=1):
            self.experiment, self._plan = experiment, (number, len(experiments))
            yield from experiment.events()

    def _take(self, event: Any) -> None:
        """Tell how far the run is, now and then; runs in the training thread."""
        if not isinstance(event, Step):
            self.took(event)
        elif time.monotonic() - self._sent_at > SECONDS_BETWEEN_UPDATES:
            self._sent_at = time.monotonic()
            number, runs = self._plan
            which = f"Model {number} of {runs}: s" if runs > 1 else "S"
            self.note.value = f"{which}tep {event.step:,} of {self.experiment.steps:,}, loss {event.loss:.2f}"

    def _end(self, error: BaseException | None) -> None:
        """Tell how the run ended; runs in the training thread."""
        if error is not None:
            self.say(f"The run ended: {html.escape(str(error))}.")
        elif self._run is not None and self._run.stopped:
            self.say("Stopped. Press Train to begin anew.")
        self._enable(running=False)

    def _enable(self, running: bool) -> None:
        with self._lock:
            for one in self._starters:
                one.disabled = running
            self.stop_button.disabled = not running

    def say(self, sentence: str) -> None:
        """Put a sentence beside the controls; a screen reader tells it."""
        self.note.value = spoken(sentence)

    def tabulate(self, head: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
        """Show results as a table; the cells are plain text."""
        top = "".join(f"<th style='padding: 0 8px'>{name}</th>" for name in head)
        rows = "".join("<tr>" + "".join(f"{CELL}{cell}</td>" for cell in line) + "</tr>" for line in lines)
        self.table.value = f"<table style='line-height: 1.5'><tr>{top}</tr>{rows}</table>"
