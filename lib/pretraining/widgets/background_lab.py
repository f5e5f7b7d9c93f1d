"""What labs have in common that train in the background: one run at a time, told now and then, stopped and released."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import ipywidgets as widgets

from ..training import BackgroundRun, Step
from .controls import spoken
from .lab.cells import close_all, replace_former, return_free_memory

SECONDS_BETWEEN_UPDATES = 0.3
Lab = TypeVar("Lab", bound="BackgroundLab")


class BackgroundLab(widgets.VBox):
    """A lab without controls; a subclass adds them as its children, and says what events and the end change.

    Running the cell again ends the lab it made before.

    Attributes:
        note: a line beside the controls.
    """

    children: Sequence[widgets.Widget]

    def __init__(self) -> None:
        replace_former(self)
        self.note = widgets.HTML()
        self._run: BackgroundRun | None = None
        self._sent_at = 0.0
        self._lock = threading.Lock()
        super().__init__()

    def stop(self) -> None:
        """End after the step that is being computed; what is finished stays."""
        if self._run is not None:
            self._run.stop()

    def wait(self: Lab, timeout_seconds: float | None = None) -> Lab:
        """Block until the run has ended; for use in a cell that needs its result."""
        if self._run is not None:
            self._run.wait(timeout_seconds)
            return_free_memory()
        return self

    def release(self) -> None:
        """Stop, and take everything off the page."""
        self.stop()
        self.wait()
        close_all(self)
        self.children = ()

    def say(self, sentence: str) -> None:
        """Put a sentence beside the controls; a screen reader tells it."""
        self.note.value = spoken(sentence)

    def took(self, event: Any) -> None:
        """Take in an event that is no training step; runs in the training thread."""
        raise NotImplementedError

    def progress(self, step: Step) -> str:
        """How far the run is, in words."""
        raise NotImplementedError

    def ended(self, error: BaseException | None) -> None:
        """Tell how the run ended; runs in the training thread."""
        raise NotImplementedError

    def enable(self, running: bool) -> None:
        """Offer the buttons that make sense now."""
        raise NotImplementedError

    def play(self, events: Iterable[Any]) -> None:
        """Run in the background, after the run that may still go on has been stopped."""
        self.stop()
        self.wait()
        self.enable(running=True)
        self._run = BackgroundRun(events, self._take, self.ended)
        self._run.start()

    def _take(self, event: Any) -> None:
        if not isinstance(event, Step):
            self.took(event)
        elif time.monotonic() - self._sent_at > SECONDS_BETWEEN_UPDATES:
            self._sent_at = time.monotonic()
            self.note.value = self.progress(event)
