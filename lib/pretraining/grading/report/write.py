"""Writing the report's files into `reports/`, over nothing but what an earlier report wrote there.

`reports/.written.json` keeps the SHA-256 of each file that was written. A file of the same name that is not exactly one
of those, because somebody made or changed it, is left alone, and so is everything else.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path

FOLDER = "reports"
WRITTEN = ".written.json"


def names(assignment: str) -> tuple[str, str]:
    """The names of the page and of the table."""
    return f"{assignment}-report.html", f"{assignment}-report.csv"


def write_report(root: Path, assignment: str, page: str, table: str) -> tuple[Path, Path]:
    """Write both files; returns where the page and the table are.

    Args:
        root: the course directory.
        assignment: the assignment's name.
        page: HTML.
        table: CSV.

    Raises:
        ValueError: a file of that name is there that an earlier report did not write. Then nothing is written.
    """
    folder = root / FOLDER
    files = dict(zip(names(assignment), (page.encode(), table.encode()), strict=True))
    written = _written(folder)
    for name in files:
        _refuse_others(folder, name, written.get(name, []))
    folder.mkdir(exist_ok=True)
    # First the note, then the files: stopped in between, the old file is still known as ours.
    for name, content in files.items():
        written[name] = [_digest(content), *written.get(name, [])][:2]
    _replace(folder / WRITTEN, json.dumps(written, indent=1, sort_keys=True).encode())
    for name, content in files.items():
        _replace(folder / name, content)
    first, second = (folder / name for name in files)
    return first, second


def check_free(root: Path, assignment: str) -> None:
    """Refuse at once what `write_report` would refuse in the end.

    Raises:
        ValueError: see `write_report`, or the name cannot be that of a file.
    """
    if assignment in ("", ".", "..") or Path(assignment).name != assignment:
        raise ValueError(f"{assignment!r} is not the name of an assignment")
    written = _written(root / FOLDER)
    for name in names(assignment):
        _refuse_others(root / FOLDER, name, written.get(name, []))


def _written(folder: Path) -> dict[str, list[str]]:
    try:
        content = json.loads((folder / WRITTEN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _refuse_others(folder: Path, name: str, ours: list[str]) -> None:
    path = folder / name
    if not os.path.lexists(path):
        return
    if path.is_symlink() or not path.is_file() or _digest(path.read_bytes()) not in ours:
        raise ValueError(
            f"{path} was made or changed by somebody: move or rename it, and run this again; nothing was written"
        )


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _replace(path: Path, content: bytes) -> None:
    """Put a file in its place in one step, so that a crash leaves the old one."""
    descriptor, part = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
        os.chmod(part, 0o640)  # names and scores: not for everybody on the machine
        os.replace(part, path)
    except BaseException:
        os.unlink(part)
        raise
