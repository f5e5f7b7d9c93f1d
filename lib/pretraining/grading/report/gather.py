"""Everything that a report tells, gathered from gradebook, graded notebooks and log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..nbcourse import CourseFolder, raw_cells
from .copies import CopyGroup, near_copies
from .gradebook import read_gradebook
from .log import Measured, read_log
from .messages import Failure, grouped
from .records import Records, Submission
from .shingles import names_in, shingles
from .statistics import Item, Spread, alpha, item, spread
from .work import Work, joined, read_work

NOT_GRADED = "handed in, but not graded"
KINDS = ("code", "text")


@dataclass
class ClassReport:
    """What a report tells about one assignment.

    Attributes:
        course: the course directory.
        assignment: its name.
        records: what the gradebook has.
        graded: submissions with marks, by student id.
        ungraded: student id -> why there are no marks.
        marks: (graded students, parts) in points, NaN where undecided.
        scores: of the graded students, after late penalties.
        spread: of those.
        items: one for each part.
        alpha: Cronbach's, None if it cannot be told.
        failures: the commonest first.
        measured: student id -> time and memory.
        copies: groups of students whose work is almost the same.
        reasons: student id -> why a person must look at the submission.
    """

    course: CourseFolder
    assignment: str
    records: Records
    graded: dict[str, Submission]
    ungraded: dict[str, str]
    marks: np.ndarray
    scores: np.ndarray
    spread: Spread
    items: list[Item]
    alpha: float | None
    failures: list[Failure]
    measured: dict[str, Measured]
    copies: list[CopyGroup]
    reasons: dict[str, list[str]]


def gather(root: Path, assignment: str, seen: Callable[[int, int], None] = lambda done, total: None) -> ClassReport:
    """Read and compute everything.

    Args:
        root: the course directory.
        assignment: the assignment's name.
        seen: is told how many students' work has been read, and of how many.

    Raises:
        ValueError: there is no gradebook, no such assignment, or nothing of it is graded yet.
    """
    course = CourseFolder.open(root)
    records = read_gradebook(course, assignment)
    measured = read_log(root, assignment)
    graded = {student: one for student, one in records.submissions.items() if _is_graded(course, assignment, one)}
    if not graded:
        raise ValueError(f"nothing of {assignment} is graded yet: run `pretraining grade {assignment}` first")
    ungraded = _ungraded(course, assignment, records, graded, measured)
    marks = _matrix(records, graded)
    scores = np.array([one.score for one in graded.values()])
    failures, copies = _from_notebooks(course, assignment, records, graded, ungraded, seen)
    report = ClassReport(
        course, assignment, records, graded, ungraded, marks, scores, spread(scores),
        [item(marks, number, part.points) for number, part in enumerate(records.parts)],
        alpha(marks), failures, measured, copies, {},
    )  # fmt: skip
    report.reasons = _reasons(report)
    return report


def _is_graded(course: CourseFolder, assignment: str, submission: Submission) -> bool:
    """Whether it has marks; one in which a person decides on everything counts once its graded notebooks are there."""
    return submission.has_marks or course.folder("autograded", submission.student.id, assignment).is_dir()


def _ungraded(
    course: CourseFolder,
    assignment: str,
    records: Records,
    graded: dict[str, Submission],
    measured: dict[str, Measured],
) -> dict[str, str]:
    """Who has handed in but has no marks, and why."""
    here = {path.name for path in _students_with_work(course, assignment)}
    missing = sorted((here | set(records.submissions)) - set(graded))
    return {student: (measured[student].error if student in measured else "") or NOT_GRADED for student in missing}


def _students_with_work(course: CourseFolder, assignment: str) -> list[Path]:
    """The folders named by students in which work on the assignment lies."""
    pattern = course.folder("submitted", "*", assignment).relative_to(course.root)
    place = pattern.parts.index("*") if "*" in pattern.parts else None
    if place is None:
        return []
    found = [path for path in course.root.glob(str(pattern)) if path.is_dir()]
    return [course.root.joinpath(*path.relative_to(course.root).parts[: place + 1]) for path in found]


def _matrix(records: Records, graded: dict[str, Submission]) -> np.ndarray:
    """Points, (graded students, parts)."""
    marks = np.full((len(graded), len(records.parts)), np.nan)
    for row, submission in enumerate(graded.values()):
        for column, part in enumerate(records.parts):
            mark = submission.marks.get((part.notebook, part.name))
            if mark is not None and mark.points is not None:
                marks[row, column] = mark.points
    return marks


def _from_notebooks(
    course: CourseFolder,
    assignment: str,
    records: Records,
    graded: dict[str, Submission],
    ungraded: dict[str, str],
    seen: Callable[[int, int], None],
) -> tuple[list[Failure], list[CopyGroup]]:
    """Messages and near copies: each student's notebooks are read once and not kept."""
    released = _released(course, assignment, records)
    names = {notebook: names_in(texts) for notebook, texts in released.items()}
    said: list[tuple[str, str, str, list[str]]] = []
    work: dict[tuple[str, str], dict[str, np.ndarray]] = defaultdict(dict)
    students = [*graded, *ungraded]
    for number, student in enumerate(students, start=1):
        failed = _failed_parts(records, graded[student]) if student in graded else set()
        theirs = read_work(course, assignment, student, list(released), failed)
        if theirs.graded:
            said += [(student, *part, messages) for part, messages in theirs.said.items()]
        for (notebook, kind), cells in theirs.answers.items():
            work[notebook, kind][student] = shingles(cells, kind, names[notebook])
        seen(number, len(students))
    copies = []
    for (notebook, kind), mine in sorted(work.items()):
        handed_out = shingles(released[notebook], kind, names[notebook])
        copies += near_copies(notebook, kind, mine, handed_out)
    return grouped(said), copies


def _failed_parts(records: Records, submission: Submission) -> set[tuple[str, str]]:
    """The parts that a test did not give all points for."""
    tests = {(part.notebook, part.name): part.points for part in records.parts if not part.by_hand}
    return {
        part
        for part, mark in submission.marks.items()
        if part in tests and mark.points is not None and mark.points < tests[part] - 1e-9
    }


def _released(course: CourseFolder, assignment: str, records: Records) -> dict[str, list[str]]:
    """What learners got, of each notebook: its cells in the gradebook, and the unmarked ones of the source version."""
    released = {notebook: list(texts) for notebook, texts in records.released.items()}
    for notebook, texts in released.items():
        try:
            cells: list[dict[str, Any]] = raw_cells(course.source(assignment) / f"{notebook}.ipynb")
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
        texts += [joined(cell.get("source")) for cell in cells if not cell.get("metadata", {}).get("nbgrader")]
    return released


def _reasons(report: ClassReport) -> dict[str, list[str]]:
    """Why a person must look at a submission."""
    reasons: dict[str, list[str]] = defaultdict(list)
    for student, why in report.ungraded.items():
        reasons[student].append(f"not graded: {why}" if why != NOT_GRADED else why)
    for student, submission in report.graded.items():
        if waiting := submission.waiting:
            reasons[student].append("to be graded by hand: " + ", ".join(name for _, name in waiting))
        if submission.flagged:
            reasons[student].append("flagged by a grader: " + ", ".join(submission.flagged))
        log = report.measured.get(student)
        if log is not None and log.error:
            reasons[student].append(f"only partly graded: {log.error}")
    for group in report.copies:
        for student in group.students:
            others = [other for other in group.students if other != student]
            named = ", ".join(others[:3]) + (f" and {len(others) - 3} more" if len(others) > 3 else "")
            reasons[student].append(f"{group.kind} in {group.notebook} almost the same as that of {named}")
    return dict(reasons)


def excerpt(report: ClassReport, group: CopyGroup, student: str) -> str:
    """What a student of a group wrote, to be read beside another's."""
    notebooks = list(report.records.released)
    work: Work = read_work(report.course, report.assignment, student, notebooks, set())
    return "\n\n".join(text.strip("\n") for text in work.answers.get((group.notebook, group.kind), []) if text.strip())
