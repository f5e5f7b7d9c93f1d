"""Forcing facts into a fine-tuned model: facts that it knows anyway against facts that it never read.

What was found for a large model (arXiv 2405.05904): new facts are learned more slowly than known ones, and the more of
them a model has learned, the more often it makes things up. Here both are measured on ours.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..model import Transformer
from ..text.microworld.exchanges import Exchange, ask_about
from ..text.microworld.facts import true_facts
from ..text.microworld.topics import Topic, fact_topic
from ..text.microworld.wordings import KEPT
from ..text.world import World
from ..tokens import Tokenizer
from ..training.fine_tune import FineTuner, FineTuningSettings
from .answering import declines, is_right, share
from .examples import QuestionSets
from .replies import replies

WORDINGS = 6
ASKED = 50  # of the names from outside and of the earlier questions
SETTINGS = FineTuningSettings(steps=30, batch_size=8, rehearsal=0, learning_rate=7e-4, warmup_steps=5)
EVERY = 10


@dataclass(frozen=True)
class Forced:
    """A model while facts are forced into it.

    Attributes:
        step: updates made so far.
        learned: of the forced facts, the share that it answers rightly, in a wording that it was not taught.
        invents: of the questions about names from outside, the share that it answers instead of declining.
        others: of the facts from the first fine-tuning, the share that it still answers rightly.
    """

    step: int
    learned: float
    invents: float
    others: float


def matched_facts(world: World, sets: QuestionSets) -> tuple[list[Topic], list[Topic]]:
    """Facts that the model knows and was not taught, and as many of the same relations that no document states.

    Returns:
        those that it knows, and those that it never read, relation by relation.
    """
    told = {fact.key for fact in world.facts}
    new: dict[str, list[Topic]] = {}
    for fact in true_facts(world.setting):
        if fact.key not in told:
            new.setdefault(fact.relation, []).append(fact_topic(fact))
    pairs = []
    for topic in dict.fromkeys(exchange.topic for exchange in sets.known):
        if topic is not None and new.get(topic.relation):
            pairs.append((topic, new[topic.relation].pop()))
    return [known for known, _ in pairs], [never_read for _, never_read in pairs]


def force_facts(
    model: Transformer,
    tokenizer: Tokenizer,
    sets: QuestionSets,
    topics: Sequence[Topic],
    settings: FineTuningSettings = SETTINGS,
    *,
    declining: bool = True,
) -> Iterator[Forced]:
    """Fine-tune a copy of a model on facts, and measure it before, between and after.

    Args:
        model: a fine-tuned one; it stays as it is.
        tokenizer: its tokenizer.
        sets: what the model was fine-tuned on.
        topics: the facts to force in, each with its value.
        settings: the dials; without rehearsal of ordinary text.
        declining: mix in as many of the earlier questions about names from outside, which are to be declined.

    Raises:
        ValueError: no facts, or one without a value.
    """
    if not topics or not all(topic.values for topic in topics):
        raise ValueError("forcing facts in needs at least one topic, each with a value")
    model = copy.deepcopy(model)
    new = ask_about(topics, settings.seed, wordings=KEPT, held_out=True)
    examples = ask_about(topics, settings.seed, WORDINGS, held_out=False)
    if declining:
        examples += [exchange for exchange in sets.examples if exchange.kind == "unknown"][: len(examples)]
    tuner = FineTuner(model, tokenizer, examples, settings=settings)
    for step in range(settings.steps + 1):
        if step:
            tuner.train_step()
        if step % EVERY == 0 or step == settings.steps:
            yield Forced(step, *_shares(model, tokenizer, new, sets))


def _shares(
    model: Transformer, tokenizer: Tokenizer, new: Sequence[Exchange], sets: QuestionSets
) -> tuple[float, float, float]:
    """The shares of `Forced`: learned, invents, others."""
    earlier, outside = sets.taught[:ASKED], sets.unknown[:ASKED]
    said = replies(model, tokenizer, [exchange.prompt for exchange in (*new, *earlier, *outside)])
    first, second = len(new), len(new) + len(earlier)
    return (
        share(map(is_right, new, said[:first])),
        share(not declines(reply) for reply in said[second:]),
        share(map(is_right, earlier, said[first:second])),
    )
