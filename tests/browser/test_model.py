"""Unit 4 in a real browser: attention moved by hand, turning positions, a live attention map, the parameter budget."""

import pytest

from helpers.axe import serious_problems
from helpers.browser import cell, rows, wait_for_rows

pytestmark = pytest.mark.browser


def press(page, slider, key, times=1):
    slider.focus()
    for _ in range(times):
        page.keyboard.press(key)


def pictures(page, screenshot, names):
    for text, name in names.items():
        place = cell(page, text)
        place.scroll_into_view_if_needed()
        page.wait_for_timeout(300)
        screenshot(name)


def test_the_explorers_answer_to_keyboard_and_typing(page, open_notebook, run_all, screenshot):
    open_notebook("4-model.ipynb")
    run_all()

    turning = cell(page, "RotationExplorer(")
    wait_for_rows(page, turning.get_by_role("figure"), 8)
    press(page, turning.get_by_role("slider", name="Query at"), "End")
    turning.get_by_text("60 tokens back").first.wait_for()

    by_hand = cell(page, "AttentionByHand(")
    wait_for_rows(page, by_hand.get_by_role("figure"), 5)
    press(page, by_hand.get_by_role("slider", name="Score of cat"), "ArrowRight", 4)
    by_hand.get_by_text("cat 71%").first.wait_for()
    by_hand.get_by_role("combobox", name="Who reads").select_option("cat")
    by_hand.get_by_text("sat (later)").first.wait_for()

    attention = cell(page, "AttentionMap(")
    figure = attention.get_by_role("figure")
    wait_for_rows(page, figure, 66)
    assert "Strongest link" in figure.get_attribute("aria-label")
    press(page, attention.get_by_role("slider", name="Layer"), "ArrowRight")
    press(page, attention.get_by_role("slider", name="Head"), "End")
    attention.get_by_text("layer 2, head 4").first.wait_for()
    attention.get_by_role("textbox", name="Prompt").fill("the")
    page.wait_for_function("element => Number(element.dataset.rows) < 20", arg=figure.element_handle())
    assert rows(figure) >= 1
    attention.get_by_role("textbox", name="Prompt").fill(" Anna is older than Boris, and Boris is older than")
    wait_for_rows(page, figure, 66)

    budget = cell(page, "ParameterBudget(")
    wait_for_rows(page, budget.get_by_role("figure").last, 4)
    press(page, budget.get_by_role("slider", name="Width"), "End")
    budget.get_by_text("it does not fit").first.wait_for()
    press(page, budget.get_by_role("slider", name="Heads"), "ArrowLeft")
    budget.get_by_text("width must be divisible by heads").first.wait_for()
    press(page, budget.get_by_role("slider", name="Heads"), "ArrowRight")
    budget.get_by_text("parameters").first.wait_for()

    names = {"RotationExplorer(": "positions", "AttentionByHand(": "average", "AttentionMap(": "map"}
    names = {text: f"model-{name}" for text, name in {**names, "ParameterBudget(": "budget"}.items()}
    pictures(page, screenshot, names)
    page.evaluate("window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
    page.wait_for_timeout(1000)
    pictures(page, screenshot, {text: f"{name}-dark" for text, name in names.items()})
    assert page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert not serious_problems(page)
