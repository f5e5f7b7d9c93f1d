"""`pretraining solution`, `pack` and `unpack`: what a learner does with finished work."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

WorkOption = Annotated[Path | None, typer.Option("--work", help="Your folder; found from here if not given.")]


def solution(
    unit: Annotated[str, typer.Argument(help="A unit, such as 3-targets or 3.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask, even if your check has not passed yet.")] = False,
    work: WorkOption = None,
) -> None:
    """Write a unit's solution into a new file beside your work. Asks first, unless your check has passed."""
    from ..learner import read_progress
    from ..learner.syllabus import find_unit
    from ..solutions import solution as find_solution
    from ..solutions import write_solution

    wanted, folder = find_unit(unit), find_work(work)
    find_solution(wanted)  # whether there is one is said before anything is asked
    progress = read_progress(folder)
    if not yes and not progress.passed(wanted.name):
        best = progress.best.get(wanted.name)
        so_far = (
            f"Your best check earned {best.points:g} of {best.of:g} points" if best else "You have not checked it yet"
        )
        print(f"{so_far} (`pretraining check {wanted.name}`). The folded hints in the notebook come in three steps.")
        if not typer.confirm("Show the solution all the same?", default=False):
            print("Good. It stays where it is.")
            return
    path = write_solution(wanted, folder)
    print(f"The solution is in {path}. Your own notebook was not touched.")


def pack(
    file: Annotated[Path | None, typer.Argument(help="The zip to make; by default named after today.")] = None,
    work: WorkOption = None,
) -> None:
    """Pack your work (changed notebooks, your own files, your progress) into one zip, to go on elsewhere."""
    from ..learner import pack as pack_work
    from ..learner.archive import free_name

    folder = find_work(work)
    done = pack_work(folder, file or free_name(Path.cwd(), f"pretraining-work-{date.today().isoformat()}"))
    for name in done.names:
        print(f"packed    {name}")
    for name in done.left_out:
        print(f"left out  {name}")
    print(f"{len(done.names)} files in {done.file}. On another machine: pretraining unpack {done.file.name}")


def unpack(
    file: Annotated[Path, typer.Argument(help="The zip that `pretraining pack` made.")],
    work: WorkOption = None,
) -> None:
    """Bring packed work back into your folder. What you changed there is never overwritten."""
    from ..learner import unpack as unpack_work

    folder = find_work(work)
    done = unpack_work(file, folder)
    for name in done.written:
        print(f"restored  {name}")
    for name, place in done.beside:
        print(f"kept yours  {name}; the packed one is in {place}")
    print(f"{len(done.written)} files restored in {folder}, {len(done.same)} were there already.")


def find_work(work: Path | None) -> Path:
    """The learner's folder: as named, or the one that this is, or `work/` here."""
    from ..learner import work_folder

    return work or work_folder() or Path("work")
