"""A training run in a thread, so that a notebook stays usable while the model learns.

One run at a time in a kernel: starting another stops the one before. A thread rather than a process or asyncio: it
shares the model with the notebook, and other cells still answer (torch releases Python's lock while it computes).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

import torch

from .events import Event
from .machine import usable_cores

_current: BackgroundRun | None = None
_current_lock = threading.Lock()


class BackgroundRun:
    """Plays a stream of training events in a daemon thread, with pause and stop.

    Args:
        events: what `Trainer.events()` gives.
        on_event: called in the thread with every event.
        on_end: called in the thread at the end with the exception that ended the run, or None.
    """

    def __init__(
        self,
        events: Iterable[Event],
        on_event: Callable[[Event], None],
        on_end: Callable[[BaseException | None], None] | None = None,
    ) -> None:
        self._events = events
        self._on_event = on_event
        self._on_end = on_end or (lambda error: None)
        self._go = threading.Event()
        self._go.set()
        self._stopped = False
        self._thread = threading.Thread(target=self._play, name="pretraining-run", daemon=True)
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
        """Whether the run waits for `resume`."""
        return self.running and not self._go.is_set()

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._stopped

    def pause(self) -> None:
        """Wait after the step that is being computed."""
        self._go.clear()

    def resume(self) -> None:
        """Go on after `pause`."""
        self._go.set()

    def stop(self) -> None:
        """End after the step that is being computed."""
        self._stopped = True
        self._go.set()

    def wait(self, timeout_seconds: float | None = None) -> BackgroundRun:
        """Block until the run has ended, or the time is over; an interrupt of the cell stops the run.

        Raises:
            BaseException: whatever ended the run early.
        """
        if threading.current_thread() is not self._thread:
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
                self._go.wait()
                if self._stopped:
                    break
        except BaseException as error:
            self.error = error
        self._on_end(self.error)
