import math
import threading

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare  # comes with datasketch

from pretraining.generate import generate, next_token_probabilities, top_k_filter, top_p_filter
from pretraining.model import KeyValueCache, ModelConfig, Transformer

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


@pytest.mark.parametrize("prompt", [[1, 2], list(range(9))], ids=["cached", "past the window"])
def test_sampled_frequencies_match_the_probabilities(prompt):
    with torch.no_grad():
        expected = 3000 * next_token_probabilities(MODEL(torch.tensor([prompt[-8:]]))[0, -1], 0.8)
    generator = torch.Generator().manual_seed(0)
    drawn = [next(generate(MODEL, prompt, 1, temperature=0.8, generator=generator)) for _ in range(3000)]
    counts = torch.bincount(torch.tensor(drawn), minlength=20)
    often = expected >= 5  # the test's approximation needs that many; the others are counted together
    groups = torch.cat([counts[often], counts[~often].sum()[None]]).numpy()
    shares = torch.cat([expected[often], expected[~often].sum()[None]]).numpy()
    assert len(groups) >= 6
    assert chisquare(groups, shares).pvalue > 1e-4
    wrong = shares * [0.7] + shares.sum() * 0.3 / len(shares)
    assert chisquare(groups, wrong).pvalue < 1e-4, "the test can tell other probabilities apart"


def texts(model, cached, prompt=(1, 2, 3), count=40, seeds=range(4), **settings):
    """What a model writes with each seed."""
    return [
        list(generate(model, prompt, count, generator=torch.Generator().manual_seed(seed), cached=cached, **settings))
        for seed in seeds
    ]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("prompt", [[5], list(range(11)), list(range(12)), list(range(20))])
def test_cached_generation_gives_the_same_tokens(prompt, dtype):
    """Before, at and after the end of the context, which is 12 tokens."""
    model = Transformer(ModelConfig(vocab_size=20, block_size=12, layers=3, heads=2, width=16), seed=1).to(dtype)
    with torch.no_grad():
        for weight in model.parameters():
            weight.mul_(8 if weight.ndim == 2 else 1)  # a context that matters
    cached = texts(model, True, prompt)
    assert cached == texts(model, False, prompt)
    assert len({tuple(text) for text in cached}) > 1
    assert texts(model, True, prompt, temperature=0) == texts(model, False, prompt, temperature=0)


def test_cached_logits_equal_those_of_the_whole_text_in_any_portions():
    model = Transformer(ModelConfig(vocab_size=20, block_size=12, layers=2, heads=2, width=16), seed=1).double()
    ids = torch.randint(20, (3, 12), generator=torch.Generator().manual_seed(0))
    for portions in ([1] * 12, [5, 4, 3], [12], [3, 1, 8]):
        cache = KeyValueCache(model.config)
        with torch.no_grad():
            parts = [model.logits(part, cache) for part in ids.split(portions, dim=1)]
        torch.testing.assert_close(torch.cat(parts, 1), model(ids), rtol=0, atol=1e-12)
        with pytest.raises(ValueError, match="context is 12 tokens, got 13"):
            model.logits(ids[:, :1], cache)


def test_a_cached_step_computes_one_token():
    seen, model = [], Transformer(ModelConfig(vocab_size=20, block_size=8, layers=2, heads=1, width=8))
    model.layers[0].register_forward_pre_hook(lambda module, given: seen.append(given[0].shape[1]))
    list(generate(model, [1, 2, 3], 8))
    assert seen == [3, 1, 1, 1, 1, 1, 8, 8]


def test_generation_never_drops_and_leaves_no_trace():
    model = Transformer(ModelConfig(vocab_size=20, block_size=8, layers=1, heads=1, width=8, dropout=0.5), seed=3)
    plain = Transformer(ModelConfig(vocab_size=20, block_size=8, layers=1, heads=1, width=8), seed=3)
    before = torch.random.get_rng_state()
    for cached in (True, False):
        assert texts(model, cached) == texts(plain, cached)
    assert model.training
    assert torch.equal(torch.random.get_rng_state(), before)
    assert all(weight.grad is None for weight in model.parameters())
    for _ in generate(model, [1], 2):
        assert torch.is_grad_enabled()


def test_a_model_that_trains_in_another_thread_can_write():
    model = Transformer(ModelConfig(vocab_size=20, block_size=8, layers=1, heads=1, width=8, dropout=0.2))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, fused=True)
    enough, steps, failed = threading.Event(), [], []

    def train():
        try:
            while not enough.is_set():
                model(torch.zeros(4, 8, dtype=torch.long)).square().mean().backward()
                optimizer.step()
                optimizer.zero_grad()
                steps.append(model.training)
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=train)
    thread.start()
    try:
        while len(steps) < 5 and not failed:
            assert len(list(generate(model, [1], 20))) == 20
    finally:
        enough.set()
        thread.join()
    assert not failed
    assert all(steps), "the model stayed in training mode"


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU here")
def test_a_model_on_a_gpu_draws_with_a_cpu_generator():
    model = Transformer(MODEL.config, seed=3).cuda()
    assert texts(model, True) == texts(model, False)


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
