"""Time, memory and troubles of each submission, from the log that `pretraining grade` keeps; empty without one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..journal import Journal


@dataclass(frozen=True)
class Measured:
    """How the last grading of one submission went.

    Attributes:
        student: the student's id.
        seconds: wall time.
        cpu_seconds: processor time.
        peak_memory_bytes: of its largest process; 0 if that was not measured.
        isolation: the name of the sandbox's level.
        outcome: "graded" or "failed".
        error: why it failed, wholly or in part.
        notes: what was repaired or odd.
    """

    student: str
    seconds: float
    cpu_seconds: float
    peak_memory_bytes: float
    isolation: str = ""
    outcome: str = ""
    error: str = ""
    notes: tuple[str, ...] = ()


def read_log(root: Path, assignment: str) -> dict[str, Measured]:
    """Student id -> the last entry on their submission; entries that are not as expected are left out."""
    found: dict[str, Measured] = {}
    try:
        entries = Journal(root, assignment).entries()
    except OSError:
        return {}
    for entry in entries:
        student = entry.get("student")
        if entry.get("event") == "submission" and isinstance(student, str) and student:
            notes = entry.get("notes")
            found[student] = Measured(
                student=student,
                seconds=_number(entry.get("seconds")),
                cpu_seconds=_number(entry.get("cpu_seconds")),
                peak_memory_bytes=_number(entry.get("peak_memory_bytes")),
                isolation=str(entry.get("isolation") or ""),
                outcome=str(entry.get("outcome") or ""),
                error=str(entry.get("error") or ""),
                notes=tuple(str(note) for note in notes) if isinstance(notes, list) else (),
            )
    return found


def _number(value: Any) -> float:
    good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0
    return float(value) if good else 0.0
