"""The training lab: choose a model, a text and a recipe, train, and watch what happens while you steer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from ..model import Transformer
from ..training import Corpus, Event, Trainer
from .lab import corpora, costs
from .lab.cells import close_all, replace_former, return_free_memory
from .lab.live_run import LiveRun
from .lab.record import Record, Row
from .lab.screen import Screen
from .lab.session import Session
from .lab.settings import LIVE, BadSetting, LabSettings


class TrainingLab(Screen):
    """Sliders, buttons, a live curve, and what the model writes, expects and attends to.

    Nothing trains until Train is pressed or `start` is called. Running the cell again ends the lab it made before.

    Args:
        source: a named source of text that needs no path: `"micro-world"`, `"python-docs"` or `"python-code"`.
        steps: updates of the weights in a run.
        vocab_size: tokens in the vocabulary.
        seed: decides what is held out, the first weights and the batches.
        simple: show only what a first run needs.
        settings: any other field of `LabSettings`, such as `layers=4` or `learning_rate=1e-3`.

    Raises:
        ValueError: settings that cannot be used.

    Example:
        >>> lab = TrainingLab(steps=2, vocab_size=300)
        >>> lab.start(steps=1).wait().history[-1].step
        1
    """

    def __init__(
        self,
        source: str = "micro-world",
        steps: int = 300,
        vocab_size: int = 1024,
        seed: int = 0,
        simple: bool = False,
        **settings: Any,
    ) -> None:
        replace_former(self)
        first = LabSettings(source=source, steps=steps, vocab_size=vocab_size, seed=seed, **settings)
        self.record = Record(0, first)
        self._live: LiveRun | None = None
        self._session: Session | None = Session(first)
        self._costs = costs.Costs(first.device)
        self._number = 0
        self._buttons_lock = threading.Lock()
        actions: dict[str, Callable[[], Any]] = {
            "Train": self._begin,
            "Pause": self.pause,
            "Step": self._begin_or_step,
            "Stop": self.stop,
            "Reset": self.reset,
        }
        super().__init__(first, self.session, actions, self, simple)
        self.moved("steps")
        self.run_says("Ready. Press Train.")
        self.show_buttons()

    def start(self, steps: int | None = None) -> TrainingLab:
        """Begin a new run with the settings on the page; a run that still goes on is stopped.

        Args:
            steps: updates of the weights; by default as many as the page says.

        Raises:
            ValueError: settings that cannot be used.
        """
        settings = self.dials.settings
        self._begin(settings if steps is None else settings.but(steps=steps), in_thread=False)
        return self

    def step(self) -> TrainingLab:
        """Make one update of the weights, then wait; begins a run, as `start` does, if there is none."""
        self._begin_or_step(in_thread=False)
        return self

    def pause(self) -> None:
        """Wait after the step that is being computed; a second call goes on."""
        if self._live is None or not self._live.running:
            return
        if self._live.background.paused:
            self.run_says("Training goes on ...")
            self._live.resume()
        else:
            self._live.background.pause()
        self.show_buttons()

    def set(self, **values: Any) -> TrainingLab:
        """Turn dials from Python, as if they were moved on the page.

        Raises:
            ValueError: a setting that does not exist, or a value that cannot be used.
        """
        self.dials.set(values)
        return self

    def stop(self) -> None:
        """End the run after the step that is being computed."""
        if self._live is not None:
            self._live.background.stop()

    def wait(self, timeout_seconds: float | None = None) -> TrainingLab:
        """Block until the run has ended; for use in a cell that needs its result."""
        if self._live is not None:
            self._live.background.wait(timeout_seconds)
        return self

    def reset(self) -> None:
        """Stop, and go back to fresh weights and an empty curve; the run stays among the runs."""
        self.stop()
        self.wait()
        self._live, self._session = None, None
        self.record = Record(0, self.dials.settings)
        self.sample.value = ""
        self.redraw()
        self.show_buttons()
        self.run_says("Fresh weights, empty curve. Press Train.")
        self.run_answers()

    def release(self) -> None:
        """Stop, close everything on the page, and let go of model, text and curves."""
        self.stop()
        self.wait()
        close_all(self)
        self.chart.set_rows([])
        self.children, self.run_list.records = (), []
        self._live = self._session = None
        self.record = Record(0, self.record.settings)
        return_free_memory()

    @property
    def session(self) -> Session:
        """The model with its text and trainer; a fresh one where nothing has trained."""
        if self._live is not None and self._live.session is not None:
            return self._live.session
        if self._session is None:
            self._session = Session(self.record.settings)
        return self._session

    @property
    def history(self) -> list[Event]:
        """The events of the latest run in order; of a long run, every second, fourth ... step."""
        return self.record.events

    @property
    def runs(self) -> list[Record]:
        """The runs so far with their settings and curves, oldest first."""
        return list(self.run_list.records)

    @property
    def model(self) -> Transformer:
        """The model of the latest run; before the first one, a model that knows nothing."""
        return self.session.model

    @property
    def corpus(self) -> Corpus:
        """Its text."""
        return self.session.corpus

    @property
    def trainer(self) -> Trainer:
        """What trains the latest run."""
        return self.session.trainer

    def redraw(self) -> None:
        """Draw the whole curve anew, over those of the ticked earlier runs."""
        earlier = [row for run in self.run_list.drawn if run is not self.record for row in run.earlier_rows()]
        if self._live is None:
            self.chart.set_rows(earlier, note="")
        else:
            self._live.redraw(lambda rows: self.chart.set_rows(earlier + rows))

    def _begin(self, settings: LabSettings | None = None, in_thread: bool = True, one_step: bool = False) -> None:
        """Start a run; what takes long to prepare is prepared in the training thread, or else before it."""
        settings = settings or self.dials.settings
        self._costs.refuse_what_cannot_fit(settings)
        self.stop()
        self.wait()
        ready = corpora.is_kept(settings.source, settings.vocab_size, settings.seed)
        session = Session(settings) if ready or not in_thread else None
        self._number += 1
        self.record = Record(self._number, settings)
        self._session, self._live = None, LiveRun(self.record, self, session)
        self.run_list.add(self.record)
        self.redraw()
        self.sample.value = ""
        self.run_says("Training ...")
        if one_step:
            self._live.background.step()
        self._live.background.start()
        self.show_buttons()

    def _begin_or_step(self, in_thread: bool = True) -> None:
        if self._live is not None and self._live.running:
            self._live.background.step()
        else:
            self._begin(in_thread=in_thread, one_step=True)

    def run_draws(self, rows: list[Row] | None, note: str) -> None:
        """New points of the curve; None where points were left out, so that all must be drawn anew."""
        if rows is None:
            self.redraw()
        super().run_draws(rows or [], note)

    def run_ended(self, error: BaseException | None) -> None:
        """A run is over: its speed makes the next estimate better."""
        if self._live is not None:
            self._costs.learn(self.record.final_settings, self._live.steps_per_second)
        if isinstance(error, BadSetting):
            self.refuse(error)
        self.run_list.refresh()
        self.run_answers()
        self.show_buttons(ended=True)

    def moved(self, name: str) -> None:
        """A setting was moved: say what it costs now; a live one goes to the run."""
        settings = self.dials.check()
        if settings is None:
            return
        plan = self._costs.plan(settings)
        self.stage.show_cost(costs.sentence(plan), costs.warnings(plan))
        if name in LIVE and self._live is not None and self._live.running and plan.fits:
            self._live.turn(name, getattr(settings, name))

    def between_steps(self, function: Callable[[], None]) -> None:
        """Run a function where it meets no half-made step."""
        if self._live is None:
            function()
        else:
            self._live.background.call(function)

    def show_buttons(self, ended: bool = False) -> None:
        """Offer the buttons that make sense now."""
        with self._buttons_lock:  # the last of two threads knows best
            live = None if ended else self._live
            running = live is not None and live.running
            self.stage.show_buttons(running, paused=running and live is not None and live.background.paused)
