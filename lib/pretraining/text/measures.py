"""What the quality rules measure: each function takes a page and hands on a number and the places that make it up.

Shares lie between 0 and 1; on a page with nothing to count they are 0 (1 for shares that should be high). The source of
every idea stands with its rule, in `quality`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from .page import BULLET, TERMINAL, Page, Span
from .phrases import ADDRESS, BOILERPLATE, BROKEN, FUNCTION_WORDS, PLACEHOLDER, STOP_WORDS, SYMBOL

FEWEST_LINES = 3


class Measured(NamedTuple):
    """A value, and the spans of the text that count towards it (or, for a share that should be high, against it)."""

    value: float
    spans: list[Span]


Measure = Callable[[Page], Measured]


def share(spans: Iterable[Span], of: int) -> Measured:
    """The number of spans over a total."""
    found = list(spans)
    return Measured(len(found) / of if of else 0.0, found)


def word_count(page: Page) -> Measured:
    """How many words there are."""
    return Measured(float(len(page.words)), [])


def mean_word_length(page: Page) -> Measured:
    """Characters a word, over words with a letter or digit, without the punctuation around them."""
    lengths = [len(word) for word in page.bare_words if word]
    return Measured(sum(lengths) / len(lengths) if lengths else 0.0, [])


def symbols_per_word(page: Page) -> Measured:
    """Hashes and ellipses for each word."""
    return share((match.span() for match in SYMBOL.finditer(page.text)), len(page.words))


def words_with_letters(page: Page) -> Measured:
    """Share of words with a letter, among those with a letter or digit; the spans are the words without a letter."""
    spelt = [s for word, s in zip(page.bare_words, page.word_spans, strict=True) if word]
    without = [s for s in spelt if not any(map(str.isalpha, page.text[slice(*s)]))]
    return Measured(1 - len(without) / len(spelt) if spelt else 1.0, without)


def stop_words(page: Page) -> Measured:
    """How many of eight English words occur: the, be, to, of, and, that, have, with."""
    return Measured(float(len(STOP_WORDS.intersection(page.bare_words))), [])


def function_words(page: Page) -> Measured:
    """Share of words that carry grammar, such as *of*, *which*, *was*."""
    return Measured(sum(word in FUNCTION_WORDS for word in page.bare_words) / max(1, len(page.words)), [])


def lines_that(page: Page, is_counted: Callable[[str], object]) -> Measured:
    """Share of lines for which `is_counted` holds; a page of one or two lines is too small for such a share."""
    if len(page.lines) < FEWEST_LINES:
        return Measured(0.0, [])
    lines = zip(page.lines, page.line_spans, strict=True)
    return share((span for line, span in lines if is_counted(line)), len(page.lines))


def bullet_lines(page: Page) -> Measured:
    """Share of lines that start with a bullet or a number."""
    return lines_that(page, BULLET.match)


def ellipsis_lines(page: Page) -> Measured:
    """Share of lines that end in an ellipsis."""
    return lines_that(page, lambda line: line.endswith(("...", "…")))


def short_lines(page: Page) -> Measured:
    """Share of lines under 30 characters."""
    return lines_that(page, lambda line: len(line) < 30)


def finished_lines(page: Page) -> Measured:
    """Share of lines that end in terminal punctuation; the spans are the lines that do not."""
    unfinished = lines_that(page, lambda line: not TERMINAL.search(line))
    return Measured(1 - unfinished.value, unfinished.spans)


def boilerplate_lines(page: Page) -> Measured:
    """Share of lines under 200 characters with a phrase of the site's own: cookies, log in, all rights reserved."""
    return lines_that(page, lambda line: len(line) < 200 and BOILERPLATE.search(line))


def repeated_lines(page: Page) -> Measured:
    """Share of characters in lines that stood on the page before."""
    seen: set[str] = set()
    repeated = []
    for line, span in zip(page.lines, page.line_spans, strict=True):
        if line in seen and any(map(str.isalpha, line)):
            repeated.append(span)
        seen.add(line)
    total = sum(map(len, page.lines))
    return Measured(sum(end - start for start, end in repeated) / total if total else 0.0, repeated)


def top_phrase(page: Page, n: int = 3) -> Measured:
    """Share of characters taken up by the most frequent n words in a row, if they occur more than once."""
    starts: dict[tuple[str, ...], list[int]] = {}
    for i, gram in _phrases(page, n):
        starts.setdefault(gram, []).append(i)
    most = max(map(len, starts.values()), default=0)
    tops = (places for places in starts.values() if len(places) == most > 1)
    return max((_covered(page, places, n) for places in tops), default=Measured(0.0, []))


def repeated_phrases(page: Page, n: int = 5) -> Measured:
    """Share of characters in runs of n words that stood on the page before."""
    seen: set[tuple[str, ...]] = set()
    repeated = []
    for i, gram in _phrases(page, n):
        if gram in seen:
            repeated.append(i)
        seen.add(gram)
    return _covered(page, repeated, n)


def _phrases(page: Page, n: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Where each run of n words starts, and the words; runs with a word of punctuation are left out."""
    words = page.bare_words
    for i, gram in enumerate(zip(*(words[k:] for k in range(n)), strict=False)):
        if all(gram):
            yield i, gram


def _covered(page: Page, starts: list[int], n: int) -> Measured:
    """The share of characters in words that at least one of the runs of n words from `starts` covers."""
    covered = sorted({i + k for i in starts for k in range(n)})
    total = page.word_characters
    spans: list[Span] = []
    last = -2
    for i in covered:
        start, end = page.word_spans[i]
        spans[-1:] = [(spans[-1][0], end)] if i == last + 1 else [*spans[-1:], (start, end)]
        last = i
    return Measured(sum(len(page.words[i]) for i in covered) / total if total else 0.0, spans)


def top_word(page: Page) -> Measured:
    """Share of words taken up by the most frequent one that carries meaning (four letters or more)."""
    content = Counter(word for word in page.bare_words if len(word) > 3 and word not in FUNCTION_WORDS)
    if not content:
        return Measured(0.0, [])
    top, _ = content.most_common(1)[0]
    places = zip(page.bare_words, page.word_spans, strict=True)
    return share((span for word, span in places if word == top), len(page.words))


def placeholders(page: Page) -> Measured:
    """How often *lorem ipsum* occurs."""
    return Measured(float(len(spans := [m.span() for m in PLACEHOLDER.finditer(page.text)])), spans)


def broken_words(page: Page) -> Measured:
    """Share of words with characters that a wrong decoding leaves behind."""
    places = zip(page.words, page.word_spans, strict=True)
    return share((span for word, span in places if BROKEN.search(word)), len(page.words))


def upper_case_words(page: Page) -> Measured:
    """Share of words of three letters or more that are all in upper case."""
    spelt = [s for word, s in zip(page.words, page.word_spans, strict=True) if sum(map(str.isalpha, word)) > 2]
    return share((s for s in spelt if page.text[slice(*s)].isupper()), len(spelt))


def addresses(page: Page) -> Measured:
    """Share of words that are web or mail addresses."""
    places = zip(page.words, page.word_spans, strict=True)
    return share((span for word, span in places if ADDRESS.search(word)), len(page.words))
