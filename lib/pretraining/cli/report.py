"""`pretraining report`: how a graded assignment went, for the instructor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .course import CourseOption


def report(
    assignment: Annotated[str, typer.Argument(help="The assignment's name, such as 3-targets.")],
    course: CourseOption = None,
    lms: Annotated[
        str, typer.Option(help="The system that the table of scores is for: moodle (a plain table) or canvas.")
    ] = "moodle",
) -> None:
    """Write a page on a graded assignment (scores, parts, failures, near copies) and a table of scores, in reports/."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from ..grading.course import find_course
    from ..grading.report import make_report

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Reading", total=None)
        done = make_report(
            find_course(course or Path.cwd()),
            assignment,
            lms,
            lambda read, total: progress.update(task, completed=read, total=total),
        )
    print(done.summary)
    print(f"Page:   {done.page}")
    print(f"Scores: {done.table}")
