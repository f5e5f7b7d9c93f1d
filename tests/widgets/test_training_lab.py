"""The training lab without a browser: what a test or a graded cell does with it."""

import time

import pytest

from pretraining.training import Evaluation, Sample, Step
from pretraining.widgets import TrainingLab


@pytest.fixture
def lab():
    lab = TrainingLab(steps=12, vocab_size=300)
    lab.layers.value, lab.width.value, lab.context.value, lab.batch.value = 1, 32, 8, 4
    yield lab
    lab.stop()
    lab.wait()


def until(condition):
    for _ in range(2000):
        if condition():
            return
        time.sleep(0.005)
    raise AssertionError("it did not happen")


def test_building_the_lab_trains_nothing(lab):
    assert not lab.history
    assert lab.pause_button.disabled
    assert lab.stop_button.disabled
    assert not lab.train_button.disabled


def test_start_and_wait_give_the_history(lab):
    lab.start().wait()
    assert [event.step for event in lab.history if isinstance(event, Step)] == list(range(1, 13))
    assert isinstance(lab.history[-1], Evaluation)
    assert "Done" in lab.status.value
    assert "<pre" in lab.sample.value
    series = [row[2] for row in lab.chart.rows]
    assert series.count("training") == 12
    assert {"uniform", "unigram", "bigram", "held-out"} <= set(series)
    assert lab.model.parameter_count < 50_000


def test_the_sliders_decide_the_model(lab):
    lab.layers.value, lab.width.value, lab.context.value = 3, 64, 16
    lab.start(steps=1).wait()
    config = lab.model.config
    assert (config.layers, config.width, config.block_size) == (3, 64, 16)
    assert lab.trainer.settings.batch_size == 4


def test_the_learning_rate_acts_while_it_trains(lab):
    lab.start(steps=100_000)
    until(lambda: sum(isinstance(event, Step) for event in lab.history) > 30)
    lab.learning_rate.value = 1e-5
    count = len(lab.history)
    until(lambda: any(isinstance(event, Step) and event.learning_rate <= 1e-5 for event in lab.history[count:]))


def test_pause_resume_and_stop_from_the_buttons(lab):
    lab.start(steps=100_000)
    until(lambda: len(lab.history) > 3)
    lab.pause_button.click()
    assert lab.pause_button.description == "Resume"
    assert "Paused" in lab.status.value
    time.sleep(0.1)
    count = len(lab.history)
    time.sleep(0.1)
    assert len(lab.history) == count
    lab.pause_button.click()
    until(lambda: len(lab.history) > count)
    lab.stop_button.click()
    lab.wait(10)
    assert "Stopped at step" in lab.status.value
    assert not lab.train_button.disabled


def test_training_again_starts_a_fresh_curve(lab):
    lab.start().wait()
    first = [row for row in lab.chart.rows]
    lab.start().wait()
    assert len(lab.chart.rows) == len(first)


def test_what_the_model_writes_is_shown_as_text(lab):
    lab._show_sample(Sample(3, "<script>alert(1)</script>"))
    assert "<script>" not in lab.sample.value
    assert "&lt;script&gt;" in lab.sample.value


def test_settings_that_do_not_fit_are_said_beside_the_controls(lab):
    lab.corpus = type(lab.corpus)(lab.corpus.tokenizer, lab.corpus.train[:6], {"docs": 6}, lab.corpus.heldout, 1, 10)
    lab.train_button.click()
    assert "Cannot start" in lab.status.value
    assert "shorter block" in lab.status.value


def test_a_diverging_run_says_what_to_try(lab):
    lab.start(steps=100_000)
    until(lambda: len(lab.history) > 3)
    lab.trainer.model.lm_head.weight.data.fill_(float("nan"))
    lab.wait(20)
    assert "diverged" in lab.status.value
    assert "try a third" in lab.status.value
    assert not lab.train_button.disabled
