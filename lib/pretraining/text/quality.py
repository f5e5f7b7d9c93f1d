"""Quality rules: what makes a page not worth reading, in the manner of C4, Gopher and FineWeb.

A rule measures one number on a text and compares it with a threshold. Takes texts, hands on the rules that each breaks,
with the places that break them. The sources are C4 (arXiv 1910.10683, section 2.2), Gopher (arXiv 2112.11446, appendix
A.1.1 and table A1) and FineWeb (arXiv 2406.17557, section 3.6). C4 deletes single lines as well; we only remove whole
documents, so that every removal can be shown. Where our threshold or idea differs from the paper's, the rule says so:
their rules were made for long web pages, ours must also be fair to short documents and to reference text with code.

The word lists are English: text in another language needs the rules `few-stop-words` and `no-grammar` switched off.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from . import measures
from .page import Page, Span

C4, GOPHER, FINEWEB = "C4, arXiv 1910.10683", "Gopher, arXiv 2112.11446", "FineWeb, arXiv 2406.17557"
COURSE = "this course"


@dataclass(frozen=True)
class Rule:
    """One way in which a text can be bad.

    Attributes:
        name: what the report calls it.
        measure: finds the number and the places.
        limit: whether the threshold is the least (`"at least"`) or the largest (`"at most"`) good value.
        threshold: the default, in the unit of the measure (shares lie between 0 and 1).
        source: where the rule comes from.
        note: how the rule differs from its source, if it does.
    """

    name: str
    measure: measures.Measure
    limit: Literal["at least", "at most"]
    threshold: float
    source: str
    note: str = ""

    @property
    def meaning(self) -> str:
        """What is measured, in a sentence."""
        return " ".join((self.measure.__doc__ or "").split())

    def is_broken(self, value: float, threshold: float) -> bool:
        """Whether a measured value lies beyond the threshold."""
        return value < threshold if self.limit == "at least" else value > threshold


RULES: tuple[Rule, ...] = (  # the most telling first: a report blames the first rule that a text breaks
    Rule("too-few-words", measures.word_count, "at least", 20, GOPHER, "Gopher: 50; our documents are short"),
    Rule("broken-encoding", measures.broken_words, "at most", 0.02, COURSE),
    Rule("shouting", measures.upper_case_words, "at most", 0.3, COURSE),
    Rule("link-list", measures.addresses, "at most", 0.15, COURSE),
    Rule("placeholder", measures.placeholders, "at most", 0, C4),
    Rule("boilerplate", measures.boilerplate_lines, "at most", 0.2, COURSE, "C4 deletes such lines; more phrases"),
    Rule("top-word", measures.top_word, "at most", 0.16, COURSE),
    Rule("top-phrase", measures.top_phrase, "at most", 0.18, GOPHER),
    Rule("repeated-phrases", measures.repeated_phrases, "at most", 0.3, GOPHER, "Gopher: 0.15; code examples repeat"),
    Rule("repeated-lines", measures.repeated_lines, "at most", 0.2, GOPHER),
    Rule("few-stop-words", measures.stop_words, "at least", 1, GOPHER, "Gopher: 2; our documents are short"),
    Rule("no-grammar", measures.function_words, "at least", 0.12, COURSE, "after Gopher's stop words, as a share"),
    Rule("few-letters", measures.words_with_letters, "at least", 0.8, GOPHER, "words of punctuation do not count"),
    Rule("many-symbols", measures.symbols_per_word, "at most", 0.1, GOPHER, "Gopher: each sign for itself"),
    Rule("words-too-short", measures.mean_word_length, "at least", 3, GOPHER),
    Rule("words-too-long", measures.mean_word_length, "at most", 10, GOPHER),
    Rule("mostly-bullets", measures.bullet_lines, "at most", 0.9, GOPHER, "numbered lines count too"),
    Rule("cut-off-lines", measures.ellipsis_lines, "at most", 0.3, GOPHER),
    Rule("short-lines", measures.short_lines, "at most", 0.67, FINEWEB),
    Rule(
        "unfinished-lines", measures.finished_lines, "at least", 0.1, FINEWEB, "FineWeb: 0.12; code has no full stops"
    ),
)
BY_NAME = {rule.name: rule for rule in RULES}
ENGLISH_RULES = frozenset({"few-stop-words", "no-grammar"})


@dataclass(frozen=True)
class QualitySettings:
    """Which rules apply, and how strictly.

    Attributes:
        thresholds: for the rules whose default is changed.
        off: names of rules that are not applied.

    Raises:
        ValueError: a name that is no rule, or a threshold that is not a number.
    """

    thresholds: Mapping[str, float] = field(default_factory=dict)
    off: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for name in [*self.thresholds, *self.off]:
            if name not in BY_NAME:
                raise ValueError(f"unknown quality rule {name!r}: choose from {', '.join(BY_NAME)}")
        for name, value in self.thresholds.items():
            if not math.isfinite(value):
                raise ValueError(f"the threshold of {name} must be a number, got {value}")

    def threshold(self, rule: Rule) -> float:
        """The threshold in force for a rule."""
        return self.thresholds.get(rule.name, rule.threshold)

    @property
    def rules(self) -> list[Rule]:
        """The rules that apply."""
        return [rule for rule in RULES if rule.name not in self.off]


@dataclass(frozen=True)
class Problem:
    """A rule that a text breaks.

    Attributes:
        rule: the rule's name.
        value: what was measured.
        threshold: the limit in force.
        spans: (start, end) places in the text that break it; empty where the whole text does.
    """

    rule: str
    value: float
    threshold: float
    spans: tuple[Span, ...] = ()

    def __str__(self) -> str:
        """What is wrong, for a report: the rule, the value and the limit."""
        return f"{self.rule}: {self.value:.3g}, should be {BY_NAME[self.rule].limit} {self.threshold:.3g}"


DEFAULT = QualitySettings()


def problems(text: str, settings: QualitySettings = DEFAULT) -> list[Problem]:
    """The rules that a text breaks, in the order of `RULES`.

    Example:
        >>> loud = "THE CAT THAT SAT ON THE MAT WITH A HAT IS NOT THE CAT OF THE HOUSE BUT A VERY LOUD ONE INDEED."
        >>> for problem in problems(loud):
        ...     print(problem)
        shouting: 1, should be at most 0.3
    """
    page = Page(text)
    found = []
    for rule in settings.rules:
        value, spans = rule.measure(page)
        if rule.is_broken(value, settings.threshold(rule)):
            found.append(Problem(rule.name, value, settings.threshold(rule), tuple(spans)))
    return found


def measured(text: str) -> dict[str, float]:
    """What every rule measures on a text: measure once, then `judge` with many thresholds."""
    page = Page(text)
    return {rule.name: rule.measure(page).value for rule in RULES}


def judge(values: Mapping[str, float], settings: QualitySettings = DEFAULT) -> list[Problem]:
    """The rules that measured values break: as `problems`, without reading the text again and without places.

    Example:
        >>> values = measured("This text is the soul of wit and of brevity.")
        >>> [str(problem) for problem in judge(values)], judge(values, QualitySettings({"too-few-words": 5}))
        (['too-few-words: 10, should be at least 20'], [])
    """
    return [
        Problem(rule.name, values[rule.name], settings.threshold(rule))
        for rule in settings.rules
        if rule.is_broken(values[rule.name], settings.threshold(rule))
    ]


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, with overlapping and touching ones joined: ready to be highlighted.

    Example:
        >>> merged([(5, 9), (0, 3), (8, 12)])
        [(0, 3), (5, 12)]
    """
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
