"""Comparing texts: the statistics against scipy, and runs that share all but the text."""

import pytest
import torch

from pretraining.model import ModelConfig
from pretraining.training import TrainingSettings, compare, conclusion, difference

TINY = ModelConfig(vocab_size=7, block_size=4, layers=1, heads=1, width=8)


@pytest.mark.parametrize(
    "gaps", [[0.2, 0.1, 0.2], [0.1, -0.3], [0.5, 0.51, 0.49, 0.52], [-1.0, -1.1, -0.9], [i / 7 for i in range(10)]]
)
def test_the_range_is_that_of_the_paired_t_test(gaps):
    stats = pytest.importorskip("scipy.stats")
    second = [3 + i / 10 for i in range(len(gaps))]
    found = difference([s + g for s, g in zip(second, gaps)], second)
    expected = stats.ttest_1samp(gaps, 0).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), rel=1e-3)
    assert found.is_clear == (expected.low > 0 or expected.high < 0)


@pytest.mark.parametrize("count", [0, 1, 11])
def test_too_few_or_too_many_seeds_are_refused(count):
    with pytest.raises(ValueError, match="seeds"):
        difference([1.0] * count, [2.0] * count)


def test_the_conclusion_names_the_better_text_only_if_it_is_clear():
    losses = {"a": [3.0, 3.1, 3.2], "b": [2.0, 2.1, 2.2], "c": [2.9, 3.2, 3.1]}
    assert "b beats a" in conclusion(losses, "a", "b")
    assert "b beats a" in conclusion(losses, "b", "a")
    assert "cannot tell" in conclusion(losses, "a", "c")
    assert "beats" not in conclusion(losses, "a", "c")


def test_runs_differ_by_their_text_and_their_seed_alone():
    told = []
    counting, constant = torch.arange(300) % 7, torch.zeros(300, dtype=torch.long)
    threads = torch.get_num_threads()
    losses = compare(
        {"counting": counting, "again": counting, "constant": constant},
        counting[:50],
        TINY,
        TrainingSettings(steps=30, batch_size=4, learning_rate=1e-2),
        seeds=(0, 1),
        on_run=lambda *run: told.append(run),
    )
    assert losses["counting"] == losses["again"]
    assert losses["counting"][0] != losses["counting"][1]
    assert max(losses["counting"]) < min(losses["constant"])
    assert [(name, seed) for name, seed, _ in told[:3]] == [("counting", 0), ("again", 0), ("constant", 0)]
    assert torch.get_num_threads() == threads
