"""The scores as a table for a learning management system (CSV).

`moodle` is a plain table with one line for each student, whose columns Moodle lets you map when it imports them; most
other systems and spreadsheets read it, too. `canvas` has the columns and the line of points that Canvas' gradebook
import asks for ("Student", "ID", "SIS Login ID", "Section"; every other column is an assignment).

A score is left empty, never 0, where there is none: both systems then leave what they have.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from .records import Student
from .work import plain

if TYPE_CHECKING:
    from .gather import ClassReport

COLUMNS = (
    "student_id", "last_name", "first_name", "email", "assignment", "score", "max_score", "raw_score", "late_penalty",
    "status", "look_at",
)  # fmt: skip
SYSTEMS = ("moodle", "canvas")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|")


def scores_csv(report: ClassReport, system: str = "moodle") -> str:
    """The table.

    Args:
        report: of one assignment.
        system: one of `SYSTEMS`.
    """
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(_canvas(report) if system == "canvas" else _plain(report))
    return text.getvalue()


def check_system(system: str) -> None:
    """Refuse a system that there is no format for.

    Raises:
        ValueError: there is none; the message lists those that there are.
    """
    if system not in SYSTEMS:
        raise ValueError(f"there is no table of scores for {system!r}: choose one of {', '.join(SYSTEMS)}")


def _plain(report: ClassReport) -> list[list[str]]:
    rows = [list(COLUMNS)]
    for student in everybody(report):
        submission = report.graded.get(student.id)
        numbers = [""] * 4
        if submission is not None:
            points = (submission.score, report.records.max_score, submission.raw_score, submission.penalty)
            numbers = [number(value) for value in points]
        person = [student.id, student.last_name, student.first_name, student.email, report.assignment]
        look_at = "; ".join(report.reasons.get(student.id, []))
        rows.append([*map(safe, person), *numbers, status(report, student.id), safe(look_at)])
    return rows


def _canvas(report: ClassReport) -> list[list[str]]:
    rows = [["Student", "ID", "SIS Login ID", "Section", safe(report.assignment)]]
    rows.append(["    Points Possible", "", "", "", number(report.records.max_score)])
    for student in everybody(report):
        submission = report.graded.get(student.id)
        name = ", ".join(filter(None, (student.last_name, student.first_name))) or student.id
        score = number(submission.score) if submission is not None else ""
        rows.append([safe(name), safe(student.lms_id), safe(student.id), "", score])
    return rows


def everybody(report: ClassReport) -> list[Student]:
    """The course's list, and who handed in without being on it."""
    known = {student.id for student in report.records.students}
    others = [Student(student) for student in report.ungraded if student not in known]
    return [*report.records.students, *others]


def status(report: ClassReport, student: str) -> str:
    """How far the grading of a student's work has come."""
    if student in report.ungraded:
        return "not graded"
    if student not in report.graded:
        return "not handed in"
    return "in part" if report.graded[student].waiting else "graded"


def number(value: float) -> str:
    """Points with as many digits as they need, six after the point at most.

    Example:
        >>> number(7.0), number(2.5), number(10 / 3)
        ('7', '2.5', '3.333333')
    """
    return f"{value:.6f}".rstrip("0").rstrip(".")


def safe(text: str) -> str:
    """A text that a spreadsheet does not take for a formula, on one line.

    Example:
        >>> safe("=HYPERLINK(0)"), safe("Ada")
        ("'=HYPERLINK(0)", 'Ada')
    """
    text = " ".join(plain(text).split(" ")).replace("\n", " ")
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
