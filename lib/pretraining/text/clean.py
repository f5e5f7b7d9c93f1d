"""Cleaning: documents in, documents worth keeping out, and a report of what was removed by which rule.

A document that breaks a quality rule goes first, so that junk leaves no fingerprint; what is left is compared with the
documents kept so far, exactly and then nearly. Everything streams: memory grows by a digest and a signature (a few
kilobytes) for each kept document and a line for each removed one, never by the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from .dedup import ExactCopies, Match, NearCopies, normalize
from .documents import Document
from .quality import DEFAULT as DEFAULT_QUALITY
from .quality import Problem, QualitySettings, problems
from .report import CleaningReport, Removal


@dataclass(frozen=True)
class CleaningSettings:
    """What counts as dirt.

    Attributes:
        quality: the quality rules and their thresholds.
        similarity: the least Jaccard similarity of word 5-grams that makes a near copy; None keeps near copies.
        exact_copies: whether exact copies are removed.
        exempt: domains that the quality rules, made for prose, pass over; copies are removed there too.

    Raises:
        ValueError: a similarity outside (0, 1].
    """

    quality: QualitySettings = DEFAULT_QUALITY
    similarity: float | None = 0.7
    exact_copies: bool = True
    exempt: frozenset[str] = frozenset({"code"})

    def __post_init__(self) -> None:
        if self.similarity is not None and not 0 < self.similarity <= 1:
            raise ValueError(f"the similarity threshold must be above 0 and at most 1, got {self.similarity}")


DEFAULT = CleaningSettings()


def clean(
    documents: Iterable[Document],
    settings: CleaningSettings = DEFAULT,
    report: CleaningReport | None = None,
    on_progress: Callable[[CleaningReport], None] | None = None,
) -> Iterator[Document]:
    """Yield the documents worth keeping, in their order; of a group of copies the first stays.

    Args:
        documents: any source; ids must be unique.
        settings: what counts as dirt.
        report: filled while documents stream.
        on_progress: called with the report after each document.

    Example:
        >>> from pretraining.text import load
        >>> report = CleaningReport()
        >>> kept = [document.id for document in clean(load("python-docs"), report=report)]
        >>> len(kept) == report.kept["docs"], report.by_rule["exact-copy"], report.removals[-1].copy_of
        (True, 1, 'else')
    """
    report = report if report is not None else CleaningReport()
    exact = ExactCopies() if settings.exact_copies else None
    near = NearCopies(settings.similarity) if settings.similarity is not None else None
    for document in documents:
        removal = _junk(document, settings) or _copy(document, exact, near)
        report.add(document, removal)
        if on_progress is not None:
            on_progress(report)
        if removal is None:
            yield document


def _junk(document: Document, settings: CleaningSettings) -> Removal | None:
    """The removal of a document that breaks quality rules."""
    if document.domain in settings.exempt:
        return None
    return junk_removal(document, problems(document.text, settings.quality))


def _copy(document: Document, exact: ExactCopies | None, near: NearCopies | None) -> Removal | None:
    """The removal of a document that repeats one before it; a new document is remembered."""
    normalized = normalize(document.text)
    match = exact.find_or_add(document.id, normalized) if exact else None
    if match:
        return copy_removal(document, "exact-copy", match)
    match = near.find_or_add(document.id, normalized) if near else None
    return copy_removal(document, "near-copy", match) if match else None


def junk_removal(document: Document, found: Sequence[Problem]) -> Removal | None:
    """The removal of a document with these problems, if there are any."""
    if not found:
        return None
    return Removal(document.id, document.domain, tuple(p.rule for p in found), "; ".join(map(str, found)))


def copy_removal(document: Document, rule: str, match: Match) -> Removal:
    """The removal of a document that repeats a kept one."""
    how = "the same words as" if rule == "exact-copy" else f"{match.similarity:.0%} of 5-grams shared with"
    return Removal(document.id, document.domain, (rule,), f"{rule}: {how} {match.id}", match.id)
