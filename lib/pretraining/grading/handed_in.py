"""The files in a learner's folder, found without following, waiting for or tripping over anything that lies there.

Only plain files with one name count. Links, pipes, sockets and devices, names that are no text, folders in folders
without end: all are named and left alone.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

MOST_FILES = 1_000
MOST_FOLDERS = 1_000
DEEPEST = 20  # folders within folders
LONGEST_PATH = 1_000  # bytes, so that the same path fits below any other folder
LONGEST_ID = 128  # characters, as in nbgrader's tables
MOST_NOTES = 20
IGNORED = (".ipynb_checkpoints", "__pycache__", ".git")


def trouble_with_id(student: str) -> str:
    r"""Why a folder's name cannot be a student's id; empty if it can.

    Example:
        >>> trouble_with_id("ada"), trouble_with_id("a\nb")
        ('', "its folder's name is no proper student id (a character in it is no printable text): rename it")
    """
    trouble = ""
    if not student.isprintable():
        trouble = "a character in it is no printable text"
    elif len(student) > LONGEST_ID:
        trouble = f"longer than {LONGEST_ID} characters"
    return trouble and f"its folder's name is no proper student id ({trouble}): rename it"


def plain_files(folder: Path, notes: list[str]) -> dict[str, int]:
    """Path -> size of the files in a folder; what is no plain file is named in `notes`, and so is what was too much."""
    found: dict[str, int] = {}
    said: list[str] = []
    for path, status in _entries(folder, said):
        shown = str(path.relative_to(folder))
        if problem := _problem(shown, status):
            said.append(f"{as_text(shown)} {problem} and was left alone")
        elif len(found) == MOST_FILES:
            said.append(f"there are more than {MOST_FILES:,} files; the rest was left alone")
            break
        else:
            found[shown] = status.st_size
    notes += said[:MOST_NOTES]
    if len(said) > MOST_NOTES:
        notes.append(f"{len(said) - MOST_NOTES:,} more of the same kind")
    return found


def _problem(path: str, status: os.stat_result) -> str:
    """Why a file is left alone; empty if it is not."""
    if not stat.S_ISREG(status.st_mode):
        return "is not a plain file"
    if status.st_nlink > 1:  # it may be somebody else's, whose content would be handed to the learner's code
        return "is a hard link (copy it instead)"
    if not path.isprintable() or len(os.fsencode(path)) > LONGEST_PATH:
        return "has a name that cannot be used"
    return ""


def _entries(folder: Path, said: list[str]) -> Iterator[tuple[Path, os.stat_result]]:
    """Everything in a folder but folders, in order; they are gone through one after the other, not one in another."""
    waiting, seen = [(folder, 0)], 0
    while waiting:
        where, depth = waiting.pop()
        seen += 1
        if seen > MOST_FOLDERS or depth > DEEPEST:
            said.append(f"there are more than {MOST_FOLDERS:,} folders, or folders more than {DEEPEST} deep")
            return
        try:
            entries = sorted(os.scandir(where), key=lambda entry: entry.name)
        except OSError as problem:
            said.append(f"a folder could not be read ({problem.strerror})")
            continue
        inner = [entry for entry in entries if entry.is_dir(follow_symlinks=False)]
        waiting += [(where / entry.name, depth + 1) for entry in reversed(inner) if entry.name not in IGNORED]
        for entry in entries:
            if entry not in inner:
                yield where / entry.name, entry.stat(follow_symlinks=False)


def as_text(name: str) -> str:
    r"""A file's name as it can be printed and stored: what is no printable text is written as an escape.

    Example:
        >>> as_text("a\nb")
        'a\\nb'
    """
    shown = name if name.isprintable() else ascii(name)[1:-1]
    return shown if len(shown) <= 200 else f"{shown[:200]}..."


def without_clashes(files: list[dict[str, str]], given: list[dict[str, str]]) -> list[dict[str, str]]:
    """A learner's files without those of which the assignment's own files could not be written.

    Args:
        files: the learner's, as {"path", "data"}.
        given: the assignment's.

    Example:
        >>> [kept["path"] for kept in without_clashes([{"path": "data"}, {"path": "mine"}], [{"path": "data/x.csv"}])]
        ['mine']
    """
    paths = {file["path"] for file in given}
    folders = {str(parent) for path in paths for parent in Path(path).parents}
    return [
        file
        for file in files
        if file["path"] not in folders and not any(str(parent) in paths for parent in Path(file["path"]).parents)
    ]
