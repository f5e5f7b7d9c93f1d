"""Books: a scene with three characters, told in the past tense, with what they say to each other."""

from __future__ import annotations

from collections.abc import Sequence

from .ledger import Statement
from .sentences import CARRY, OPENINGS, SCENE, TAILS, WORK, riddles
from .writer import Writer

CHAPTERS = (
    "Chapter {n}: The {cap:adj} {cap:thing}",
    "Chapter {n}, in which {trouble} and {A} is {feeling}",
    "The {cap:adj} {cap:animal} and the {cap:thing}",
    "{cap:when}, in {Home}, with {an:animal}",
    "One {season} in {Home} and its {place}",
)
OPENERS = (
    "in {Home}, not far from {town}, lived {an:A_prof} named {A} and {an:B_prof} named {B}.",
    "{A}, {an:A_prof}, had never left {Home} before that {season}.",
    "{when}, a letter for {A} arrived from {town}, wrapped in {material}.",
    "nobody in {Home} knew why {A} and {B} met {when} at the {place}.",
    "the {event} had just begun when {C} came to {Home} with {an:adj} {thing}.",
    "there was once {an:adj} {place} by the sea, and {C} lived in it with {an:animal} and {an:animal}.",
)
ACTION = (
    "{A} looked at {A_her} {bodypart} and then at the {thing}.",
    "{B} sat down {adverb} on the {adj} {thing} and ate some {food}.",
    "{A} was {feeling}, for {trouble} {when}, {remark}.",
    "{A_she} remembered the {adj} {place} of {A_her} childhood and felt {feeling}.",
    "{B} ran {adverb} past the {place}, and the {animal} {creature_did} behind.",
    "then {trouble}, and {A} had to laugh {adverb} at the {animal}.",
    "for {number} days {B} waited at the {place}, but only {an:animal} came.",
    "under the {plant}, {A} found {an:adj} {thing} full of {food}.",
    "{C} opened the {adj} {thing}; inside lay {an:adj} {thing} of {material}.",
    "{A} gave {B} the {adj} {thing}, and {B} {handled} it {adverb}.",
    "{A} dreamed of {an:adj} {animal} that {creature_did} across the {place}.",
    "neither {A} nor {B} had ever seen such {an:adj} {thing}.",
    "{weather} began {when}, so {C} stayed by the fire with {an:adj} book about {subject}.",
    "{C} counted {number} {colour} boats, {number} {animal} tracks and one {adj} {thing}.",
    "{B}'s {relative} danced {adverb} at the {event} until {trouble}.",
)
SPEECH = (
    '"My {relative} {handled} {an:adj} {thing}," said {A} {adverb}, "and now {trouble}."',
    '"Have you seen the {adj} {thing}?" asked {B}. "It was in the {place} {when}."',
    '"I would rather eat {food} than {food}," {C} replied.',
    '"You are {feeling}, I can see it," said {B}, and {B_she} touched {A}\'s {bodypart}.',
    '"{cap:when} we shall go to {town}," {A} promised, "with {food}, {food} and the {thing}."',
    '"Listen, {B}: {an:adj} {animal}!" whispered {A}, and it {creature_did} {adverb}.',
    '"Who {handled} my {thing}?" cried {C}, but the {adj} {place} was empty.',
    '"{cap:advice}," {A}\'s {relative} used to say at the {event}.',
    '"{cap:advice}, and {advice}," {B} advised {adverb}.',
)
RIDDLERS = (
    "{A} loved riddles about the {relative}s of {B}:",
    "{B} thought about {A_her} {relative} for a moment:",
    "{C} drew three figures on the {thing}:",
    "to pass the time, {A} asked who came first:",
    "at the {event} they compared everybody they knew:",
)


def chapter(writer: Writer, statements: Sequence[Statement]) -> str:
    """A chapter of a book: a heading and a few paragraphs."""
    dice = writer.dice
    scene = writer.sentences(ACTION, dice.integer(4, 8)) + writer.sentences(SPEECH, dice.integer(2, 4))
    scene += writer.sentences(SCENE, dice.integer(2, 5)) + writer.sentences(WORK, dice.integer(2, 4))
    scene += writer.sentences(CARRY, dice.integer(1, 3)) + writer.told(statements, OPENINGS, TAILS)
    if dice.random() < 0.6:
        scene.append(" ".join([writer.sentence(RIDDLERS), *riddles(dice, dice.integer(1, 2))]))
    scene = dice.shuffled(scene)
    paragraphs = [[writer.sentence(OPENERS)]]
    for sentence in scene:
        if len(paragraphs[-1]) >= dice.integer(3, 6):
            paragraphs.append([])
        paragraphs[-1].append(sentence)
    return "\n\n".join([writer.sentence(CHAPTERS), *(" ".join(paragraph) for paragraph in paragraphs)])
