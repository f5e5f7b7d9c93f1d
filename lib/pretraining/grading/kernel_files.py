"""Putting a submission's other files into a working folder."""

from __future__ import annotations

import base64
from pathlib import Path


def put_files(folder: Path, files: list[dict[str, str]]) -> None:
    """Write files given as {"path", "data" in base64}.

    Raises:
        ValueError: a path leads out of the folder.
    """
    for file in files:
        path = Path(file["path"])
        if path.is_absolute() or ".." in path.parts:
            raise ValueError(f"{path} does not lie in the working folder")
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(base64.b64decode(file["data"]))
