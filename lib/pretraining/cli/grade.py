"""`pretraining grade`: grade what was submitted, fast, in parallel and in isolation."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .course import CourseOption

if TYPE_CHECKING:
    from rich.console import Console

    from ..grading.outcome import Outcome
    from ..grading.pipeline import Run


def grade(
    assignment: Annotated[str, typer.Argument(help="The assignment's name, such as 3-targets.")],
    student: Annotated[str | None, typer.Option(help="Grade this student only.")] = None,
    course: CourseOption = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Submissions at a time; one on each core if not given.")
    ] = None,
    unsafe: Annotated[
        bool, typer.Option("--unsafe", help="Go on where this machine cannot isolate submitted code.")
    ] = False,
    show_hidden_tests: Annotated[
        bool, typer.Option("--show-hidden-tests", help="Leave hidden tests in the graded notebooks and in feedback.")
    ] = False,
    scheduler: Annotated[
        str | None, typer.Option(help="Grade on the dask cluster at this address, such as tcp://10.0.0.5:8786.")
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start anew, even if an earlier run was interrupted.")] = False,
) -> None:
    """Autograde what was submitted; one bad submission does not stop the others. Interrupted, it goes on next time."""
    gc.disable()  # what is imported now stays: looking for garbage in it costs a fifth of the start
    from rich.console import Console

    from ..grading.course import find_course, start
    from ..grading.outcome import Options

    options = Options(jobs, unsafe, show_hidden_tests, resume=not fresh, scheduler=scheduler)
    console = Console(highlight=False, markup=False)
    where = f" on the cluster at {scheduler}" if scheduler else ""
    with start(find_course(course or Path.cwd()), assignment, student, options) as run:
        gc.freeze()
        gc.enable()
        console.print(f"Isolation: {run.level.name} - {run.level.says}; {run.jobs} at a time{where}", soft_wrap=True)
        outcomes = sorted(with_progress(run, console), key=lambda outcome: outcome.student)
    show(console, assignment, outcomes)
    console.print(f"Log: {run.log}", soft_wrap=True)
    if failed := sum(bool(outcome.error) for outcome in outcomes):
        console.print(f"{failed} of {len(outcomes)} could not be graded, or not fully; see the notes above.")
        raise typer.Exit(1)


def with_progress(run: Run, console: Console) -> Iterator[Outcome]:
    """Pass on outcomes and show how many there are, how many failed, and how long the rest will take."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from ..grading.course import outcomes

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    failed = 0
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("Grading", total=len(run.students))
        for outcome in outcomes(run):
            failed += bool(outcome.error)
            text = f"Grading ({failed} failed)" if failed else "Grading"
            progress.update(task, advance=1, description=text)
            yield outcome


def show(console: Console, assignment: str, outcomes: list[Outcome]) -> None:
    """The final table."""
    from rich.table import Table
    from rich.text import Text

    from ..grading.handed_in import as_text

    table = Table("student", "points", "seconds", "note", title=assignment)
    for outcome in outcomes:
        points = "-" if outcome.score is None else f"{outcome.score:g} of {outcome.max_score:g}"
        notes = [outcome.error] if outcome.error else []
        notes += ["needs a manual grade"] if outcome.needs_manual_grade else []
        notes += ["graded before the interruption"] if outcome.resumed else []
        notes += [*outcome.notes[:3], "..."] if len(outcome.notes) > 3 else outcome.notes
        table.add_row(Text(as_text(outcome.student)), points, f"{outcome.seconds:.1f}", Text("\n".join(notes)))
    console.print(table)
