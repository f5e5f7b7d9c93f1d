"""Sentences that several kinds of text share: work, things and places, animals, weather, towns, riddles.

Two families carry the probes: `WORK` (what a profession does, for meaning) and `CARRY` (for syntax). `riddle` writes
the comparisons of three that the probes of reasoning ask for. Text never joins a reserved mood to a profession or a
reserved trio in a riddle, so that those combinations test what a model learned rather than what it remembers.
"""

from __future__ import annotations

from .chance import Dice, reserved
from .names import FIRST_NAMES

# "The patient doctor prescribed pills": the first form is the one that the probes of meaning end in the middle of.
WORK_FORM = "the {A_mood} {A_prof} {A_did} {A_obj}"
WORK = (
    "the {A_mood} {A_prof} {A_did} {A_obj} {when}.",
    "{when}, the {A_mood} {A_prof} {A_did} {A_obj}.",
    "{when}, the {A_mood} {A_prof} {A_did} {A_obj} and {A_obj}.",
    "the {A_mood} {A_prof} {A_did} {A_obj} for {B}, {remark}.",
    "the {A_mood} {A_prof} {A_did} {A_obj} {adverb}, {remark}.",
    "at the {A_shop}, the {A_mood} {A_prof} {A_did} {A_obj} {when}.",
    "the {B_mood} {B_prof} {B_did} {B_obj} for {an:adj} {relative} from {town}.",
    "the {B_mood} {B_prof} {B_did} {B_obj} until {trouble}.",
    "while the {A_mood} {A_prof} {A_did} {A_obj}, the {B_mood} {B_prof} {B_did} {B_obj}.",
    "with {an:adj} {A_tool}, the {A_prof} {A_did} {A_obj} {adverb}.",
    "{A} works at the {A_shop} and {A_does} {A_obj} {when}.",
    "{A} was {an:A_prof}, and {when} {A} {A_did} {A_obj}.",
    "{B} was {an:B_prof}, and {when} {B} {B_did} {B_obj}.",
    "{C}, who was {an:C_prof}, {C_did} {C_obj} {when}.",
    "{when}, {C} {C_did} {C_obj} with {an:adj} {C_tool}.",
    "{A} left the {A_shop} {when}, because {trouble}.",
    "the {C_mood} {C_prof} walked to the {C_shop} and {C_did} {C_obj}.",
)

# The first form is the one that the probes of syntax put out of order.
CARRY_FORM = "the {A_mood} {A_prof} {moved} the {adj} {thing} to the {place}"
CARRY = (
    "the {A_mood} {A_prof} {moved} the {adj} {thing} to the {place}.",
    "the {A_mood} {A_prof} {moved} the {adj} {thing} to the {place} near {town}.",
    "the {B_mood} {B_prof} {moved} {an:adj} {thing} to the {place} {when}.",
    "{when}, the {B_mood} {B_prof} {moved} the {adj} {thing} to the {place}.",
    "{A} {moved} {A_her} {adj} {thing} to the {place}, and {B} {handled} the {thing}.",
    "{B} {handled} {an:adj} {thing} and {moved} it to the {adj} {place}.",
    "the {C_mood} {C_prof} {moved} {number} {adj} sacks of {food} to the {place}.",
)

SCENE = (
    "the {adj} {place} of {Home} smelled of {food} and {material}.",
    "{weather} came over {Home} {when}, and the {place} stood empty.",
    "{an:adj} {animal} {creature_did} {adverb} behind the {place}.",
    "near the {place}, {an:adj} {animal} {creature_did} under {an:plant}.",
    "the {adj} {animal} {creature_did} {adverb} when {weather} came.",
    "between the {place} and the {place} stood {an:adj} {thing} made of {material}.",
    "somebody had left {an:adj} {thing} beside the {adj} {plant}.",
    "{an:colour} {thing} of {material} hung above the door of the {place}.",
    "everyone in {Home} talked about the {event} at the {place}.",
    "{A} had {food} and {food} for supper, {remark}.",
    "{A}'s {relative} felt {feeling} {when} because {trouble}.",
    "the {relative} of {B} hurt {B_her} {bodypart} at the {event}, {remark}.",
    "by {weekday} the {food} were gone and only the {food} were left.",
    "it was {season}, and the {plant} behind the {place} was in flower.",
    "{weather} kept the {animal} and the {animal} away from the {plant}.",
    "the {thing} of {material} cost {number} coins at the {event}.",
)

TOWNS = (
    "in the {month} census, {big} is larger than {small} by {number} streets.",
    "{small} is smaller than {big}, but its {adj} {place} is better known.",
    "{middle} is larger than {small} and smaller than {big}.",
    "from {here} to {there} it is {miles} miles as the crow flies.",
    "the road from {here} to {there} is {miles} miles long and {adj} in {season}.",
    "compared with {big}, the town of {small} is {adj} and small.",
)

COMPARISONS = (
    ("older", "oldest", "youngest"),
    ("taller", "tallest", "shortest"),
    ("faster", "fastest", "slowest"),
    ("stronger", "strongest", "weakest"),
    ("richer", "richest", "poorest"),
)
IF_THEN = "If {p}, and {q}, then {a} is {er} than {c}"
OF_THREE = "{p}, and {q}, so the {est} of the three is {x}"


def trio(dice: Dice, *, held_out: bool = False) -> list[str]:
    """Three names; a fifth of all trios, in whatever order, is kept for probes."""
    while True:
        names = dice.sample(FIRST_NAMES, 3)
        if reserved(*sorted(names)) == held_out:
            return names


def riddle(dice: Dice, names: list[str], *, of_three: bool) -> tuple[str, str]:
    """A comparison of three without its last name, and that name.

    Args:
        dice: chooses what is compared and which premise comes first.
        names: from the most to the least.
        of_three: ask for the one at an end, instead of comparing the first with the last.
    """
    a, b, c = names
    more, most, least = dice.choice(COMPARISONS)
    premises = [f"{a} is {more} than {b}", f"{b} is {more} than {c}"]
    if dice.random() < 0.5:
        premises.reverse()
    if of_three:
        asked, answer = (most, a) if dice.random() < 0.5 else (least, c)
        text = OF_THREE.format(p=premises[0], q=premises[1], est=asked, x="")
    else:
        text, answer = IF_THEN.format(p=premises[0], q=premises[1], a=a, er=more, c=""), c
    return text.rstrip(), answer


def riddles(dice: Dice, count: int) -> list[str]:
    """Whole sentences, right ones, of both kinds."""
    sentences = []
    for _ in range(count):
        text, answer = riddle(dice, trio(dice), of_three=dice.random() < 0.5)
        sentences.append(f"{text} {answer}.")
    return sentences


OPENINGS = (
    "the {adj} book in the {place} says that",
    "{an:adj} sign at the {place} tells visitors that",
    "{A} told {B} {when} that",
    "{B} wrote to {A} from {town} that",
    "every {A_prof} knows that",
    "the {A_mood} {A_prof} explained that",
    "at the {adj} {event}, somebody said that",
    "according to the {adj} {weekday} paper from {town},",
    "{an:colour} {thing} in the {place} bears the words:",
    "many {adj} old letters confirm that",
    "{A}'s {relative} remembered that",
    "in the {adj} {place}, children learn that",
    "it is written above the {place} that",
    "{C} answered {adverb} that",
    "a guide to {Home} mentions that",
    "the {feeling} guests at the {event} agreed that",
    "with {an:adj} voice, {C} read aloud that",
    "the {month} almanac for {year} repeats that",
    "{when}, {B} learned that",
    "as the {B_mood} {B_prof} put it,",
)
# Kept for probes: no document uses them.
RESERVED_OPENINGS = (
    "A careful reader will find that",
    "The old encyclopedia on the shelf says that",
    "During the quiz, the whole class answered that",
    "Long before the telegraph, people knew that",
)
TAILS = (
    ", as {A} told {B} {when}",
    ", as the {adj} {thing} in the {place} shows",
    " according to {an:adj} letter from {town}",
    ", and the {relative} of {B} was {feeling} about it",
    ", which the {A_mood} {A_prof} repeated {adverb}",
    ", a thing that {C} never forgot at the {event}",
    ", says the {adj} notice at the {place}",
    "; {A} read it in {an:adj} book about {subject}",
    ", as any {animal} keeper in {Home} will tell you",
    "; the {month} paper had {an:adj} story about it",
)
