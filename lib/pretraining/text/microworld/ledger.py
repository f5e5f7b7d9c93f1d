"""Which document states which fact: the frequencies, dealt out over the domains.

The frequencies are spread on purpose, from facts that one document states to facts that hundreds do, because how well a
model knows a fact follows how many documents state it (arXiv 2211.08411).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .chance import Dice
from .facts import Fact

REFERENCE_TOKENS = 250_000
# (documents that state a fact in a world of REFERENCE_TOKENS, how many facts); from 20 up they grow with the world.
FREQUENCIES = ((240, 2), (120, 4), (60, 14), (24, 12), (8, 24), (3, 40), (1, 72))
MISSTATED_SHARE = 0.1
# Relative to a domain's size: reference works state more facts than stories do. Code states none.
DOMAIN_DENSITY = {"web": 1.0, "books": 0.6, "encyclopedia": 1.6, "code": 0.0, "papers": 0.8, "forum": 1.0}
TOKENS_PER_STATEMENT = 25
TOKENS_PER_DOCUMENT = 260
FINISHED_BY = 0.93
ROOM = 0.7  # of a text, for statements of facts
OFTEN = 20  # documents that state a fact


@dataclass(frozen=True)
class Statement:
    """One document's claim about one fact."""

    fact: Fact
    right: bool

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses that say it."""
        return self.fact.clauses if self.right else self.fact.wrong_clauses


def with_frequencies(facts: Sequence[Fact], seed: int, tokens: int) -> list[Fact]:
    """Give each fact the number of documents that will state it; facts beyond the table are stated nowhere."""
    dice = Dice(seed, "frequencies")
    by_relation: dict[str, deque[Fact]] = {}
    for fact in dice.shuffled(facts):
        by_relation.setdefault(fact.relation, deque()).append(fact)
    # Relations take turns, so that each frequency holds facts of every kind.
    mixed: list[Fact] = []
    while any(by_relation.values()):
        mixed += [queue.popleft() for queue in by_relation.values() if queue]
    result = []
    for count, how_many in FREQUENCIES:
        stated = max(1, round(count * tokens / REFERENCE_TOKENS)) if count >= 20 else count
        for _ in range(how_many):
            if mixed:
                result.append(_frequency(mixed.pop(0), stated, count, facts, dice))
    return result


def _frequency(fact: Fact, stated: int, count: int, facts: Sequence[Fact], dice: Dice) -> Fact:
    if not (3 < count < 100 and dice.random() < MISSTATED_SHARE):
        return replace(fact, stated=stated)
    wrong = dice.choice(sorted({other.value for other in facts if other.relation == fact.relation} - {fact.value}))
    return replace(fact, stated=stated, misstated=max(1, stated // 5), wrong_value=wrong)


def deal(facts: Sequence[Fact], seed: int, volumes: Mapping[str, float]) -> dict[str, list[Statement]]:
    """Deal every statement to a domain, in the order in which its documents will make them.

    Raises:
        ValueError: the facts would crowd out the rest of the text.
    """
    weights = {domain: volume * DOMAIN_DENSITY[domain] for domain, volume in volumes.items()}
    statements = [Statement(fact, i < fact.stated) for fact in facts for i in range(fact.stated + fact.misstated)]
    if statements and not sum(weights.values()):
        raise ValueError("code states no facts: give another domain a share of the text")
    dice = Dice(seed, "deal")
    queues: dict[str, list[Statement]] = {domain: [] for domain in volumes}
    for statement in dice.shuffled(statements):
        queues[dice.weighted(weights)].append(statement)
    make_room(queues, volumes, [fact for fact in facts if fact.stated + fact.misstated > OFTEN])
    return queues


def make_room(queues: dict[str, list[Statement]], volumes: Mapping[str, float], often: Sequence[Fact]) -> None:
    """Move statements from domains that are too small for theirs to the one with the most room; often none.

    Raises:
        ValueError: the text as a whole is too small.
    """
    homes = [domain for domain, volume in volumes.items() if volume * DOMAIN_DENSITY[domain]]
    statements = [statement for queue in queues.values() for statement in queue]
    too_many = f"{len(statements)} statements of facts do not fit into about {sum(volumes.values()):,.0f} tokens: "
    too_many += "plant fewer, or make a larger world with World(tokens=...)"
    if needed(statements, often) > ROOM * sum(volumes[domain] for domain in homes):
        raise ValueError(too_many)
    for domain in homes:
        while needed(queues[domain], often) > ROOM * volumes[domain]:
            room = {name: ROOM * volumes[name] - needed(queues[name], often) for name in homes}
            other = max(room, key=room.__getitem__)
            if room[other] < TOKENS_PER_DOCUMENT:
                raise ValueError(too_many)
            queues[other].append(queues[domain].pop())


def needed(queue: Sequence[Statement], often: Sequence[Fact]) -> int:
    """How many tokens a queue takes, so that no document states a fact twice and statements are not all of the text.

    Args:
        queue: statements.
        often: the facts that are stated so often that they may decide.
    """
    most = max((queue_count(queue, fact) for fact in often), default=0)
    return max(len(queue) * TOKENS_PER_STATEMENT, most * TOKENS_PER_DOCUMENT)


def queue_count(queue: Sequence[Statement], fact: Fact) -> int:
    """How many statements in a queue are about one fact."""
    return sum(statement.fact is fact for statement in queue)


class Pace:
    """Hands a domain's statements to its documents, evenly over its volume.

    Args:
        queue: the statements, in order.
        volume: tokens of the domain over which they are spread.
    """

    def __init__(self, queue: Sequence[Statement], volume: float) -> None:
        self.waiting = deque(queue)
        self.total = len(queue)
        self.volume = max(1.0, volume * FINISHED_BY)

    def next_document(self, tokens_so_far: int) -> list[Statement]:
        """The statements of the document that begins after so many tokens, none about the same fact as another."""
        due_left = self.total * max(0.0, 1 - (tokens_so_far + TOKENS_PER_DOCUMENT / 2) / self.volume)
        taken: dict[tuple[str, str], Statement] = {}
        later: list[Statement] = []
        while self.waiting and len(self.waiting) + len(later) > due_left:
            statement = self.waiting.popleft()
            if statement.fact.key in taken:
                later.append(statement)
            else:
                taken[statement.fact.key] = statement
        self.waiting.extendleft(reversed(later))
        return list(taken.values())
