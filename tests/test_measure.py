import math

import pytest
import torch
import torch.nn.functional as F

from pretraining.measure import SMOOTHING_CHOICES, baselines, best_smoothing, bigram_loss, unigram_loss
from pretraining.targets import bigram_probabilities, windows

GENERATOR = torch.Generator().manual_seed(0)
TRAIN = (torch.rand(3000, generator=GENERATOR) ** 2 * 12).long()
HELDOUT = (torch.rand(400, generator=GENERATOR) ** 2 * 12).long()


@pytest.mark.parametrize("smoothing", [0.01, 1.0])
def test_bigram_loss_equals_the_loss_of_the_table(smoothing):
    inputs, targets = windows(HELDOUT, 7)
    table = bigram_probabilities(TRAIN, 12, smoothing).double()
    expected = F.nll_loss(table.log()[inputs.flatten()], targets.flatten()).item()
    assert bigram_loss(TRAIN, inputs, targets, 12, smoothing) == pytest.approx(expected, rel=1e-6)


def test_bigram_loss_handles_pairs_that_never_occurred():
    train = torch.tensor([0, 1, 0, 1])
    assert bigram_loss(train, torch.tensor([5]), torch.tensor([5]), 6, 1.0) == pytest.approx(math.log(6))


def test_unigram_loss_is_the_entropy_on_its_own_text():
    counts = torch.bincount(TRAIN, minlength=12).double()
    entropy = torch.distributions.Categorical(counts).entropy().item()
    assert unigram_loss(TRAIN, TRAIN, 12, smoothing=1e-9) == pytest.approx(entropy, abs=1e-4)


def test_more_knowledge_is_a_lower_loss():
    alternating = torch.tensor([0, 1, 2] * 300)
    found = baselines(alternating, alternating[:90], 12, block_size=8)
    assert found.uniform == pytest.approx(math.log(12))
    assert found.bigram < 0.05 < found.unigram < found.uniform


def test_the_chosen_smoothing_is_the_best_of_the_choices_on_the_last_tenth():
    losses = {s: bigram_loss(TRAIN[:2700], TRAIN[2700:-1], TRAIN[2701:], 12, s) for s in SMOOTHING_CHOICES}
    assert best_smoothing(TRAIN, 12) == min(losses, key=losses.get)


def test_texts_that_are_too_short_are_refused():
    with pytest.raises(ValueError, match="at least 2 tokens"):
        baselines(TRAIN[:1], HELDOUT, 12, 8)
    with pytest.raises(ValueError, match="at least 2 tokens"):
        baselines(TRAIN, HELDOUT[:1], 12, 8)
