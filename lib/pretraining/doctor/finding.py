"""What the doctor says about one thing that it looked at."""

from __future__ import annotations

from dataclasses import dataclass

OK, NOTE, MEND = "ok", "note", "mend"


@dataclass(frozen=True)
class Finding:
    """One line of the examination.

    Attributes:
        topic: what was looked at, such as `torch`.
        state: `ok`; `note`, where the course works but something is worth knowing; `mend`, where it does not.
        found: what is there.
        means: what that means for the learner.
        mend: the command or the step that mends it; empty when there is nothing to mend.
    """

    topic: str
    state: str
    found: str
    means: str
    mend: str = ""


def judged(topic: str, good: bool, found: str, means: str, mend: str) -> Finding:
    """A finding that is either fine or must be mended."""
    return Finding(topic, OK if good else MEND, found, means, "" if good else mend)
