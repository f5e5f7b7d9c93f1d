"""How to grade, and how one submission fared."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Options:
    """How to grade.

    Attributes:
        jobs: how many submissions at a time; None for half as many again as there are cores.
        unsafe: go on where the machine offers no isolation.
        show_hidden_tests: leave hidden tests in the graded notebooks, from which feedback is made.
        resume: go on where an interrupted run stopped.
        isolation: the name of a level to use instead of the best one.
        scheduler: address of a dask scheduler whose workers grade; None for processes on this machine.
    """

    jobs: int | None = None
    unsafe: bool = False
    show_hidden_tests: bool = False
    resume: bool = True
    isolation: str | None = None
    scheduler: str | None = None


@dataclass
class Outcome:
    """How one submission fared; also the log's entry.

    Attributes:
        student: the student's id.
        outcome: "graded" or "failed".
        score: points earned; None if it failed.
        max_score: points possible.
        needs_manual_grade: some cell waits for a person.
        error: why it failed, or which notebook of several could not be graded.
        notes: what was repaired or odd.
        seconds: wall time in the worker.
        cpu_seconds: processor time of worker and kernels.
        peak_memory_bytes: of the largest kernel.
        isolation: the level's name.
        submission: digest of what was handed in.
        resumed: it was graded by the run that this one goes on with.
    """

    student: str
    outcome: str = "failed"
    score: float | None = None
    max_score: float = 0.0
    needs_manual_grade: bool = False
    error: str = ""
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_memory_bytes: int = 0
    isolation: str = ""
    submission: str = ""
    resumed: bool = False
