"""The training lab without a browser: what a test or a graded cell does with it."""

import gc
import math
import threading
import time
import weakref

import ipywidgets
import pytest
import torch

from pretraining.training import Evaluation, Sample, Step
from pretraining.widgets import TrainingLab
from pretraining.widgets.lab import cells

SMALL = {"layers": 1, "width": 32, "block_size": 8, "batch_size": 4, "vocab_size": 300}


@pytest.fixture
def lab():
    lab = TrainingLab("python-docs", steps=12, **SMALL)
    yield lab
    lab.release()


def until(condition):
    for _ in range(4000):
        if condition():
            return
        time.sleep(0.005)
    raise AssertionError("it did not happen")


def steps_of(lab):
    return [event for event in lab.history if isinstance(event, Step)]


def trainer_threads():
    return sum(thread.name == "pretraining-run" for thread in threading.enumerate())


def press(lab, name):
    lab.stage.buttons[name].click()


def test_building_the_lab_trains_nothing(lab):
    assert not lab.history
    assert not lab.runs
    assert {name: button.disabled for name, button in lab.stage.buttons.items()} == {
        "Train": False, "Pause": True, "Step": False, "Stop": True, "Reset": False,
    }  # fmt: skip


def test_start_and_wait_give_the_history(lab):
    lab.start().wait()
    assert [event.step for event in steps_of(lab)] == list(range(1, 13))
    assert isinstance(lab.history[0], Evaluation)
    assert isinstance(lab.history[-1], Sample)
    assert "Done" in lab.status.value
    assert "after 12 steps" in lab.sample.value
    series = [row[2] for row in lab.chart.rows]
    assert series.count("training") == series.count("gradient norm") == 12
    assert {"uniform", "unigram", "bigram", "held-out"} <= set(series)
    (uniform,) = {row[1] for row in lab.chart.rows if row[2] == "uniform"}
    assert uniform == pytest.approx(math.log(300))
    assert lab.model.parameter_count < 50_000


def test_settings_by_keyword_decide_the_run():
    lab = TrainingLab("python-docs", steps=1, vocab_size=300, layers=3, heads=1, width=48, block_size=16, batch_size=2)
    config = lab.start().wait().model.config
    assert (config.layers, config.heads, config.width, config.block_size) == (3, 1, 48, 16)
    assert lab.trainer.settings.batch_size == 2
    lab.release()


def test_dials_decide_the_next_run_and_only_that(lab):
    lab.start(steps=100_000)
    until(lambda: steps_of(lab))
    lab.set(layers=2, width=64, block_size=16)
    assert lab.model.config.layers == 1
    lab.start(steps=1).wait()
    config = lab.model.config
    assert (config.layers, config.heads, config.width, config.block_size) == (2, 1, 64, 16)


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("learning_rate", 1e-5, lambda lab: lab.trainer.settings.learning_rate),
        ("weight_decay", 0.5, lambda lab: lab.trainer.settings.weight_decay),
        ("batch_size", 8, lambda lab: lab.trainer.settings.batch_size),
        ("dropout", 0.25, lambda lab: lab.model.dropout),
        ("temperature", 1.5, lambda lab: lab.session.temperature),
    ],
)
def test_a_live_dial_acts_at_the_next_step(lab, name, value, read):
    lab.start(steps=100_000)
    until(lambda: len(steps_of(lab)) > 3)
    lab.set(**{name: value})
    until(lambda: read(lab) == value)
    (change,) = lab.record.changes
    assert change[1:] == (name, value)
    until(lambda: lab.record.last_step.step > change[0])
    assert trainer_threads() == 1


def test_the_learning_rate_of_a_step_is_the_one_on_the_page(lab):
    lab.start(steps=100_000)
    until(lambda: len(steps_of(lab)) > 30)
    lab.set(learning_rate=1e-5)
    until(lambda: lab.record.last_step.learning_rate <= 1e-5)


def test_pause_resume_and_stop_from_the_buttons(lab):
    lab.start(steps=100_000)
    until(lambda: len(lab.history) > 3)
    press(lab, "Pause")
    assert lab.stage.buttons["Pause"].description == "Resume"
    until(lambda: "Paused at step" in lab.status.value)
    time.sleep(0.1)
    count = lab.record.last_step.step
    time.sleep(0.1)
    assert lab.record.last_step.step == count
    press(lab, "Pause")
    assert lab.stage.buttons["Pause"].description == "Pause"
    until(lambda: lab.record.last_step.step > count)
    press(lab, "Stop")
    lab.wait(10)
    assert "Stopped at step" in lab.status.value
    assert not lab.stage.buttons["Train"].disabled
    assert lab.record.last_evaluation.step == lab.record.last_step.step


def test_step_makes_one_update_and_waits(lab):
    for count in (1, 2, 3):
        press(lab, "Step")
        until(lambda said=f"Paused at step {count}.": said in lab.status.value)
        assert lab.trainer.step == count
        assert len(steps_of(lab)) == count
    assert lab.stage.buttons["Pause"].description == "Resume"
    press(lab, "Pause")
    lab.wait(20)
    assert lab.trainer.step == 12


def test_reset_gives_fresh_weights_and_an_empty_curve(lab):
    before = lab.model.lm_head.weight.detach().clone()
    lab.start().wait()
    assert not torch.equal(lab.model.lm_head.weight, before)
    press(lab, "Reset")
    assert torch.equal(lab.model.lm_head.weight, before)
    assert not lab.history
    assert {row[2] for row in lab.chart.rows} <= {"earlier run", "number"}
    assert len(lab.runs) == 1


def test_training_again_draws_the_run_before_it_below(lab):
    lab.start().wait()
    lab.set(learning_rate=0.01)
    lab.start().wait()
    assert [run.number for run in lab.runs] == [1, 2]
    drawn = {(row[2], row[3]) for row in lab.chart.rows}
    assert ("earlier run", "1") in drawn
    assert ("earlier run", "2") not in drawn
    assert "learning rate 0.01" in lab.run_list._boxes[2].description
    lab.run_list._boxes[1].value = False
    assert ("earlier run", "1") not in {(row[2], row[3]) for row in lab.chart.rows}
    assert sum(row[2] == "training" for row in lab.chart.rows) == 12
    lab.run_list.chosen.value = 1
    lab.run_list.remove_button.click()
    assert [run.number for run in lab.runs] == [2]


def test_what_the_model_writes_is_shown_as_text(lab):
    lab.run_wrote(Sample(3, "<script>alert(1)</script>"))
    assert "<script>" not in lab.sample.value
    assert "&lt;script&gt;" in lab.sample.value


def test_a_context_longer_than_the_text_is_said_beside_its_control(lab, monkeypatch):
    text = lab.corpus
    short = type(text)(**{**vars(text), "train": text.train[:6]})
    monkeypatch.setattr("pretraining.widgets.lab.session.lab_corpus", lambda *_: short)
    with pytest.raises(ValueError, match="shorter block"):
        lab.start()
    press(lab, "Train")
    assert "Cannot start" in lab.status.value
    assert "shorter block" in lab.dials.notes["block_size"].value
    assert lab.dials.notes["block_size"].layout.display is None


def test_zero_steps_are_said_beside_the_box_until_they_are_mended(lab):
    lab.dials.controls["steps"].value = 0
    note = lab.dials.notes["steps"]
    assert "at least 1" in note.value
    press(lab, "Train")
    assert not lab.history
    lab.dials.controls["steps"].value = 5
    assert note.value == ""


@pytest.mark.parametrize(
    ("settings", "about"),
    [
        ({"width": 64, "heads": 3}, "divisible"),
        ({"width": 36, "heads": 12}, "even"),
        ({"steps": 0}, "at least 1"),
        ({"learning_rate": math.nan}, "positive"),
        ({"device": "abacus"}, "no device"),
        ({"optimizer": "sdg"}, "muon or adamw"),
        ({"vocab_size": 100}, "256 bytes"),
        ({"dropout": 1.0}, "below 1"),
        ({"mixture": {"web": 0.0}}, "above 0"),
        ({"source": "nowhere"}, "unknown source"),
        ({"warmup_steps": -1}, "0 or more"),
    ],
)
def test_bad_settings_are_value_errors(settings, about):
    with pytest.raises(ValueError, match=about):
        TrainingLab(**{"source": "python-docs", "vocab_size": 300, **settings})


def test_heads_follow_the_width(lab):
    heads = lab.dials.controls["heads"]
    lab.dials.controls["width"].value = 192
    heads.value = 12
    lab.dials.controls["width"].value = 64
    assert heads.value == 2
    assert [value for _, value in heads.options] == [1, 2, 4, 8, 16, 32]
    assert "64 can be cut into 1, 2, 4, 8, 16, 32" in lab.dials.notes["heads"].value


def test_a_diverging_run_stops_and_says_what_to_try(lab):
    lab.start(steps=100_000)
    until(lambda: len(lab.history) > 3)
    lab.trainer.model.lm_head.weight.data.fill_(float("nan"))
    lab.wait(20)
    assert "diverged" in lab.status.value
    assert "try a third" in lab.status.value
    assert not lab.stage.buttons["Train"].disabled


def test_a_run_that_cannot_fit_is_announced_and_refused(lab, monkeypatch):
    monkeypatch.setattr("pretraining.widgets.lab.costs.available_memory", lambda _: 1_000_000)
    lab.set(width=512)
    assert "of memory, but only 1 MB are free" in lab.stage.cost.value
    press(lab, "Train")
    assert "Cannot start" in lab.status.value
    assert not lab.history
    with pytest.raises(ValueError, match="smaller batch"):
        lab.start()


def test_a_long_run_is_announced(lab):
    assert "⚠" not in lab.stage.cost.value
    lab.set(steps=10_000_000)
    assert "more than 3 minutes" in lab.stage.cost.value


def test_a_new_vocabulary_is_learned_in_the_thread(lab):
    lab.set(vocab_size=310)
    press(lab, "Train")
    until(lambda: "learning a vocabulary of 310" in lab.status.value)
    until(lambda: lab.history)
    assert "Training" in lab.status.value or "Done" in lab.status.value
    lab.wait(60)
    assert lab.model.config.vocab_size == 310
    assert lab.prompt.tokenizer.vocab_size == 310
    assert "Done" in lab.status.value


def test_bars_for_a_prompt_follow_the_model_as_it_trains(lab):
    lab.panels.choice.value = "Next token"
    before = lab.prompt.chart.rows
    assert len(before) == 8
    lab.start(steps=100_000)
    until(lambda: len(steps_of(lab)) > 20)
    lab.prompt.prompt.value = "If the"
    until(lambda: lab.prompt.chart.rows != before)
    assert trainer_threads() == 1


def test_the_attention_map_follows_the_model_as_it_trains(lab):
    lab.panels.choice.value = "Attention"
    before = lab.attention.chart.rows
    assert before
    lab.set(layers=2)
    lab.start(steps=100_000)
    until(lambda: lab.attention.chart.rows != before)
    lab.attention.layer.value = 2
    until(lambda: "layer 2" in lab.attention.chart.description)
    lab.prompt.prompt.value = "If the"
    until(lambda: lab.attention.prompt.value == "If the")
    lab.stop()
    lab.wait()
    lab.set(layers=1)
    lab.start(steps=3).wait()
    until(lambda: "layer 1" in lab.attention.chart.description)
    assert trainer_threads() == 0


def test_a_run_of_many_steps_keeps_a_thinned_curve(lab):
    lab.record.steps.most = 50
    lab.start(steps=400)
    lab.record.steps.most = 50
    lab.wait()
    assert len(lab.record.steps.kept) <= 50
    assert lab.history[-3].step == 400
    drawn = [row[0] for row in lab.chart.rows if row[2] == "training"]
    assert len(drawn) <= 75
    assert drawn == sorted(set(drawn))


def test_running_the_cell_again_ends_the_lab_it_made(monkeypatch):
    now = {"cell": ("a", "1")}
    monkeypatch.setattr(cells, "running_cell", lambda: now["cell"])
    first = TrainingLab("python-docs", steps=100_000, **SMALL).start()
    twin = TrainingLab("python-docs", steps=100_000, **SMALL)
    assert first.comm is not None
    model, chart = weakref.ref(first.model), first.chart
    now["cell"] = ("a", "2")
    second = TrainingLab("python-docs", steps=100_000, **SMALL)
    assert first.comm is None
    assert twin.comm is None
    assert chart.comm is None
    assert trainer_threads() == 0
    del twin
    gc.collect()
    assert model() is None
    now["cell"] = ("b", "3")
    other = TrainingLab("python-docs", steps=1, **SMALL)
    assert second.comm is not None
    assert first.start(steps=1).wait().trainer.step == 1  # still of use from Python
    for lab in (second, other):
        lab.release()


def test_the_simple_lab_shows_what_a_first_run_needs():
    lab = TrainingLab("python-docs", steps=3, simple=True, **SMALL)
    assert list(lab.stage.buttons) == ["Train", "Pause", "Stop"]
    assert list(lab.panels.parts) == ["Sample"]
    lab.start().wait()
    assert "Done" in lab.status.value
    lab.release()


def test_a_released_lab_leaves_no_widget_open():
    before = set(ipywidgets.widgets.widget._instances)
    lab = TrainingLab("python-docs", steps=2, **SMALL)
    lab.start().wait()
    assert set(ipywidgets.widgets.widget._instances) - before
    lab.release()
    assert not set(ipywidgets.widgets.widget._instances) - before
