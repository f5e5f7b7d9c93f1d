"""What a report needs of a gradebook, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Part:
    """One graded cell of an assignment.

    Attributes:
        notebook: the notebook that it is in.
        name: its nbgrader id.
        points: the most that it is worth.
        by_hand: a person reads it, not a test.
    """

    notebook: str
    name: str
    points: float
    by_hand: bool = False


@dataclass(frozen=True)
class Student:
    """A person on the course's list.

    Attributes:
        id: nbgrader's.
        lms_id: the learning management system's own id.
    """

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_id: str = ""

    @property
    def name(self) -> str:
        """First and last name; nothing if the gradebook has neither."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True)
class Mark:
    """What one part of one submission earned.

    Attributes:
        points: as a person decided, else as the test did; None if neither did. Without extra credit.
        extra: extra credit.
        waits: nbgrader's `needs_manual_grade`.
    """

    points: float | None
    extra: float = 0.0
    waits: bool = False


@dataclass
class Submission:
    """What the gradebook knows of one learner's work on the assignment.

    Attributes:
        student: whose it is.
        marks: of each part, by (notebook, name).
        penalty: points taken off because it was late.
        flagged: notebooks that a grader flagged.
        handed_in: when, in UTC, if the gradebook knows.
    """

    student: Student
    marks: dict[tuple[str, str], Mark] = field(default_factory=dict)
    penalty: float = 0.0
    flagged: list[str] = field(default_factory=list)
    handed_in: datetime | None = None

    @property
    def raw_score(self) -> float:
        """Points and extra credit, before the late penalty."""
        return sum((mark.points or 0.0) + mark.extra for mark in self.marks.values())

    @property
    def score(self) -> float:
        """Points after the late penalty, never below 0, as nbgrader's own export counts."""
        return max(0.0, self.raw_score - self.penalty)

    @property
    def has_marks(self) -> bool:
        """Whether anything, test or person, has decided on any part."""
        return any(mark.points is not None for mark in self.marks.values())

    @property
    def waiting(self) -> list[tuple[str, str]]:
        """The parts that wait for a person."""
        return [part for part, mark in self.marks.items() if mark.waits]


@dataclass
class Records:
    """An assignment in the gradebook.

    Attributes:
        parts: its graded cells.
        students: everybody on the course's list.
        submissions: student id -> what is known of their work.
        released: notebook -> the texts of its cells as learners got them, tests included.
    """

    parts: list[Part]
    students: list[Student]
    submissions: dict[str, Submission]
    released: dict[str, list[str]]

    @property
    def max_score(self) -> float:
        """The most points that can be earned without extra credit."""
        return sum(part.points for part in self.parts)
