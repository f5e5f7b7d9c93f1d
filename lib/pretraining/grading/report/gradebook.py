"""Reading an assignment out of a gradebook, with nbgrader's own tables and without writing to it.

nbgrader's `Gradebook` enters the course and makes missing tables when it is opened; a report must change nothing, so it
puts its few questions to nbgrader's tables itself. Each is asked once for the whole class, however large.
"""

from __future__ import annotations

import contextlib
import math
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..nbcourse import CourseFolder, raw_cells
from ..zygote import block_slow_grammar
from .records import Mark, Part, Records, Student, Submission

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def read_gradebook(course: CourseFolder, assignment: str) -> Records:
    """Everything that the gradebook knows of an assignment.

    Raises:
        ValueError: there is no gradebook, it cannot be read, or it has no such assignment.
    """
    block_slow_grammar()
    with _session(course, assignment) as session:
        key = _assignment(session, assignment)
        parts, cells, released = _parts(session, key)
        submissions = _submissions(session, key)
        _add_marks(session, key, cells, _add_notebooks(session, key, submissions))
        students = _students(session)
    return Records(_in_order(parts, course, assignment), students, submissions, released)


@contextlib.contextmanager
def _session(course: CourseFolder, assignment: str) -> Iterator[Session]:
    """A connection to the course's gradebook; what goes wrong is said in a sentence."""
    from sqlalchemy import create_engine
    from sqlalchemy.exc import SQLAlchemyError
    from sqlalchemy.orm import Session

    url = gradebook_url(course)
    shown = url.database if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise ValueError(f"there is no gradebook at {shown}: grade first, with `pretraining grade {assignment}`")
    try:
        engine = create_engine(url)
    except (ImportError, SQLAlchemyError) as error:
        raise ValueError(f"the gradebook {shown} needs a database driver: {error}") from error
    try:
        with Session(engine) as session:
            yield session
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise ValueError(
            f"the gradebook {shown} cannot be read ({reason}): check db_url in nbgrader_config.py; a gradebook of an "
            "older nbgrader needs `nbgrader db upgrade`"
        ) from error
    finally:
        engine.dispose()


def gradebook_url(course: CourseFolder) -> Any:
    """Where the gradebook is; a relative SQLite path starts from the course directory, where nbgrader is run."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(course.db_url)
    except ArgumentError:
        raise ValueError("db_url in nbgrader_config.py is not the address of a database") from None
    if url.get_backend_name() == "sqlite" and url.database:
        return url.set(database=str(course.root / url.database))
    return url


def _assignment(session: Session, name: str) -> str:
    """The key of the assignment."""
    from nbgrader.api import Assignment
    from sqlalchemy import select

    known = {row.name: row.id for row in session.execute(select(Assignment.name, Assignment.id))}
    if name not in known:
        choices = ", ".join(sorted(known)) or "none yet"
        raise ValueError(f"the gradebook has no assignment {name!r}: choose one of {choices}")
    return known[name]


def _parts(session: Session, key: str) -> tuple[list[Part], dict[str, Part], dict[str, list[str]]]:
    """The graded cells, the same by their key, and the texts of each notebook's cells."""
    from nbgrader.api import GradeCell, Notebook, SolutionCell, SourceCell, TaskCell
    from sqlalchemy import select

    notebooks = {
        row.id: row.name for row in session.execute(select(Notebook).where(Notebook.assignment_id == key)).scalars()
    }
    mine = list(notebooks)
    written = {
        (row.notebook_id, row.name)
        for row in session.execute(
            select(SolutionCell.notebook_id, SolutionCell.name).where(SolutionCell.notebook_id.in_(mine))
        )
    }
    cells: dict[str, Part] = {}
    for kind in (GradeCell, TaskCell):
        rows = session.execute(
            select(kind.id, kind.notebook_id, kind.name, kind.max_score, kind.cell_type).where(
                kind.notebook_id.in_(mine)
            )
        )
        for row in rows:
            by_hand = kind is TaskCell or row.cell_type == "markdown" or (row.notebook_id, row.name) in written
            cells[row.id] = Part(notebooks[row.notebook_id], row.name, float(row.max_score or 0.0), by_hand)
    released: dict[str, list[str]] = {name: [] for name in notebooks.values()}
    for row in session.execute(
        select(SourceCell.notebook_id, SourceCell.source).where(SourceCell.notebook_id.in_(mine))
    ):
        released[notebooks[row.notebook_id]].append(row.source or "")
    return list(cells.values()), cells, released


def _students(session: Session) -> list[Student]:
    """Everybody, by last name."""
    from nbgrader.api import Student as Row
    from sqlalchemy import select

    rows = session.execute(select(Row.id, Row.first_name, Row.last_name, Row.email, Row.lms_user_id))
    students = [Student(row[0], *(value or "" for value in row[1:])) for row in rows]
    return sorted(students, key=lambda one: (one.last_name.casefold(), one.first_name.casefold(), one.id))


def _submissions(session: Session, key: str) -> dict[str, Submission]:
    """Who handed in, and when; without marks."""
    from nbgrader.api import Student as Row
    from nbgrader.api import SubmittedAssignment
    from sqlalchemy import select

    rows = session.execute(
        select(Row.id, Row.first_name, Row.last_name, Row.email, Row.lms_user_id, SubmittedAssignment.timestamp)
        .join(Row, Row.id == SubmittedAssignment.student_id)
        .where(SubmittedAssignment.assignment_id == key)
        .order_by(Row.id)
    )
    return {
        row[0]: Submission(Student(row[0], *(value or "" for value in row[1:5])), handed_in=row.timestamp)
        for row in rows
    }


def _add_notebooks(session: Session, key: str, submissions: dict[str, Submission]) -> dict[str, Submission]:
    """Enter the penalties and flags of notebooks; returns whose each notebook is, by its key."""
    from nbgrader.api import Notebook, SubmittedAssignment, SubmittedNotebook
    from sqlalchemy import select

    owner: dict[str, Submission] = {}
    for row in session.execute(
        select(
            SubmittedNotebook.id, SubmittedNotebook.flagged, SubmittedNotebook.late_submission_penalty,
            Notebook.name, SubmittedAssignment.student_id,
        )
        .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .where(SubmittedAssignment.assignment_id == key)
    ):  # fmt: skip
        if row.student_id not in submissions:
            continue
        submission = owner[row.id] = submissions[row.student_id]
        submission.penalty += row.late_submission_penalty or 0.0
        submission.flagged += [row.name] if row.flagged else []
    return owner


def _add_marks(session: Session, key: str, cells: dict[str, Part], owner: dict[str, Submission]) -> None:
    """Enter the marks of all parts of all notebooks."""
    from nbgrader.api import Grade, SubmittedAssignment, SubmittedNotebook
    from sqlalchemy import select

    for mark in session.execute(
        select(
            Grade.notebook_id, Grade.cell_id, Grade.auto_score, Grade.manual_score, Grade.extra_credit,
            Grade.needs_manual_grade,
        )
        .join(SubmittedNotebook, SubmittedNotebook.id == Grade.notebook_id)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .where(SubmittedAssignment.assignment_id == key)
    ):  # fmt: skip
        if mark.cell_id in cells and mark.notebook_id in owner:
            part = cells[mark.cell_id]
            points = mark.manual_score if mark.manual_score is not None else mark.auto_score
            points = points if points is not None and math.isfinite(points) else None
            extra = (mark.extra_credit or 0.0) if points is not None else 0.0  # as nbgrader's own score
            owner[mark.notebook_id].marks[part.notebook, part.name] = Mark(points, extra, bool(mark.needs_manual_grade))


def _in_order(parts: list[Part], course: CourseFolder, assignment: str) -> list[Part]:
    """Parts in the order of the source notebooks; the gradebook keeps none."""
    place: dict[tuple[str, str], int] = defaultdict(lambda: len(parts))
    for notebook in {part.notebook for part in parts}:
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            for number, cell in enumerate(raw_cells(course.source(assignment) / f"{notebook}.ipynb")):
                place[notebook, cell.get("metadata", {}).get("nbgrader", {}).get("grade_id")] = number
    return sorted(parts, key=lambda part: (part.notebook, place[part.notebook, part.name], part.name))
