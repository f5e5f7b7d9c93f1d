import math
from collections import Counter, namedtuple

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from pretraining.grading.values import Handle, call, plain, same
from pretraining.grading.values import given as handed

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=5)
    | st.binary(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@given(PLAIN)
def test_plain_data_passes_as_it_is(value):
    assert same(plain(value), value)
    assert same(handed(value), value)


def test_copies_share_nothing():
    value = {"a": [1, [2]], "t": torch.zeros(2)}
    copy = plain(value)
    copy["a"][1].append(3)
    copy["t"][0] = 9
    assert value["a"] == [1, [2]]
    assert value["t"].tolist() == [0, 0]


def test_subclasses_become_the_plain_type():
    class Sly(float):
        def __eq__(self, other):
            return True

        __hash__ = float.__hash__

    assert type(plain(Sly(2.0))) is float
    assert not same(plain(Sly(2.0)), 3.0)
    assert type(plain(Counter("aab"))) is dict
    assert type(plain(namedtuple("P", "x y")(1, 2))) is tuple
    assert plain({1, 2}) == {1, 2}
    import numpy

    assert type(plain(numpy.float64(2.5))) is float
    assert type(plain(numpy.int64(2))) is int


def test_tensors_lose_their_graph_and_generators_their_state():
    weight = torch.ones(2, requires_grad=True)
    assert not plain(weight * 2).requires_grad
    generator = torch.Generator().manual_seed(5)
    expected = torch.rand(3, generator=torch.Generator().manual_seed(5))
    for _ in range(2):
        assert torch.equal(torch.rand(3, generator=handed(generator)), expected)


def test_anything_else_is_a_handle_whose_methods_give_plain_data():
    class Encoding:
        def encode(self, text):
            return [ord(c) for c in text]

    handle = plain(Encoding())
    assert isinstance(handle, Handle)
    assert handle.encode("ab") == [97, 98]
    function = plain(lambda text: text.upper())
    assert function("a") == "A"
    assert call(lambda f, x: f(x), (function, "b"), {}) == "B"


def test_same_is_strict_about_types_and_shapes():
    assert not same((1,), [1])
    assert not same(True, 1)
    assert same(1, 1.0)
    assert not same(torch.zeros(2), torch.zeros(2, 1))
    assert not same(torch.zeros(2), torch.zeros(2, dtype=torch.long))
    assert not same({"a": (1,)}, {"a": [1]})
    assert not same(math.nan, math.nan)


def test_endless_nesting_is_refused():
    loop: list = []
    loop.append(loop)
    with pytest.raises(ValueError, match="deep"):
        plain(loop)
