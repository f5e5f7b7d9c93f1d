"""The report of a cleaning: how much was read and kept, what was removed by which rule, and examples to look at.

Takes one document at a time with its removal, if any; hands on counts, plain data for JSON and a page in Markdown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from .documents import Document
from .quality import BY_NAME, ENGLISH_RULES

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

    def as_markdown(self, title: str = "Cleaning report", skipped: Sequence[str] = ()) -> str:
        """The report as a page: the counts, each rule with its meaning and source, every removed document and why.

        Args:
            title: the heading.
            skipped: a sentence for each document that could not be read.
        """
        read, kept = self.read.total(), self.kept.total()
        lines = [
            f"# {title}",
            "",
            f"Read {read:,} documents with {self.read_characters:,} characters; kept {kept:,} with "
            f"{self.kept_characters:,}; removed {read - kept:,}.",
        ]
        if hint := self.language_hint():
            lines += ["", hint]
        if self.removals:
            lines += ["", "| rule | removed first by it | what it measures | source |", "| --- | ---: | --- | --- |"]
            lines += [
                f"| {rule} | {count:,} | {' | '.join(_about(rule))} |" for rule, count in self.by_rule.most_common()
            ]
            lines += ["", "## What was removed, and why", ""]
            lines += [f"- {_code(removal.id)}: {_plain(removal.why)}" for removal in self.removals]
            lines += ["", "## Examples"]
        for rule, shown in self.examples.items():
            lines += ["", f"### {rule}", ""]
            lines += [f"- {_code(example.id)}: {_code(example.excerpt)}" for example in shown]
        if skipped:
            lines += ["", "## Not read", "", *(f"- {_plain(sentence)}" for sentence in skipped)]
        return "\n".join(lines) + "\n"

    def language_hint(self) -> str:
        """A sentence for text that does not look English to the rules with English word lists; empty if it does."""
        foreign = sum(not ENGLISH_RULES.isdisjoint(removal.rules) for removal in self.removals)
        share = foreign / max(1, self.read.total())
        if share <= 0.2:
            return ""
        return (
            f"{share:.0%} of the documents lack English words: if they are in another language, switch off the rules "
            f"{' and '.join(sorted(ENGLISH_RULES))}."
        )


def _about(rule: str) -> tuple[str, str]:
    """What a rule measures, and its source."""
    if rule in COPY_RULES:
        return "The text repeats one that was kept.", "Lee et al., arXiv 2107.06499"
    quality = BY_NAME[rule]
    return quality.meaning, f"{quality.source} ({quality.note})" if quality.note else quality.source


def _code(text: str) -> str:
    """Text as a Markdown code span, whatever it holds."""
    return f"`{_plain(text).replace('`', chr(39))}`"


def _plain(text: str) -> str:
    """Text on one line, without characters that a file cannot hold."""
    return " ".join(text.split()).encode("utf-8", "backslashreplace").decode("utf-8")
