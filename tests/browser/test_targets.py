"""Unit 3 in a real browser: the lesson's three explorers, and the graded notebook's own Validate button."""

import pytest

from helpers.axe import serious_problems
from helpers.browser import cell, rows, wait_for_rows

pytestmark = pytest.mark.browser
ZOOMED = {"width": 640, "height": 500}  # what 1280 pixels are at 200%
SCROLLED = "element => { element.scrollLeft = 9999; return element.scrollLeft; }"
INSIDE = "element => element.getBoundingClientRect().right <= innerWidth"


def test_the_explorers_answer_to_keyboard_and_typing(page, open_notebook, run_all, screenshot):
    open_notebook("3-targets.ipynb")
    run_all()

    table = cell(page, "TargetExplorer")
    chart = table.get_by_role("figure")
    wait_for_rows(page, chart, 20)
    staircase = rows(chart)
    slider = table.get_by_role("slider", name="Block size")
    slider.focus()
    for _ in range(6):
        page.keyboard.press("ArrowLeft")
    page.wait_for_function(
        "([element, old]) => Number(element.dataset.rows) < old", arg=[chart.element_handle(), staircase]
    )
    table.get_by_role("textbox", name="Text").fill("a model reads text")
    table.get_by_text("targets").first.wait_for()
    page.wait_for_timeout(500)
    table.scroll_into_view_if_needed()
    screenshot("targets-table")

    price = cell(page, "LossExplorer")
    slider = price.get_by_role("slider", name="Probability")
    slider.focus()
    page.keyboard.press("Home")
    price.get_by_text("5.30 nats").first.wait_for()
    price.scroll_into_view_if_needed()
    screenshot("targets-loss")

    page.locator(".jp-CodeCell").filter(has_text="charts.loss_comparison").first.scroll_into_view_if_needed()
    screenshot("targets-compare")

    ask = cell(page, "PromptExplorer")
    ask.get_by_role("textbox", name="Prompt").fill("The cat sat on the")
    ask.get_by_text("likeliest next token").wait_for()
    wait_for_rows(page, ask.get_by_role("figure"), 8)
    ask.scroll_into_view_if_needed()
    screenshot("targets-prompt")

    assert chart.get_attribute("tabindex") is None
    page.set_viewport_size(ZOOMED)
    table.get_by_role("textbox", name="Text").fill("a model reads text, and then it reads more text")
    page.wait_for_function("element => element.getAttribute('tabindex') === '0'", arg=chart.element_handle())
    chart.focus()
    assert chart.evaluate(SCROLLED) > 0, "a table that is wider than a zoomed page scrolls in its place"
    assert table.get_by_role("textbox", name="Text").evaluate(INSIDE)
    screenshot("targets-zoomed")
    assert page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert not serious_problems(page)


def test_validate_tells_a_learner_what_is_not_done_yet(page, open_notebook, screenshot):
    open_notebook("assignments/3-targets/3-targets.ipynb")
    page.get_by_role("button", name="Validate").click()
    page.get_by_text("VALIDATION FAILED ON 11 CELL(S)").or_(page.get_by_text("Validation Results")).first.wait_for()
    screenshot("targets-validate")
    page.get_by_role("button", name="Ok", exact=True).click()

    idea = page.locator("details p", has_text="Every token but the first is a target")
    assert not idea.is_visible(), "a hint is folded until somebody opens it"
    page.locator("summary", has_text="Hint 2: the idea").first.focus()
    page.keyboard.press("Enter")
    idea.wait_for()
    assert page.locator("details[open]").count() == 1
    screenshot("targets-hints")
