"""The explorers of unit 5 without a browser: what they show is what the model, the loop and the schedule do."""

import re

import pytest
import torch
import torch.nn.functional as F

from pretraining.model import ModelConfig, Transformer
from pretraining.targets import sample_batch
from pretraining.tokens import Tokenizer
from pretraining.training import Corpus, learning_rate
from pretraining.widgets import LearningRateExplorer, NudgeExplorer, ScheduleExplorer
from pretraining.widgets.lesson_training import DOWN, KINDS, NO_GUESS, UP

CONFIG = ModelConfig(vocab_size=256, block_size=32, layers=1, heads=1, width=16)


def plain(value):
    return " ".join(re.sub(r"<[^>]+>", " ", value).split())


def roles(explorer):
    return {role for *_, role, _ in explorer.chart.rows}


@pytest.fixture(scope="module")
def batch():
    return sample_batch(torch.arange(2000) % 251, 8, 2, torch.Generator().manual_seed(1))


@pytest.fixture
def nudging(batch):
    return NudgeExplorer(Transformer(CONFIG, seed=1), *batch)


def test_the_curve_and_the_gradients_wait_for_the_guess(nudging):
    assert roles(nudging) == {"frame", "now"}
    assert nudging.nudge.disabled
    assert "Gradient" not in nudging.note.value
    nudging.guess.value = UP
    assert roles(nudging) == {"curve", "tangent", "now"}
    assert not nudging.nudge.disabled
    assert "Gradient by backpropagation" in nudging.note.value


@pytest.mark.parametrize("which", range(len(KINDS)))
def test_the_verdict_and_the_gradient_are_those_of_torch(batch, which):
    model = Transformer(CONFIG, seed=1)
    explorer = NudgeExplorer(model, *batch)
    explorer.which.value = explorer.which.options[which]
    inputs, targets = batch
    F.cross_entropy(model(inputs).flatten(0, 1), targets.flatten()).backward()
    name = list(KINDS.values())[which]
    gradient = dict(model.named_parameters())[name].grad
    slope = gradient.flatten()[gradient.abs().argmax()].item()
    right, wrong = (DOWN, UP) if slope > 0 else (UP, DOWN)
    explorer.guess.value = wrong
    assert plain(explorer.verdict.value).startswith("No:")
    explorer.guess.value = right
    assert plain(explorer.verdict.value).startswith(f"Right! {right}")
    by_backward, by_hand = map(float, re.findall(r"<b>([+-]\d\.\d{6})</b>", explorer.note.value))
    assert by_backward == pytest.approx(slope, abs=2e-5)
    assert by_hand == pytest.approx(slope, abs=2e-5)


def test_a_nudge_against_the_gradient_lowers_the_loss_and_leaves_the_model_alone(batch):
    model = Transformer(CONFIG, seed=1)
    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    explorer = NudgeExplorer(model, *batch)
    explorer.guess.value = UP
    weight = explorer.weight
    downhill = -1 if weight.gradient(weight.value) > 0 else 1
    explorer.nudge.value = downhill * 2 * explorer.nudge.step
    (value, loss) = next((value, loss) for value, loss, role, _ in explorer.chart.rows if role == "now")
    assert loss < weight.loss(weight.value)
    assert f"loss {loss:.3f}" in explorer.chart.description
    with torch.no_grad():
        changed = Transformer(CONFIG, seed=1)
        changed.lm_head.weight[weight.index] = value
        inputs, targets = batch
        assert loss == pytest.approx(F.cross_entropy(changed(inputs).flatten(0, 1), targets.flatten()).item(), abs=1e-5)
    assert all(torch.equal(before[name], weight) for name, weight in model.state_dict().items())


def test_another_weight_asks_for_a_new_guess(nudging):
    nudging.guess.value = UP
    nudging.nudge.value = nudging.nudge.max
    nudging.which.value = nudging.which.options[1]
    assert nudging.guess.value == NO_GUESS
    assert nudging.nudge.value == 0
    assert roles(nudging) == {"frame", "now"}


@pytest.fixture(scope="module")
def corpus():
    tokens = torch.arange(4000) % 17
    return Corpus(Tokenizer([]), tokens, {"web": len(tokens)}, tokens[:500], 1, 500)


def test_rates_differ_only_in_the_rate_and_their_curves_are_overlaid(corpus):
    explorer = LearningRateExplorer(corpus, steps=30)
    for rate in (1e-5, 1e-2):
        explorer.start(rate).wait()
    slow, fast = explorer.losses
    assert (slow, fast) == ("A: 1e-05 muon", "B: 0.01 muon")
    assert explorer.losses[fast] < explorer.losses[slow] - 1
    curves = {run: [loss for _, loss, name in explorer.chart.rows if name == run] for run in (slow, fast)}
    assert {len(curve) for curve in curves.values()} == {30}
    assert curves[slow][0] == curves[fast][0], "the same first weights and the same first batch"
    assert f"{explorer.losses[fast]:.2f}" in plain(explorer.table.value)
    assert f"{fast} ends at {curves[fast][-1]:.2f}" in explorer.chart.description
    assert not explorer.train_button.disabled


def test_the_button_trains_with_the_slider_and_the_optimizer(corpus):
    explorer = LearningRateExplorer(corpus, steps=3)
    explorer.rate.value, explorer.optimizer.value = 0.1, "adamw"
    explorer.train_button.click()
    explorer.wait()
    assert list(explorer.losses) == ["A: 0.1 adamw"]


def test_the_seventh_run_takes_the_place_of_the_first(corpus):
    explorer = LearningRateExplorer(corpus, steps=1)
    for rate in (1, 2, 3, 4, 5, 6, 7):
        explorer.start(rate * 1e-3).wait()
    assert [name[0] for name in explorer.losses] == list("BCDEFA")
    assert {run[0] for _, _, run in explorer.chart.rows} == set("ABCDEF")


def test_a_bad_rate_is_refused(corpus):
    with pytest.raises(ValueError, match="learning_rate must be a positive number"):
        LearningRateExplorer(corpus, steps=1).start(0.0)


def test_the_schedule_is_the_trainers(corpus):
    explorer = ScheduleExplorer(peak=0.01, steps=100)
    explorer.warmup.value, explorer.floor.value = 50, 0.2
    assert explorer.chart.rows == [[step, learning_rate(step, 0.01, 0.002, 50, 100)] for step in range(101)]
    assert "highest with 0.01 at step 50, 0.002 at step 100" in explorer.chart.description
    explorer.warmup.value, explorer.floor.value = 0, 1.0
    assert {rate for _, rate in explorer.chart.rows} == {0.01}


def test_every_control_has_a_label(nudging, corpus):
    rates, schedule = LearningRateExplorer(corpus), ScheduleExplorer()
    controls = [nudging.which, nudging.guess, nudging.nudge, rates.rate, rates.optimizer, rates.train_button]
    assert all(control.description for control in [*controls, schedule.warmup, schedule.floor])
