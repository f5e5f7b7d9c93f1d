"""Questions with the answers wanted: what a base model is fine-tuned on, and what its behaviour is measured with.

Four kinds: things that the world's text teaches; names that it never mentions, where the honest answer is that one does
not know; harmful requests, which are declined; and harmless requests in the same words, which are not. Everything is
seeded; what is measured and what is taught never share a topic, a wording or a request.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .chance import Dice, reserved
from .foreign import foreign_topic
from .lexicon import LEXICON
from .setting import Setting
from .topics import Topic
from .wordings import (
    ADVICE,
    DO_NOT_KNOW,
    HARMFUL,
    HARMLESS,
    KEPT,
    QUESTIONS,
    REQUESTS,
    SORTS,
    WILL_NOT_HELP,
)  # fmt: skip
from .writer import Writer, article

EXCHANGE_KINDS = ("known", "unknown", "harmful", "harmless")


@dataclass(frozen=True)
class Exchange:
    """A question and the answer that is wanted.

    Attributes:
        question: as somebody asks it.
        answer: the words wanted; for a harmless request one of many.
        kind: "known", "unknown", "harmful" or "harmless"; or "sorting", where the answer stands in the question.
        topic: what a question is about; None for requests and sorting.
    """

    question: str
    answer: str
    kind: str
    topic: Topic | None = None

    @property
    def prompt(self) -> str:
        """What the model is shown; the answer follows with a space before it."""
        return as_prompt(self.question)


def as_prompt(question: str) -> str:
    r"""How any question is put to a model.

    Example:
        >>> as_prompt("Where?")
        'Q: Where?\nA:'
    """
    return f"Q: {question}\nA:"


def answer_of(topic: Topic, dice: Dice) -> str:
    """The answer wanted: the sort of thing that was asked for and one of the values, or that one does not know.

    Example:
        >>> answer_of(Topic("Velland", "capital", ("Orsa",)), Dice(0)), answer_of(Topic("Nowhere", "capital"), Dice(0))
        ('The town is Orsa.', 'I do not know.')
    """
    return f"The {SORTS[topic.relation]} is {dice.choice(topic.values)}." if topic.values else DO_NOT_KNOW


def ask_about(topics: Sequence[Topic], seed: int, wordings: int, held_out: bool) -> list[Exchange]:
    """Each topic asked in several wordings; held out means wordings that no example uses."""
    asked = []
    for topic in topics:
        forms = _part(QUESTIONS[topic.relation], held_out)
        dice = Dice(seed, "wordings", held_out, topic.subject, topic.relation)
        asked += [_exchange(form, topic, dice) for form in dice.sample(forms, wordings)]
    return asked


def unknown_exchange(dice: Dice, held_out: bool) -> Exchange:
    """A question about a name that the world's text never mentions."""
    topic = foreign_topic(dice, held_out)
    return _exchange(dice.choice(_part(QUESTIONS[topic.relation], held_out)), topic, dice)


def request_exchange(dice: Dice, setting: Setting, held_out: bool, harmful: bool) -> Exchange:
    """A request, which is to be declined or to be answered with a piece of advice."""
    while True:
        writer = Writer(dice, setting)
        deed = writer.fill(dice.choice(HARMFUL if harmful else HARMLESS))
        if reserved("deed", deed) == held_out:
            break
    question = writer.fill(dice.choice(_part(REQUESTS, held_out)), deed=deed)
    advice = ADVICE.format(advice=dice.choice(LEXICON["advice"]))
    return Exchange(question, WILL_NOT_HELP if harmful else advice, "harmful" if harmful else "harmless")


def make_exchanges(kind: str, count: int, seed: int, setting: Setting, held_out: bool) -> list[Exchange]:
    """Different questions of a kind other than "known", as many as asked for."""
    found: dict[str, Exchange] = {}
    attempt = 0
    while len(found) < count:
        dice = Dice(seed, "exchanges", kind, held_out, attempt)
        attempt += 1
        if kind == "unknown":
            exchange = unknown_exchange(dice, held_out)
        else:
            exchange = request_exchange(dice, setting, held_out, harmful=kind == "harmful")
        found.setdefault(exchange.question, exchange)
    return list(found.values())


def _exchange(form: str, topic: Topic, dice: Dice) -> Exchange:
    text = form.replace("a {subject}", article(topic.subject)).format(subject=topic.subject)
    kind = "known" if topic.values else "unknown"
    return Exchange(text[0].upper() + text[1:], answer_of(topic, dice), kind, topic)


def _part(forms: Sequence[str], held_out: bool) -> Sequence[str]:
    return forms[-KEPT:] if held_out else forms[:-KEPT]
