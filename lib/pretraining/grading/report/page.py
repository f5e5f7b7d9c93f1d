"""The report as one HTML page that asks nothing of a network and runs no script.

Names, answers and messages come from students. Everything is escaped by the template engine; only our own pictures go
in as they are, and a content security policy forbids scripts and requests even if something slipped through.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from . import charts
from .copies import FEWEST, THRESHOLD, CopyGroup
from .gather import ClassReport, excerpt
from .statistics import FEWEST as FEWEST_STUDENTS
from .statistics import SMALL_CLASS, remark
from .work import plain

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = Path(__file__).parent
MOST_FAILURES, MOST_STUDENTS, MOST_GROUPS, MOST_SLOW = 25, 200, 30, 8
EXCERPT_LINES = 80


def page(report: ClassReport, table: str) -> str:
    """The whole page.

    Args:
        report: of one assignment.
        table: the name of the CSV file beside it.
    """
    parts = _parts(report)
    return _environment().get_template("page.html").render(
        report=report,
        course=report.course.course_id,
        table=table,
        now=datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        style=(HERE / "page.css").read_text(encoding="utf-8"),
        score_figure=charts.figure(charts.score_chart(report.scores, report.records.max_score)),
        spread=asdict(report.spread),
        parts=parts,
        part_figure=charts.figure(charts.part_chart([(row["label"], *row["figures"]) for row in parts])),
        small_class=FEWEST_STUDENTS <= len(report.graded) < SMALL_CLASS,
        stray=max(1, len(report.graded) - 1) ** -0.5,
        failures=_failures(report),
        hidden_failures=max(0, len(report.failures) - MOST_FAILURES),
        troubles=_troubles(report),
        waiting=_waiting(report),
        flagged=[student for student, one in report.graded.items() if one.flagged],
        groups=[_group(report, group) for group in report.copies[:MOST_GROUPS]],
        hidden_groups=max(0, len(report.copies) - MOST_GROUPS),
        cost=_cost(report),
        absent=len({student.id for student in report.records.students} - set(report.graded) - set(report.ungraded)),
        most=MOST_STUDENTS,
        fewest=FEWEST,
        threshold=THRESHOLD,
    )  # fmt: skip


def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["number"] = lambda value, digits=2: "–" if value is None else f"{value:.{digits}f}"
    environment.filters["percent"] = lambda value: "–" if value is None else f"{100 * value:.0f}%"
    environment.filters["shown"] = lambda text: plain(str(text))
    return environment


def _parts(report: ClassReport) -> list[dict[str, Any]]:
    """A row for each part."""
    rows = []
    for part, item in zip(report.records.parts, report.items, strict=True):
        figures = (item.difficulty, item.discrimination)
        rows.append(
            {
                "label": _label(report, part.notebook, part.name),
                "part": part,
                "item": item,
                "figures": figures,
                "remark": remark(item),
            }
        )
    return rows


def _label(report: ClassReport, notebook: str, part: str) -> str:
    """A part's name, with its notebook's if there are several."""
    several = len({one.notebook for one in report.records.parts}) > 1
    return plain(f"{notebook} / {part}" if several else part)[:80]


def _failures(report: ClassReport) -> list[dict[str, Any]]:
    return [
        {
            "failure": failure,
            "part": _label(report, failure.notebook, failure.part),
            "share": len(failure.students) / len(report.graded),
            "first": plain(failure.message).strip("\n"),
        }
        for failure in report.failures[:MOST_FAILURES]
    ]


def _troubles(report: ClassReport) -> list[tuple[str, str, str]]:
    """(student, name, what went wrong) of submissions that could not be graded, or only in part."""
    names = {student.id: student.name for student in report.records.students}
    rows = list(report.ungraded.items())
    rows += [
        (student, f"graded in part: {log.error}")
        for student, log in report.measured.items()
        if log.error and student in report.graded
    ]
    return [(student, names.get(student, ""), why) for student, why in rows]


def _waiting(report: ClassReport) -> list[tuple[str, list[str]]]:
    """(part, ids of students whose mark waits for a person)."""
    found: dict[tuple[str, str], list[str]] = {(part.notebook, part.name): [] for part in report.records.parts}
    for student, submission in report.graded.items():
        for part in submission.waiting:
            found.setdefault(part, []).append(student)
    return [(_label(report, *part), students) for part, students in found.items() if students]


def _group(report: ClassReport, group: CopyGroup) -> dict[str, Any]:
    """A group of near copies, with the work of the two most alike."""
    sides = []
    for student in group.pair:
        lines = plain(excerpt(report, group, student), 100_000).split("\n")
        cut = len(lines) - EXCERPT_LINES
        sides.append((student, "\n".join(lines[:EXCERPT_LINES]) + (f"\n… {cut} more lines" if cut > 0 else "")))
    return {"group": group, "sides": sides}


def _cost(report: ClassReport) -> dict[str, Any] | None:
    """Time and memory, if there is a log."""
    measured = [log for log in report.measured.values() if log.seconds > 0]
    if not measured:
        return None
    seconds = np.array([log.seconds for log in measured])
    megabytes = np.array([log.peak_memory_bytes / 1e6 for log in measured if log.peak_memory_bytes > 0])
    return {
        "figure": charts.figure(charts.cost_chart(seconds, megabytes)),
        "seconds": float(seconds.sum()),
        "cpu": sum(log.cpu_seconds for log in measured),
        "count": len(measured),
        "levels": Counter(log.isolation or "unknown" for log in measured).most_common(),
        "slowest": sorted(measured, key=lambda log: -log.seconds)[:MOST_SLOW],
    }
