"""Questions that hold their own answer, such as which of two words is a tool.

Words come in pairs of two sorts: tools, workplaces, professions and things to work on. Nothing about the world is told
by such a question. A model learns from it how to say a value as an answer, also one that no other example asks for.
"""

from __future__ import annotations

from collections.abc import Mapping

from .chance import Dice
from .exchanges import Exchange
from .topics import trade_topics
from .wordings import SORTS

FORMS = (
    "Which one is a {sort}: {first} or {second}?",
    "Here are {first} and {second}. Which one is a {sort}?",
    "Name the {sort}: {first} or {second}.",
    "One of these is a {sort}: {first}, {second}. Which one?",
    "Is {first} the {sort}, or {second}?",
)


def words_by_sort() -> dict[str, list[str]]:
    """Every profession, workplace, tool and thing to work on, by its sort, in alphabetical order."""
    found: dict[str, set[str]] = {}
    for topic in trade_topics():
        found.setdefault(SORTS[topic.relation], set()).update(topic.values)
    return {sort: sorted(words) for sort, words in found.items()}


def sorting_exchanges(seed: int, times: int) -> list[Exchange]:
    """Each word asked for so many times, each time beside a word of another sort."""
    words, dice = words_by_sort(), Dice(seed, "sorting")
    right = [(sort, word) for sort, own in words.items() for word in own for _ in range(times)]
    return [_sorting(sort, word, words, dice) for sort, word in right]


def _sorting(sort: str, word: str, words: Mapping[str, list[str]], dice: Dice) -> Exchange:
    other = dice.choice(words[dice.choice([one for one in words if one != sort])])
    first, second = dice.shuffled([word, other])
    question = dice.choice(FORMS).format(sort=sort, first=first, second=second)
    return Exchange(question, f"The {sort} is {word}.", "sorting")
