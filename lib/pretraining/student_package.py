"""What a class is given: the lessons and the student versions of the graded notebooks, and nothing else of the course.

A package is a new folder or a new zip. Before it appears, its content is compared with every solution and every hidden
test of the course; one that gives a line of them away is not written.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from pathlib import Path

from . import __version__
from .grading.withheld import lines_in, withheld_lines
from .workspace import course_files, find_root, render

README = Path(__file__).parent / "assets" / "student-package.md"
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the oldest date that a zip knows: the same content makes the same file
NEVER = (".db", ".sqlite", ".pyc")  # what has no lines to compare


def make_student_package(start: Path, target: Path, assignments: list[str] | None = None) -> list[str]:
    """Write the package of the course that `start` lies in; returns the names of its files.

    Args:
        start: a folder of the course.
        target: the new folder, or the new file if its name ends in `.zip`.
        assignments: the graded notebooks that go in; all of them if not given.

    Raises:
        ValueError: `target` exists, an assignment does not, or a file would give away what is withheld.
    """
    refuse_existing(target)
    root = find_root(start)
    files = collect(root, assignments)
    refuse_leaks(root, files)
    write_zip(target, files) if target.suffix == ".zip" else write_folder(target, files)
    return sorted(files)


def refuse_existing(target: Path) -> None:
    """Never write over anything.

    Raises:
        ValueError: there is something at `target`.
    """
    if target.exists() or target.is_symlink():
        raise ValueError(f"{target} exists already and is left as it is: remove it, or name another folder or zip")


def collect(root: Path, assignments: list[str] | None = None) -> dict[str, bytes]:
    """Name -> content of every file of the package.

    Raises:
        ValueError: there is no such assignment.
    """
    known = sorted(folder.name for folder in (root / "assignments" / "source").glob("*") if any(folder.glob("*.ipynb")))
    if unknown := sorted(set(assignments or []) - set(known)):
        raise ValueError(f"there is no assignment {unknown[0]!r} in this course: choose one of {', '.join(known)}")
    files = {}
    for name, source in course_files(root):
        parts = name.split("/")
        if parts[0] != "assignments" or assignments is None or parts[1] in assignments:
            files[name] = render(source)
    files["README.md"] = README.read_text(encoding="utf-8").replace("UNITS", table_of_units(files)).encode()
    files["requirements.txt"] = f"pretraining-course=={__version__}\n".encode()
    files["LICENSE"] = (root / "course" / "LICENSE").read_bytes()
    return files


def table_of_units(files: dict[str, bytes]) -> str:
    """The rows of a Markdown table: each lesson, and its graded notebook if the package has it."""
    rows = []
    for name in sorted(name for name in files if "/" not in name and name.endswith(".ipynb")):
        unit, graded = name.removesuffix(".ipynb"), f"assignments/{name.removesuffix('.ipynb')}/{name}"
        link = f"[{unit}]({graded})" if graded in files else ""
        rows.append(f"| [{title(files[name])}]({name}) | {link} |")
    return "\n".join(rows)


def title(notebook: bytes) -> str:
    """The first heading of a notebook."""
    cells = json.loads(notebook)["cells"]
    found = (re.match(r"# (.+)", "".join(cell["source"])) for cell in cells if cell["cell_type"] == "markdown")
    return next((heading[1].strip() for heading in found if heading), "untitled")


def refuse_leaks(root: Path, files: dict[str, bytes]) -> None:
    """Compare every line of every file with what is withheld in the whole course, also in units that are left out.

    Raises:
        ValueError: a file holds such a line, or is of a kind that cannot be compared.
    """
    sources = sorted((root / "assignments" / "source").glob("*/*.ipynb"))
    withheld = withheld_lines(sources, sorted((root / "course").glob("*.ipynb")))
    for name, content in sorted(files.items()):
        if name.endswith(NEVER):
            raise ValueError(f"{name} must not go to learners: take it out of assignments/source/")
        if given_away := withheld.intersection(lines_in(name, content)):
            example = min(given_away, key=lambda line: (-len(line), line))
            raise ValueError(f"{name} would give away a solution or a hidden test ({example!r}): take that out first")


def write_folder(target: Path, files: dict[str, bytes]) -> None:
    """Write the files into a folder that this call makes; if that fails, the folder goes again."""
    target.mkdir(parents=True)
    try:
        for name, content in files.items():
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise


def write_zip(target: Path, files: dict[str, bytes]) -> None:
    """Write the files into a zip that this call makes; the same content gives the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{target.stem}/{name}", LONG_AGO)
            entry.external_attr, entry.compress_type = 0o644 << 16, zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as file:
        file.write(buffer.getvalue())
