"""The learner's own copy of the course: a folder `work/` with the lessons and the graded notebooks.

Laying out again brings untouched notebooks up to date and never writes over one that the learner changed. What was laid
out is remembered by checksum in `work/.course.json`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .files import write_atomically
from .grading.notebook import student_version
from .learner import MANIFEST, checksum, read_manifest

PACKED = Path(__file__).parent / "assets" / "notebooks"  # in an installed wheel: hatch_build.py puts them there


@dataclass(frozen=True)
class Layout:
    """What laying out did.

    Attributes:
        written: notebooks that are new or were brought up to date.
        kept: notebooks that the learner changed, of which the course has a newer version.
    """

    written: list[str]
    kept: list[str]


def find_root(start: Path | None = None) -> Path:
    """The folder that holds `course/` and `assignments/`: here, above, or where this package was installed from.

    A checkout has the graded notebooks in `assignments/source/`; an installed wheel has the student versions alone, in
    `assignments/release/`.

    Raises:
        ValueError: there is none.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents, Path(__file__).resolve().parents[2]):
        if (folder / "course").is_dir() and (folder / "assignments" / "source").is_dir():
            return folder
    if (PACKED / "course").is_dir():
        return PACKED
    raise ValueError(f"the course's notebooks were not found at {here}: run this in a clone of the course")


def course_files(root: Path) -> Iterator[tuple[str, Path]]:
    """(place in the work folder, source) of every notebook and its companions, lessons first."""
    for lesson in sorted((root / "course").glob("*.ipynb")):
        yield lesson.name, lesson
    graded = root / "assignments" / ("release" if root == PACKED else "source")
    for file in sorted(graded.glob("*/*")):
        if file.is_file() and not file.name.startswith("."):
            yield f"assignments/{file.parent.name}/{file.name}", file


def lay_out(root: Path, work: Path) -> Layout:
    """Copy the course from `root` into `work`; graded notebooks go in without their solutions.

    A file is written when it is missing or is still exactly what an earlier layout wrote.

    Raises:
        ValueError: `work` lies where the course's own notebooks are.
    """
    if (root / "course").resolve() in (work.resolve(), *work.resolve().parents):
        raise ValueError(f"{work} belongs to the course itself: choose another folder to work in")
    manifest = read_manifest(work)
    written, kept = [], []
    for name, source in course_files(root):
        target, version = work / name, checksum(source.read_bytes())
        known = manifest.get(name, {})
        if target.exists() and known.get("source") == version:
            continue
        if target.exists() and checksum(target.read_bytes()) != known.get("written"):
            kept.append(name)
            continue
        content = render(source)
        # The note comes first: if the copy is interrupted, the old file counts as changed and is kept.
        manifest[name] = {"source": version, "written": checksum(content)}
        write_atomically(target, content)
        write_atomically(work / MANIFEST, json.dumps(manifest, indent=1).encode())
        written.append(name)
    return Layout(written, kept)


def render(source: Path) -> bytes:
    """What a learner gets of one source file."""
    if source.suffix == ".ipynb" and source.parent.parent.name == "source":
        return student_version(source).encode()
    return source.read_bytes()
