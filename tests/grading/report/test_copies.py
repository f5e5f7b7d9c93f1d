"""Near copies: disguised ones are found, honest answers are not, and the time does not grow with the square."""

import itertools
import random

import numpy as np
import pytest

from grading.report.answers import ADA, DISGUISED, GIVEN, HONEST
from helpers.classroom import disguised, honest_code
from helpers.cpu import cpu_seconds
from pretraining.grading.report.copies import (
    SHORTEST,
    THRESHOLD,
    groups_of,
    jaccard,
    near_copies,
    near_pairs,
    rare,
)
from pretraining.grading.report.shingles import code_tokens, names_in, shingles, text_tokens

NAMES = names_in([GIVEN])
RELEASED = shingles([GIVEN], "code", NAMES)


def code(*cells):
    return shingles(cells, "code", NAMES)


def test_a_disguised_copy_is_found_among_honest_answers_to_the_same_narrow_task():
    work = {name: code(text) for name, text in HONEST.items()} | {"copy": code(DISGUISED)}
    (group,) = near_copies("nb", "code", work, RELEASED)
    assert group.students == ("ada", "copy")
    assert group.similarity > THRESHOLD + 0.1
    own = {name: np.setdiff1d(found, RELEASED) for name, found in work.items()}
    assert set(rare(own)) == set(work)
    assert max(jaccard(own[a], own[b]) for a, b in itertools.combinations(HONEST, 2)) < THRESHOLD / 2


def test_names_comments_docstrings_and_layout_make_no_difference():
    one = 'def f(x):\n    """Twice."""\n    total = x * 2  # doubled\n    return total\n'
    two = "def f( number ) :\n\n    t = (number*2)\n    return t"
    assert code_tokens(one, frozenset({"f"})) != code_tokens(two, frozenset({"f"}))  # brackets do count
    assert code_tokens(one, frozenset({"f"})) == code_tokens(two.replace("(number*2)", "number*2"), frozenset({"f"}))
    assert code_tokens("a.sum(b)", frozenset()) == ["?", ".", "sum", "(", "?", ")"]
    assert code_tokens('x = "two  words"', frozenset()) == code_tokens("y = 'two words'", frozenset())


@pytest.mark.parametrize(
    "broken", ["def f(:", "'''never closed", '"\\', "x = 'a\nb'", "\x00\ud800 ?", "", "é = 1 if ü else 0"]
)
def test_broken_code_has_tokens_too(broken):
    code_tokens(broken, frozenset())
    assert len(code(broken)) <= len(broken)


@pytest.mark.parametrize("text", ["'" * 100_000, '"""' + "'" * 99_999, "\\" * 100_000, "f'" * 50_000, "(" * 100_000])
def test_no_text_takes_long(text):
    with cpu_seconds() as spent:
        code_tokens(text, frozenset())
    assert spent[0] < 2


def test_short_and_released_answers_are_never_flagged():
    short = "def perplexity(loss):\n    return math.exp(loss)\n"
    assert near_copies("nb", "code", {name: code(short) for name in "abcd"}, RELEASED) == []
    assert near_copies("nb", "code", {name: code(GIVEN, GIVEN) for name in "abcd"}, RELEASED) == []
    assert near_copies("nb", "text", {name: shingles(["I do not know."], "text") for name in "ab"}, RELEASED) == []
    table = ADA[: ADA.index("def windows")]
    assert 30 < len(code(table)) < SHORTEST  # a whole function, but there are few ways to write it
    assert near_copies("nb", "code", {name: code(table) for name in "abcd"}, RELEASED) == []
    assert near_copies("nb", "code", {}, RELEASED) == []
    assert near_copies("nb", "code", {name: code("") for name in "ab"}, RELEASED) == []


def test_what_many_share_is_no_copy():
    lecture = {f"s{n}": code(ADA) for n in range(12)}
    others = {f"t{n}": code(*honest_code(random.Random(n))) for n in range(60)}
    assert near_copies("nb", "code", {**lecture, **others}, RELEASED) == []
    few = {name: lecture[name] for name in ("s0", "s1", "s2")}
    (group,) = near_copies("nb", "code", {**few, **others}, RELEASED)
    assert group.students == ("s0", "s1", "s2")
    assert group.similarity == group.least == 1


def test_prose_that_was_copied_is_found():
    words = [f"word{n}" for n in range(2000)]
    essays = {f"s{n}": " ".join(random.Random(n).choices(words, k=150)) for n in range(30)}
    essays["copy"] = essays["s7"].upper().replace(" WORD1", ", Word1") + " and so on"
    (group,) = near_copies("nb", "text", {name: shingles([text], "text") for name, text in essays.items()}, RELEASED)
    assert group.students == ("copy", "s7")
    assert text_tokens("**Same**, words!") == ["same", "words"]


def variants(count, seed):
    """Sets of numbers in families that share from none to all of their members."""
    generator = np.random.default_rng(seed)
    work = {}
    for n in range(count):
        base = np.random.default_rng(10_000 + seed * 100 + n // 3).choice(2**32, 200, replace=False)
        kept = generator.random(200) < generator.uniform(0.75, 1)
        fresh = generator.choice(2**32, 200 - kept.sum(), replace=False)
        work[f"s{n}"] = np.unique(np.concatenate([base[kept], fresh]).astype(np.uint32))
    return work


@pytest.mark.parametrize("seed", range(4))
def test_pairs_are_those_that_comparing_everybody_finds(seed):
    work = variants(150, seed)
    every = {
        (a, b): jaccard(work[a], work[b])
        for a, b in itertools.combinations(work, 2)
        if jaccard(work[a], work[b]) >= THRESHOLD
    }
    found = {(a, b): similarity for a, b, similarity in near_pairs(work)}
    assert len(every) > 20
    assert found.items() <= every.items()
    assert len(found) >= 0.97 * len(every)
    for a, b in itertools.islice(every, 20):
        left, right = set(work[a].tolist()), set(work[b].tolist())
        assert every[a, b] == pytest.approx(len(left & right) / len(left | right))


def test_groups_hang_together():
    groups = groups_of([("a", "b", 1.0), ("c", "d", 0.9), ("b", "e", 0.8), ("e", "f", 0.8)])
    assert [sorted({s for pair in group for s in pair[:2]}) for group in groups] == [["a", "b", "e", "f"], ["c", "d"]]


def test_a_class_and_its_one_copy():
    generator = random.Random(5)
    work = {f"s{n}": honest_code(generator) for n in range(150)}
    work["copy"] = [disguised(text) for text in work["s3"]]
    own = {student: shingles(cells, "code") for student, cells in work.items()}
    (group,) = near_copies("nb", "code", own, np.empty(0, dtype=np.uint32))
    assert group.students == ("copy", "s3")
    assert len(rare(own)) > 100


def test_comparisons_grow_with_the_number_of_students_not_of_pairs(monkeypatch):
    def compared(count):
        calls = []
        intersect = np.intersect1d
        with monkeypatch.context() as patch:
            patch.setattr(np, "intersect1d", lambda *sets, **options: calls.append(1) or intersect(*sets, **options))
            near_pairs(variants(count, 1))
        return len(calls)

    assert compared(250) > 100
    assert compared(1000) < 4 * 1.5 * compared(250)  # pairs would be sixteen times as many
