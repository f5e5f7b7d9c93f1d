"""Unit 6 in a real browser: the cost calculator, moved by keyboard."""

import re

import pytest

from helpers.axe import serious_problems
from helpers.browser import cell, wait_for_rows

pytestmark = pytest.mark.browser


def test_the_calculator_answers_to_the_keyboard(page, open_notebook, run_all, screenshot, expect):
    open_notebook("6-scale.ipynb")
    run_all()

    for name, text in {"rule": "count_flops() as backward", "hours": "training_cost("}.items():
        cell(page, text).scroll_into_view_if_needed()
        page.wait_for_timeout(300)
        screenshot(f"scale-{name}")

    calculator = cell(page, "CostCalculator(")
    chart = calculator.get_by_role("figure")
    wait_for_rows(page, chart, 12)
    status = calculator.get_by_role("status")
    status.get_by_text("3.79e+25 FLOPs").wait_for()
    calculator.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    screenshot("scale-calculator")

    calculator.get_by_role("combobox", name="Compare with").select_option("GPT-3 175B")
    status.get_by_text("3.15e+23 FLOPs").wait_for()
    calculator.get_by_text("published: arXiv 2005.14165, table D.1").wait_for()
    tokens = calculator.get_by_role("slider", name="Tokens")
    expect(tokens).to_have_attribute("aria-valuetext", "300 B")
    tokens.focus()
    page.keyboard.press("ArrowRight")
    status.get_by_text("4.20e+23 FLOPs").wait_for()
    expect(tokens).to_have_attribute("aria-valuetext", "400 B")
    calculator.get_by_role("combobox", name="Accelerator").select_option("H100")
    for name in ("Parameters", "Utilization", "How many", "$ per hour"):
        said = status.inner_text()
        calculator.get_by_role("slider", name=name).focus()
        page.keyboard.press("ArrowRight")
        expect(status).not_to_have_text(said, use_inner_text=True)
    expect(chart).to_have_attribute("aria-label", re.compile("your run"))
    calculator.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    screenshot("scale-calculator-moved")
    page.evaluate("window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
    page.wait_for_timeout(1000)
    screenshot("scale-calculator-dark")
    assert page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert not serious_problems(page)
