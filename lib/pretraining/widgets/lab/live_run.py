"""A run on its way to the page: what it reports, how often, and what is turned while it goes on.

Everything here that touches the model runs in the training thread, between two steps.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from ...training import BackgroundRun, Evaluation, Event, Sample, Step, TrainingDiverged
from .costs import duration
from .pulse import Cadence, Pulse
from .record import Record, Row, curve_rows
from .session import Session
from .settings import BadSetting

SECONDS_BETWEEN_SAMPLES = 4.0
SECONDS_BETWEEN_ANSWERS = 1.0
SPEED_WINDOW = 2.0


class Watcher(Protocol):
    """What a run reports to; the training lab is one."""

    def run_ready(self, session: Session) -> None: ...  # noqa: D102

    def run_draws(self, rows: list[Row] | None, note: str) -> None: ...  # noqa: D102

    def run_says(self, sentence: str) -> None: ...  # noqa: D102

    def run_paused(self, step: int) -> None: ...  # noqa: D102

    def run_measured(self, latest: list[Row]) -> None: ...  # noqa: D102

    def run_wrote(self, sample: Sample) -> None: ...  # noqa: D102

    def run_answers(self) -> None: ...  # noqa: D102

    def refuse(self, error: BaseException, what: str) -> None: ...  # noqa: D102

    def run_ended(self, error: BaseException | None) -> None: ...  # noqa: D102


class LiveRun:
    """Trains in the background and reports.

    Args:
        record: takes in the events.
        watcher: is told what happens; from the training thread.
        session: the model and its trainer, if they are ready; else they are made in the thread.
    """

    def __init__(self, record: Record, watcher: Watcher, session: Session | None) -> None:
        self.record, self.session = record, session
        self._watcher = watcher
        self._lock = threading.RLock()  # record and unsent rows change together
        self._unsent: list[Row] = []
        self._drawn = record.drawing
        self._pulse = Pulse()
        self._samples, self._answers = Cadence(SECONDS_BETWEEN_SAMPLES), Cadence(SECONDS_BETWEEN_ANSWERS)
        self._clock = (0.0, 0)  # when the present speed was begun to be measured, and at which step
        self.steps_per_second = 0.0
        self.background = BackgroundRun(self._events(), self._take, self._end, self._wait_begins)

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.background.running and not self._over

    _over = False

    def resume(self) -> None:
        """Go on after a pause, and report soon."""
        self._pulse.quicken()
        self._clock = (0.0, 0)
        self.background.resume()

    def turn(self, name: str, value: Any) -> None:
        """Use another value of a live setting from the next step on, and remember after which step that was."""

        def change() -> None:
            session = self.session
            if session is None:  # the text is still being prepared: the run begins with the new value
                self.record.settings = self.record.settings.but(**{name: value})
                return
            try:
                session.turn(name, value)
            except BadSetting as error:
                self._watcher.refuse(error, "Goes on as before")
                return
            self.record.note_change(session.trainer.step, name, value)

        self._pulse.quicken()
        self.background.call(change)

    def redraw(self, draw: Callable[[list[Row]], None]) -> None:
        """Give `draw` the whole curve; what has not been sent yet is in it."""
        with self._lock:
            self._unsent = []
            self._drawn = self.record.drawing
            draw(self.record.rows())

    def _events(self) -> Iterator[Event]:
        if self.session is None:
            size = self.record.settings.vocab_size
            self._watcher.run_says(f"Preparing the text: learning a vocabulary of {size:,} tokens ...")
            self.session = Session(self.record.settings)
            self._watcher.run_says("Training ...")
        session = self.session
        self.record.vocab_size = session.model.config.vocab_size
        self.record.parameters = session.model.parameter_count
        self._watcher.run_ready(session)
        events = session.trainer.events()
        yield next(events)  # the curve's first point comes before the guessers, which take longer to count
        self.record.precision = session.precision
        lines = session.lines()
        with self._lock:
            self.record.lines = lines
            self._unsent += self.record.line_rows()
        yield from events

    def _take(self, event: Event) -> None:
        """Take in one event."""
        with self._lock:
            if self.record.add(event):
                self._unsent += curve_rows(event)
        if isinstance(event, Evaluation):
            self._watcher.run_measured(self.record.latest_rows())
        if self._pulse.due() or (isinstance(event, Evaluation) and event.step == 0):
            self._publish()
        if isinstance(event, Step):
            self._samples.run(self.write)
            self._answers.run(self._watcher.run_answers)

    def write(self) -> None:
        """Let the model write a sample."""
        if self.session is not None:
            sample = Sample(self.session.trainer.step, self.session.write())
            with self._lock:
                self.record.add(sample)
            self._watcher.run_wrote(sample)

    def _publish(self) -> None:
        with self._lock:
            anew = self.record.drawing != self._drawn
            rows, self._unsent = self._unsent, []
            self._drawn = self.record.drawing
            self._watcher.run_draws(None if anew else rows, self.progress())

    def progress(self) -> str:
        """How far the run is and how fast: step, speed, time left."""
        step, total = self.record.last_step, self.record.settings.steps
        if step is None:
            return f"Step 0 of {total:,}"
        now = time.monotonic()
        since, first = self._clock
        if not since or now - since > SPEED_WINDOW:
            if since and step.step > first:
                self.steps_per_second = (step.step - first) / (now - since)
            self._clock = (now, step.step)
        speed = self.steps_per_second or 1 / step.seconds
        per_step = self.session.training.batch_size * self.record.settings.block_size if self.session else 0
        left = "" if self._over else f", about {duration((total - step.step) / speed)} left"
        return f"Step {step.step:,} of {total:,}, training loss {step.loss:.2f}, {speed * per_step:,.0f} tokens/s{left}"

    def _wait_begins(self) -> None:
        self._publish()
        self._clock = (0.0, 0)
        self._watcher.run_paused(self.session.trainer.step if self.session else 0)

    def _end(self, error: BaseException | None) -> None:
        """Tell how it ended, and let the finished model write."""
        session = self.session
        if session is not None and session.trainer.step and error is None:
            if session.trainer.evaluations[-1].step != session.trainer.step:  # it was stopped between two measurements
                self._take(session.trainer.evaluate())
            self.write()
        self._over = True
        self.record.outcome = self._outcome(error)
        self._publish()
        self._watcher.run_ended(error)
        self._watcher.run_says(self.record.outcome)

    def _outcome(self, error: BaseException | None) -> str:
        step = self.record.last_step.step if self.record.last_step else 0
        total = self.record.settings.steps
        if isinstance(error, TrainingDiverged):
            return f"Stopped at step {step}: {error}. A longer warm-up helps too."
        if isinstance(error, BadSetting) or (error is not None and not step):
            return f"Cannot start: {error}"
        if error is not None:
            return f"The run ended at step {step}: {error}"
        how = "Done" if step >= total else f"Stopped at step {step} of {total}"
        loss = self.record.last_evaluation
        return how + ("." if loss is None else f". Held-out loss {loss.loss:.2f} nats per token.")
