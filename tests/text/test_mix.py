"""Mixtures add up, are in proportion, and the stream keeps to them."""

from collections import Counter
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pretraining.text import Document
from pretraining.text.mix import Share, mixed_documents, mixture

weights_of = st.dictionaries(st.sampled_from("abcdef"), st.floats(0, 1e6), min_size=1)
SIZES = {domain: 1000 * (i + 1) for i, domain in enumerate("abcdef")}


def tokens(weights, budget, sizes=SIZES):
    return {domain: share.tokens for domain, share in mixture(sizes, weights, budget).shares.items()}


@given(weights_of, st.integers(0, 10**15))
def test_shares_add_up_and_are_within_one_token_of_exact(weights, budget):
    assume(sum(weights.values()) > 0)
    shares = tokens(weights, budget)
    total = sum(weights.values())
    assert sum(shares.values()) == budget == mixture(SIZES, weights, budget).budget
    for domain, count in shares.items():
        assert abs(count - budget * weights.get(domain, 0) / total) <= 1 + 1e-9 * budget


@given(weights_of, st.integers(0, 10**6), st.sampled_from([0.25, 2.0, 1024.0]))
def test_only_proportions_matter(weights, budget, factor):
    assume(sum(weights.values()) > 0 and min((w for w in weights.values() if w), default=1) > 1e-100)
    assert tokens(weights, budget) == tokens({domain: w * factor for domain, w in weights.items()}, budget)


@given(st.lists(st.integers(0, 9), min_size=3, max_size=3), st.integers(0, 12))
def test_no_other_split_is_closer_to_the_exact_one(weights, budget):
    """Largest remainders minimise the squared distance to the exact shares: tried against every split."""
    assume(sum(weights) > 0)
    exact = [budget * weight / sum(weights) for weight in weights]

    def distance(split):
        return sum((a - b) ** 2 for a, b in zip(split, exact, strict=True))

    shares = tokens(dict(zip("abc", weights, strict=True)), budget, {d: 1 for d in "abc"})
    best = min(distance(split) for split in product(range(budget + 1), repeat=3) if sum(split) == budget)
    assert distance(shares.values()) == pytest.approx(best)


def test_ties_go_to_the_first_domain():
    assert tokens({"a": 1, "b": 1}, 3, {"a": 1, "b": 1}) == {"a": 2, "b": 1}


def test_a_domain_without_a_weight_gets_nothing():
    assert mixture({"a": 5, "b": 0}, {"a": 0.1}, 7).shares == {"a": Share(7, 5), "b": Share(0, 0)}


def test_epochs_are_reported_and_many_are_warned_of():
    mixed = mixture({"web": 1000, "books": 10}, {"web": 1, "books": 1}, 80)
    assert {domain: share.epochs for domain, share in mixed.shares.items()} == {"web": 0.04, "books": 4.0}
    assert mixed.warnings == []
    (warning,) = mixture({"web": 1000, "books": 10}, {"web": 1, "books": 1}, 90).warnings
    assert warning.startswith("books is repeated 4.5 times")
    assert "arXiv 2305.16264" in warning


@pytest.mark.parametrize(
    ("sizes", "weights", "budget", "message"),
    [
        ({"a": 1}, {"b": 1}, 5, "no domain 'b'"),
        ({"a": 1}, {"b": 0}, 5, "no domain 'b'"),
        ({"a": 1}, {"a": -1}, 5, "weight of a"),
        ({"a": 1}, {"a": float("nan")}, 5, "weight of a"),
        ({"a": 1}, {"a": float("inf")}, 5, "weight of a"),
        ({"a": 1}, {"a": 0}, 5, "above 0"),
        ({"a": 1}, {}, 5, "above 0"),
        ({}, {}, 5, "above 0"),
        ({"a": 0, "b": 1}, {"a": 1, "b": 1}, 5, "a has no tokens"),
        ({"a": -1}, {"a": 1}, 5, "-1 tokens"),
        ({"a": 1}, {"a": 1}, -5, "budget"),
        ({"a": 1}, {"a": 1}, 5.5, "budget"),
    ],
)
def test_a_mixture_that_means_nothing_is_refused(sizes, weights, budget, message):
    with pytest.raises(ValueError, match=message):
        mixture(sizes, weights, budget)


def documents(domain: str, count: int, words: int) -> list[Document]:
    return [Document(f"{domain}{i}", domain, " ".join(["word"] * words)) for i in range(count)]


DOMAINS = {"web": documents("web", 50, 20), "books": documents("books", 4, 50), "code": documents("code", 9, 10)}


def words_by_domain(stream) -> Counter:
    return Counter({d: sum(len(x.text.split()) for x in stream if x.domain == d) for d in DOMAINS})


@given(st.integers(0, 5000), st.integers(0, 99), st.lists(st.integers(0, 9), min_size=3, max_size=3))
def test_the_stream_fills_every_share_with_whole_documents(budget, seed, weights):
    assume(sum(weights) > 0)
    weights = dict(zip(DOMAINS, weights, strict=True))
    stream = list(mixed_documents(DOMAINS, weights, budget, seed))
    planned = tokens(weights, budget, {"web": 1000, "books": 200, "code": 90})
    longest = {"web": 20, "books": 50, "code": 10}
    for domain, count in words_by_domain(stream).items():
        assert planned[domain] <= count < planned[domain] + longest[domain]
    ids = [document.id for document in stream]
    assert len(set(ids)) == len(ids)


def test_every_epoch_reads_each_document_once_in_an_order_of_its_own():
    stream = [document.id for document in mixed_documents(DOMAINS, {"code": 1}, 270)]
    epochs = [stream[0:9], stream[9:18], stream[18:27]]
    plain = [[id.partition("#")[0] for id in epoch] for epoch in epochs]
    assert [sorted(epoch) for epoch in plain] == [sorted(d.id for d in DOMAINS["code"])] * 3
    assert plain[0] != plain[1]
    assert {id.partition("#")[2] for id in epochs[2]} == {"3"}


def test_every_stretch_of_the_stream_has_the_proportions():
    weights = {"web": 2, "books": 1, "code": 1}
    stream = list(mixed_documents(DOMAINS, weights, 4000))
    for stop in range(20, len(stream), 7):
        words = words_by_domain(stream[:stop])
        for domain, weight in weights.items():
            assert abs(words[domain] - sum(words.values()) * weight / 4) <= 50


def test_a_seed_chooses_the_stream():
    def ids(seed):
        return [document.id for document in mixed_documents(DOMAINS, {"web": 1, "books": 1}, 500, seed)]

    assert ids(1) == ids(1)
    assert ids(1) != ids(2)


def test_a_tokenizer_may_count():
    stream = list(mixed_documents({"web": documents("web", 5, 3)}, {"web": 1}, 28, count_tokens=len))
    assert len(stream) == 2


def test_a_bad_mixture_is_refused_before_anything_is_drawn():
    with pytest.raises(ValueError, match="no domain"):
        mixed_documents(DOMAINS, {"wiki": 1}, 10)
