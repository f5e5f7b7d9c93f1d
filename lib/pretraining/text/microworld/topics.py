"""Things that the world's text teaches and that one can ask about: facts of the world, and what belongs to each trade.

A topic knows its sentence as far as the text would have to go on with the value, so that one can see whether a model
knows it without asking a question.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from .chance import Dice
from .facts import Fact
from .professions import PROFESSIONS, Profession
from .setting import Setting
from .writer import article, mood_for


@dataclass(frozen=True)
class Topic:
    """Something to ask about.

    Attributes:
        subject: such as "Velland" or "baker".
        relation: a key of `wordings.QUESTIONS`, such as "capital" or "tool".
        values: every right value; several for what a trade works with, none if nobody can know it.
        beginning: a sentence that ends before the value; empty if the text has no such sentence.
    """

    subject: str
    relation: str
    values: tuple[str, ...] = ()
    beginning: str = ""


def fact_topic(fact: Fact) -> Topic:
    """A fact of the world as a topic.

    Example:
        >>> fact_topic(Fact("Velland", "capital", "Orsa")).beginning
        'The capital of Velland is'
    """
    clause = fact.clauses[0].removesuffix(fact.value).rstrip()
    return Topic(fact.subject, fact.relation, (fact.value,), clause[0].upper() + clause[1:])


def trade_topics(professions: Iterable[Profession] = PROFESSIONS) -> list[Topic]:
    """Where people of each trade work, what with, what on, and whose that place and that tool are.

    Example:
        >>> [topic.values[0] for topic in trade_topics(PROFESSIONS[1:2])]
        ['bakery', 'rolling pin', 'bread', 'baker', 'baker']
    """
    topics = []
    for one in professions:
        mood = mood_for(one.name, Dice("topics", one.name))
        topics += [
            Topic(one.name, "workplace", (one.workplace,), f"Anna was {article(one.name)} at the"),
            Topic(one.name, "tool", (one.tool,), f"A typical {one.name} owns {article(one.tool).split()[0]}"),
            Topic(one.name, "product", one.objects, f"The {mood} {one.name} {one.did}"),
            Topic(one.workplace, "worker", (one.name,), f"At the {one.workplace}, the {mood}"),
            Topic(one.tool, "owner", (one.name,), f"With a new {one.tool}, the"),
        ]
    return topics


def kind_topics(setting: Setting) -> list[Topic]:
    """What each name of the world stands for: a town, a country, a person, a building or an event."""
    kinds: dict[str, Sequence[Any]] = {
        "town": setting.towns,
        "country": setting.countries,
        "person": setting.people,
        "building": [event for event in setting.events if event.opened],
        "event": [event for event in setting.events if not event.opened],
    }
    return [Topic(one.name, "kind", (kind,)) for kind, named in kinds.items() for one in named]
