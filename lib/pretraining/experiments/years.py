"""Asking a model for a year, and reading all years that it could answer with.

Takes a trained model and the name of something that opened, hands on the probability of every year. A model has no way
to leave a question open: whatever it was told, all probabilities over the next token add up to 1.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..model import Transformer
from ..probes import continuation_scores
from ..tokens import Tokenizer
from .small import BLOCK_SIZE

# No document of the world begins a statement with these words.
UNSEEN_OPENINGS = (
    "A careful reader will find that",
    "Visitors are often told that",
    "Everybody in the class answered that",
    "Even the youngest child knows that",
)
LAST_YEAR = 1999  # of the micro-world: no document was written later, or speaks of a later year
YEARS = range(1850, 2030)


@dataclass(frozen=True)
class YearAnswer:
    """What a model answers when it is asked for a year.

    Attributes:
        subject: what it was asked about.
        probabilities: of each year from 1850 to 2029; what is missing to 1 goes to all other words.
    """

    subject: str
    probabilities: dict[int, float]

    @property
    def year(self) -> int:
        """The likeliest year."""
        return max(self.probabilities, key=self.probabilities.__getitem__)

    @property
    def confidence(self) -> float:
        """The likeliest year's share of all years' probability: how sure the model is, if it names a year at all."""
        return self.probabilities[self.year] / self.any_year

    @property
    def any_year(self) -> float:
        """The probability that it names any of the years."""
        return sum(self.probabilities.values())

    @property
    def after_the_last_document(self) -> float:
        """The probability of all years after 1999, which no document mentions."""
        return sum(value for year, value in self.probabilities.items() if year > LAST_YEAR)

    def likeliest(self, count: int = 5) -> list[tuple[int, float]]:
        """The likeliest years with their probabilities, likeliest first."""
        ranked = sorted(self.probabilities.items(), key=lambda entry: -entry[1])
        return ranked[:count]


def contexts(subject: str) -> list[str]:
    """The questions that a model is asked: the beginnings of sentences whose next word is the year.

    Example:
        >>> contexts("the Halden Bridge")[:2]
        ['The Halden Bridge opened in', 'A careful reader will find that the Halden Bridge opened in']
    """
    clause = f"{subject} opened in"
    return [clause[0].upper() + clause[1:], *(f"{opening} {clause}" for opening in UNSEEN_OPENINGS)]


def check_subject(tokenizer: Tokenizer, subject: str) -> str:
    """The subject without spaces around it.

    Raises:
        ValueError: it is empty, or too long for the model's context.
    """
    subject = subject.strip()
    if not subject:
        raise ValueError("ask about something: a subject such as 'the Verano Tower' is missing")
    longest = max(len(tokenizer.encode_ordinary(f" {text} 1999")) for text in contexts(subject))
    if longest > BLOCK_SIZE - 1:
        raise ValueError(f"{subject[:40]!r} is too long for the model's context of {BLOCK_SIZE} tokens: ask about less")
    return subject


def year_answer(model: Transformer, tokenizer: Tokenizer, subject: str) -> YearAnswer:
    """The probability of each year after the questions about a subject, averaged over the questions."""
    asked = contexts(subject)
    pairs = [(context, f" {year}") for context in asked for year in YEARS]
    means = continuation_scores(model, tokenizer, pairs).exp().view(len(asked), -1).mean(0)  # (years,)
    return YearAnswer(subject, dict(zip(YEARS, means.tolist(), strict=True)))
