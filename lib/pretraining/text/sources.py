"""Named sources of documents. `load("micro-world")` works on every machine, without a network."""

from __future__ import annotations

import os
import sysconfig
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .documents import Document
from .fetch import Download, fetch
from .folder import folder_documents, read_text, text_files
from .world import World

TINYSHAKESPEARE = Download(
    name="tinyshakespeare.txt",
    url="https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt",
    sha256="86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
)
NOT_LIBRARY_CODE = {"site-packages", "dist-packages", "test", "tests", "idle_test", "pydoc_data", "__pycache__"}


def python_docs() -> Iterator[Document]:
    """Yield the topics of the Python language reference that ship with Python: real technical prose."""
    from pydoc_data.topics import topics

    for name in sorted(topics):
        yield Document(name, "docs", topics[name])


def python_code() -> Iterator[Document]:
    """Yield the modules of Python's standard library as source text, without its tests."""
    root = Path(sysconfig.get_path("stdlib"))
    for path in text_files(root):
        relative = path.relative_to(root)
        if path.suffix != ".py" or NOT_LIBRARY_CODE.intersection(relative.parts):
            continue
        try:
            yield Document(relative.as_posix(), "code", read_text(path))
        except ValueError:  # the few empty or Latin-1 modules
            continue


def micro_world() -> Iterator[Document]:
    """Yield the clean text of the micro-world with seed 0: about 1 MB in six domains, with facts that are counted."""
    return World(seed=0).documents()


def tinyshakespeare() -> Iterator[Document]:
    """Yield 1.1 MB of Shakespeare's plays as one document, fetched on first use."""
    yield Document("tinyshakespeare", "books", fetch(TINYSHAKESPEARE).read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Source:
    """A named supplier of documents.

    Attributes:
        summary: what it holds, in a few words.
        documents: yields its documents; `folder` takes a path and a callback for skipped files.
        online: whether the first use needs a network.
    """

    summary: str
    documents: Callable[..., Iterator[Document]]
    online: bool = False


SOURCES = {
    "micro-world": Source("a small invented world in six kinds of text, about 1 MB", micro_world),
    "python-docs": Source("the Python language reference, about 0.5 MB of technical prose", python_docs),
    "python-code": Source("Python's standard library, about 12 MB of source code", python_code),
    "folder": Source("your own UTF-8 text files, below the folder you name", folder_documents),
    "tinyshakespeare": Source("1.1 MB of Shakespeare, fetched on first use", tinyshakespeare, online=True),
}


def load(
    name: str, path: str | os.PathLike[str] | None = None, on_skip: Callable[[str], None] | None = None
) -> Iterator[Document]:
    """Yield the documents of a named source.

    Args:
        name: a key of `SOURCES`.
        path: the folder or file to read; for `folder` only.
        on_skip: called with a sentence for each file that is left out; for `folder` only.

    Raises:
        ValueError: an unknown name, or a path that is missing or not wanted.
        OfflineError: the source is online and cannot be reached.

    Example:
        >>> document = next(load("python-docs"))
        >>> document.id, document.domain
        ('assert', 'docs')
    """
    if name not in SOURCES:
        raise ValueError(f"unknown source {name!r}: choose one of {', '.join(SOURCES)}")
    if name == "folder":
        if path is None:
            raise ValueError("the source 'folder' needs a path: say which folder to read")
        return folder_documents(path, on_skip)
    if path is not None:
        raise ValueError(f"a path goes with the source 'folder' only, not with {name!r}")
    return SOURCES[name].documents()
