"""A look inside must show what the normal path really computes."""

import pytest
import torch

from pretraining.model import ModelConfig, Transformer, attention_weights

CONFIG = ModelConfig(vocab_size=50, block_size=12, layers=3, heads=2, width=24)


@pytest.fixture(scope="module")
def model():
    model = Transformer(CONFIG).double()
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for weight in model.parameters():
            weight.copy_(torch.randn(weight.shape, generator=generator, dtype=torch.float64) * 0.4)
    return model


@pytest.fixture(scope="module")
def inputs():
    return torch.randint(50, (2, 12), generator=torch.Generator().manual_seed(1))


def test_the_logits_are_those_of_the_normal_path(model, inputs):
    torch.testing.assert_close(model.inspect(inputs).logits, model(inputs), rtol=0, atol=1e-10)


def test_weights_are_causal_and_sum_to_one(model, inputs):
    weights = model.inspect(inputs).attention
    assert weights.shape == (3, 2, 2, 12, 12)
    later = torch.ones(12, 12, dtype=torch.bool).triu(1)
    assert not weights[..., later].any()
    assert (weights[..., ~later] > 0).all()
    torch.testing.assert_close(weights.sum(-1), torch.ones(3, 2, 2, 12, dtype=torch.float64))
    assert weights[..., 5, :6].std() > 0.01, "a model of large random weights does not attend evenly"


def test_the_weights_shown_are_the_weights_used(model, inputs):
    """Gradients tell independently: the influence of a value on a head's output is its weight."""
    attention = model.layers[0].attn
    normed = model.layers[0].ln1(model.token_embeddings(inputs))
    q, k, v = (part.detach() for part in attention.queries_keys_values(normed))
    v.requires_grad_()
    gathered = torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
    (influence,) = torch.autograd.grad(gathered[0, 1, 7, 3], v)  # one sequence, head 1, token 7, feature 3
    shown = model.inspect(inputs).attention[0, 0, 1, 7]
    torch.testing.assert_close(influence[0, 1, :, 3], shown, rtol=0, atol=1e-12)


def test_the_stream_is_the_sum_of_what_was_added(model, inputs):
    inside = model.inspect(inputs)
    total = model.token_embeddings(inputs) + inside.attention_output.sum(0) + inside.feed_forward_output.sum(0)
    torch.testing.assert_close(inside.stream[-1], total)
    assert torch.equal(inside.stream[0], model.token_embeddings(inputs))
    for layer in range(3):
        torch.testing.assert_close(inside.stream[layer + 1], model.layers[layer](inside.stream[layer]))
    assert torch.equal(model.read_off(inside.stream[-1]), inside.logits)


def test_large_scores_stay_finite():
    weights = attention_weights(torch.full((3, 4), 1e4), torch.full((3, 4), 1e4))
    torch.testing.assert_close(weights, torch.tensor([[1.0, 0, 0], [0.5, 0.5, 0], [1 / 3, 1 / 3, 1 / 3]]))


def test_looking_inside_leaves_no_trace(model, inputs):
    model.dropout = 0.5
    before = torch.random.get_rng_state()
    inside = model.inspect(inputs)
    model.dropout = 0.0
    assert torch.equal(torch.random.get_rng_state(), before), "dropout must not be drawn"
    torch.testing.assert_close(inside.logits, model(inputs))
    assert not any(part.requires_grad for part in vars(inside).values())
    assert model.training


def test_a_text_longer_than_the_context_is_refused(model):
    with pytest.raises(ValueError, match="context is 12 tokens, got 13"):
        model.inspect(torch.zeros(1, 13, dtype=torch.long))
