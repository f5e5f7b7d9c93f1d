"""Where a learner's folder is, and which of its files are still as the course laid them out."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

MANIFEST = ".course.json"


def work_folder(start: Path | None = None) -> Path | None:
    """The learner's folder that `start` (by default the current folder) lies in; None outside of one.

    In JupyterLab a notebook's kernel runs in the notebook's folder, so lessons and graded notebooks find the same one.
    """
    here = (start or Path.cwd()).absolute()
    return next((folder for folder in (here, *here.parents) if (folder / MANIFEST).is_file()), None)


def read_manifest(work: Path) -> dict[str, dict[str, str]]:
    """What earlier layouts wrote; empty if that is unknown, so that every file there counts as the learner's."""
    try:
        manifest = json.loads((work / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def checksum(content: bytes) -> str:
    """SHA-256 of a file's content, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def is_untouched(name: str, content: bytes, manifest: dict[str, dict[str, str]]) -> bool:
    """Whether a file is still exactly what laying out the course wrote."""
    known = manifest.get(name)
    return isinstance(known, dict) and known.get("written") == checksum(content)
