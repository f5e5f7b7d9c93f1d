"""An nbgrader course directory: release an assignment, grade what was submitted, read the scores.

A thin layer over nbgrader's own Python interface. It needs no activated environment and no change of folder.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbgrader.apps.api import NbGraderAPI

CONFIG = "nbgrader_config.py"


class CourseError(RuntimeError):
    """nbgrader could not do what was asked; the message says why."""


@dataclass(frozen=True)
class Grade:
    """How one submission fared.

    Attributes:
        student: the student's id, the name of the folder in `submitted/`.
        score: points earned; None if it could not be graded.
        max_score: points possible.
        needs_manual_grade: some cell waits for a person.
        error: why it could not be graded, or an empty string.
    """

    student: str
    score: float | None
    max_score: float
    needs_manual_grade: bool = False
    error: str = ""


def find_course(start: Path) -> Path:
    """The course directory: `start`, its folder `assignments`, or the nearest parent that has either.

    Raises:
        ValueError: there is none.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        for candidate in (folder, folder / "assignments"):
            if (candidate / CONFIG).is_file():
                return candidate
    raise ValueError(
        f"no course found at {start} or above it: go to a folder that has {CONFIG} or an assignments/ folder"
    )


def assignments(course: Path) -> list[str]:
    """The names of the assignments in `source/`."""
    return sorted(folder.name for folder in (course / "source").glob("*") if any(folder.glob("*.ipynb")))


@contextmanager
def _api(course: Path) -> Iterator[NbGraderAPI]:
    """Its Python interface, configured as `nbgrader` would be in that folder."""
    from nbgrader.apps.api import NbGraderAPI
    from traitlets.config import PyFileConfigLoader

    config = PyFileConfigLoader(CONFIG, path=str(course)).load_config()
    config.CourseDirectory.root = str(course)
    # nbgrader looks `alembic` up on the PATH when it makes a gradebook.
    path, folder = os.environ.get("PATH", ""), os.getcwd()
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{path}"
    os.chdir(course)
    try:
        yield NbGraderAPI(config=config)
    finally:
        os.environ["PATH"] = path
        os.chdir(folder)


def release(course: Path, assignment: str) -> Path:
    """Make the student version of an assignment in `release/`, and enter it in the gradebook; returns its folder.

    Raises:
        ValueError: there is no such assignment.
        CourseError: nbgrader refused it.
    """
    check_assignment(course, assignment)
    with _api(course) as api:
        outcome = api.generate_assignment(assignment)
    if not outcome["success"]:
        raise CourseError(f"{assignment} could not be released: {reason(outcome)}")
    return course / "release" / assignment


def check_assignment(course: Path, assignment: str) -> None:
    """Refuse a name that is not an assignment of this course.

    Raises:
        ValueError: it is not; the message lists those that are.
    """
    known = assignments(course)
    if assignment not in known:
        raise ValueError(
            f"there is no assignment {assignment!r} in {course}: choose one of {', '.join(known) or 'none'}"
        )


def submitted(course: Path, assignment: str) -> list[str]:
    """The ids of the students whose work on the assignment lies in `submitted/`."""
    return sorted(folder.parent.name for folder in (course / "submitted").glob(f"*/{assignment}") if folder.is_dir())


def grade(course: Path, assignment: str, student: str | None = None) -> Iterator[Grade]:
    """Autograde one student's submission, or everybody's, and yield each grade as it is known.

    A submission that cannot be graded does not stop the others.

    Raises:
        ValueError: no such assignment, or nobody has submitted it.
        CourseError: the assignment could not be entered in the gradebook.
    """
    check_assignment(course, assignment)
    students = submitted(course, assignment)
    if student is not None:
        if student not in students:
            raise ValueError(f"{student!r} has no submission of {assignment} in {course / 'submitted'}")
        students = [student]
    if not students:
        raise ValueError(f"nobody has submitted {assignment}: put work in {course}/submitted/STUDENT/{assignment}/")
    if not in_gradebook(course, assignment):
        release(course, assignment)
    for name in students:
        with _api(course) as api:
            outcome = api.autograde(assignment, name)
        error = "" if outcome["success"] else reason(outcome)
        yield (
            Grade(name, *scores(course, assignment, name), error) if not error else Grade(name, None, 0.0, False, error)
        )


def in_gradebook(course: Path, assignment: str) -> bool:
    """Whether the gradebook knows the assignment's cells and points."""
    from nbgrader.api import MissingEntry

    with _api(course) as api:
        try:
            return bool(api.gradebook.find_assignment(assignment).notebooks)
        except MissingEntry:
            return False


def scores(course: Path, assignment: str, student: str) -> tuple[float, float, bool]:
    """(points earned, points possible, whether a cell waits for a person) of one graded submission."""
    with _api(course) as api:
        submission = api.gradebook.find_submission(assignment, student)
        return submission.score, submission.max_score, submission.needs_manual_grade


def reason(outcome: dict) -> str:
    r"""The line of nbgrader's log that says most about a failure: the last error that is not its own summary.

    Example:
        >>> log = "  ...NotJSONError: Notebook does not appear to be JSON\n[ERROR] Please see the above traceback"
        >>> reason({"log": log})
        'Notebook does not appear to be JSON'
    """
    text = f"{outcome.get('error') or ''}\n{outcome.get('log') or ''}"
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [found[1] for line in lines if (found := re.match(r"[\w.]*(?:Error|Exception): (.+)", line))]
    telling = [error for error in errors if "traceback" not in error]
    return (telling or lines or ["nbgrader gave no reason"])[-1]
