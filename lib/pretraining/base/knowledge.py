"""What a model knows: its scores on probes, by kind, and on facts by how often the text stated them.

Takes a model and a world, asks questions that no document holds, and hands on shares beside those of guessing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..model import Transformer
from ..probes import passed_probes
from ..text import World
from ..text.world import Probe
from ..tokens import Tokenizer

FREQUENT = 50  # documents that state a fact which a model had every chance to learn


@dataclass(frozen=True)
class Score:
    """A model's result on probes of one kind.

    Attributes:
        name: the kind of probe.
        share: of the probes that it passed, from 0 to 1.
        chance: the share that guessing passes.
        count: how many probes there were.
    """

    name: str
    share: float
    chance: float
    count: int


def probe_scores(
    model: Transformer, tokenizer: Tokenizer, world: World, draw: int | None = None, count: int = 200
) -> list[Score]:
    """Scores on syntax, meaning, facts that are stated often, and reasoning.

    Args:
        model, tokenizer: whom to ask.
        world: what to ask about.
        draw: another number asks other questions; see `World.probes`.
        count: questions of each kind but facts; those come with the world.
    """
    scores = []
    for kind in ("syntax", "meaning", "facts", "reasoning"):
        probes = world.probes(kind, count=count, draw=draw)
        if kind == "facts":
            probes = [probe for probe in probes if (probe.stated or 0) >= FREQUENT]
        name = f"facts stated {FREQUENT} times or more" if kind == "facts" else kind
        scores += [_score(name, model, tokenizer, probes)] if probes else []
    return scores


def fact_scores(
    model: Transformer, tokenizer: Tokenizer, world: World, draw: int | None = None, most: int = 40
) -> list[Score]:
    """Scores on facts, for each number of documents that state a fact, rarest first; the name is that number.

    Of each number, about `most` probes are asked, evenly chosen from all that there are.
    """
    by_count: dict[int, list[Probe]] = {}
    for probe in world.probes("facts", draw=draw):
        by_count.setdefault(probe.stated or 0, []).append(probe)
    return [
        _score(str(stated), model, tokenizer, probes[:: max(1, len(probes) // most)])
        for stated, probes in sorted(by_count.items())
    ]


def _score(name: str, model: Transformer, tokenizer: Tokenizer, probes: Sequence[Probe]) -> Score:
    passed = passed_probes(model, tokenizer, probes)
    chance = sum(probe.chance for probe in probes) / len(probes)
    return Score(name, sum(passed) / len(passed), chance, len(probes))
