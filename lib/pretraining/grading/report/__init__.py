"""A report on a graded assignment, for the instructor: one HTML page that needs no network, and a CSV of scores.

It reads the gradebook of any nbgrader course, the graded notebooks and the log of the engine if there is one, and
writes nothing but its own two files and a note of them in `reports/`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Done:
    """What was written.

    Attributes:
        page: the HTML page.
        table: the CSV.
        summary: the report in a sentence.
    """

    page: Path
    table: Path
    summary: str


def make_report(
    root: Path,
    assignment: str,
    system: str = "moodle",
    seen: Callable[[int, int], None] = lambda done, total: None,
) -> Done:
    """Write the report on an assignment into the course's folder `reports/`.

    Args:
        root: the course directory.
        assignment: the assignment's name.
        system: what the table of scores is for, "moodle" or "canvas".
        seen: is told how many students' work has been read, and of how many.

    Raises:
        ValueError: there is no gradebook, no such assignment, no such system, nothing graded yet, or a file of the
            report's name that somebody made or changed.
    """
    from .scores import check_system, scores_csv
    from .write import check_free, names, write_report

    check_system(system)
    check_free(root, assignment)
    from .gather import gather
    from .page import page

    report = gather(root, assignment, seen)
    html, table = page(report, names(assignment)[1]), scores_csv(report, system)
    paths = write_report(root, assignment, html, table)
    median = f"median {report.spread.median:g} of {report.records.max_score:g} points"
    return Done(*paths, f"{len(report.graded)} graded, {median}; {len(report.reasons)} need a person")
