"""An nbgrader course directory: release an assignment, grade what was submitted, read the scores.

Releasing is nbgrader's own; grading is the engine's, with nbgrader's gradebook. Neither needs an activated environment
or a change of folder.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from .nbcourse import CONFIG, CourseFolder, own_modules
from .outcome import Options, Outcome
from .pipeline import Run
from .pool import PoolError
from .zygote import block_slow_grammar

if TYPE_CHECKING:
    from nbgrader.api import Gradebook
    from nbgrader.apps.api import NbGraderAPI


class CourseError(RuntimeError):
    """nbgrader could not do what was asked; the message says why."""


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
    block_slow_grammar()
    from nbgrader.apps.api import NbGraderAPI

    config, folder = CourseFolder.open(course).config, os.getcwd()
    os.chdir(course)
    try:
        with _alembic_on_path(), own_modules(course):
            yield NbGraderAPI(config=config)
    finally:
        os.chdir(folder)


@contextmanager
def _alembic_on_path() -> Iterator[None]:
    """Our programs on the PATH: nbgrader looks `alembic` up there when it makes a gradebook."""
    path = os.environ.get("PATH", "")
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{path}"
    try:
        yield
    finally:
        os.environ["PATH"] = path


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


def grade(
    course: Path, assignment: str, student: str | None = None, options: Options | None = None
) -> Iterator[Outcome]:
    """Grade one student's submission, or everybody's, and yield each outcome once it is recorded.

    A submission that cannot be graded does not stop the others.

    Raises:
        ValueError: no such assignment, or nobody has submitted it.
        CourseError: the assignment could not be entered in the gradebook, or no worker can be started safely.
    """
    with start(course, assignment, student, options) as run:
        yield from outcomes(run)


def outcomes(run: Run) -> Iterator[Outcome]:
    """What a run yields, with its faults in words.

    Raises:
        CourseError: the gradebook or the disk refused; what was graded until then is kept.
    """
    with _in_words():
        yield from run.outcomes()


@contextmanager
def _in_words() -> Iterator[None]:
    again = "Nothing is lost: mend that and run the same command again, it goes on where it stopped"
    try:
        yield
    except PoolError as error:
        raise CourseError(str(error)) from error
    except OSError as error:
        raise CourseError(
            f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}. {again}"
        ) from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] in ("sqlalchemy", "nbgrader"):
            reason = str(getattr(error, "orig", error)).strip().split("\n")[0]
            raise CourseError(f"the gradebook could not be used ({reason}). {again}") from error
        raise


def start(course: Path, assignment: str, student: str | None = None, options: Options | None = None) -> Run:
    """A run over the submissions of one student or of everybody, ready to go; see `grade`."""
    check_assignment(course, assignment)
    students = submitted(course, assignment)
    if student is not None:
        if student not in students:
            raise ValueError(f"{student!r} has no submission of {assignment} in {course / 'submitted'}")
        students = [student]
    if not students:
        raise ValueError(f"nobody has submitted {assignment}: put work in {course}/submitted/STUDENT/{assignment}/")

    def enter() -> None:
        if not in_gradebook(course, assignment):
            release(course, assignment)

    with _in_words():
        return Run(course, assignment, students, options or Options(), enter)


def in_gradebook(course: Path, assignment: str) -> bool:
    """Whether the gradebook knows the assignment's cells and points."""
    block_slow_grammar()
    from nbgrader.api import MissingEntry

    with _gradebook(course) as gradebook:
        try:
            return bool(gradebook.find_assignment(assignment).notebooks)
        except MissingEntry:
            return False


def scores(course: Path, assignment: str, student: str) -> tuple[float, float, bool]:
    """(points earned, points possible, whether a cell waits for a person) of one graded submission."""
    with _gradebook(course) as gradebook:
        submission = gradebook.find_submission(assignment, student)
        return submission.score, submission.max_score, submission.needs_manual_grade


@contextmanager
def _gradebook(course: Path) -> Iterator[Gradebook]:
    """The course's gradebook; made if there is none."""
    block_slow_grammar()
    from nbgrader.api import Gradebook

    folder = CourseFolder.open(course)
    with _alembic_on_path(), Gradebook(folder.db_url, folder.course_id) as gradebook:
        yield gradebook


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
