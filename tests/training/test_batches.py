"""Batches: every window as likely as it should be, whatever the mixture."""

import pytest
import torch

from pretraining.training.batches import BatchSource

STREAMS = {"a": torch.arange(100), "b": torch.arange(1000, 1050), "short": torch.arange(3)}


def draw(source, count, mixture=None, seed=0):
    return source.draw(count, torch.Generator().manual_seed(seed), mixture)


def test_windows_stay_inside_a_domain_and_targets_follow():
    inputs, targets = draw(BatchSource(STREAMS, 7), 3000)
    assert torch.equal(targets, inputs + 1)
    assert ((inputs[:, 0] + 6) == inputs[:, -1]).all()
    starts = set(inputs[:, 0].tolist())
    assert starts == {*range(93), *range(1000, 1043)}


def test_without_a_mixture_every_start_is_as_likely():
    inputs, _ = draw(BatchSource(STREAMS, 7), 20_000)
    share = (inputs[:, 0] < 500).double().mean().item()
    expected = 93 / (93 + 43)
    assert abs(share - expected) < 5 * (expected * (1 - expected) / 20_000) ** 0.5


def test_a_mixture_decides_the_shares():
    inputs, _ = draw(BatchSource(STREAMS, 7), 20_000, {"a": 1, "b": 3})
    share = (inputs[:, 0] < 500).double().mean().item()
    assert abs(share - 0.25) < 5 * (0.25 * 0.75 / 20_000) ** 0.5
    assert (draw(BatchSource(STREAMS, 7), 100, {"b": 1})[0] >= 1000).all()


def test_the_generator_decides_and_nothing_else():
    source = BatchSource(STREAMS, 7)
    torch.manual_seed(0)
    first = draw(source, 20, {"a": 1, "b": 1}, seed=4)[0]
    torch.manual_seed(1)
    assert torch.equal(first, draw(source, 20, {"a": 1, "b": 1}, seed=4)[0])
    assert not torch.equal(first, draw(source, 20, {"a": 1, "b": 1}, seed=5)[0])


@pytest.mark.parametrize(
    ("mixture", "said"),
    [
        ({"c": 1}, "c, but the text has a, b, short"),
        ({"a": 0}, "at least one above 0"),
        ({}, "at least one above 0"),
        ({"a": -1}, "0 or more"),
        ({"a": float("nan")}, "0 or more"),
        ({"short": 1}, "too short"),
    ],
)
def test_a_mixture_that_cannot_be_drawn_is_refused(mixture, said):
    with pytest.raises(ValueError, match=said):
        BatchSource(STREAMS, 7).check(mixture)


def test_text_without_one_window_is_refused():
    with pytest.raises(ValueError, match="block"):
        BatchSource({"a": torch.arange(5), "b": torch.arange(7)}, 7)
    with pytest.raises(ValueError, match="no text"):
        BatchSource({}, 7)
