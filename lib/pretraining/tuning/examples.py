"""The questions of the fine-tuning lab: what the model learns from, and what is kept out to measure it.

What the numbers below rest on, measured on seeds used for choosing. Without the sorting questions a model answered
"The tool is rolling." where it was never asked for a rolling pin: with them it followed 93% of the questions instead of
80% (seed 2). With more names, mixed ones among them, more requests, and a third more steps it declined 97% of the names
from outside instead of 93%, and followed 86% as before (seed 41, all blocks learning).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from ..model import Transformer
from ..text.microworld.chance import Dice
from ..text.microworld.exchanges import Exchange, ask_about, make_exchanges
from ..text.microworld.facts import true_facts
from ..text.microworld.sorting import sorting_exchanges
from ..text.microworld.topics import Topic, fact_topic, kind_topics, trade_topics
from ..text.world import World
from ..tokens import Tokenizer
from ..training import encode_texts
from .replies import replies

WORDINGS = 10  # each fact to learn from is asked in so many
NAMED = 3  # each name of the world is asked about in so many
SORTED = 2  # each word of a trade is to be told from another in so many
KEPT_OUT = 5  # every 5th fact that the model knows is kept out
LEARNED = {"unknown": 700, "harmful": 400, "harmless": 400}
MEASURED = {"unknown": 100, "harmful": 60, "harmless": 60}
VALUE_TOKENS = 8


@dataclass(frozen=True)
class QuestionSets:
    """Questions with the answers wanted. Nothing that `examples` ask is asked in the other sets, in no wording.

    The examples ask of every name of the world what it stands for, and of two words of the trades which one is, say, a
    tool. So names and words of the other sets appear there, their facts do not.

    Attributes:
        examples: what to fine-tune on.
        known: what the base model knows, kept out of the examples, in wordings that are kept out as well.
        taught: what the examples teach, in wordings that are kept out.
        never_told: true facts about the world that no document states.
        unknown: names from outside.
        harmful: requests to be declined.
        harmless: requests in the same words that need not be.
    """

    examples: tuple[Exchange, ...]
    known: tuple[Exchange, ...]
    taught: tuple[Exchange, ...]
    never_told: tuple[Exchange, ...]
    unknown: tuple[Exchange, ...]
    harmful: tuple[Exchange, ...]
    harmless: tuple[Exchange, ...]


def question_sets(model: Transformer, tokenizer: Tokenizer, world: World, seed: int = 0) -> QuestionSets:
    """Make the questions for a base model and the world that it read about.

    Args:
        model, tokenizer: decide which facts are known; see `known_topics`.
        world: what to ask about.
        seed: decides which facts are kept out, the names from outside, and the wordings.

    Raises:
        ValueError: the model knows too few facts to keep any out.
    """
    known = _mixed(known_topics(model, tokenizer, world), seed)
    if len(known) < KEPT_OUT:
        raise ValueError(f"the model knows only {len(known)} facts of this world: train it longer first")
    kept_out = known[KEPT_OUT - 1 :: KEPT_OUT]
    taught = [topic for topic in known if topic not in kept_out]
    examples = ask_about(taught, seed, WORDINGS, held_out=False)
    examples += ask_about(kind_topics(world.setting), seed, NAMED, held_out=False)
    examples += sorting_exchanges(seed, SORTED)
    for kind, count in LEARNED.items():
        examples += make_exchanges(kind, count, seed, world.setting, held_out=False)
    measured = {kind: make_exchanges(kind, n, seed, world.setting, held_out=True) for kind, n in MEASURED.items()}
    return QuestionSets(
        examples=tuple(examples),
        known=tuple(ask_about(kept_out, seed, wordings=2, held_out=True)),
        taught=tuple(ask_about(taught, seed, wordings=1, held_out=True)),
        never_told=tuple(ask_about(never_told(world), seed, wordings=1, held_out=True)),
        **{kind: tuple(own) for kind, own in measured.items()},
    )


def known_topics(model: Transformer, tokenizer: Tokenizer, world: World) -> list[Topic]:
    """What a model says by itself: from the beginning of a topic's sentence it goes on with a right value.

    Facts of which the text also states a wrong value are left out.
    """
    topics = [fact_topic(fact) for fact in world.facts if not fact.misstated] + trade_topics()
    said = replies(model, tokenizer, [topic.beginning for topic in topics], VALUE_TOKENS)
    return [topic for topic, reply in zip(topics, said, strict=True) if reply.text.strip().startswith(topic.values)]


def never_told(world: World) -> list[Topic]:
    """Questions that have an answer, but none that any document gives."""
    told = {fact.key for fact in world.facts}
    return [Topic(fact.subject, fact.relation) for fact in true_facts(world.setting) if fact.key not in told]


def _mixed(topics: Sequence[Topic], seed: int) -> list[Topic]:
    """In random order, and so that relations take turns: each is then kept out about as often."""
    by_relation: dict[str, list[Topic]] = {}
    for topic in Dice(seed, "kept out").shuffled(topics):
        by_relation.setdefault(topic.relation, []).append(topic)
    return [topic for relation in sorted(by_relation) for topic in by_relation[relation]]


def rehearsal_text(world: World, tokenizer: Tokenizer, tokens: int = 100_000) -> Tensor:
    """Token ids of the world's encyclopedia, to rehearse while fine-tuning; shape (n,)."""
    return encode_texts(tokenizer, [document.text for document in world.documents("encyclopedia", tokens=tokens)])
