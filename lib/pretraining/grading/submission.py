"""Reading what a learner handed in: no link is followed, nothing huge is read, all oddities are named."""

from __future__ import annotations

import base64
import difflib
import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from .handed_in import as_text, plain_files, trouble_with_id
from .slim import TooMuch, slim

LARGEST_FILE = 100_000_000  # a notebook with its outputs, in bytes
LARGEST_NOTEBOOK = 50_000_000  # without them
LARGE = 2_000_000  # from here on its outputs are taken away before it is read
LARGEST_FILES = 50_000_000
SAFELY = sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))


@dataclass
class Submission:
    """One learner's work on an assignment.

    Attributes:
        student: the learner's id.
        notebooks: name -> text of the notebooks that can be read.
        problems: name -> what is wrong with a notebook that cannot be read.
        missing: names of notebooks that were not handed in.
        files: other files, as {"path", "data" in base64}.
        notes: what else was odd.
        timestamp: what timestamp.txt says; empty if that is no time.
        digest: changes when anything that was handed in does.
    """

    student: str
    notebooks: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    files: list[dict[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    timestamp: str = ""
    digest: str = ""

    @property
    def size(self) -> int:
        """How many characters it holds."""
        return sum(map(len, self.notebooks.values())) + sum(len(file["data"]) for file in self.files)


def read_submission(folder: Path, student: str, names: list[str]) -> Submission:
    """Read a learner's folder.

    Args:
        folder: submitted/STUDENT/ASSIGNMENT.
        student: the learner's id.
        names: the assignment's notebooks.
    """
    submission, digest = Submission(student), hashlib.sha256()
    if folder.is_symlink() or folder.parent.is_symlink():
        submission.problems = dict.fromkeys(names, "its folder is a link, and links are not followed")
        return submission
    if trouble := trouble_with_id(student):
        submission.problems = dict.fromkeys(names, trouble)
        return submission
    found = plain_files(folder, submission.notes)
    for name in names:
        path = f"{name}.ipynb"
        if path not in found:
            _explain_missing(submission, name, folder, sorted(found))
        elif found[path] > LARGEST_FILE:
            size = f"{found[path] / 1e6:,.0f} MB"
            submission.problems[name] = f"it has {size}: clear its outputs and hand it in again"
        else:
            try:
                submission.notebooks[name] = _read_notebook(folder / path, digest)
            except TooMuch as problem:
                submission.problems[name] = str(problem)
            except OSError as problem:
                submission.problems[name] = f"it cannot be read ({problem.strerror})"
    _read_other_files(submission, folder, found, digest)
    submission.digest = digest.hexdigest()
    return submission


def _read_notebook(path: Path, digest: hashlib._Hash) -> str:
    """A notebook's text; a long one is read bit by bit, and only what is left without its outputs is kept."""
    digest.update(path.name.encode())
    with os.fdopen(os.open(path, os.O_RDONLY | SAFELY), "rb") as file:
        if os.fstat(file.fileno()).st_size <= LARGE:
            data = file.read(LARGE)
            digest.update(data)
            return data.decode("utf-8-sig", "replace")
        while part := file.read(1 << 20):
            digest.update(part)
        os.lseek(file.fileno(), 0, os.SEEK_SET)
        return slim(file.fileno(), LARGEST_NOTEBOOK)


def _explain_missing(submission: Submission, name: str, folder: Path, found: list[str]) -> None:
    path = folder / f"{name}.ipynb"
    if path.is_symlink() or (path.is_file() and path.stat().st_nlink > 1):
        submission.problems[name] = f"{path.name} is a link, and links are not followed"
        return
    others = [other for other in found if other.endswith(".ipynb") and "/" not in other]
    likely = difflib.get_close_matches(path.name, others, n=1, cutoff=0.5)
    submission.missing.append(name)
    if likely:
        submission.notes.append(f"there is no {path.name}; did they mean {as_text(likely[0])}? If so, rename it")


def _read_other_files(submission: Submission, folder: Path, found: dict[str, int], digest: hashlib._Hash) -> None:
    total = 0
    for path, size in found.items():
        if path.endswith(".ipynb"):
            continue
        total += size
        if total > LARGEST_FILES:
            submission.notes.append(f"{path} and what comes after it was left alone: too much data")
            return
        try:
            data = _read(folder / path)
        except OSError as problem:
            submission.notes.append(f"{path} cannot be read ({problem.strerror})")
            continue
        digest.update(path.encode() + data)
        if path == "timestamp.txt":
            submission.timestamp = _timestamp(data, submission.notes)
        submission.files.append({"path": path, "data": base64.b64encode(data).decode()})


def _timestamp(data: bytes, notes: list[str]) -> str:
    """What timestamp.txt says, if nbgrader can read it as a time."""
    from nbgrader.utils import parse_utc

    text = data[:200].decode("utf-8", "replace").strip()
    try:
        parse_utc(text)
    except Exception:  # whatever a learner wrote in there must not stop the others
        notes.append("timestamp.txt holds no time; it counts as handed in on time")
        return ""
    return text


def _read(path: Path) -> bytes:
    """A file's content, if it still is a plain file."""
    descriptor = os.open(path, os.O_RDONLY | SAFELY)
    with os.fdopen(descriptor, "rb") as file:
        return file.read(LARGEST_FILES + 1)
