"""The labs of unit 7 in a real browser, by keyboard: a planted year, a question, a mixture, passages in copies."""

import pytest

from helpers.browser import cell, wait_for_rows

pytestmark = pytest.mark.browser
FACTS = "from pretraining.widgets import FactLab\nFactLab(right=40, wrong=20, steps=80)"
MIXTURE = "from pretraining.widgets import CodeOrProseLab\nCodeOrProseLab(steps=40)"
MEMORY = "from pretraining.widgets import MemorisationLab\nMemorisationLab(steps=40, copies=(1, 64), passages=2)"


def press(page, part, name):
    part.get_by_role("button", name=name, exact=True).focus()
    page.keyboard.press("Enter")


def test_a_learner_plants_a_year_splits_a_budget_and_removes_copies(page, open_cells, run_all, screenshot):
    open_cells("experiments-test.ipynb", FACTS, MIXTURE, MEMORY)
    run_all()

    lab = cell(page, "FactLab")
    beliefs, answers = lab.get_by_role("figure").first, lab.get_by_role("figure").last
    lab.get_by_text("Set the documents and press Train").wait_for()
    lab.get_by_role("slider", name="Say 1989").focus()
    page.keyboard.press("ArrowRight")
    press(page, lab, "Train")
    lab.get_by_text("Ask the model, or change the documents").wait_for()
    wait_for_rows(page, beliefs, 20)
    lab.get_by_text("41 : 20").wait_for()
    assert "1989 (true)" in beliefs.get_attribute("aria-label")
    box = lab.get_by_role("textbox", name="Ask about")
    box.fill("the Verano Tower")
    box.press("Tab")
    press(page, lab, "Ask")
    lab.get_by_text("When did the Verano Tower open?").wait_for()
    wait_for_rows(page, answers, 5)
    page.wait_for_timeout(500)
    beliefs.scroll_into_view_if_needed()
    screenshot("experiments-facts")

    mixture = cell(page, "CodeOrProseLab")
    losses = mixture.get_by_role("figure")
    mixture.get_by_role("slider", name="Code").focus()
    page.keyboard.press("ArrowLeft")
    press(page, mixture, "Train")
    mixture.get_by_text("Done: 45% code").wait_for()
    wait_for_rows(page, losses, 2)
    press(page, mixture, "Train all")
    mixture.get_by_text("Done: 100% code").wait_for()
    wait_for_rows(page, losses, 12)
    assert "100%: code" in losses.get_attribute("aria-label")
    page.wait_for_timeout(500)
    losses.scroll_into_view_if_needed()
    screenshot("experiments-mixture")

    memory = cell(page, "MemorisationLab")
    recited = memory.get_by_role("figure")
    press(page, memory, "Train")
    memory.get_by_text("Done. Look at a passage below.").wait_for()
    wait_for_rows(page, recited, 2)
    memory.get_by_role("combobox", name="Look at").select_option(label="a passage of 64 copies")
    memory.get_by_text("in the text", exact=True).wait_for()
    memory.get_by_role("checkbox", name="Remove copies before training").focus()
    page.keyboard.press("Space")
    press(page, memory, "Train")
    memory.get_by_text("Done. 126 copies were removed first.").wait_for()
    wait_for_rows(page, recited, 4)
    page.wait_for_timeout(500)
    recited.scroll_into_view_if_needed()
    screenshot("experiments-memorisation")
    assert page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
