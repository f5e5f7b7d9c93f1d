"""Putting a submission's other files into a working folder."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PIECE_CHARACTERS = 8_000_000  # of base64: a multiple of 4, and less than one message may have


def pieces(file: dict[str, str]) -> Iterator[dict[str, Any]]:
    """A file in parts that fit into messages, each for `put_files`.

    Example:
        >>> [(part["path"], part["more"]) for part in pieces({"path": "x", "data": ""})]
        [('x', False)]
    """
    data = file["data"]
    for start in range(0, max(1, len(data)), PIECE_CHARACTERS):
        yield {"path": file["path"], "data": data[start : start + PIECE_CHARACTERS], "more": start > 0}


def put_files(folder: Path, files: list[dict[str, Any]]) -> None:
    """Write files given as {"path", "data" in base64}; what has "more" is added to what is there.

    Raises:
        ValueError: a path leads out of the folder.
    """
    for file in files:
        path = Path(file["path"])
        if path.is_absolute() or ".." in path.parts:
            raise ValueError(f"{path} does not lie in the working folder")
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        with (folder / path).open("ab" if file.get("more") else "wb") as written:
            written.write(base64.b64decode(file["data"]))
