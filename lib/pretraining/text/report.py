"""The report of a cleaning: how much was read and kept, what was removed by which rule, and examples to look at."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from .documents import Document

COPY_RULES = frozenset({"exact-copy", "near-copy"})


@dataclass(frozen=True)
class Removal:
    """Why one document was removed.

    Attributes:
        id: the document.
        domain: its kind of text.
        rules: the rules it breaks; the first one gets the blame in the counts.
        why: the same in words, with what was measured.
        copy_of: the kept document that it repeats, for a copy.
    """

    id: str
    domain: str
    rules: tuple[str, ...]
    why: str
    copy_of: str | None = None


@dataclass(frozen=True)
class Example:
    """An excerpt of a removed document."""

    id: str
    why: str
    excerpt: str


@dataclass
class CleaningReport:
    """What cleaning did so far; it fills while the documents stream.

    Attributes:
        read, kept: documents by domain.
        read_characters, kept_characters: their size.
        removals: one entry for each removed document.
        examples: for each rule, the first few documents that it removed.
        examples_per_rule: how many that is.
    """

    read: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    read_characters: int = 0
    kept_characters: int = 0
    removals: list[Removal] = field(default_factory=list)
    examples: dict[str, list[Example]] = field(default_factory=dict)
    examples_per_rule: int = 3

    @property
    def by_rule(self) -> Counter[str]:
        """Removed documents by the first rule that each breaks: adds up to all removals."""
        return Counter(removal.rules[0] for removal in self.removals)

    def add(self, document: Document, removal: Removal | None) -> None:
        """Count one document, kept (no removal) or removed."""
        self.read[document.domain] += 1
        self.read_characters += len(document.text)
        if removal is None:
            self.kept[document.domain] += 1
            self.kept_characters += len(document.text)
            return
        self.removals.append(removal)
        shown = self.examples.setdefault(removal.rules[0], [])
        if len(shown) < self.examples_per_rule:
            shown.append(Example(document.id, removal.why, " ".join(document.text[:400].split())[:200]))

    def as_dict(self) -> dict[str, Any]:
        """The report as plain data, for JSON."""
        return {
            "read": dict(self.read),
            "kept": dict(self.kept),
            "read_characters": self.read_characters,
            "kept_characters": self.kept_characters,
            "removed_by_rule": dict(self.by_rule.most_common()),
            "removals": [asdict(removal) for removal in self.removals],
            "examples": {rule: [asdict(example) for example in shown] for rule, shown in self.examples.items()},
        }
