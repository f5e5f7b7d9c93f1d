"""A learner's work in one file: the notebooks that were changed, the learner's own files, and the progress.

A pack is a zip with a list of its contents, `pretraining-work.json`. What the course lays out anywhere is left out.
"""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .place import checksum, is_untouched, read_manifest
from .progress import FILE as PROGRESS

CONTENTS, MADE_BY, VERSION = "pretraining-work.json", "pretraining-course", 1
LARGEST_FILE, LARGEST_PACK, MOST_FILES = 50_000_000, 200_000_000, 2_000  # bytes, bytes, files
NOT_THE_LEARNERS = ("solutions", "__pycache__")  # made by the course, and made again at any time


@dataclass(frozen=True)
class Packed:
    """What packing did.

    Attributes:
        file: the zip.
        names: what is in it.
        left_out: what is not, and why, as "name (why)".
    """

    file: Path
    names: list[str]
    left_out: list[str]


def pack(work: Path, file: Path) -> Packed:
    """Write the learner's work into a new zip.

    Args:
        work: the learner's folder.
        file: the zip to make; it must not exist yet.

    Raises:
        ValueError: `work` is no folder, `file` exists, or there is more than a pack may hold.
    """
    if not work.is_dir():
        raise ValueError(f"there is no folder {work}: name your work folder with --work")
    if file.exists():
        raise ValueError(f"{file} is there already: choose another name, so that nothing is lost")
    manifest, chosen, left_out = read_manifest(work), {}, []
    for name, path in own_files(work):
        if why := reason_against(path, name):
            left_out.append(f"{name} ({why})")
            continue
        content = path.read_bytes()
        if not is_untouched(name, content, manifest):
            chosen[name] = checksum(content)
    if len(chosen) > MOST_FILES or sum((work / name).stat().st_size for name in chosen) > LARGEST_PACK:
        raise ValueError(f"{work} holds more than {MOST_FILES} files or {LARGEST_PACK // 10**6} MB: move some away")
    write_pack(work, file, chosen)
    return Packed(file, list(chosen), left_out)


def own_files(work: Path) -> Iterator[tuple[str, Path]]:
    """(name with forward slashes, path) of every file that may be the learner's, in order."""
    for folder, folders, files in os.walk(work):
        here = Path(folder)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in NOT_THE_LEARNERS)
        for name in sorted(files):
            top = here == work
            if name.startswith(".") and not (top and name == PROGRESS):
                continue
            yield (here / name).relative_to(work).as_posix(), here / name


def reason_against(path: Path, name: str) -> str:
    """Why a file cannot be packed; empty if it can."""
    if path.is_symlink() or not path.is_file():
        return "not a plain file"
    if path.suffix == ".zip" and is_pack(path):
        return "a pack itself"
    if path.stat().st_size > LARGEST_FILE:
        return f"over {LARGEST_FILE // 10**6} MB"
    return "" if works_everywhere(name) else "not every machine takes this name: rename it"


def works_everywhere(name: str) -> bool:
    """Whether a file may have this name on every kind of machine."""
    return name.isprintable() and len(name) <= 200 and not set(name) & set('\\:*?"<>|')


def is_pack(file: Path) -> bool:
    """Whether a file is a zip that `pack` made."""
    try:
        with zipfile.ZipFile(file) as archive:
            return CONTENTS in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def write_pack(work: Path, file: Path, checksums: dict[str, str]) -> None:
    """Write the zip in one move: nobody ever sees half of it."""
    contents = {"made_by": MADE_BY, "version": VERSION, "files": checksums}
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(CONTENTS, json.dumps(contents, indent=1))
            for member in checksums:
                archive.write(work / member, member)
        os.chmod(name, 0o644)
        os.replace(name, file)
    except BaseException:
        os.unlink(name)
        raise


def free_name(folder: Path, stem: str, suffix: str = ".zip") -> Path:
    """A path in `folder` that is not taken: `stem`, or `stem-2`, `stem-3` ..."""
    number, path = 1, folder / f"{stem}{suffix}"
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}{suffix}"
    return path
