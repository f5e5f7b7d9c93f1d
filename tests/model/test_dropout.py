"""Dropout: what it blanks out, when, from whose random numbers; and that without it nothing changes."""

import copy
import json
import math
from dataclasses import asdict

import numpy as np
import pytest
import torch

from pretraining.model import ModelConfig, Transformer
from pretraining.training import Trainer, TrainingSettings, latest_checkpoint, load_model

CONFIG = ModelConfig(vocab_size=30, block_size=8, layers=2, heads=2, width=16)
INPUTS = torch.arange(16).reshape(2, 8)


def model_with(dropout, seed=7):
    model = Transformer(ModelConfig(**{**asdict(CONFIG), "dropout": dropout}))
    model.dropout_generator = torch.Generator().manual_seed(seed)
    return model


def test_without_dropout_nothing_is_drawn_and_the_modes_agree():
    model = model_with(0.0)
    state = model.dropout_generator.get_state()
    trained = model.train()(INPUTS)
    assert torch.equal(trained, model.eval()(INPUTS))
    assert torch.equal(model.dropout_generator.get_state(), state)


def test_only_training_mode_drops_and_reading_never_does():
    model = model_with(0.3)
    plain = Transformer(CONFIG)(INPUTS)
    assert model.training
    assert not torch.allclose(model(INPUTS), plain)
    assert torch.equal(model.logits(INPUTS), plain)
    assert torch.equal(model.eval()(INPUTS), plain)


def test_the_run_s_own_generator_makes_it_repeatable():
    first, second = model_with(0.3), model_with(0.3)
    before = torch.random.get_rng_state()
    expected = first(INPUTS)
    assert torch.equal(torch.random.get_rng_state(), before), "torch's global generator is left alone"
    torch.rand(5)  # another cell
    assert torch.equal(second(INPUTS), expected)
    assert not torch.equal(second(INPUTS), expected), "the next step blanks out other features"
    assert not torch.equal(model_with(0.3, seed=8)(INPUTS), expected)


def test_without_a_generator_of_its_own_torch_s_global_one_draws():
    model = model_with(0.3)
    model.dropout_generator = None
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        expected = model(INPUTS)
        torch.manual_seed(3)
        assert torch.equal(model(INPUTS), expected)
        assert not torch.equal(model(INPUTS), expected)


def test_it_may_change_while_training_runs():
    model = model_with(0.0)
    plain = model(INPUTS)
    model.dropout = 0.4
    assert not torch.allclose(model(INPUTS), plain)
    model.dropout = 0.0
    assert torch.equal(model(INPUTS), plain)


def test_the_share_is_blanked_out_and_the_rest_scaled_up():
    model = model_with(0.25)
    dropped = model._drop(torch.ones(40_000))
    blank = (dropped == 0).float().mean().item()
    assert blank == pytest.approx(0.25, abs=5 * math.sqrt(0.25 * 0.75 / 40_000))  # five standard errors
    torch.testing.assert_close(dropped[dropped != 0], torch.full_like(dropped[dropped != 0], 4 / 3))


def test_it_acts_on_the_embeddings_and_on_what_each_sub_layer_adds():
    model, seen = model_with(0.5), []
    model._drop = lambda x: (seen.append(x), x)[1]
    inside = model.inspect(INPUTS)
    model(INPUTS)
    added = [part[layer] for layer in range(2) for part in (inside.attention_output, inside.feed_forward_output)]
    for got, expected in zip(seen, [inside.stream[0], *added], strict=True):
        torch.testing.assert_close(got, expected)


def test_gradients_flow_through_what_is_kept_only():
    model = model_with(0.5)
    x = torch.ones(1000, requires_grad=True)
    y = model._drop(x)
    y.sum().backward()
    assert torch.equal(x.grad, y.detach())


@pytest.mark.parametrize("bad", [-0.1, 1, 1.5, math.nan, math.inf, "0.1", True, None])
def test_shares_out_of_range_are_refused(bad):
    with pytest.raises(ValueError, match="dropout must be a number from 0 to below 1"):
        ModelConfig(vocab_size=9, dropout=bad)
    model = model_with(0.0)
    model.dropout = bad
    with pytest.raises(ValueError, match="dropout must be"):
        model(INPUTS)


@pytest.mark.parametrize("dropout", [None, 0.2], ids=["saved before there was dropout", "saved with another dropout"])
def test_a_checkpoint_loads_whatever_dropout_it_was_saved_with(dropout, tmp_path):
    settings = TrainingSettings(steps=2, batch_size=2)
    first = Trainer(model_with(0.0), torch.arange(99) % 30, torch.arange(40) % 30, settings, run_folder=tmp_path)
    first.run()
    saved = latest_checkpoint(tmp_path)
    notes = json.loads((saved / "run.json").read_text())
    assert notes["model"].pop("dropout") == 0.0
    if dropout is not None:
        notes["model"]["dropout"] = dropout
    (saved / "run.json").write_text(json.dumps(notes))
    assert load_model(tmp_path).config.dropout == (dropout or 0.0)
    second = Trainer(model_with(0.0, seed=1), torch.arange(99) % 30, torch.arange(40) % 30, settings)
    second.restore(saved)
    assert torch.equal(second.model.logits(INPUTS), first.model.logits(INPUTS))


def test_a_model_with_dropout_can_be_copied_and_its_share_is_a_plain_number():
    config = ModelConfig(vocab_size=9, dropout=np.float32(0.25))
    assert type(config.dropout) is float
    model = copy.deepcopy(model_with(0.3))
    assert torch.equal(model(INPUTS), model_with(0.3)(INPUTS))
