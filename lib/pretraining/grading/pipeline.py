"""Grading an assignment: prepare, execute, judge, score, record, for one submission or five thousand.

The driver reads submissions, hands each to a worker, and records what comes back. It runs no learner's code and holds
no more than a few submissions at a time.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from .cluster import ClusterPool
from .finish import Finisher
from .journal import Journal, no_interrupt
from .nbcourse import CourseFolder, imported_modules, own_modules
from .outcome import Options, Outcome
from .plain import PlainPool, can_fork
from .pool import Pool, PoolError
from .sandbox import LEVELS, Limits
from .submission import Submission, read_submission

ATTEMPTS = 3
TOGETHER = 16  # submissions that share a commit
HELD_CHARACTERS = 30_000_000  # of submissions on their way, before another is read
DEFAULT_TIMEOUT = 30  # nbgrader's


class Run:
    """One run over an assignment.

    Args:
        root: the course directory.
        assignment: the assignment's name.
        students: whose submissions to grade.
        options: how.
        enter: makes sure that the gradebook knows the assignment; called while the zygote starts.

    Raises:
        PoolError: there is no isolation here and `unsafe` was not said, or no worker can be started.
    """

    def __init__(
        self,
        root: Path,
        assignment: str,
        students: list[str],
        options: Options,
        enter: Callable[[], None] | None = None,
    ) -> None:
        self.assignment, self.students, self.options = assignment, students, options
        self._stack = ExitStack()
        try:
            self._prepare(root, enter)
        except BaseException:
            self._stack.close()
            raise

    def _prepare(self, root: Path, enter: Callable[[], None] | None) -> None:
        self._pool = self._new_pool()  # first: it imports while we do
        self._stack.callback(self._pool.close)
        self.course = CourseFolder.open(root)
        source = self.course.source(self.assignment)
        beside = {path.stem for path in source.glob("*.py")} | {path.name for path in source.iterdir() if path.is_dir()}
        self._pool.preload(imported_modules(sorted(source.glob("*.ipynb")), beside))
        self._stack.enter_context(own_modules(self.course.root))
        if enter is not None:
            enter()
        self._finisher = Finisher(self.course, self.assignment, self.options.show_hidden_tests)
        self._stack.callback(self._finisher.close)
        self.snapshot = self._finisher.snapshot
        self.level = LEVELS[self.options.isolation or self._pool.wait_until_ready()]
        if self.level.name == "none" and not self.options.unsafe:
            raise PoolError(
                "this machine offers no way to isolate submitted code (no user namespaces, no Landlock): grade where "
                "it does, or say --unsafe if you trust every submission"
            )
        self.limits = limits_of(self.course)
        self._journal = Journal(self.course.root, self.assignment)
        self._done = self._journal.unfinished(self.snapshot["digest"]) if self.options.resume else {}

    @property
    def jobs(self) -> int:
        """How many submissions are on their way at a time; a cluster may grow while it works."""
        if self.options.jobs or isinstance(self._pool, ClusterPool):
            return self.options.jobs or self._pool.slots
        cores = usable_cores()
        return cores + max(1, cores // 2)  # a sandbox being built waits more than it works

    def _new_pool(self) -> Any:
        if self.options.scheduler:
            return ClusterPool(self.options.scheduler, self.options.isolation, self.options.unsafe)
        return Pool() if can_fork() else PlainPool()

    @property
    def log(self) -> Path:
        """The machine-readable log."""
        return self._journal.path

    def close(self) -> None:
        """End all processes and close the gradebook."""
        self._stack.close()

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def outcomes(self) -> Iterator[Outcome]:
        """Grade, and yield each outcome once it is in the gradebook and in the log."""
        if not self._done:
            start = {"event": "start", "assignment": self.assignment, "snapshot": self.snapshot["digest"]}
            self._journal.write({**start, "isolation": self.level.name, "jobs": self.jobs, "of": len(self.students)})
        waiting, attempts = deque(self.students), dict.fromkeys(self.students, 0)
        running: dict[str, Submission] = {}
        finished: list[Outcome] = []
        try:
            while waiting or running:
                while waiting and self._has_room(running):
                    finished += self._begin(waiting.popleft(), running)
                came = self._pool.wait(0.0 if finished else 1.0) if running else []
                for student, result in came:
                    submission = running.pop(student)
                    attempts[student] += 1
                    if _was_killed(result) and attempts[student] < ATTEMPTS:
                        waiting.append(student)
                    else:
                        finished.append(self._end(submission, result))
                    if waiting and self._has_room(running):
                        finished += self._begin(waiting.popleft(), running)
                if finished and (not came or len(finished) >= TOGETHER):
                    yield from self._keep(finished)
        except BaseException:  # stopped by a person or by a fault: what is finished counts
            with suppress(Exception):
                self._keep(finished)
            raise
        yield from self._keep(finished)
        self._journal.write({"event": "end"})

    def _has_room(self, running: dict[str, Submission]) -> bool:
        """Whether another submission may be on its way; few are when they are large."""
        return len(running) < self.jobs and sum(other.size for other in running.values()) < HELD_CHARACTERS

    def _begin(self, student: str, running: dict[str, Submission]) -> list[Outcome]:
        """Send a submission to a worker; returns its outcome if that is known at once."""
        folder = self.course.folder("submitted", student, self.assignment)
        submission = read_submission(folder, student, list(self.snapshot["notebooks"]))
        digest = submission.digest
        earlier = self._done.get(student)
        if earlier is not None and earlier.get("submission") == digest:
            return [
                Outcome(**{name: earlier[name] for name in asdict(Outcome("")) if name in earlier} | {"resumed": True})
            ]
        if self._finisher.hooks.before(submission):
            notes = submission.notes
            submission = read_submission(folder, student, list(self.snapshot["notebooks"]))
            submission.notes = [*notes, *(note for note in submission.notes if note not in notes)]
            submission.digest = digest  # of what the learner handed in
        if not submission.notebooks:
            return [self._end(submission, {"notebooks": {}})]
        task = {
            "assignment": {"notebooks": self.snapshot["notebooks"]},
            "notebooks": self._finisher.sanitize(submission),
            "files": self._finisher.files_for(submission),
            "limits": asdict(self.limits),
            "room": {"level": self.level.name, "hidden": [str(self.course.root)], "scratch": self._pool.scratch},
        }
        seconds = len(submission.notebooks) * (self.limits.total_seconds + 120)
        self._pool.start(student, task, seconds)
        running[student] = submission
        return []

    def _end(self, submission: Submission, result: dict[str, Any] | None) -> Outcome:
        """Score and record one submission; the commit comes later."""
        outcome = Outcome(submission.student, isolation=self.level.name, submission=submission.digest)
        outcome.max_score = self._finisher.max_score
        outcome.notes += submission.notes
        if result is None:
            outcome.error = "its worker was lost, three times"
            return outcome
        if result.get("late"):
            outcome.error = "it ran too long, beyond every limit, and was ended"
            return outcome
        outcome.isolation = result.get("isolation", self.level.name)
        outcome.seconds = round(result.get("seconds", 0.0), 3)
        outcome.cpu_seconds = round(result.get("cpu", 0.0), 3)
        outcome.peak_memory_bytes = int(result.get("memory", 0))
        problems = dict(submission.problems)
        problems |= {name: part["error"] for name, part in result["notebooks"].items() if "error" in part}
        outcome.error = "; ".join(f"{name}.ipynb: {problem}" for name, problem in problems.items())
        graded = {name: part for name, part in result["notebooks"].items() if "error" not in part}
        for name, part in graded.items():
            outcome.notes += [f"{name}: {repair}" for repair in part["repairs"]]
            outcome.notes += [f"{name}: {part['died']}"] if part["died"] else []
        if graded or (submission.missing and not problems):
            outcome.notes += [f"{name}.ipynb was not handed in" for name in submission.missing]
            try:
                scored = self._finisher.score(submission, {name: part["notebook"] for name, part in graded.items()})
            except Exception as problem:  # of this submission alone
                outcome.error = f"it could not be scored ({type(problem).__name__}: {problem})"
                return outcome
            finished = self._finisher.finish(submission, scored)
            outcome.score, outcome.needs_manual_grade = finished.points, finished.needs_manual_grade
            outcome.notes += finished.notes
            outcome.outcome = "graded"
        return outcome

    def _keep(self, finished: list[Outcome]) -> list[Outcome]:
        """Make outcomes permanent, first in the gradebook, then in the log; they leave the list of what is finished."""
        with no_interrupt():
            fresh = [outcome for outcome in finished if not outcome.resumed]
            if fresh:
                self._finisher.commit()
                self._journal.write(*({"event": "submission", **asdict(outcome)} for outcome in fresh))
            kept = finished.copy()
            finished.clear()
        return kept


def limits_of(course: CourseFolder) -> Limits:
    """Limits by the course's own time for a cell (`c.Execute.timeout`), and what it sets as `c.GradingLimits`."""
    timeout = course.setting("Execute", "timeout", None) or course.setting("ExecutePreprocessor", "timeout", None)
    seconds = float(timeout) if timeout and timeout > 0 else float(DEFAULT_TIMEOUT)
    limits = Limits(cell_seconds=seconds, total_seconds=max(600.0, 5 * seconds))
    wanted = dict(course.config["GradingLimits"]) if "GradingLimits" in course.config else {}
    try:
        return replace(limits, **wanted)
    except TypeError:
        raise PoolError(f"c.GradingLimits has an unknown name: choose from {', '.join(asdict(limits))}") from None


def usable_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _was_killed(result: dict[str, Any] | None) -> bool:
    """Whether the worker was lost, or a learner's process killed from outside: another try may go better."""
    return result is None or any(part.get("killed") for part in result["notebooks"].values())
