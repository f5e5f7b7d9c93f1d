"""The learner's own text: every UTF-8 file below a folder, one document a file."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

from .documents import Document


def read_text(path: Path) -> str:
    """The text of one UTF-8 file, without a byte-order mark.

    Raises:
        ValueError: the file is empty, is not UTF-8 text, or cannot be read.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ValueError(f"cannot be read ({error.strerror or error})") from error
    if b"\0" in content:
        raise ValueError("is not text (it holds zero bytes)")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"is not UTF-8 text (byte {error.start} does not decode)") from error
    if not text.strip():
        raise ValueError("is empty")
    return text


def text_files(folder: Path) -> Iterator[Path]:
    """Every regular file below `folder`, in a fixed order; hidden files and folders are passed over."""
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(parent, name)
            if not name.startswith(".") and path.is_file():
                yield path


def folder_documents(path: str | os.PathLike[str], on_skip: Callable[[str], None] | None = None) -> Iterator[Document]:
    """Yield one document for each readable text file below `path` (or for `path` itself, if it is a file).

    Args:
        path: a folder or a file.
        on_skip: called with a sentence for each file that is left out; by default a warning is shown.

    Raises:
        ValueError: the path is missing, or nothing below it is text.
    """
    root = Path(path).expanduser()
    if not root.exists():
        raise ValueError(f"there is no file or folder at {root}")
    if not root.is_dir():
        try:
            yield Document(root.name, "folder", read_text(root))
        except ValueError as error:
            raise ValueError(f"{root} {error}: choose a UTF-8 text file or a folder of them") from error
        return
    tell = on_skip or (lambda sentence: warnings.warn(sentence, stacklevel=3))
    found, skipped = 0, []
    for file in text_files(root):
        try:
            text = read_text(file)
        except ValueError as error:
            name = file.relative_to(root).as_posix()
            skipped.append(f"{name} {error}")
            tell(f"skipped {name}, which {error}")
            continue
        found += 1
        yield Document(file.relative_to(root).as_posix(), "folder", text)
    if not found:
        why = f": {skipped[0]}{f', and {len(skipped) - 1} more' if len(skipped) > 1 else ''}" if skipped else ""
        raise ValueError(f"no text found in {root}{why}; put UTF-8 text files there")
