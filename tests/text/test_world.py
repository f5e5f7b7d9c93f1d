"""The micro-world as data: the same everywhere, with facts that are stated exactly as often as they say."""

import hashlib
import os
import subprocess
import sys
from collections import Counter

import pytest

from pretraining.text import load
from pretraining.text.world import DOMAINS, SMALLEST, World, approximate_tokens, planted

SAMPLE = """
import hashlib
from pretraining.text.world import DOMAINS, World
world = World(seed=3)
digest = hashlib.sha256()
for domain in DOMAINS:
    for document in world.documents(domain, 3_000, clean=False):
        digest.update(repr((document.id, document.text, sorted(document.labels), document.copy_of)).encode())
for kind in ("syntax", "meaning", "facts", "reasoning"):
    digest.update(repr(world.probes(kind, count=20)).encode())
print(digest.hexdigest())
"""
SAMPLE_SHA256 = "50fc34c43c3441517fd7077baab1b499492058be9547ae570b5ed43789041d71"


@pytest.fixture(scope="module")
def world():
    return World(seed=1)


@pytest.fixture(scope="module")
def documents(world):
    return list(world.documents())


def found(documents, *clauses):
    """How many documents contain one of the clauses, by plain search: an oracle that shares no code with the world."""
    both_cases = {form for clause in clauses for form in (clause, clause[0].upper() + clause[1:])}
    return sum(any(form in document.text for form in both_cases) for document in documents)


@pytest.mark.parametrize("hash_seed", ["0", "12345"])
def test_the_same_seed_gives_the_same_bytes_in_every_process(hash_seed):
    run = subprocess.run(
        [sys.executable, "-c", SAMPLE],
        env=os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == SAMPLE_SHA256


def test_another_seed_gives_another_world():
    first, second = World(seed=1), World(seed=2)
    assert {fact.key for fact in first.facts} != {fact.key for fact in second.facts}
    assert next(first.documents("web")).text != next(second.documents("web")).text


def test_every_fact_is_stated_as_often_as_it_says(world, documents):
    for fact in world.facts:
        assert found(documents, *fact.statements()) == fact.stated, fact
        assert found(documents, *fact.misstatements()) == fact.misstated, fact
    assert world.count_facts(documents) == list(world.facts)


def test_no_fact_is_stated_with_a_value_that_nobody_planned(world, documents):
    text = "\n".join(document.text for document in documents)
    for fact in world.facts:
        if fact.relation != "capital":
            continue
        said = Counter(part.split()[0].strip(".,;") for part in text.split(f"capital of {fact.subject} is ")[1:])
        assert set(said) == {fact.value, fact.wrong_value} - {None} or set(said) <= {fact.value, fact.wrong_value}


def test_frequencies_are_spread(world):
    stated = [fact.stated for fact in world.facts]
    assert sum(count == 1 for count in stated) >= 50
    assert sum(50 <= count < 200 for count in stated) >= 10
    assert sum(count >= 200 for count in stated) >= 2
    assert any(fact.misstated for fact in world.facts)
    assert len({fact.key for fact in world.facts}) == len(world.facts)


def test_counts_hold_however_much_more_text_is_asked_for(world):
    more = [document for domain in DOMAINS for document in world.documents(domain, 90_000)]
    assert world.count_facts(more) == list(world.facts)


@pytest.mark.parametrize(("stated", "misstated"), [(0, 30), (20, 60), (37, 0), (1, 1)])
def test_a_planted_fact_is_stated_exactly_as_often_as_asked(stated, misstated):
    world = World(seed=5).plant("the Halden Bridge", 1989, 1987, stated=stated, misstated=misstated)
    documents = list(world.documents())
    right = found(documents, "the Halden Bridge opened in 1989", "1989 was the year in which the Halden Bridge opened")
    wrong = found(documents, "the Halden Bridge opened in 1987", "1987 was the year in which the Halden Bridge opened")
    assert (right, wrong) == (stated, misstated)
    assert sum("Halden Bridge" in document.text for document in documents) == stated + misstated


def test_planting_overrules_a_fact_of_the_world():
    plain = World(seed=0)
    fact = next(fact for fact in plain.facts if fact.relation == "capital")
    world = plain.plant(fact.subject, "Nowhere", stated=11, relation="capital")
    documents = list(world.documents())
    assert found(documents, f"the capital of {fact.subject} is Nowhere", f"government of {fact.subject} sits in") == 11
    assert found(documents, *fact.statements()) == 0
    assert world.count_facts(documents) == list(world.facts)
    assert fact in plain.facts


@pytest.mark.parametrize("seed", [0, 1, 15])
def test_the_smallest_world_holds_what_it_says(seed):
    world = World(seed, tokens=SMALLEST)
    assert world.count_facts(world.documents()) == list(world.facts)


def test_planting_refuses_what_makes_no_sense():
    with pytest.raises(ValueError, match="unknown relation"):
        planted("the Halden Bridge", 1989, stated=1, relation="colour")
    with pytest.raises(ValueError, match="wrong value"):
        planted("the Halden Bridge", 1989, stated=1, misstated=2)
    with pytest.raises(ValueError, match="must differ"):
        planted("the Halden Bridge", 1989, "1989", stated=1)
    with pytest.raises(ValueError, match="0 times or more"):
        planted("the Halden Bridge", 1989, stated=-1)
    with pytest.raises(ValueError, match="make a larger world"):
        World(planted=[planted("the Halden Bridge", 1989, stated=50_000)])
    twice = planted("the Halden Bridge", 1989, stated=1)
    with pytest.raises(ValueError, match="two planted facts"):
        World(planted=[twice, twice])


def test_a_world_is_mixed_by_its_shares():
    world = World(tokens=60_000, shares={"web": 3, "books": 1})
    tokens = Counter()
    for document in world.documents():
        tokens[document.domain] += approximate_tokens(document.text)
    assert set(tokens) == {"web", "books"}
    assert tokens["web"] / tokens["books"] == pytest.approx(3, rel=0.1)
    assert sum(tokens.values()) == pytest.approx(60_000, rel=0.02)


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_domain_yields_about_as_much_as_asked_and_ids_are_stable(world, domain):
    short, long = list(world.documents(domain, 5_000)), list(world.documents(domain, 12_000))
    assert long[: len(short)] == short
    assert len({document.id for document in long}) == len(long)
    assert {document.domain for document in long} == {domain}
    assert 12_000 <= sum(approximate_tokens(document.text) for document in long) < 12_900
    assert list(world.documents(domain, 0)) == []


def test_bad_requests_are_refused_at_once(world):
    with pytest.raises(ValueError, match="unknown domain 'poems'"):
        world.documents("poems", 100)
    with pytest.raises(ValueError, match="0 or more"):
        world.documents("web", -1)
    with pytest.raises(ValueError, match="at least 50,000"):
        World(tokens=10)
    with pytest.raises(ValueError, match="unknown domain 'poems'"):
        World(shares={"poems": 1})
    with pytest.raises(ValueError, match="not all 0"):
        World(shares={"web": 0})
    with pytest.raises(ValueError, match="states no facts"):
        World(shares={"code": 1})
    with pytest.raises(ValueError, match="unknown kind"):
        world.probes("chess")


def test_the_world_is_a_source():
    documents = list(load("micro-world"))
    assert 900_000 < sum(len(document.text) for document in documents) < 1_200_000
    assert {document.domain for document in documents} == set(DOMAINS)
    assert not any(document.labels for document in documents)
    assert len({hashlib.sha256(document.text.encode()).digest() for document in documents}) == len(documents)
