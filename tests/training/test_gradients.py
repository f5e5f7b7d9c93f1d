"""Gradients made visible: one weight's slope, how gradients of batches agree."""

import pytest
import torch
import torch.nn.functional as F

from pretraining.model import ModelConfig, Transformer
from pretraining.targets import sample_batch
from pretraining.training import OneWeight, gradient_agreement, steepest, whole_gradient

CONFIG = ModelConfig(vocab_size=11, block_size=8, layers=2, heads=2, width=16)


@pytest.fixture
def model():
    return Transformer(CONFIG, seed=3)


@pytest.fixture
def batch():
    return sample_batch(torch.arange(200) % 11, 8, 4, torch.Generator().manual_seed(0))


@pytest.mark.parametrize("name", ["token_embeddings.weight", "layers.1.attn.k_proj.weight", "layers.0.ln1.weight"])
def test_both_gradients_are_torchs(model, batch, name):
    inputs, targets = batch
    F.cross_entropy(model(inputs).flatten(0, 1), targets.flatten()).backward()
    index = steepest(model, inputs, targets, name)
    expected = dict(model.named_parameters())[name].grad
    assert expected[index].abs() == expected.abs().max()
    weight = OneWeight(model, inputs, targets, name, index)
    assert weight.gradient(weight.value) == pytest.approx(expected[index].item(), abs=1e-6)
    assert weight.numerical_gradient(weight.value) == pytest.approx(weight.gradient(weight.value), rel=1e-5)


def test_the_span_shows_the_asked_change(model, batch):
    weight = OneWeight(model, *batch, "lm_head.weight", steepest(model, *batch, "lm_head.weight"))
    span, middle = weight.span(0.25), weight.loss(weight.value)
    assert max(abs(weight.loss(weight.value + side * span) - middle) for side in (-1, 1)) >= 0.25


@pytest.mark.parametrize(
    ("name", "index", "said"),
    [("no.weight", (0, 0), "no parameter"), ("lm_head.weight", (11, 0), "shape"), ("lm_head.weight", (1,), "shape")],
)
def test_a_weight_that_is_not_there_is_refused(model, batch, name, index, said):
    with pytest.raises(ValueError, match=said):
        OneWeight(model, *batch, name, index)


def test_the_whole_gradient_leaves_the_models_own_alone(model, batch):
    vector = whole_gradient(model, *batch)
    assert all(weight.grad is None for weight in model.parameters())
    inputs, targets = batch
    F.cross_entropy(model(inputs).flatten(0, 1), targets.flatten()).backward()
    torch.testing.assert_close(vector, torch.cat([weight.grad.flatten() for weight in model.parameters()]))


def test_larger_batches_agree_more(model):
    tokens = torch.randint(11, (5000,), generator=torch.Generator().manual_seed(0))
    found = gradient_agreement(model, tokens, (1, 64), draws=5)
    means = {size: sum(values) / len(values) for size, values in found.items()}
    assert [len(values) for values in found.values()] == [10, 10]
    assert means[64] > means[1] + 0.1
    assert found == gradient_agreement(model, tokens, (1, 64), draws=5)


def test_one_draw_is_nothing_to_compare(model):
    with pytest.raises(ValueError, match="at least 2"):
        gradient_agreement(model, torch.arange(11), (1,), draws=1)
