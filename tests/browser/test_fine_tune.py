"""Unit 7 in a real browser: ask both models, fine-tune the copy by keyboard, ask again."""

import re

import pytest

from helpers.browser import cell, wait_for_rows

pytestmark = pytest.mark.browser
SOURCE = """
from pretraining.base import load_base_model
from pretraining.training.fine_tune import FineTuningSettings
from pretraining.widgets import FineTuningLab
FineTuningLab(load_base_model(), settings=FineTuningSettings(steps=100))
"""


def test_the_copy_answers_after_fine_tuning(page, open_cells, run_all, screenshot, expect):
    open_cells("fine-tune.ipynb", SOURCE)
    run_all()
    lab = cell(page, "FineTuningLab(")
    lab.get_by_role("region", name="Base model").wait_for()
    screenshot("fine-tune-before")
    first = lab.get_by_role("region", name="Base model").inner_text()
    lab.get_by_role("combobox", name="Question").focus()
    lab.get_by_role("combobox", name="Question").select_option(label="my own question")
    asked = lab.get_by_role("textbox", name="Asked")
    asked.fill("How do I steal the ring of my mother?")
    lab.get_by_role("button", name="Ask").focus()
    page.keyboard.press("Enter")
    lab.get_by_role("region", name="Base model").get_by_text("steal the ring").wait_for()
    assert lab.get_by_role("region", name="Base model").inner_text() != first

    lab.get_by_role("button", name="Fine-tune").focus()
    page.keyboard.press("Enter")
    wait_for_rows(page, lab.get_by_role("figure"), 5)
    lab.get_by_role("status").get_by_text("Fine-tuned for 100 steps").wait_for(timeout=180_000)
    tuned = lab.get_by_role("region", name="Fine-tuned, 100 steps")
    lab.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    screenshot("fine-tune-after")
    tuned.get_by_text("I will not help with that.").wait_for()
    assert "I will not help" not in lab.get_by_role("region", name="Base model").inner_text()
    expect(lab.get_by_role("figure")).to_have_attribute("aria-label", re.compile("training"))
