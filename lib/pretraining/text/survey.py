"""Cleaning again and again with other thresholds: measure every document once, then judge in a moment.

Takes documents and hands on, for any settings, the report that `clean` would give. A slider needs that: reading a
thousand pages takes a second, judging them anew takes milliseconds. Signatures are compared with each other one by
one, so time grows with the square of the number of documents; a few thousand are fine, more belong to `clean`.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from .clean import DEFAULT, CleaningSettings, copy_removal, junk_removal
from .dedup import Match, NearCopies, normalize
from .documents import Document
from .quality import judge, measured
from .report import CleaningReport, Removal


class Survey:
    """What the rules measure on each document, and how alike any two documents are.

    Args:
        documents: a few thousand at most; ids must be unique.

    Attributes:
        documents: the documents in their order.
        values: for each document, what every quality rule measures.

    Example:
        >>> from pretraining.text import load
        >>> survey = Survey(load("python-docs"))
        >>> loose, strict = (survey.clean(CleaningSettings(similarity=s)) for s in (0.2, 0.9))
        >>> len(loose.removals) > len(strict.removals)
        True
    """

    def __init__(self, documents: Iterable[Document]) -> None:
        self.documents = list(documents)
        self.values = [measured(document.text) for document in self.documents]
        self._normalized = [normalize(document.text) for document in self.documents]
        hasher = NearCopies()
        # (documents, permutations)
        self._signatures = np.array([hasher.signature(text).hashvalues for text in self._normalized])

    def clean(self, settings: CleaningSettings = DEFAULT) -> CleaningReport:
        """The report of cleaning the documents with these settings."""
        report = CleaningReport()
        kept: list[int] = []
        first: dict[str, str] = {}
        for i, document in enumerate(self.documents):
            removal = self._junk(i, settings) or self._copy(i, settings, first, kept)
            report.add(document, removal)
            if removal is None:
                kept.append(i)
        return report

    def _junk(self, i: int, settings: CleaningSettings) -> Removal | None:
        if self.documents[i].domain in settings.exempt:
            return None
        return junk_removal(self.documents[i], judge(self.values[i], settings.quality))

    def _copy(self, i: int, settings: CleaningSettings, first: dict[str, str], kept: list[int]) -> Removal | None:
        document, text = self.documents[i], self._normalized[i]
        if settings.exact_copies:
            if text in first:
                return copy_removal(document, "exact-copy", Match(first[text], 1.0))
            first[text] = document.id
        if settings.similarity is None or not kept or not text:
            return None
        similarities = (self._signatures[kept] == self._signatures[i]).mean(axis=1)
        best = int(similarities.argmax())
        if similarities[best] < settings.similarity:
            return None
        match = Match(self.documents[kept[best]].id, float(similarities[best]))
        return copy_removal(document, "near-copy", match)
