"""Mixing: how many tokens of each domain a model reads, how often it reads them again, and the mixed stream itself.

Takes the size of each domain, weights and a token budget; hands on tokens and epochs by domain, then documents in mixed
order. A weight is a share of the *budget*, not of what there is: a small domain with a large weight is read several
times over. Repeating costs little up to about four epochs and is worth less and less after that (Muennighoff et al.,
"Scaling Data-Constrained Language Models", arXiv 2305.16264).
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from .documents import Document

MAX_EPOCHS = 4
REPEATS_SOURCE = "arXiv 2305.16264"


@dataclass(frozen=True)
class Share:
    """What a mixture takes from one domain.

    Attributes:
        tokens: tokens read.
        available: tokens that the domain has.
    """

    tokens: int
    available: int

    @property
    def epochs(self) -> float:
        """How many times the domain is read through."""
        return self.tokens / self.available if self.available else 0.0


@dataclass(frozen=True)
class Mixture:
    """A token budget, split over domains.

    Attributes:
        shares: one entry for each domain that exists, in the order given.
    """

    shares: dict[str, Share]

    @property
    def budget(self) -> int:
        """All tokens."""
        return sum(share.tokens for share in self.shares.values())

    @property
    def warnings(self) -> list[str]:
        """A sentence with its source for each domain that is repeated more than about four epochs help."""
        return [
            f"{domain} is repeated {share.epochs:.1f} times: beyond about {MAX_EPOCHS} epochs, repeated text is worth "
            f"less and less ({REPEATS_SOURCE})"
            for domain, share in self.shares.items()
            if share.epochs > MAX_EPOCHS
        ]


def mixture(domain_tokens: Mapping[str, int], weights: Mapping[str, float], budget: int) -> Mixture:
    """Split a token budget in proportion to weights, by largest remainders.

    Args:
        domain_tokens: the domains that exist, and how many tokens each has.
        weights: how much of the budget each should get, in any unit; a domain left out gets nothing.
        budget: tokens to split; the shares add up to it exactly.

    Raises:
        ValueError: a negative budget or size; a weight that is negative, not a number, or for a domain that does not
            exist or has no tokens; no positive weight.

    Example:
        >>> mixed = mixture({"web": 900, "books": 10}, {"web": 2, "books": 1}, budget=100)
        >>> {domain: (share.tokens, round(share.epochs, 2)) for domain, share in mixed.shares.items()}
        {'web': (67, 0.07), 'books': (33, 3.3)}
    """
    _check(domain_tokens, weights, budget)
    total = sum(Fraction(weight) for weight in weights.values())
    exact = {domain: budget * Fraction(weights.get(domain, 0)) / total for domain in domain_tokens}
    tokens = {domain: math.floor(share) for domain, share in exact.items()}
    by_remainder = sorted(exact, key=lambda domain: tokens[domain] - exact[domain])  # stable: ties go to the first
    for domain in by_remainder[: budget - sum(tokens.values())]:
        tokens[domain] += 1
    return Mixture({domain: Share(tokens[domain], domain_tokens[domain]) for domain in domain_tokens})


def _check(domain_tokens: Mapping[str, int], weights: Mapping[str, float], budget: int) -> None:
    if not isinstance(budget, int) or budget < 0:
        raise ValueError(f"the token budget must be a whole number of at least 0, got {budget}")
    for domain, size in domain_tokens.items():
        if size < 0:
            raise ValueError(f"{domain} cannot have {size} tokens")
    for domain, weight in weights.items():
        if domain not in domain_tokens:
            raise ValueError(f"there is no domain {domain!r}: choose from {', '.join(domain_tokens) or 'none'}")
        if not (math.isfinite(weight) and weight >= 0):
            raise ValueError(f"the weight of {domain} must be a number of at least 0, got {weight}")
        if weight > 0 and not domain_tokens[domain]:
            raise ValueError(f"{domain} has no tokens, so its weight must be 0")
    if not any(weights.values()):
        raise ValueError("at least one domain needs a weight above 0")


def count_words(text: str) -> int:
    """Words, as a stand-in for tokens before there is a tokenizer."""
    return len(text.split())


def mixed_documents(
    domains: Mapping[str, Sequence[Document]],
    weights: Mapping[str, float],
    budget: int,
    seed: int = 0,
    count_tokens: Callable[[str], int] = count_words,
) -> Iterator[Document]:
    """Yield documents in mixed order until every domain has filled its share of the budget.

    Each domain is read in a shuffled order, and again in another order for each further epoch; the next document always
    comes from the domain that is furthest behind its share, so every stretch of the stream has the mixture's
    proportions. Documents stay whole: a domain exceeds its share by less than its last document. A document that is
    read again has `#2`, `#3` ... after its id.

    Args:
        domains: the documents of each domain.
        weights: how much of the budget each should get, in any unit.
        budget: tokens in all.
        seed: chooses the orders; the same seed yields the same stream.
        count_tokens: text -> number of tokens; words by default.

    Raises:
        ValueError: as for `mixture`.

    Example:
        >>> domains = {d: [Document(f"{d}{i}", d, "two words") for i in range(2)] for d in ("web", "books")}
        >>> [document.id for document in mixed_documents(domains, {"web": 3, "books": 1}, budget=8)]
        ['web1', 'books0', 'web0', 'web0#2']
    """
    sizes = {domain: [count_tokens(document.text) for document in documents] for domain, documents in domains.items()}
    plan = mixture({domain: sum(counts) for domain, counts in sizes.items()}, weights, budget)
    return _stream(domains, sizes, plan, random.Random(seed))


def _stream(
    domains: Mapping[str, Sequence[Document]], sizes: dict[str, list[int]], plan: Mixture, rng: random.Random
) -> Iterator[Document]:
    orders = {domain: _epochs(len(documents), rng.getrandbits(64)) for domain, documents in domains.items()}
    drawn = {domain: 0 for domain, share in plan.shares.items() if share.tokens}
    while drawn:
        domain = min(drawn, key=lambda name: drawn[name] / plan.shares[name].tokens)
        epoch, i = next(orders[domain])
        drawn[domain] += sizes[domain][i]
        document = domains[domain][i]
        yield document if epoch == 1 else replace(document, id=f"{document.id}#{epoch}")
        if drawn[domain] >= plan.shares[domain].tokens:
            del drawn[domain]


def _epochs(count: int, seed: int) -> Iterator[tuple[int, int]]:
    """Yield (epoch, index) for ever: every index once an epoch, in an order of its own."""
    rng = random.Random(seed)
    epoch = 0
    while True:
        epoch += 1
        order = list(range(count))
        rng.shuffle(order)
        yield from ((epoch, i) for i in order)
