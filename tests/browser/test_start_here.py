"""A learner's first minutes: open, run all, move a slider, train, ask, pause, stop; in a real browser."""

import pytest

from helpers.browser import cell, wait_for_rows

pytestmark = pytest.mark.browser


def test_a_learner_trains_a_first_model(page, open_notebook, run_all, screenshot):
    open_notebook("0-start-here.ipynb")
    run_all()
    lab = cell(page, "TrainingLab")
    chart = lab.get_by_role("figure")
    lab.get_by_text("Ready. Press Train.").wait_for()

    slider = lab.get_by_role("slider", name="Learning rate")
    before = slider.get_attribute("aria-valuetext")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "([element, old]) => element.getAttribute('aria-valuetext') !== old", arg=[slider.element_handle(), before]
    )
    assert float(slider.get_attribute("aria-valuetext")) > float(before)

    lab.get_by_role("button", name="Train", exact=True).click()
    wait_for_rows(page, chart, 20)
    lab.get_by_role("button", name="Pause").click()
    lab.get_by_text("Paused at step").wait_for()
    lab.get_by_role("button", name="Resume").click()
    lab.get_by_text("Done. Held-out loss").wait_for()
    wait_for_rows(page, chart, 300)
    lines = chart.locator(".mark-line path")
    assert max(lines.nth(i).get_attribute("d").count("L") for i in range(lines.count())) >= 20
    assert "held-out loss" in chart.get_attribute("aria-label")
    lab.get_by_text("What the model writes after 300 steps").wait_for()
    lab.scroll_into_view_if_needed()
    screenshot("start-here-lab")

    ask = cell(page, "PromptExplorer")
    ask.get_by_role("button", name="Ask").click()
    page.wait_for_timeout(500)
    wait_for_rows(page, ask.get_by_role("figure"), 8)
    ask.scroll_into_view_if_needed()
    screenshot("start-here-ask")

    lab.get_by_role("button", name="Train", exact=True).click()
    lab.get_by_text("tokens/s").wait_for()
    lab.get_by_role("button", name="Stop").click()
    lab.get_by_text("Stopped at step").wait_for()
    assert page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
