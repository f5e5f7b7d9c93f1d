"""The unit that every source yields: one document."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Document:
    """One piece of text as it was written: a page, a file, a topic.

    Attributes:
        id: unique within its source and stable from run to run.
        domain: the kind of text, such as `"docs"`, `"code"` or `"books"`.
        text: the content.
        labels: what is known to be wrong with it, for documents that were made dirty on purpose (see `COPIES`, `JUNK`).
        copy_of: the id of the document that this one repeats, if it is labelled as a copy.
    """

    id: str
    domain: str
    text: str
    labels: frozenset[str] = frozenset()
    copy_of: str | None = None


COPIES = frozenset({"exact-copy", "near-copy"})
JUNK = frozenset({"boilerplate", "keyword-spam", "broken-encoding", "shouting", "link-list"})
