"""A learner's work out of a pack, into the folder of another machine; nothing that was changed there is overwritten.

A pack may come from anywhere, so it is read with care: every name and size is looked at before the first file is
written, and every file's content must be the one that the list of contents promises.
"""

from __future__ import annotations

import json
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..files import write_atomically
from .archive import CONTENTS, LARGEST_FILE, LARGEST_PACK, MADE_BY, MOST_FILES, VERSION, works_everywhere
from .place import MANIFEST, checksum, is_untouched, read_manifest
from .progress import FILE as PROGRESS
from .progress import add_lines, parse, read_lines

RESTORED = "restored"  # the folder for what may not take its old place
LARGEST_CONTENTS = 1_000_000


@dataclass
class Restored:
    """What unpacking did.

    Attributes:
        written: files that took their old place.
        beside: (name, where it was put) of files whose place holds another version that the learner changed.
        same: files that were there already, with the same content.
    """

    written: list[str] = field(default_factory=list)
    beside: list[tuple[str, str]] = field(default_factory=list)
    same: list[str] = field(default_factory=list)


def unpack(file: Path, work: Path) -> Restored:
    """Bring the work in a pack back into a learner's folder.

    Raises:
        ValueError: the file is not a pack, or holds what no pack holds; then nothing was written.
    """
    work.mkdir(parents=True, exist_ok=True)
    manifest, done = read_manifest(work), Restored()
    for name, content in contents(file, work):
        if name == PROGRESS:
            merge_progress(work, content)
            continue
        place = work / name
        there = place.read_bytes() if place.is_file() else None
        if there == content:
            done.same.append(name)
        elif is_free(work, name) if there is None else is_untouched(name, there, manifest):
            write_atomically(place, content)
            done.written.append(name)
        else:
            done.beside.append((name, put_beside(work, name, content)))
    return done


def contents(file: Path, work: Path) -> list[tuple[str, bytes]]:
    """Every (name, content) of a pack, all of them looked at.

    Raises:
        ValueError: something is not as `pack` makes it.
    """
    strange = f"{file} is not a file that `pretraining pack` made"
    try:
        if file.stat().st_size > LARGEST_PACK:
            raise ValueError(f"{file} is over {LARGEST_PACK // 10**6} MB: no pack is")
        with zipfile.ZipFile(file) as archive:
            members = {member.filename: member for member in archive.infolist()}
            if len(members) != len(archive.infolist()) or len(members) > MOST_FILES + 1 or CONTENTS not in members:
                raise ValueError(strange)
            if any(
                member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for member in members.values()
            ):
                raise ValueError(strange)
            if sum(member.file_size for member in members.values()) > LARGEST_PACK + LARGEST_CONTENTS:
                raise ValueError(f"{file} holds more than {LARGEST_PACK // 10**6} MB: no pack does")
            checksums = promised(read(archive, members.pop(CONTENTS), LARGEST_CONTENTS, strange), strange)
            if checksums.keys() != members.keys() or len({name.casefold() for name in members}) < len(members):
                raise ValueError(strange)
            for name, member in members.items():
                refuse(name, member, work, strange)
            return [(name, checked(archive, members[name], checksums[name], strange)) for name in members]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        if isinstance(error, OSError) and not file.is_file():
            raise ValueError(f"there is no file {file}") from None
        raise ValueError(f"{strange}, or it is damaged: {error}") from None


def promised(raw: bytes, strange: str) -> dict[str, str]:
    """The list of contents: a checksum for each name."""
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        raise ValueError(strange) from None
    if not isinstance(said, dict) or said.get("made_by") != MADE_BY or not isinstance(said.get("files"), dict):
        raise ValueError(strange)
    if said.get("version") != VERSION:
        raise ValueError("this pack was made by another version of the course: bring the course up to date")
    return said["files"]


def refuse(name: str, member: zipfile.ZipInfo, work: Path, strange: str) -> None:
    """Raise if a member could land outside the learner's folder, hide, or be anything but a plain file."""
    parts = name.split("/")
    plain = works_everywhere(name)
    hidden = any(part in ("", "..") or part.startswith(".") for part in parts) and name != PROGRESS
    kind = stat.S_IFMT(member.external_attr >> 16)
    if not plain or hidden or name in (MANIFEST, CONTENTS) or kind not in (0, stat.S_IFREG) or member.flag_bits & 1:
        raise ValueError(f"{strange}: {name!r} may not be in a pack")
    if member.file_size > LARGEST_FILE:
        raise ValueError(f"{strange}: {name!r} is over {LARGEST_FILE // 10**6} MB")
    if any(folder.is_symlink() for folder in folders_of(work, parts)):
        raise ValueError(f"{name!r} would leave {work} by a link there: remove the link first")


def folders_of(work: Path, parts: list[str]) -> Iterator[Path]:
    """Every folder, and the file itself, between the learner's folder and a file in it."""
    return (work.joinpath(*parts[:depth]) for depth in range(1, len(parts) + 1))


def checked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, promise: object, strange: str) -> bytes:
    """A member's content, if it is the one that the list of contents promises."""
    content = read(archive, member, LARGEST_FILE, strange)
    if checksum(content) != promise:
        raise ValueError(f"{strange}, or it is damaged: {member.filename!r} is not what was packed")
    return content


def read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int, strange: str) -> bytes:
    """A member's content, at most as long as it says that it is, and as allowed."""
    most = min(most, member.file_size)
    with archive.open(member) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise ValueError(strange)
    return content


def is_free(work: Path, name: str) -> bool:
    """Whether nothing stands at a file's place, nor a file at the place of one of its folders."""
    return not (work / name).exists() and all(p.is_dir() or not p.exists() for p in (work / name).parents)


def put_beside(work: Path, name: str, content: bytes) -> str:
    """Write a file into a folder of its own, under its old name; returns where it is."""
    number, folder = 1, RESTORED
    while not takes(work, f"{folder}/{name}", content):
        number += 1
        folder = f"{RESTORED}-{number}"
    write_atomically(work / folder / name, content)
    return f"{folder}/{name}"


def takes(work: Path, name: str, content: bytes) -> bool:
    """Whether a file may be put at this place: nothing is there, or the very same file."""
    place = work / name
    if any((work / part).is_symlink() for part in (name, *map(str, Path(name).parents[:-1]))):
        return False
    return place.read_bytes() == content if place.is_file() else is_free(work, name)


def merge_progress(work: Path, content: bytes) -> None:
    """Add the pack's events to those that are known here; damaged lines are left out."""
    known = set(read_lines(work))
    lines = content.decode("utf-8", errors="replace").splitlines()
    add_lines(work, [line for line in dict.fromkeys(lines) if line not in known and parse(line) is not None])
