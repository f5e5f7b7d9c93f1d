"""Raw web pages: every kind of dirt is there, is labelled, and is what its label says."""

import re
from collections import Counter

import pytest

from pretraining.text import COPIES, JUNK
from pretraining.text.world import World

from .test_world_text import largest_similarity, shingles


@pytest.fixture(scope="module")
def raw():
    return list(World(seed=11).documents("web", 250_000, clean=False))


TELLTALE = re.compile(
    "cookie|click|subscribe|share this|copyright|terms of use|javascript|sign up|cart|loading|related|password|viewed"
    r"|follow us|browser|advertisement|posted in|read more|\|",
    re.IGNORECASE,
)


def labelled(raw, label):
    return [document for document in raw if label in document.labels]


def test_every_kind_of_dirt_is_there_and_more_than_a_third_is_good(raw):
    counts = Counter(label for document in raw for label in document.labels)
    assert set(counts) == COPIES | JUNK
    assert min(counts.values()) >= 15
    assert sum(not document.labels for document in raw) > len(raw) / 3
    assert len({document.id for document in raw}) == len(raw)


def test_the_good_pages_are_those_of_the_clean_web(raw):
    good = [document for document in raw if not document.labels]
    clean = World(seed=11).documents("web", 250_000)
    assert good == [document for document, _ in zip(clean, good, strict=False)]


def test_copies_come_after_their_originals(raw):
    seen = {}
    for document in raw:
        assert bool(document.copy_of) == bool(document.labels & COPIES)
        if document.copy_of:
            original = seen[document.copy_of]
            assert not original.labels
            assert (document.text == original.text) == ("exact-copy" in document.labels)
        seen[document.id] = document


def test_near_copies_are_near(raw):
    originals = {document.id: shingles(document.text) for document in raw}
    likeness = []
    for document in labelled(raw, "near-copy"):
        a, b = shingles(document.text), originals[document.copy_of]
        likeness.append(len(a & b) / len(a | b))
    assert min(likeness) >= 0.75
    assert max(likeness) <= 0.97
    assert max(likeness) - min(likeness) > 0.1


def test_only_copies_are_like_another_page(raw):
    assert largest_similarity([document for document in raw if not document.copy_of]) < 0.4


def test_junk_states_no_fact(raw):
    world = World(seed=11)
    junk = [document for document in raw if document.labels & JUNK]
    assert not any(fact.stated or fact.misstated for fact in world.count_facts(junk))


def test_shouting_is_in_capitals_and_good_pages_are_not(raw):
    def capitals(text):
        return sum(map(str.isupper, text)) / sum(map(str.isalpha, text))

    assert min(capitals(document.text) for document in labelled(raw, "shouting")) > 0.9
    assert max(capitals(document.text) for document in raw if "shouting" not in document.labels) < 0.3


def test_broken_encodings_are_broken_and_good_pages_are_not(raw):
    def broken(text):
        return sum(text.count(sign) for sign in ("Ã", "â€", "\ufffd"))

    assert min(broken(document.text) for document in labelled(raw, "broken-encoding")) >= 10
    assert max(broken(document.text) for document in raw if "broken-encoding" not in document.labels) == 0


def test_spam_repeats_itself_and_links_are_links(raw):
    for document in labelled(raw, "keyword-spam"):
        words = document.text.casefold().split()
        assert Counter(words).most_common(1)[0][1] / len(words) > 0.2
    for document in labelled(raw, "link-list"):
        lines = document.text.splitlines()[1:]
        assert sum("http://" in line or "links" in line for line in lines) == len(lines)


def test_boilerplate_is_mostly_boilerplate(raw):
    for document in labelled(raw, "boilerplate"):
        lines = document.text.splitlines()
        assert len(lines) >= 9
        assert sum(bool(TELLTALE.search(line)) for line in lines) >= len(lines) - 1


def test_only_the_web_is_dirty():
    world = World(seed=11)
    for domain in ("books", "forum"):
        assert list(world.documents(domain, 5_000, clean=False)) == list(world.documents(domain, 5_000))
