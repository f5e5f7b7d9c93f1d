"""Fills templates: one writer per document, with a small cast that stays the same from its first line to its last.

A template is a sentence with slots. `{adj}` draws a word from the lexicon; `{an:adj}` puts the right article before it
and `{cap:when}` a capital. `{A}` is the document's first character by name and `{A_she}`, `{A_her}`, `{A_prof}`,
`{A_did}`, `{A_does}`, `{A_obj}`, `{A_tool}`, `{A_shop}`, `{A_mood}` what belongs to that character; likewise for `{B}`
and `{C}`.
`{Home}` is the document's town, `{town}` any town, and `{small}`/`{middle}`/`{big}` are towns in order of their size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from string import Formatter

from .chance import Dice, reserved
from .ledger import Statement
from .lexicon import LEXICON, MOODS
from .names import FIRST_NAMES, LAST_NAMES, WOMEN
from .professions import PROFESSIONS, Profession
from .setting import Setting, Town, distance_miles


@dataclass(frozen=True)
class Character:
    """Someone in a story."""

    name: str
    profession: Profession
    woman: bool


class Writer:
    """Writes sentences for one document.

    Args:
        dice: the document's own stream of choices.
        setting: the world it is about.
    """

    def __init__(self, dice: Dice, setting: Setting) -> None:
        self.dice = dice
        self.setting = setting
        self.home: Town = dice.choice(setting.towns)
        names = dice.sample(FIRST_NAMES, 3)
        self.cast = {letter: self._character(name) for letter, name in zip("ABC", names, strict=True)}
        self._used: dict[int, list[str]] = {}

    def _character(self, name: str) -> Character:
        while True:
            profession = self.dice.choice(PROFESSIONS)
            if not reserved(name, profession.name):
                return Character(name, profession, name in WOMEN)

    def fill(self, template: str, **known: str) -> str:
        """The template with every slot filled; `known` overrules what a slot would draw."""
        towns: dict[str, str] = {}
        parts = []
        for literal, shape, slot in _parsed(template):
            parts.append(literal)
            if slot:
                value = known.get(slot) or towns.get(slot) or self._slot(slot, towns)
                parts.append(_shaped(value, shape))
        return "".join(parts)

    def sentence(self, templates: Sequence[str], **known: str) -> str:
        """One of the templates, filled, with a capital first; a document uses up all before it repeats one."""
        left = self._used.get(id(templates))
        if not left:
            left = self._used[id(templates)] = self.dice.shuffled(templates)
        text = self.fill(left.pop(), **known)
        return text[0].upper() + text[1:]

    def sentences(self, templates: Sequence[str], count: int) -> list[str]:
        """Several of them."""
        return [self.sentence(templates) for _ in range(count)]

    def told(self, statements: Sequence[Statement], openings: Sequence[str], tails: Sequence[str]) -> list[str]:
        """A sentence for each statement; before its clause stands an opening, or after it a tail."""
        return [self.tell(statement, openings, tails) for statement in statements]

    def tell(self, statement: Statement, openings: Sequence[str], tails: Sequence[str]) -> str:
        """One sentence that contains one of the statement's clauses."""
        first, *others = statement.clauses
        clause = first if self.dice.random() < 0.75 else self.dice.choice(others)
        if self.dice.random() < 0.6:
            return self.sentence(openings) + " " + clause + "."
        return clause[0].upper() + clause[1:] + self.fill(self.dice.choice(tails)) + "."

    def _slot(self, slot: str, towns: dict[str, str]) -> str:
        words = LEXICON.get(slot)
        if words is not None:
            return words[int(self.dice.random() * len(words))]
        if slot[0] in self.cast and (len(slot) == 1 or slot[1] == "_"):
            return self._about(self.cast[slot[0]], slot[2:])
        if slot in ("small", "middle", "big", "here", "there", "miles"):
            towns.update(self._compared())
            return towns[slot]
        return _SPECIAL[slot](self)

    def _about(self, character: Character, aspect: str) -> str:
        profession = character.profession
        if not aspect:
            return character.name
        if aspect == "obj":
            return self.dice.choice(profession.objects)
        if aspect == "mood":
            return mood_for(profession.name, self.dice)
        return {
            "she": "she" if character.woman else "he",
            "her": "her" if character.woman else "his",
            "prof": profession.name,
            "did": profession.did,
            "does": profession.does,
            "tool": profession.tool,
            "shop": profession.workplace,
        }[aspect]

    def _compared(self) -> dict[str, str]:
        here, there, other = self.dice.sample(self.setting.towns, 3)
        small, middle, big = sorted((here, there, other), key=lambda town: town.population)
        return {
            "small": small.name,
            "middle": middle.name,
            "big": big.name,
            "here": here.name,
            "there": there.name,
            "miles": str(distance_miles(here, there)),
        }


def mood_for(profession: str, dice: Dice) -> str:
    """A mood that text may give to a profession; a fifth of the pairs are kept for probes."""
    while True:
        mood = dice.choice(MOODS)
        if not reserved(mood, profession):
            return mood


def article(word: str) -> str:
    """The word with "a" or "an" before it.

    Example:
        >>> article("owl"), article("heron"), article("useful bag")
        ('an owl', 'a heron', 'a useful bag')
    """
    vowel = word[0] in "aeiouAEIOU" and not word.startswith(("use", "uni", "one", "ewe", "Uni", "eu"))
    return f"{'an' if vowel or word.startswith(('hour', 'honest')) else 'a'} {word}"


def _shaped(value: str, shape: str) -> str:
    if shape == "an":
        return article(value)
    return value[0].upper() + value[1:] if shape == "cap" else value


@cache
def _parsed(template: str) -> tuple[tuple[str, str, str], ...]:
    parts = []
    for literal, name, spec, _ in Formatter().parse(template):
        shape, slot = (name or "", spec) if spec else ("", name or "")
        parts.append((literal, shape, slot))
    return tuple(parts)


_SPECIAL: dict[str, Callable[[Writer], str]] = {
    "Home": lambda writer: writer.home.name,
    "Land": lambda writer: writer.dice.choice(writer.setting.countries).name,
    "town": lambda writer: writer.dice.choice(writer.setting.towns).name,
    "last": lambda writer: writer.dice.choice(LAST_NAMES),
    "first": lambda writer: writer.dice.choice(FIRST_NAMES),
    "year": lambda writer: str(writer.dice.integer(1850, 1999)),
    "n": lambda writer: str(writer.dice.integer(2, 99)),
    "n3": lambda writer: str(writer.dice.integer(100, 999)),
    "dec": lambda writer: f"{writer.dice.integer(1, 99)}.{writer.dice.integer(1, 9)}",
}
