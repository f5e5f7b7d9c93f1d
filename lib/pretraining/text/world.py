"""The micro-world: a seeded generator of documents in six domains about one small, consistent world.

Because every fact of the world is known, and how often the text states it, a learner can measure what a model that
trained for a minute has picked up: word order, meaning, facts, comparisons. The same seed gives the same bytes on every
machine and every Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from .documents import Document
from .microworld.chance import Dice
from .microworld.dirt import JUNK_WRITERS, near_copy
from .microworld.facts import RELATIONS, Fact, count_statements, planted, true_facts
from .microworld.ledger import Pace, Statement, deal, with_frequencies
from .microworld.online import page, thread
from .microworld.probes import KINDS, Probe, fact_probes, make_probes
from .microworld.programs import claimed_output, program
from .microworld.reference import article, paper
from .microworld.setting import Setting, build_setting
from .microworld.stories import chapter
from .microworld.writer import Writer

__all__ = [
    "DOMAINS",
    "KINDS",
    "RELATIONS",
    "Fact",
    "Probe",
    "World",
    "approximate_tokens",
    "claimed_output",
    "planted",
]

WRITERS = {
    "web": page,
    "books": chapter,
    "encyclopedia": article,
    "code": lambda writer, statements: program(writer),
    "papers": paper,
    "forum": thread,
}
DOMAINS = tuple(WRITERS)
SHARES = {"web": 0.30, "books": 0.18, "encyclopedia": 0.17, "code": 0.12, "papers": 0.11, "forum": 0.12}
SMALLEST = 50_000
# Of all raw web pages, so many are copies or junk.
DIRT = {"good": 0.55, "exact-copy": 0.08, "near-copy": 0.12, **dict.fromkeys(JUNK_WRITERS, 0.05)}


def approximate_tokens(text: str) -> int:
    """How many tokens a text is counted as here: a quarter of its characters, as a rule of thumb for English.

    Example:
        >>> approximate_tokens("to be or not to be")
        5
    """
    return -(-len(text) // 4)


class World:
    """A small world and everything that is written about it.

    Args:
        seed: decides the world and every word.
        tokens: how much clean text it holds in all, counted as `approximate_tokens` does.
        shares: the domains' shares of it; by default a mixture like that of web-scale training sets.
        planted: facts to add, at frequencies of your choice; make them with `planted(...)`.

    Raises:
        ValueError: fewer than 50,000 tokens, unknown domains, or more statements of facts than the text has room for.

    Example:
        >>> world = World(seed=0)
        >>> next(world.documents("code")).domain
        'code'
    """

    def __init__(
        self,
        seed: int = 0,
        tokens: int = 250_000,
        shares: Mapping[str, float] | None = None,
        planted: Sequence[Fact] = (),
    ) -> None:
        shares = dict(SHARES if shares is None else shares)
        if tokens < SMALLEST:
            raise ValueError(f"a world holds at least {SMALLEST:,} tokens, got {tokens:,}")
        unknown = sorted(set(shares) - set(DOMAINS))
        if unknown:
            raise ValueError(f"unknown domain {unknown[0]!r}: choose from {', '.join(DOMAINS)}")
        if min(shares.values(), default=0) < 0 or not sum(shares.values()) > 0:
            raise ValueError(f"the domains' shares must be 0 or more and not all 0, got {shares}")
        self.seed = seed
        self.tokens = tokens
        self.planted = tuple(planted)
        whole = sum(shares.values())
        self.shares = {domain: shares.get(domain, 0.0) / whole for domain in DOMAINS}
        self.setting: Setting = build_setting(seed)
        self._queues: dict[str, list[Statement]] = deal(self.facts, seed, self._volumes)

    @property
    def _volumes(self) -> dict[str, float]:
        return {domain: share * self.tokens for domain, share in self.shares.items()}

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """Every fact that the text states, with how many documents state it rightly and wrongly.

        The counts are those of the clean text, `world.documents()`, and of any clean text that holds at least as much
        of each domain; what goes beyond states no more of them.
        """
        own = with_frequencies(true_facts(self.setting), self.seed, self.tokens)
        overruled = {fact.key for fact in self.planted}
        if len(overruled) < len(self.planted):
            raise ValueError("two planted facts have the same subject and relation: plant one")
        return (*(fact for fact in own if fact.key not in overruled), *self.planted)

    def plant(
        self,
        subject: str,
        right: object,
        wrong: object = None,
        *,
        stated: int,
        misstated: int = 0,
        relation: str = "opened",
    ) -> World:
        """The same world with one more fact, at a frequency of your choice; see `planted`."""
        fact = planted(subject, right, wrong, stated=stated, misstated=misstated, relation=relation)
        others = [other for other in self.planted if other.key != fact.key]
        return World(self.seed, self.tokens, self.shares, [*others, fact])

    def documents(
        self, domain: str | None = None, tokens: int | None = None, *, clean: bool = True
    ) -> Iterator[Document]:
        """Yield documents until about so many tokens have passed.

        A shorter request yields the first documents of a longer one.

        Args:
            domain: one of `DOMAINS`; by default all of them, mixed by their shares.
            tokens: how much, counted as `approximate_tokens` does; by default what the world holds of it.
            clean: False puts copies and junk between the web pages, labelled; they count as tokens, too.

        Raises:
            ValueError: an unknown domain, or a negative number of tokens.
        """
        if domain is not None and domain not in DOMAINS:
            raise ValueError(f"unknown domain {domain!r}: choose one of {', '.join(DOMAINS)}")
        if tokens is not None and tokens < 0:
            raise ValueError(f"tokens must be 0 or more, got {tokens}")
        if domain is None:
            return self._mixed(tokens, clean)
        limit = self._volumes[domain] if tokens is None else tokens
        return self._domain(domain, limit, clean)

    def probes(self, kind: str, held_out: bool = True, count: int = 200, draw: int | None = None) -> list[Probe]:
        """Tests of what a model learned; see `Probe`.

        Args:
            kind: "syntax", "meaning", "facts" or "reasoning".
            held_out: use only combinations that no document contains. Facts have to be in the text, so there it is
                the words before the statement that are new.
            count: how many; for facts it does not matter, they come with each fact.
            draw: another number asks other questions about the same world (of facts: with other wrong answers).

        Raises:
            ValueError: an unknown kind.
        """
        if kind not in KINDS:
            raise ValueError(f"unknown kind of probe {kind!r}: choose one of {', '.join(KINDS)}")
        name = (self.seed,) if draw is None else (self.seed, "draw", draw)
        if kind == "facts":
            return fact_probes(self.facts, Dice(*name, "probes", "facts"), held_out)
        return make_probes(kind, count, name, self.setting, held_out)

    def count_facts(self, documents: Iterable[Document]) -> list[Fact]:
        """The world's facts with the counts that a search of these documents finds."""
        return count_statements(documents, self.facts)

    def _domain(self, domain: str, limit: float, clean: bool) -> Iterator[Document]:
        stream = self._clean(domain) if clean or domain != "web" else self._raw_web()
        total = 0
        due = len(self._queues[domain]) if limit >= self._volumes[domain] else 0
        for document, statements in stream:
            if total >= limit and due <= 0:
                return
            yield document
            total += approximate_tokens(document.text)
            due -= statements

    def _clean(self, domain: str) -> Iterator[tuple[Document, int]]:
        pace = Pace(self._queues[domain], self._volumes[domain])
        total = index = 0
        while True:
            statements = pace.next_document(total)
            writer = Writer(Dice(self.seed, domain, index), self.setting)
            text = WRITERS[domain](writer, statements)
            yield Document(f"{domain}-{index:06d}", domain, text), len(statements)
            total += approximate_tokens(text)
            index += 1

    def _raw_web(self) -> Iterator[tuple[Document, int]]:
        originals: list[Document] = []
        good = self._clean("web")
        index = 0
        while True:
            index += 1
            dice = Dice(self.seed, "raw", index)
            label = dice.weighted(DIRT)
            if label == "good" or (not originals and label not in JUNK_WRITERS):
                document, statements = next(good)
                originals.append(document)
                yield document, statements
                continue
            name, writer = f"web-{label}-{index:06d}", Writer(dice, self.setting)
            if label in JUNK_WRITERS:
                yield Document(name, "web", JUNK_WRITERS[label](writer), frozenset({label})), 0
                continue
            original = dice.choice(originals)
            text = original.text if label == "exact-copy" else near_copy(original.text, writer)
            yield replace(original, id=name, text=text, labels=frozenset({label}), copy_of=original.id), 0

    def _mixed(self, tokens: int | None, clean: bool) -> Iterator[Document]:
        scale = 1.0 if tokens is None else tokens / self.tokens
        limits = {domain: volume * scale for domain, volume in self._volumes.items() if volume}
        streams = {domain: self._domain(domain, limit, clean) for domain, limit in limits.items()}
        written = dict.fromkeys(limits, 0)
        while streams:
            domain = min(streams, key=lambda name: written[name] / limits[name] if limits[name] else 1.0)
            document = next(streams[domain], None)
            if document is None:
                del streams[domain]
                continue
            written[domain] += approximate_tokens(document.text)
            yield document
