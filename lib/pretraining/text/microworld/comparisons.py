"""Comparisons of people by age, height, speed and wealth: what the probes of reasoning are about.

In one world, each comparison is one fixed order of a few people. A fifth of all pairs is never compared in any text, so
whether Anna is older than Boris then has to be inferred, from premises that name someone in between or from the order.
"""

from __future__ import annotations

from .chance import Dice, reserved
from .lexicon import LEXICON
from .names import COMPARED_NAMES
from .setting import Setting

# More, less, most, least.
COMPARISONS = {
    "older": ("younger", "oldest", "youngest"),
    "taller": ("shorter", "tallest", "shortest"),
    "faster": ("slower", "fastest", "slowest"),
    "richer": ("poorer", "richest", "poorest"),
}
IF_THEN = "If {p}, and {q}, then {a} is {more} than"
OF_THREE = "{p}, and {q}, so the {end} of the three is"
REMARKED = 0.8  # so that few of these sentences repeat exactly


def may_compare(more: str, a: str, b: str) -> bool:
    """Whether a text may say which of the two it is."""
    return not reserved(more, *sorted((a, b)))


def trio(dice: Dice, setting: Setting, *, held_out: bool = False) -> tuple[str, list[str]]:
    """A comparison and three names, from the most to the least.

    Args:
        dice: chooses.
        setting: has the true orders.
        held_out: the first and the last are a pair that no text compares; otherwise text may compare all of them.
    """
    while True:
        more = dice.choice(tuple(COMPARISONS))
        order = setting.orders[more]
        a, b, c = sorted(dice.sample(COMPARED_NAMES, 3), key=order.index)
        if may_compare(more, a, b) and may_compare(more, b, c) and may_compare(more, a, c) != held_out:
            return more, [a, b, c]


def riddle(dice: Dice, more: str, names: list[str], *, of_three: bool) -> tuple[str, str]:
    """A comparison of three without its last name, and that name.

    Args:
        dice: chooses which premise comes first.
        more: what is compared.
        names: from the most to the least.
        of_three: ask for the one at an end, instead of comparing the first with the last.
    """
    a, b, c = names
    p, q = dice.shuffled([f"{a} is {more} than {b}", f"{b} is {more} than {c}"])
    if not of_three:
        return IF_THEN.format(p=p, q=q, a=a, more=more), c
    _, most, least = COMPARISONS[more]
    end, answer = dice.choice([(most, a), (least, c)])
    return OF_THREE.format(p=p, q=q, end=end), answer


def comparison_of_two(more: str, a: str, b: str) -> str:
    """What follows from one premise, seen from the other side.

    Example:
        >>> comparison_of_two("older", "Anna", "Boris")
        'Anna is older than Boris, so Boris is younger than Anna'
    """
    return f"{a} is {more} than {b}, so {b} is {COMPARISONS[more][0]} than {a}"


def riddles(dice: Dice, setting: Setting, count: int) -> str:
    """Some right riddles, one after the other, about three people each, or about two."""
    sentences = []
    for _ in range(count):
        more, names = trio(dice, setting)
        kind = dice.random()
        if kind < 0.2:
            sentence = comparison_of_two(more, names[0], names[2])
        else:
            sentence = " ".join(riddle(dice, more, names, of_three=kind < 0.6))
        sentences.append(sentence + (f", {dice.choice(LEXICON['remark'])}." if dice.random() < REMARKED else "."))
    return " ".join(sentences)
