"""The fine-tuning lab without a browser: both models are asked the same, and the copy alone is trained."""

import re
from dataclasses import replace

import pytest
import torch

from pretraining.base import load_base_model
from pretraining.training.fine_tune import FineTuningSettings
from pretraining.tuning import question_sets
from pretraining.widgets import FineTuningLab
from pretraining.widgets.lesson_tuning import OWN


def plain(value):
    return " ".join(re.sub(r"<[^>]+>", " ", value).split())


@pytest.fixture(scope="module")
def base():
    return load_base_model()


@pytest.fixture(scope="module")
def lab(base):
    sets = question_sets(base.model, base.tokenizer, base.world)
    few = replace(sets, examples=sets.examples[-8:])
    settings = FineTuningSettings(steps=12, batch_size=4, rehearsal=0, learning_rate=3e-3, warmup_steps=0)
    return FineTuningLab(base, few, settings)


def test_before_training_both_models_say_the_same(lab):
    cards = re.findall(r"<b>(.*?)</b>", lab.view.value, re.DOTALL)
    assert len(cards) == 2
    assert cards[0] == cards[1]
    assert "not fine-tuned yet" in lab.note.value
    assert lab.sample.value in plain(lab.view.value)


def test_training_changes_the_copy_alone_and_answers_anew(lab, base):
    before = base.model.layers[1].ffn.w1.weight.clone()
    lab.wait()
    assert torch.equal(before, base.model.layers[1].ffn.w1.weight)
    assert not torch.equal(before, lab.tuned.layers[1].ffn.w1.weight)
    assert len(lab.losses) == len(lab.chart.rows) == 12
    assert lab.losses[-1] < lab.losses[0]
    assert "Fine-tuned, 12 steps" in plain(lab.view.value)
    assert not lab.train_button.disabled
    assert lab.wait() is lab
    assert len(lab.losses) == 12


def test_own_questions_are_shown_as_text_and_what_cannot_be_asked_is_said(lab):
    lab.sample.value = OWN
    lab.ask("Is <b>this</b> a question?")
    assert "&lt;b&gt;this" in lab.view.value
    lab.ask("  ")
    assert "Type a question" in plain(lab.view.value)
    lab.ask("word " * 300)
    assert "context is 128 tokens" in plain(lab.view.value)
