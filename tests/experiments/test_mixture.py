"""Code or prose: the budget is shared as asked, losses are the model's own, and probes are judged by Python."""

import ast

import pytest
import torch
import torch.nn.functional as F

from pretraining.experiments import MixtureExperiment, MixtureMoment, MixtureResult, mixture_experiment
from pretraining.experiments.code_probes import code_probes, is_python
from pretraining.experiments.mixture import code_and_prose, loss_on
from pretraining.model import ModelConfig, Transformer


@pytest.fixture(scope="module")
def text():
    return code_and_prose(0)


def accepts(line):
    try:
        ast.parse(line + ("\n    pass" if line.endswith(":") else ""))
    except SyntaxError:
        return False
    return True


def test_python_judges_every_probe(text):
    assert len(text.code_probes) == 100
    for probe in text.code_probes:
        (wrong,) = probe.wrong
        assert accepts(probe.context + probe.right)
        assert not accepts(probe.context + wrong)
        assert sorted(probe.right) == sorted(wrong), "the same characters in another order"


def test_probes_are_made_of_text_that_no_run_reads(text):
    read = text.tokenizer.decode(text.train["code"].tolist())
    heldout = text.tokenizer.decode(text.heldout["code"].tolist())
    assert all(probe.context + probe.right in heldout for probe in text.code_probes)
    assert sum(probe.context + probe.right in read for probe in text.code_probes) < 10
    assert heldout[:500] not in read


def test_lines_that_make_no_probe_are_left_out():
    assert code_probes(["x = 1", "the cat sat, and then it slept", "", '"""A docstring."""'], seed=0, count=9) == []
    (probe,) = code_probes(["print(total(apples, 3))\n" * 5], seed=0, count=9)
    assert probe.context + probe.right == "print(total(apples, 3))"
    assert not is_python(probe.context + probe.wrong[0])


def test_a_share_is_what_the_batches_hold(text):
    """All windows of code at share 1, none at 0: told apart by the stream that they come from."""
    for share, kind in ((1.0, "code"), (0.0, "prose")):
        trainer = MixtureExperiment(share, steps=1).trainer
        inputs, _ = trainer.batches.draw(64, trainer.generator, trainer.settings.mixture)
        windows = text.train[kind].unfold(0, inputs.shape[1], 1)
        assert all((windows == row).all(1).any() for row in inputs[:8])


def test_events_lead_to_the_result():
    experiment = MixtureExperiment(0.25, steps=3)
    events = list(experiment.events())
    result = events[-1]
    assert isinstance(result, MixtureResult)
    assert [event.step for event in events if isinstance(event, MixtureMoment)] == [0, 1, 2, 3]
    assert result.tokens == 3 * 480
    assert 0 <= result.code_probe <= 1
    assert experiment.result() == result, "measuring changes nothing"


def test_the_loss_is_the_mean_over_windows():
    tokens = torch.arange(400) % 11
    model = Transformer(ModelConfig(vocab_size=11, block_size=20, layers=1, heads=1, width=8), seed=0)
    total = count = 0
    for start in range(0, 380, 20):
        inputs, targets = tokens[start : start + 20], tokens[start + 1 : start + 21]
        total += F.cross_entropy(model.logits(inputs[None])[0], targets, reduction="sum").item()
        count += 20
    assert loss_on(model, tokens, 10_000) == pytest.approx(total / count, rel=1e-5)


@pytest.mark.parametrize("share", [-0.1, 1.5, float("nan"), "half", True])
def test_a_share_outside_0_to_1_is_refused(share):
    with pytest.raises(ValueError, match="share of code must be a number from 0 to 1"):
        MixtureExperiment(share)


@pytest.mark.slow
def test_more_code_helps_with_code_and_costs_prose():
    """The trend on one seed, at a third of the steps; the bench repeats it in full on three seeds."""
    few, half, all_ = mixture_experiment((0.0, 0.5, 1.0), seed=4, steps=90)
    assert few.code_loss > half.code_loss + 1 > all_.code_loss + 1
    assert few.prose_loss < half.prose_loss < all_.prose_loss - 1
    assert few.code_probe < 0.75 < half.code_probe
