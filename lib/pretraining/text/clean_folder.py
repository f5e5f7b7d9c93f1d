"""Cleaning a folder of the user's own: kept files are copied to a new folder, with a report of what went and why.

Nothing in the source is touched. The output appears in one move when it is complete: until then everything is written
to a work folder beside it, so a run that is killed leaves the output absent, or as an earlier run left it.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path

from .clean import DEFAULT, CleaningSettings, clean
from .documents import Document
from .folder import folder_documents
from .report import CleaningReport

MADE_BY = "pretraining clean"
REPORTS = ("report.json", "report.md")
_CODE = (
    ".c .cc .cpp .cs .css .go .h .hpp .ipynb .java .jl .js .json .jsx .kt .lua .php .pl .py .r .rb .rs .sh .sql .swift"
)
CODE_SUFFIXES = frozenset([*_CODE.split(), ".toml", ".ts", ".tsx", ".yaml", ".yml"])


@dataclass(frozen=True)
class CleanedFolder:
    """The result of cleaning a folder.

    Attributes:
        path: where the kept files and the reports lie.
        report: what was removed and why.
        skipped: a sentence for each file that is not UTF-8 text.
    """

    path: Path
    report: CleaningReport
    skipped: list[str]


def clean_folder(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    settings: CleaningSettings = DEFAULT,
    on_progress: Callable[[CleaningReport], None] | None = None,
) -> CleanedFolder:
    """Copy the files worth keeping from `source` to `target`, and write `report.json` and `report.md` there.

    Files with a suffix of source code are compared for copies but not held to rules for prose. Hidden files are passed
    over. An output of an earlier run is replaced, unless something in it was added or changed since.

    Args:
        source: a folder, or one file.
        target: the folder to make; its parents are made as well.
        settings: what counts as dirt.
        on_progress: called with the report after each document.

    Raises:
        ValueError: the source is missing or holds no text; the target holds files that are not ours, overlaps with the
            source or cannot be written.
    """
    source, target = Path(source).expanduser().resolve(), Path(target).expanduser().resolve()
    _check_places(source, target)
    _check_replaceable(target)
    report = CleaningReport()
    skipped: list[str] = []
    with _work_folder(target) as work:
        new = work / "new"
        new.mkdir()
        digests = {}
        for document in clean(_documents(source, skipped.append), settings, report, on_progress):
            digests[document.id] = _write(new / document.id, document.text)
        page = _write(new / "report.md", report.as_markdown(f"Cleaning report for {source.name}", skipped))
        data = {"made_by": MADE_BY, **report.as_dict(), "skipped": skipped, "kept_files": digests, "report_md": page}
        _write(new / "report.json", json.dumps(data, indent=1))
        _check_replaceable(target)  # again: time has passed
        _put_in_place(new, target, work / "old")
    return CleanedFolder(target, report, skipped)


def _write(file: Path, text: str) -> str:
    """Write a file and return the digest by which a later run knows it again."""
    content = text.encode("utf-8", "backslashreplace")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return _digest(content)


def _put_in_place(new: Path, target: Path, old: Path) -> None:
    """Move the finished folder to the target, and what was there out of the way; on failure put it back."""
    if target.exists():
        target.rename(old)
    try:
        new.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise


def _documents(source: Path, on_skip: Callable[[str], None]) -> Iterator[Document]:
    """The documents of a folder, code marked as code; the reports of an earlier cleaning are none."""
    ours = REPORTS if source.is_dir() and _earlier_output(source) else ()
    for document in folder_documents(source, on_skip):
        if document.id in ours:
            continue
        is_code = Path(document.id).suffix.lower() in CODE_SUFFIXES
        yield replace(document, domain="code") if is_code else document


def _check_places(source: Path, target: Path) -> None:
    if not source.exists():
        raise ValueError(f"there is no file or folder at {source}")
    if source == target or source in target.parents or target in source.parents:
        raise ValueError(f"the output {target} and the source {source} must not lie inside each other")
    folder = source if source.is_dir() else source.parent
    for name in REPORTS:
        file = folder / name
        if file.exists() and source in (folder, file) and not _earlier_output(folder):
            raise ValueError(f"{file} would collide with the report: rename it first")


def _check_replaceable(target: Path) -> None:
    """Refuse a target with anything in it that a cleaning did not write."""
    if not target.exists():
        return
    if not target.is_dir():
        raise ValueError(f"{target} is a file: name a folder that does not exist yet")
    present = {path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_symlink() or path.is_file()}
    written = _earlier_output(target) if present else {}
    for name in sorted(present - {"report.json"} if written else present):
        if name not in written or _digest((target / name).read_bytes()) != written[name]:
            raise ValueError(f"{target} holds {name}, which would be lost: name a folder that does not exist yet")


def _earlier_output(folder: Path) -> dict[str, str]:
    """The files that a cleaning wrote to a folder, with their digests; empty if it was no cleaning."""
    try:
        data = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        return {**data["kept_files"], "report.md": data["report_md"]} if data["made_by"] == MADE_BY else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


@contextmanager
def _work_folder(target: Path) -> Iterator[Path]:
    """A hidden folder beside the target, gone afterwards; what killed runs left behind goes as well."""
    prefix = f".{target.name}.unfinished."
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        for left in target.parent.iterdir():
            process = left.name.removeprefix(prefix).partition(".")[0]
            if left.name.startswith(prefix) and process.isdecimal() and not _is_running(int(process)):
                shutil.rmtree(left, ignore_errors=True)
        work = Path(tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}.", dir=target.parent))
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)
    except OSError as error:
        raise ValueError(f"cannot write {target} ({error.strerror or error})") from error


def _is_running(process: int) -> bool:
    """Whether a process lives; where there is no way to ask without ending it (Windows), it might."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=16).hexdigest()
