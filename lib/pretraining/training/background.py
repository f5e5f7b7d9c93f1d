"""A training run in a thread, so that a notebook stays usable while the model learns.

One run at a time in a kernel: starting another stops the one before. A thread rather than a process or asyncio: it
shares the model with the notebook, and other cells still answer (torch releases Python's lock while it computes).
Whatever touches the model while it trains goes through `call`, which runs it between two steps.
"""

from __future__ import annotations

import contextvars
import threading
import traceback
from collections.abc import Callable, Iterable

import torch

from .events import Event, Step
from .machine import usable_cores

_current: BackgroundRun | None = None
_current_lock = threading.RLock()


def _nothing(*_: object) -> None:
    pass


class BackgroundRun:
    """Plays a stream of training events in a daemon thread, with pause, single steps and stop.

    Args:
        events: what `Trainer.events()` gives.
        on_event: called in the thread with every event.
        on_end: called in the thread at the end with the exception that ended the run, or None.
        on_pause: called in the thread each time it begins to wait.

    Example:
        >>> seen = []
        >>> run = BackgroundRun([Step(1, 2.5, 0.1, 1.0, 64, 0.01)], seen.append).start().wait()
        >>> seen[0].loss, run.running
        (2.5, False)
    """

    def __init__(
        self,
        events: Iterable[Event],
        on_event: Callable[[Event], None],
        on_end: Callable[[BaseException | None], None] | None = None,
        on_pause: Callable[[], None] | None = None,
    ) -> None:
        self._events = events
        self._on_event = on_event
        self._on_end: Callable[[BaseException | None], None] = on_end or _nothing
        self._on_pause: Callable[[], None] = on_pause or _nothing
        self._state = threading.Condition()  # guards the five fields below
        self._pausing = self._single = self._stopped = self._ended = False
        self._calls: list[Callable[[], None]] = []
        # In the context of whoever starts it. Else its messages count as answers to the kernel's latest request, and
        # ipykernel 7.4 sends what the page says next to that one's subshell, which may be gone: after a page reload,
        # all that the page asked of the charts was lost.
        run = contextvars.copy_context().run
        self._thread = threading.Thread(target=run, args=[self._play], name="pretraining-run", daemon=True)
        self.error: BaseException | None = None

    def start(self) -> BackgroundRun:
        """Begin; a run that another cell left going is stopped first."""
        global _current
        with _current_lock:
            if _current is not None:
                _current.stop()
                _current.wait()
            _current = self
            self._thread.start()
        return self

    @property
    def running(self) -> bool:
        """Whether the thread is alive, paused or not."""
        return self._thread.is_alive()

    @property
    def paused(self) -> bool:
        """Whether the run waits for `resume`, or will after the step it is in."""
        return self.running and self._pausing

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._stopped

    def pause(self) -> None:
        """Wait after the step that is being computed."""
        with self._state:
            self._pausing = True

    def resume(self) -> None:
        """Go on after `pause`."""
        with self._state:
            self._pausing = self._single = False
            self._state.notify_all()

    def step(self) -> None:
        """Make one more update of the weights, then wait."""
        with self._state:
            self._pausing, self._single = False, True
            self._state.notify_all()

    def stop(self) -> None:
        """End after the step that is being computed."""
        with self._state:
            self._stopped = True
            self._state.notify_all()

    def call(self, function: Callable[[], None]) -> None:
        """Run `function` in the thread between two steps, also while the run waits; at once if there is no run."""
        with self._state:
            if not self._ended and (self.running or self._thread.ident is None):
                self._calls.append(function)
                self._state.notify_all()
                return
        function()

    def wait(self, timeout_seconds: float | None = None) -> BackgroundRun:
        """Block until the run has ended, or the time is over; an interrupt of the cell stops the run."""
        if threading.current_thread() is not self._thread and self._thread.ident is not None:
            try:
                self._thread.join(timeout_seconds)
            except KeyboardInterrupt:
                self.stop()
                raise
        return self

    def _play(self) -> None:
        # One core stays free: two torch threads and a busy notebook on two cores would spin instead of compute.
        torch.set_num_threads(max(1, usable_cores() - 1))
        try:
            for event in self._events:
                self._on_event(event)
                self._between_steps(event)
                if self._stopped:
                    break
        except BaseException as error:
            self.error = error
        self._on_end(self.error)
        with self._state:
            self._ended = True
            calls, self._calls = self._calls, []
        self._make(calls)
        # A finished run must not keep a model, its text and a page of widgets alive.
        self._events, self._on_event, self._on_end, self._on_pause = (), _nothing, _nothing, _nothing

    @staticmethod
    def _make(calls: list[Callable[[], None]]) -> None:
        """Do what was asked for; a mistake in it is told, but does not end the run."""
        for call in calls:
            try:
                call()
            except Exception:
                traceback.print_exc()

    def _between_steps(self, event: Event) -> None:
        """Do what was asked for, and wait for as long as the run is paused."""
        told = False
        with self._state:
            if self._single and isinstance(event, Step):
                self._single, self._pausing = False, True
        while True:
            with self._state:
                waiting = self._pausing and not self._stopped
                if waiting and told and not self._calls:
                    self._state.wait()
                calls, self._calls = self._calls, []
            self._make(calls)
            if not waiting:
                return
            if not told:
                told = True
                self._on_pause()
