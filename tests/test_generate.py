import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pretraining.generate import generate, next_token_probabilities, top_k_filter, top_p_filter
from pretraining.model import ModelConfig, Transformer

MODEL = Transformer(ModelConfig(vocab_size=20, block_size=8, layers=1, heads=1, width=8), seed=3)
with torch.no_grad():
    MODEL.lm_head.weight.mul_(30)  # far from uniform
LOGITS = st.lists(st.floats(-5, 5, width=32), min_size=1, max_size=12).map(torch.tensor)


@given(LOGITS, st.integers(1, 15))
def test_top_k_keeps_what_at_most_k_minus_one_others_beat(logits, k):
    kept = top_k_filter(logits, k).isfinite()
    assert kept.tolist() == [bool((logits > x).sum() < k) for x in logits]


@given(LOGITS, st.floats(0.01, 1))
def test_top_p_keeps_the_smallest_set_that_reaches_p(logits, p):
    kept = top_p_filter(logits, p).isfinite()
    probabilities = logits.softmax(-1)
    mass = probabilities[kept].sum().item()
    assert kept.any()
    assert mass >= p - 1e-5
    if kept.sum() > 1:
        assert mass - probabilities[kept].min().item() < p + 1e-5
    if not kept.all():
        assert probabilities[kept].min() >= probabilities[~kept].max()


def test_temperature_divides_logits():
    logits = torch.tensor([1.0, 2.0, 3.0])
    torch.testing.assert_close(next_token_probabilities(logits, 0.5), (logits.double() * 2).softmax(-1))


def test_settings_that_leave_one_token_are_greedy():
    logits = torch.tensor([1.0, 5.0, 4.9])
    for settings_ in ({"temperature": 0}, {"top_k": 1}, {"top_p": 1e-9}, {"temperature": 1e-6}):
        assert next_token_probabilities(logits, **settings_).tolist() == pytest.approx([0, 1, 0], abs=1e-6)


def test_sampled_frequencies_match_the_probabilities():
    with torch.no_grad():
        expected = next_token_probabilities(MODEL(torch.tensor([[1, 2]]))[0, -1], 0.8)
    generator = torch.Generator().manual_seed(0)
    drawn = [next(generate(MODEL, [1, 2], 1, temperature=0.8, generator=generator)) for _ in range(3000)]
    counts = torch.bincount(torch.tensor(drawn), minlength=20)
    often = expected * 3000 >= 5
    chi_square = ((counts - expected * 3000) ** 2 / (expected * 3000))[often].sum().item()
    degrees = int(often.sum()) - 1
    assert degrees >= 5
    assert chi_square < degrees + 5 * math.sqrt(2 * degrees)


def test_generation_is_repeatable_and_reads_the_last_block_only():
    def write(prompt, seed):
        return list(generate(MODEL, prompt, 12, generator=torch.Generator().manual_seed(seed)))

    long = list(range(20))
    assert write(long, 1) == write(long, 1) == write([0] * 30 + long[-8:], 1)
    assert write(long, 1) != write(long, 2)


def test_generation_leaves_the_prompt_and_the_weights_alone():
    prompt, before = [1, 2], MODEL.lm_head.weight.clone()
    list(generate(MODEL, prompt, 3))
    assert prompt == [1, 2]
    assert torch.equal(MODEL.lm_head.weight, before)


@settings(max_examples=5)
@given(st.sampled_from([-1.0, math.nan, math.inf]))
def test_bad_temperatures_are_refused_at_once(temperature):
    with pytest.raises(ValueError, match="temperature"):
        generate(MODEL, [1], 1, temperature=temperature)


def test_other_bad_settings_are_refused_at_once():
    for bad in ({"top_k": 0}, {"top_p": 0.0}, {"top_p": 1.1}, {"top_p": math.nan}):
        with pytest.raises(ValueError, match="top_"):
            generate(MODEL, [1], 1, **bad)
    with pytest.raises(ValueError, match="at least one token"):
        generate(MODEL, [], 1)
