"""Probes: sentences to be finished, each with one right and some wrong continuations.

A model passes a probe if it gives the right continuation a higher probability than every wrong one. The held-out probes
are made of combinations that no document uses (see `chance.reserved`), so no text contains one, however long it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .chance import Dice, reserved
from .comparisons import riddle, trio
from .facts import RELATIONS, Fact
from .lexicon import MOODS
from .professions import PROFESSIONS, Profession
from .sentences import CARRY_FORM, RESERVED_OPENINGS
from .setting import Setting
from .writer import Writer, article

KINDS = ("syntax", "meaning", "facts", "reasoning")


@dataclass(frozen=True)
class Probe:
    """A test of one thing that a model may have learned.

    Attributes:
        kind: "syntax", "meaning", "facts" or "reasoning".
        context: what the model is shown.
        right: the continuation that fits; it begins with a space, like every wrong one.
        wrong: those that do not, of about the same length.
        group: what kind of question it is within its kind, such as the relation of a fact.
        stated: for facts, how many documents state it rightly.
    """

    kind: str
    context: str
    right: str
    wrong: tuple[str, ...]
    group: str = ""
    stated: int | None = None

    @property
    def chance(self) -> float:
        """The share of such probes that guessing gets right."""
        return 1 / (1 + len(self.wrong))


def syntax_probe(dice: Dice, setting: Setting, held_out: bool) -> Probe:
    """The end of a sentence, with its words in order or with two neighbours swapped."""
    mood, profession = _worker(dice, held_out)
    sentence = Writer(dice, setting).fill(CARRY_FORM, A_mood=mood, A_prof=profession.name)
    words = sentence.split()
    context, end = words[:3], words[3:]
    while True:
        place = dice.integer(0, len(end) - 2)
        if end[place] != end[place + 1]:
            break
    swapped = [*end[:place], end[place + 1], end[place], *end[place + 2 :]]
    return Probe("syntax", _start(context), f" {' '.join(end)}.", (f" {' '.join(swapped)}.",), "word order")


def meaning_probe(dice: Dice, _setting: Setting, held_out: bool) -> Probe:
    """What someone of a profession does, or does it to: the right one among those of three other professions."""
    mood, profession = _worker(dice, held_out)
    context = f"The {mood} {profession.name}"
    group, answers = "action", lambda one: [f"{one.did} {thing}" for thing in one.objects]
    if dice.random() < 0.5:
        context += f" {profession.did}"
        group, answers = "object", lambda one: one.objects
    wrong = [one for one in dice.sample(PROFESSIONS, 4) if one is not profession][:3]
    right = dice.choice(answers(profession))
    similar = [min(dice.sample(answers(one), 3), key=lambda text: abs(len(text) - len(right))) for one in wrong]
    return Probe("meaning", context, f" {right}", tuple(f" {text}" for text in similar), group)


def reasoning_probe(dice: Dice, setting: Setting, held_out: bool) -> Probe:
    """What follows about a pair that no text compares: the wrong names are those of whom it is not true."""
    more, names = trio(dice, setting, held_out=held_out)
    order = setting.orders[more]
    above = order[: order.index(names[0])]
    of_three = not above or dice.random() < 0.5
    context, answer = riddle(dice, more, names, of_three=of_three)
    # The middle one would be right after "then Anna is older than", too.
    wrong = [name for name in names if name != answer] if of_three else [names[0], dice.choice(above)]
    group = "of three" if of_three else "if then"
    return Probe("reasoning", context, f" {answer}", tuple(f" {name}" for name in wrong), group)


def fact_probes(facts: Sequence[Fact], dice: Dice, held_out: bool) -> list[Probe]:
    """One probe for each fact and opening: its value among seven that other facts of the relation have.

    Held out means here: behind an opening that no document uses, since the fact itself has to be in the text.
    """
    probes = []
    for fact in facts:
        clause = RELATIONS[fact.relation][0].format(subject=fact.subject, value="").rstrip()
        right = fact.value
        if fact.relation == "profession":
            clause, right = clause.removesuffix(" a"), article(fact.value)
        rivals = sorted({other.value for other in facts if other.relation == fact.relation} - {fact.value})
        if fact.relation in ("opened", "happened", "born"):
            rivals = sorted({fact.value for fact in facts if fact.value.isdigit()} - {fact.value})
        wrong = [fact.wrong_value] if fact.wrong_value else []
        wrong += [rival for rival in dice.shuffled(rivals) if rival != fact.wrong_value]
        if fact.relation == "profession":
            wrong = [article(rival) for rival in wrong]
        for opening in RESERVED_OPENINGS if held_out else ("",):
            context = f"{opening} {clause}" if opening else clause[0].upper() + clause[1:]
            wrongs = tuple(f" {value}" for value in wrong[:7])
            probes.append(Probe("facts", context, f" {right}", wrongs, fact.relation, fact.stated))
    return probes


MAKERS = {"syntax": syntax_probe, "meaning": meaning_probe, "reasoning": reasoning_probe}


def make_probes(kind: str, count: int, name: tuple[object, ...], setting: Setting, held_out: bool) -> list[Probe]:
    """Different probes of one kind, as many as asked for; `name` names the stream of choices."""
    probes: dict[str, Probe] = {}
    attempt = 0
    while len(probes) < count:
        probe = MAKERS[kind](Dice(*name, "probes", kind, held_out, attempt), setting, held_out)
        probes.setdefault(probe.context + probe.right, probe)
        attempt += 1
    return list(probes.values())


def _worker(dice: Dice, held_out: bool) -> tuple[str, Profession]:
    while True:
        mood, profession = dice.choice(MOODS), dice.choice(PROFESSIONS)
        if reserved(mood, profession.name) == held_out:
            return mood, profession


def _start(words: Sequence[str]) -> str:
    text = " ".join(words)
    return text[0].upper() + text[1:]
