"""The transformer against an implementation written from the formulas, with complex numbers and explicit loops."""

import math
from dataclasses import asdict

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pretraining.model import SIZES, ModelConfig, Transformer

SHAPE = ModelConfig(vocab_size=50, block_size=16, layers=3, heads=2, width=24)


def reference_logits(weights, inputs, heads):
    """Logits of one sequence, `(time, vocab)`, in float64: every position and head on its own."""

    def norm(x, weight):
        return x / math.sqrt(float((x * x).mean()) + 1e-5) * weight

    def turned(x, position):  # each adjacent pair is a complex number, turned by its angle
        pairs = torch.view_as_complex(x.reshape(-1, 2).contiguous())
        angles = position * 10_000.0 ** (-torch.arange(len(pairs), dtype=torch.float64) * 2 / x.numel())
        return torch.view_as_real(pairs * torch.polar(torch.ones_like(angles), angles)).flatten()

    w = {name: value.double() for name, value in weights.items()}
    stream = [w["token_embeddings.weight"][token] for token in inputs]
    layers = 1 + max(int(name.split(".")[1]) for name in w if name.startswith("layers."))
    for i in range(layers):
        p = f"layers.{i}."
        normed = [norm(x, w[p + "ln1.weight"]) for x in stream]
        q, k, v = ([w[f"{p}attn.{n}_proj.weight"] @ x for x in normed] for n in "qkv")
        width = len(stream[0]) // heads
        for t in range(len(stream)):
            gathered = []
            for h in range(heads):
                part = slice(h * width, (h + 1) * width)
                query = turned(q[t][part], t)
                scores = torch.stack([query @ turned(k[s][part], s) for s in range(t + 1)]) / math.sqrt(width)
                shares = scores.softmax(0)
                gathered.append(sum(share * v[s][part] for s, share in enumerate(shares)))
            stream[t] = stream[t] + w[p + "attn.output_proj.weight"] @ torch.cat(gathered)
        for t, x in enumerate(stream):
            y = norm(x, w[p + "ln2.weight"])
            gate = w[p + "ffn.w1.weight"] @ y
            hidden = gate / (1 + (-gate).exp()) * (w[p + "ffn.w3.weight"] @ y)
            stream[t] = x + w[p + "ffn.w2.weight"] @ hidden
    return torch.stack([w["lm_head.weight"] @ norm(x, w["ln_final.weight"]) for x in stream])


def random_model(config=SHAPE):
    """A model whose weights are all far from their first values, the norms' too."""
    model = Transformer(config).double()
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for weight in model.parameters():
            weight.copy_(torch.randn(weight.shape, generator=generator, dtype=torch.float64) * 0.4)
    return model


@pytest.mark.parametrize("heads", [1, 2, 4])
def test_parity_with_the_formulas(heads):
    config = ModelConfig(**{**asdict(SHAPE), "heads": heads, "width": 24})
    model = random_model(config)
    inputs = torch.randint(50, (16,), generator=torch.Generator().manual_seed(1))
    expected = reference_logits(model.state_dict(), inputs, heads)
    torch.testing.assert_close(model(inputs[None])[0], expected, rtol=0, atol=1e-9)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 15), st.integers(0, 49))
def test_a_later_token_never_changes_an_earlier_logit(position, token):
    model = random_model()
    inputs = torch.randint(50, (1, 16), generator=torch.Generator().manual_seed(2))
    changed = inputs.clone()
    changed[0, position] = token
    before, after = model(inputs), model(changed)
    assert torch.equal(before[:, :position], after[:, :position])
    if changed[0, position] != inputs[0, position]:
        assert not torch.equal(before[:, position], after[:, position])


def test_parameter_names_are_those_of_the_design():
    expected = {"token_embeddings.weight", "ln_final.weight", "lm_head.weight"}
    for i in range(3):
        expected |= {f"layers.{i}.attn.{name}_proj.weight" for name in ("q", "k", "v", "output")}
        expected |= {f"layers.{i}.{name}.weight" for name in ("ln1", "ln2", "ffn.w1", "ffn.w2", "ffn.w3")}
    assert set(Transformer(SHAPE).state_dict()) == expected


def test_the_seed_decides_the_weights_and_the_global_generator_is_left_alone():
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    first = Transformer(SHAPE, seed=1).lm_head.weight
    assert torch.equal(torch.rand(3), expected)
    assert torch.equal(first, Transformer(SHAPE, seed=1).lm_head.weight)
    assert not torch.equal(first, Transformer(SHAPE, seed=2).lm_head.weight)


def test_an_untrained_model_is_as_lost_as_the_uniform_guesser():
    logits = Transformer(ModelConfig(vocab_size=1000))(torch.arange(64)[None])
    loss = torch.nn.functional.cross_entropy(logits[0, :-1], torch.arange(1, 64))
    assert loss.item() == pytest.approx(math.log(1000), abs=0.2)


def test_parameter_count_equals_the_formula():
    v, w, n, f = 50, 24, 3, SHAPE.ff_width
    assert Transformer(SHAPE).parameter_count == 2 * v * w + w + n * (4 * w * w + 3 * w * f + 2 * w)


def test_a_model_first_used_in_inference_mode_can_still_train():
    model = Transformer(ModelConfig(vocab_size=9, block_size=13, layers=1, heads=1, width=26))
    with torch.inference_mode():
        model(torch.zeros(1, 13, dtype=torch.long))
    model(torch.zeros(1, 13, dtype=torch.long)).sum().backward()


def test_a_text_longer_than_the_context_is_refused():
    with pytest.raises(ValueError, match="context is 16 tokens, got 17"):
        Transformer(SHAPE)(torch.zeros(1, 17, dtype=torch.long))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"heads": 5}, "divisible"),
        ({"heads": 8, "width": 24}, "even"),
        ({"layers": 0}, "layers must be at least 1"),
        ({"vocab_size": 0}, "vocab_size"),
        ({"block_size": -1}, "block_size"),
        ({"ff_width": 0}, "ff_width"),
    ],
)
def test_shapes_that_do_not_work_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        ModelConfig(**{**asdict(SHAPE), **change})


@pytest.mark.parametrize("name", SIZES)
def test_named_sizes_work(name):
    config = ModelConfig(vocab_size=300, **SIZES[name])
    with torch.device("cpu" if name in ("nano", "micro", "mini") else "meta"):  # shapes only for the large ones
        logits = Transformer(config)(torch.zeros(1, config.block_size, dtype=torch.long))
    assert logits.shape == (1, config.block_size, 300)
