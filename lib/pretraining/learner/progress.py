"""What a learner has done: lessons opened and checks made, one line each in a file of the learner's own folder.

The file only ever grows by whole lines, so two notebooks can note something at the same time, and a damaged line costs
only itself. Nothing is sent anywhere, nothing is written into a notebook, and nothing here ever stops a lesson.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from .place import work_folder
from .syllabus import UNITS, find_unit

FILE = ".progress.jsonl"
LARGEST_BYTES = 5_000_000


@dataclass(frozen=True)
class Check:
    """The result of one check of a graded notebook, in points."""

    points: float
    of: float

    @property
    def passed(self) -> bool:
        """Whether every point was earned."""
        return self.points >= self.of


@dataclass(frozen=True)
class Progress:
    """What is known of a learner's way.

    Attributes:
        opened: names of the units whose lesson was begun.
        best: for each unit that was checked, the best check.
        problem: a sentence for the learner if something could not be read; else empty.
    """

    opened: frozenset[str] = frozenset()
    best: dict[str, Check] = field(default_factory=dict)
    problem: str = ""

    def passed(self, unit: str) -> bool:
        """Whether a check of this unit earned every point."""
        return unit in self.best and self.best[unit].passed


def read_progress(work: Path | None) -> Progress:
    """The progress kept in a learner's folder; empty, with a sentence, where there is none to be read."""
    if work is None:
        return Progress(
            problem="This notebook is not in a folder that `pretraining lab` laid out, so nothing is noted."
        )
    try:
        lines = read_lines(work)
    except OSError as error:
        return Progress(problem=f"Your progress could not be read ({error.strerror}). Your notebooks are not touched.")
    events = [parse(line) for line in lines]
    damaged = sum(event is None for event in events)
    problem = f"{damaged} damaged lines of {FILE} were skipped; the rest counts." if damaged else ""
    return gather((event for event in events if event is not None), problem)


def open_lesson(unit: str, work: Path | None = None) -> None:
    """Say which lesson this is, and note that it was begun; a lesson's first cell calls it.

    Args:
        unit: the unit's name, such as `"3-targets"`.
        work: the learner's folder; found from the current folder if not given.

    Raises:
        ValueError: there is no such unit.
    """
    lesson = find_unit(unit)
    print(f"Unit {lesson.number} of {len(UNITS) - 1}: {lesson.title}. Plan {in_words(lesson.minutes)}.")
    if sorry := note({"event": "opened", "unit": unit}, work or work_folder()):
        print(sorry)


def record_check(unit: str, points: float, of: float, work: Path | None = None) -> str:
    """Note the points of a check.

    Args:
        unit: the graded notebook's name; one of another course is not noted.
        points: points earned.
        of: points possible.
        work: the learner's folder, or a folder in it; the current folder if not given.

    Returns:
        A sentence that says why it could not be noted; empty if it was, or if there is nowhere to note it.
    """
    if not any(unit == known.name for known in UNITS):
        return ""
    return note({"event": "check", "unit": unit, "points": points, "of": of}, work_folder(work))


def note(event: dict[str, Any], work: Path | None) -> str:
    """Add a line for an event, once; returns a sentence if that failed."""
    line = json.dumps({**event, "on": date.today().isoformat()})
    if work is None or parse(line) is None:
        return ""
    try:
        if not any(same(event, known) for known in map(parse, read_lines(work))):
            add_lines(work, [line])
    except OSError as error:
        return f"(Your progress could not be noted: {error.strerror}. Everything else works all the same.)"
    return ""


def add_lines(work: Path, lines: Iterable[str]) -> None:
    """Append lines, each in one move; the line break before it ends a line that was left half written."""
    with (work / FILE).open("a", encoding="utf-8") as file:
        file.write("".join(f"\n{line}\n" for line in lines))


def read_lines(work: Path) -> list[str]:
    """The file's lines without empty ones; none if there is no file.

    Raises:
        OSError: it cannot be read, or is far too large.
    """
    path = work / FILE
    if not path.exists():
        return []
    if not path.is_file() or path.stat().st_size > LARGEST_BYTES:
        raise OSError(0, f"{FILE} is no file of this course: delete it")
    return [line for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]


def parse(line: str) -> dict[str, Any] | None:
    """An event of a unit of this course; None if the line is anything else."""
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(event, dict) or not any(event.get("unit") == unit.name for unit in UNITS):
        return None
    numbers: list[Any] = [event.get("points"), event.get("of")] if event.get("event") == "check" else [0]
    good = all(type(number) in (int, float) and math.isfinite(number) and number >= 0 for number in numbers)
    return event if good and event.get("event") in ("opened", "check") else None


def same(event: dict[str, Any], known: dict[str, Any] | None) -> bool:
    """Whether a known event says the same, on whatever day."""
    return known is not None and all(known.get(name) == value for name, value in event.items())


def gather(events: Iterable[dict[str, Any]], problem: str = "") -> Progress:
    """Events summed up: the best check of each unit counts."""
    opened: set[str] = set()
    best: dict[str, Check] = {}
    for event in events:
        unit = event["unit"]
        if event["event"] == "opened":
            opened.add(unit)
            continue
        check = Check(event["points"], event["of"])
        if unit not in best or (check.passed, check.points) >= (best[unit].passed, best[unit].points):
            best[unit] = check
    return Progress(frozenset(opened), best, problem)


def in_words(minutes: int) -> str:
    """A time as people say it: `"about 40 minutes"`, `"about an hour and a half"`."""
    hours = {60: "an hour", 90: "an hour and a half", 120: "two hours"}
    return f"about {hours.get(minutes, f'{minutes} minutes')}"
