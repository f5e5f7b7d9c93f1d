"""The units in their order: what each is about, how long it takes, and which notebook follows which."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath

MAP_HEADING = "Where-you-are"  # the heading of unit 0 that "map of the course" leads to


@dataclass(frozen=True)
class Unit:
    """One unit of the course.

    Attributes:
        name: the stem of its notebooks, such as `"3-targets"`.
        title: as its lesson's first heading begins.
        question: what the lesson asks.
        minutes: what the lesson says that it takes.
        graded_minutes: what its graded notebook says; None if it has none.
    """

    name: str
    title: str
    question: str
    minutes: int
    graded_minutes: int | None

    @property
    def number(self) -> int:
        """The unit's number."""
        return int(self.name.split("-")[0])

    @property
    def lesson(self) -> str:
        """Where the lesson lies in the learner's folder."""
        return f"{self.name}.ipynb"

    @property
    def graded(self) -> str:
        """Where the graded notebook lies in the learner's folder."""
        return f"assignments/{self.name}/{self.name}.ipynb"


UNITS = (
    Unit("0-start-here", "Start here", "What is pre-training?", 15, None),
    Unit("1-data", "Data", "What does a model read?", 40, 60),
    Unit("2-tokens", "Tokens", "How does text become numbers?", 40, 90),
    Unit("3-targets", "Targets", "What exactly is the model asked?", 30, 60),
    Unit("4-model", "The model", "What happens between text and prediction?", 40, 90),
    Unit("5-training", "Training", "How does a model learn?", 45, 90),
    Unit("6-scale", "Scale", "What does a large model cost?", 90, 60),
    Unit("7-base-model", "The base model", "What can it do, what can it not, and why?", 120, 90),
    Unit("8-check-your-understanding", "Check your understanding", "Can you say it yourself?", 45, 60),
)


def find_unit(name: str) -> Unit:
    """The unit of this name or number.

    Raises:
        ValueError: there is none.
    """
    for unit in UNITS:
        if name in (unit.name, str(unit.number)):
            return unit
    raise ValueError(f"there is no unit {name!r}: the units are {', '.join(unit.name for unit in UNITS)}")


def notebooks() -> list[tuple[str, str]]:
    """(what it is called, where it lies) of every notebook, in the order in which they are worked through."""
    found = []
    for unit in UNITS:
        called = f"{unit.number} · {unit.title}"
        found.append((called, unit.lesson))
        if unit.graded_minutes is not None:
            found.append((f"{called}: write it yourself", unit.graded))
    return found


def way(place: str) -> str:
    """The line of links that stands at the top and the end of a notebook: back, the map, on.

    Args:
        place: where the notebook lies in the learner's folder.

    Returns:
        Markdown, with links relative to that notebook.

    Raises:
        ValueError: no notebook of the course lies there.
    """
    order = notebooks()
    places = [where for _, where in order]
    if place not in places:
        raise ValueError(f"{place} is no notebook of the course")
    at, up = places.index(place), "../" * (len(PurePosixPath(place).parts) - 1)
    links = [f"[← {order[at - 1][0]}]({up}{order[at - 1][1]})"] if at else []
    links.append(f"[map of the course]({up}{UNITS[0].lesson}#{MAP_HEADING})")
    if at + 1 < len(order):
        links.append(f"[{order[at + 1][0]} →]({up}{order[at + 1][1]})")
    return " | ".join(links)


def next_step(opened: Collection[str], passed: Collection[str]) -> tuple[str, str] | None:
    """What to do next: the first lesson not begun, or the first graded notebook not passed, whichever comes first.

    Args:
        opened: names of the units whose lesson was begun.
        passed: names of the units whose check earned every point.

    Returns:
        (what it is called, where it lies), or None when all is done.
    """
    done = {unit.lesson for unit in UNITS if unit.name in opened} | {u.graded for u in UNITS if u.name in passed}
    return next((step for step in notebooks() if step[1] not in done), None)
