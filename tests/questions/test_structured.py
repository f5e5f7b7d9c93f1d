"""Structured answers: what is right earns all, ticking everything nothing; what luck earns is computed exactly."""

import json
import re
from itertools import chain, combinations, permutations, product
from math import comb
from pathlib import Path
from statistics import mean

import pytest

from pretraining.questions.structured import (
    claims_share,
    is_choice,
    is_order,
    is_sorting,
    order_share,
    sorting_share,
)  # fmt: skip

LETTERS = "abcdefgh"
NOTEBOOK = Path(__file__).parents[2] / "assignments/source/8-check-your-understanding/8-check-your-understanding.ipynb"
TOO_MUCH_FOR_LUCK = 0.3


def cells():
    return {c["id"]: "".join(c["source"]) for c in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]}


def keys(function):
    """The right answers of the notebook's structured parts that are scored by a function, as its tests hold them."""
    found = [re.findall(rf"{function}\(.*right=(.+?)(?:, offered.*)?\)\n", source) for source in cells().values()]
    headings = {"HEADINGS": ("x", "y")}
    return [eval(key, headings) for key in chain.from_iterable(found)]


def subsets(letters):
    return chain.from_iterable(combinations(letters, size) for size in range(len(letters) + 1))


def test_the_notebook_has_five_structured_parts():
    assert [len(keys(name)) for name in ("claims_share", "sorting_share", "order_share")] == [2, 2, 1]


@pytest.mark.parametrize("right", keys("claims_share"))
def test_choosing_by_luck_earns_little_and_everything_nothing(right):
    assert claims_share(right, right, LETTERS) == 1
    assert claims_share(LETTERS, right, LETTERS) == 0
    assert claims_share("", right, LETTERS) == 0
    assert mean(claims_share(guess, right, LETTERS) for guess in subsets(LETTERS)) < TOO_MUCH_FOR_LUCK
    for size in range(1, 9):  # whoever knows how many are right has no advantage either
        assert mean(claims_share(guess, right, LETTERS) for guess in combinations(LETTERS, size)) < TOO_MUCH_FOR_LUCK


@pytest.mark.parametrize("right", keys("sorting_share"))
def test_sorting_by_luck_earns_little_and_one_heap_nothing(right):
    headings = sorted(set(right.values()))
    assert sorting_share(right, right) == 1
    for heading in headings:
        assert sorting_share(dict.fromkeys(right, heading), right) == 0
    assert sorting_share({}, right) == 0
    guesses = [dict(zip(right, guess)) for guess in product(headings, repeat=len(right))]
    assert mean(sorting_share(guess, right) for guess in guesses) < TOO_MUCH_FOR_LUCK
    even = [guess for guess in guesses if list(guess.values()).count(headings[0]) == 4]
    assert len(even) == comb(8, 4)
    assert mean(sorting_share(guess, right) for guess in even) < TOO_MUCH_FOR_LUCK


@pytest.mark.parametrize("right", keys("order_share"))
def test_ordering_by_luck_earns_little_and_backwards_nothing(right):
    assert order_share(right, right) == 1
    assert order_share(right[::-1], right) == 0
    assert order_share(sorted(right), right) < 1
    assert mean(order_share(guess, right) for guess in permutations(right)) < TOO_MUCH_FOR_LUCK
    given = [right[0] + "".join(rest) for rest in permutations(right[1:])]  # the task says that it begins with data
    assert mean(order_share(guess, right) for guess in given) < 0.4


def test_partial_credit_grows_with_what_is_right():
    right = "acef"
    assert [claims_share(right[:n], right, LETTERS) for n in range(5)] == [0, 0.25, 0.5, 0.75, 1]
    assert claims_share("acefb", right, LETTERS) == 0.75
    assert order_share("abdc", "abcd") == pytest.approx(2 / 3)
    key = dict(zip("abcd", "xxyy"))
    assert sorting_share({**key, "a": "y"}, key) == 0.5


def test_what_was_not_offered_is_refused():
    with pytest.raises(ValueError, match="x is not one of a, b"):
        claims_share("ax", "a", "ab")
    with pytest.raises(ValueError, match="exactly once"):
        order_share("aab", "abc")


def test_the_form_of_an_answer():
    assert is_choice(["a", "c"], LETTERS)
    assert not any(is_choice(value, LETTERS) for value in ([], ["a", "a"], ["x"], "ab", {"a": 1}, None))
    assert is_sorting({"a": "x", "b": "y"}, "ab", ("x", "y"))
    assert not any(is_sorting(value, "ab", ("x", "y")) for value in ({"a": "x"}, {"a": "x", "b": "z"}, ["x"], None))
    assert is_order(["b", "a"], "ab")
    assert not any(is_order(value, "ab") for value in (["a"], ["a", "a"], "ab", [1, 2], None))
