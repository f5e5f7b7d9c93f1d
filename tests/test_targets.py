import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from pretraining.targets import (
    bigram_probabilities,
    bits_per_byte,
    cross_entropy,
    evaluation_windows,
    perplexity,
    sample_batch,
    target_table,
    windows,
)

TOKENS = st.lists(st.integers(0, 9), min_size=2, max_size=30)
SHORT = [torch.arange(0), torch.arange(1)]


@given(TOKENS, st.integers(1, 40))
def test_target_table_rows_rebuild_the_text(tokens, block_size):
    rows = target_table(tokens, block_size)
    assert [target for _, target in rows] == tokens[1:]
    for i, (context, target) in enumerate(rows, start=1):
        assert tokens[i - len(context) : i + 1] == [*context, target]
        assert len(context) == min(i, block_size)


def test_target_table_takes_a_tensor():
    assert target_table(torch.tensor([5, 6, 7]), 1) == [((5,), 6), ((6,), 7)]


@given(TOKENS, st.data())
def test_windows_are_the_text_and_the_text_one_later(tokens, data):
    block_size = data.draw(st.integers(1, len(tokens) - 1))
    inputs, targets = windows(torch.tensor(tokens), block_size)
    n = (len(tokens) - 1) // block_size
    assert inputs.shape == targets.shape == (n, block_size)
    assert inputs.flatten().tolist() == tokens[: n * block_size]
    assert targets.flatten().tolist() == tokens[1 : n * block_size + 1]


@given(st.integers(2, 12), st.data())
def test_batches_start_anywhere_and_nowhere_else(n, data):
    block_size = data.draw(st.integers(1, n - 1))
    inputs, targets = sample_batch(torch.arange(n), block_size, 2000, torch.Generator().manual_seed(1))
    counts = torch.bincount(inputs[:, 0], minlength=n - block_size)
    assert len(counts) == n - block_size
    expected = 2000 / len(counts)
    chi_square = ((counts - expected) ** 2 / expected).sum().item()
    assert chi_square < len(counts) - 1 + 6 * math.sqrt(2 * len(counts))
    assert torch.equal(targets, inputs + 1)
    assert torch.equal(inputs, inputs[:, :1] + torch.arange(block_size))


def test_a_batch_depends_on_its_generator_only():
    tokens = torch.arange(1000)
    first = sample_batch(tokens, 5, 8, torch.Generator().manual_seed(1))
    torch.rand(7)
    again = sample_batch(tokens, 5, 8, torch.Generator().manual_seed(1))
    other = sample_batch(tokens, 5, 8, torch.Generator().manual_seed(2))
    assert torch.equal(first[0], again[0])
    assert not torch.equal(first[0], other[0])


@pytest.mark.parametrize("scale", [1.0, 50.0, 1e4])
@pytest.mark.parametrize(("n", "vocab"), [(1, 1), (1, 9), (7, 7), (20, 3)])
def test_cross_entropy_equals_torch(n, vocab, scale):
    generator = torch.Generator().manual_seed(n)
    logits = (torch.randn(n, vocab, generator=generator) * scale).double().requires_grad_()
    targets = torch.randint(vocab, (n,), generator=generator)
    ours, theirs = cross_entropy(logits, targets), F.cross_entropy(logits, targets)
    torch.testing.assert_close(ours, theirs)
    torch.testing.assert_close(torch.autograd.grad(ours, logits), torch.autograd.grad(theirs, logits))


@given(TOKENS, st.floats(0.01, 5))
def test_bigrams_equal_counting_by_hand(tokens, smoothing):
    table = bigram_probabilities(tokens, 10, smoothing)
    pairs = list(zip(tokens, tokens[1:]))
    for a in range(10):
        total = sum(left == a for left, _ in pairs) + 10 * smoothing
        for b in range(10):
            assert table[a, b].item() == pytest.approx((pairs.count((a, b)) + smoothing) / total, rel=1e-4)


def test_units():
    assert perplexity(math.log(7)) == pytest.approx(7)
    assert bits_per_byte(math.log(256), 10, 10) == pytest.approx(8)
    assert bits_per_byte(2.0, 30, 100) == pytest.approx(0.6 / math.log(2))


def test_held_out_windows_are_the_first_ones_and_fit_a_short_text():
    inputs, targets = evaluation_windows(torch.arange(100), 8, max_tokens=24)
    assert inputs.flatten().tolist() == list(range(24))
    assert targets.flatten().tolist() == list(range(1, 25))
    assert evaluation_windows(torch.arange(5), 8, max_tokens=24)[0].tolist() == [[0, 1, 2, 3]]


@pytest.mark.parametrize("tokens", SHORT)
def test_fewer_than_two_tokens_are_refused_everywhere(tokens):
    for call in (
        lambda: target_table(tokens.tolist(), 1),
        lambda: windows(tokens, 1),
        lambda: sample_batch(tokens, 1, 1, torch.Generator()),
        lambda: bigram_probabilities(tokens.tolist(), 9),
    ):
        with pytest.raises(ValueError, match="at least 2 tokens"):
            call()


@pytest.mark.parametrize("block_size", [0, -1, 5])
def test_block_sizes_that_do_not_fit_are_refused(block_size):
    tokens = torch.arange(5)
    with pytest.raises(ValueError, match="block"):
        windows(tokens, block_size)
    with pytest.raises(ValueError, match="block"):
        sample_batch(tokens, block_size, 2, torch.Generator())
    if block_size < 1:
        with pytest.raises(ValueError, match="block_size"):
            target_table(tokens.tolist(), block_size)


def test_other_bad_input_is_refused():
    for smoothing in (0, -1, math.nan, math.inf):
        with pytest.raises(ValueError, match="smoothing"):
            bigram_probabilities([0, 1], 2, smoothing)
    for tokens in ([0, 2], [-1, 0]):
        with pytest.raises(ValueError, match="token ids"):
            bigram_probabilities(tokens, 2)
    with pytest.raises(ValueError, match="batch_size"):
        sample_batch(torch.arange(5), 2, 0, torch.Generator())
    with pytest.raises(ValueError, match="byte"):
        bits_per_byte(1.0, 5, 0)
    with pytest.raises(ValueError, match="vocab"):
        cross_entropy(torch.zeros(3), torch.zeros(3, dtype=torch.long))
    with pytest.raises(ValueError, match="at least one"):
        cross_entropy(torch.zeros(0, 3), torch.zeros(0, dtype=torch.long))
