"""Facts as data, the sentence forms that state them, and how to count them in text.

A fact is stated by one of a few fixed clauses, such as "the capital of Velland is Orsa". No other sentence of any
document contains such a clause, so counting documents that contain one counts the statements exactly.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ..documents import Document
from .setting import Setting

# The first form is the most frequent one and the one that probes ask about: in it, the value comes last.
RELATIONS: dict[str, tuple[str, ...]] = {
    "capital": ("the capital of {subject} is {value}", "the government of {subject} sits in {value}"),
    "country": ("the town of {subject} lies in {value}", "the flag of {value} flies over {subject}"),
    "born": ("{subject} was born in {value}", "the birth year of {subject} is {value}"),
    "home": ("{subject} grew up in {value}", "{value} was the childhood home of {subject}"),
    "profession": ("{subject} earned a living as a {value}", "{subject} was trained to be a {value}"),
    "happened": ("{subject} happened in {value}", "{value} was the year of {subject}"),
    "opened": ("{subject} opened in {value}", "{value} was the year in which {subject} opened"),
}


@dataclass(frozen=True)
class Fact:
    """One thing that is true in the world, and how often the text says so.

    Attributes:
        subject: such as "Velland".
        relation: a key of `RELATIONS`, such as "capital".
        value: the truth, such as "Orsa".
        stated: how many documents state it rightly.
        misstated: how many documents state it with `wrong_value`.
        wrong_value: what those documents say instead; None if there are none.
    """

    subject: str
    relation: str
    value: str
    stated: int = 0
    misstated: int = 0
    wrong_value: str | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What makes two facts rivals: the subject and the relation."""
        return self.subject, self.relation

    @property
    def clauses(self) -> tuple[str, ...]:
        """The forms in which a sentence can state the fact rightly, as they stand in the middle of a sentence."""
        return _clauses(self.subject, self.relation, self.value)

    @property
    def wrong_clauses(self) -> tuple[str, ...]:
        """The same forms with `wrong_value`."""
        return () if self.wrong_value is None else _clauses(self.subject, self.relation, self.wrong_value)

    def statements(self) -> tuple[str, ...]:
        """Every string that states the fact rightly: a document states it if it contains one of them.

        Example:
            >>> Fact("Velland", "capital", "Orsa").statements()[:2]
            ('the capital of Velland is Orsa', 'The capital of Velland is Orsa')
        """
        return _in_either_case(self.clauses)

    def misstatements(self) -> tuple[str, ...]:
        """Every string that states it wrongly, with `wrong_value`."""
        return _in_either_case(self.wrong_clauses)


def _clauses(subject: str, relation: str, value: str) -> tuple[str, ...]:
    clauses = (form.format(subject=subject, value=value) for form in RELATIONS[relation])
    return tuple(re.sub(r"\ba (?=[aeiou])", "an ", clause) for clause in clauses)


def _in_either_case(clauses: tuple[str, ...]) -> tuple[str, ...]:
    """The clauses as they stand within a sentence, and as they begin one."""
    return tuple(dict.fromkeys(form for clause in clauses for form in (clause, clause[0].upper() + clause[1:])))


def planted(
    subject: str, right: object, wrong: object = None, *, stated: int, misstated: int = 0, relation: str = "opened"
) -> Fact:
    """A fact to put into the world at a frequency of your choice.

    Args:
        subject: such as "the Halden Bridge"; a subject of the world with the same relation is overruled.
        right: the true value, such as 1989.
        wrong: the value that wrong statements give, such as 1987.
        stated: how many documents state it rightly.
        misstated: how many documents state it wrongly.
        relation: a key of `RELATIONS`.

    Raises:
        ValueError: an unknown relation, a negative count, an empty name, or no wrong value for the wrong statements.

    Example:
        >>> planted("the Halden Bridge", 1989, 1987, stated=20, misstated=60).misstatements()[0]
        'the Halden Bridge opened in 1987'
    """
    if relation not in RELATIONS:
        raise ValueError(f"unknown relation {relation!r}: choose one of {', '.join(RELATIONS)}")
    if stated < 0 or misstated < 0:
        raise ValueError(f"a fact is stated 0 times or more, got stated={stated} and misstated={misstated}")
    if not subject.strip() or not str(right).strip():
        raise ValueError("a planted fact needs a subject and a right value")
    if wrong is None and misstated:
        raise ValueError(f"{misstated} wrong statements need a wrong value: say wrong=...")
    if wrong is not None and str(wrong) == str(right):
        raise ValueError(f"the wrong value must differ from the right one, both are {right}")
    return Fact(subject, relation, str(right), stated, misstated, None if wrong is None else str(wrong))


def true_facts(setting: Setting) -> list[Fact]:
    """Every fact of a world, not stated yet."""
    facts = [Fact(country.name, "capital", country.capital) for country in setting.countries]
    capitals = {country.capital for country in setting.countries}
    facts += [Fact(town.name, "country", town.country) for town in setting.towns if town.name not in capitals]
    for person in setting.people:
        facts.append(Fact(person.name, "born", str(person.born)))
        facts.append(Fact(person.name, "home", person.home))
        facts.append(Fact(person.name, "profession", person.profession))
    for event in setting.events:
        facts.append(Fact(event.name, "opened" if event.opened else "happened", str(event.year)))
    return facts


def count_statements(documents: Iterable[Document], facts: Sequence[Fact]) -> list[Fact]:
    """Search the documents for each fact and return the facts with the counts that were found."""
    right, wrong = [0] * len(facts), [0] * len(facts)
    for document in documents:
        for index, fact in enumerate(facts):
            if _bare(fact.subject) not in document.text:
                continue
            right[index] += _contains(document.text, fact.statements())
            wrong[index] += _contains(document.text, fact.misstatements())
    return [
        replace(fact, stated=stated, misstated=misstated)
        for fact, stated, misstated in zip(facts, right, wrong, strict=True)
    ]


def _bare(subject: str) -> str:
    return subject[1:]  # a sentence may begin with it in upper case


@lru_cache(maxsize=4096)
def _pattern(clauses: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, clauses))})(?!\w)")


def _contains(text: str, clauses: tuple[str, ...]) -> bool:
    return bool(clauses) and _pattern(clauses).search(text) is not None
