"""`pretraining check` and `release`: graded notebooks, for learners and instructors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

CourseOption = Annotated[
    Path | None, typer.Option("--course", help="The nbgrader course directory; found from here if not given.")
]


def check(
    unit: Annotated[str, typer.Argument(help="A unit, such as 3-targets or 3, or the path of a notebook.")],
    fresh: Annotated[bool, typer.Option("--fresh", help="Run it even if nothing has changed.")] = False,
) -> None:
    """Check your own graded notebook: which parts pass, and what to think about. Your file is only read."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from ..grading.notebook import check as check_notebook
    from ..learner import record_check

    path = find_notebook(unit)
    print(f"Running {path} ...", flush=True)
    checked = check_notebook(path, fresh)
    parts = checked.parts
    table = Table("part", "points", "what to think about", show_lines=True)
    for part in parts:
        table.add_row(part.name, f"{part.score:g} of {part.max_score:g}", Text(part.message))
    Console().print(table)
    total, possible = sum(part.score for part in parts), sum(part.max_score for part in parts)
    print(f"{total:g} of {possible:g} points. Grading uses more inputs than these tests.")
    if checked.unchanged:
        print("Nothing has changed since the last check: this is its result (--fresh runs the notebook again).")
    if sorry := record_check(path.stem, total, possible, path.absolute().parent):
        print(sorry)


def find_notebook(unit: str) -> Path:
    """The learner's notebook of a unit: a path, or a name or number looked up in the work folder.

    Raises:
        ValueError: there is none, or more than one.
    """
    if Path(unit).suffix == ".ipynb":
        return Path(unit)
    folders = [Path("assignments"), Path("work/assignments"), *(p / "assignments" for p in Path.cwd().parents)]
    for folder in folders:
        found = [
            path for path in sorted(folder.glob("*/*.ipynb")) if path.stem == unit or path.stem.split("-")[0] == unit
        ]
        if found:
            return found[0]
    raise ValueError(
        f"no graded notebook of unit {unit!r} was found in work/assignments: name a unit or a notebook's path"
    )


def release(
    assignment: Annotated[str | None, typer.Argument(help="The assignment's name, such as 3-targets.")] = None,
    course: CourseOption = None,
    student_package: Annotated[
        Path | None,
        typer.Option(help="Make this new folder (or .zip) for learners: lessons and student versions, no solutions."),
    ] = None,
) -> None:
    """Make the student version of an assignment; with --student-package, everything that a class is given."""
    if student_package is not None:
        from ..student_package import make_student_package

        files = make_student_package(course or Path.cwd(), student_package, [assignment] if assignment else None)
        graded = sum(name.startswith("assignments/") and name.endswith(".ipynb") for name in files)
        print(f"Wrote {student_package}: {len(files)} files, {graded} of them graded notebooks; no solution is in it.")
        return
    if assignment is None:
        raise ValueError("name an assignment, such as 3-targets, or say --student-package FOLDER")
    from ..grading.course import find_course
    from ..grading.course import release as release_assignment

    folder = release_assignment(find_course(course or Path.cwd()), assignment)
    print(f"Released {assignment} in {folder}")
