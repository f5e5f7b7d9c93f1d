"""Unit 5 in a real browser: nudge a weight, add a learning rate, bend the schedule, all by keyboard."""

import pytest

from helpers.browser import cell, rows, wait_for_rows

pytestmark = pytest.mark.browser
DARK = "() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})"


def test_the_explorers_answer_to_the_keyboard(page, open_notebook, run_all, screenshot):
    open_notebook("5-training.ipynb")
    run_all()

    nudging = cell(page, "NudgeExplorer")
    chart = nudging.get_by_role("figure")
    wait_for_rows(page, chart, 3)
    assert rows(chart) == 3, "the curve waits for a guess"
    nudging.scroll_into_view_if_needed()
    screenshot("training-nudge-before")
    nudging.get_by_role("combobox", name="Weight").select_option(index=2)
    page.wait_for_timeout(1000)
    nudging.get_by_role("combobox", name="Your guess").select_option("make it larger")
    nudging.get_by_text("The gradient is").wait_for()
    wait_for_rows(page, chart, 84)
    said = chart.get_attribute("aria-label")
    slider = nudging.get_by_role("slider", name="Nudge")
    slider.focus()
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "([element, old]) => element.getAttribute('aria-label') !== old", arg=[chart.element_handle(), said]
    )
    assert slider.get_attribute("aria-valuetext").startswith("+")
    nudging.get_by_text("numerical").wait_for()
    page.wait_for_timeout(500)
    chart.scroll_into_view_if_needed()
    screenshot("training-nudge")

    rates = cell(page, "LearningRateExplorer")
    curves = rates.get_by_role("figure")
    wait_for_rows(page, curves, 360)
    slider = rates.get_by_role("slider", name="Learning rate")
    slider.focus()
    page.keyboard.press("ArrowRight")
    rates.get_by_role("button", name="Train").focus()
    page.keyboard.press("Enter")
    rates.get_by_text("Run D").wait_for()
    wait_for_rows(page, curves, 480)
    rates.get_by_text("held-out loss").first.wait_for()
    page.wait_for_timeout(500)
    curves.scroll_into_view_if_needed()
    screenshot("training-rates")

    schedule = cell(page, "ScheduleExplorer")
    line = schedule.get_by_role("figure")
    wait_for_rows(page, line, 301)
    schedule.get_by_role("slider", name="Warm-up").focus()
    page.keyboard.press("Home")
    schedule.get_by_role("slider", name="Floor").focus()
    page.keyboard.press("End")
    schedule.get_by_text("0.01 halfway").wait_for()
    page.keyboard.press("Home")
    schedule.get_by_role("slider", name="Warm-up").focus()
    page.keyboard.press("End")
    page.wait_for_timeout(500)
    line.scroll_into_view_if_needed()
    screenshot("training-schedule")

    for name, text in {"agreement": "gradient_agreement_dots", "overfit": "charts.loss_curve"}.items():
        cell(page, text).get_by_role("img").first.scroll_into_view_if_needed()
        page.wait_for_timeout(300)
        screenshot(f"training-{name}")
    cell(page, "judge_run").get_by_text("Press Train in the lab above").last.scroll_into_view_if_needed()
    screenshot("training-challenges")

    page.evaluate(DARK)
    page.wait_for_function("() => document.body.dataset.jpThemeLight === 'false'")
    for name, shown in {"nudge": chart, "rates": curves}.items():
        shown.scroll_into_view_if_needed()
        page.wait_for_timeout(300)
        screenshot(f"training-{name}-dark")
    assert page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
