"""How often a run reports to the page: eight times a second at first, more rarely the longer it goes on."""

from __future__ import annotations

import time
from collections.abc import Callable

QUICKEST, SLOWEST = 0.125, 4.0
UPDATES_TO_SLOW_DOWN = 200
QUICK_AFTER_A_CHANGE = 5.0


class Pulse:
    """Says when the next report is due.

    A report of a run of `t` seconds comes after about t / 200 more: the curve still grows smoothly, and half an hour
    of training sends the page about a thousand small messages. After a change the learner sees its effect quickly.

    Example:
        >>> Pulse.interval(10), Pulse.interval(100), Pulse.interval(1800)
        (0.125, 0.5, 4.0)
    """

    def __init__(self) -> None:
        self.started = time.monotonic()
        self._quick_until = self._due_at = self.started

    @staticmethod
    def interval(elapsed: float) -> float:
        """Seconds between two reports after so many seconds of training."""
        return min(SLOWEST, max(QUICKEST, elapsed / UPDATES_TO_SLOW_DOWN))

    def quicken(self) -> None:
        """The learner has changed something: report quickly for some seconds."""
        self._quick_until = time.monotonic() + QUICK_AFTER_A_CHANGE
        self._due_at = min(self._due_at, time.monotonic() + QUICKEST)

    def due(self) -> bool:
        """Whether to report now; if so, the next report is due one interval later."""
        now = time.monotonic()
        if now < self._due_at:
            return False
        self._due_at = now + (QUICKEST if now < self._quick_until else self.interval(now - self.started))
        return True


class Cadence:
    """Says when something costly may be done again, so that it takes a few percent of the time.

    Args:
        seconds: at least this long between two times.
        share: of the time that it may take.
    """

    def __init__(self, seconds: float, share: float = 0.015) -> None:
        self.seconds, self.share = seconds, share
        self._due_at = time.monotonic() + seconds / 4

    def run(self, function: Callable[[], None]) -> bool:
        """Do it if it is due; whether it was done."""
        started = time.monotonic()
        if started < self._due_at:
            return False
        function()
        now = time.monotonic()
        self._due_at = now + max(self.seconds, (now - started) / self.share)
        return True
