"""Unit 7 in a real browser: its playground by keyboard alone, with live bars, and without a network.

Only the cells that it needs are run; the labs further down the lesson have tests of their own.
"""

import pytest

from helpers.browser import cell, rows, run_cells, wait_for_rows

pytestmark = pytest.mark.browser
CELLS = ("meet-run", "playground-run", "probes-run")


def test_the_playground_by_keyboard(page, open_notebook, screenshot, expect):
    open_notebook("7-base-model.ipynb")
    run_cells(page, *CELLS)

    card = cell(page, "base.card").get_by_role("table", name="The course's base model")
    card.scroll_into_view_if_needed()
    assert "4 layers" in card.inner_text()
    screenshot("base-card")

    lab = cell(page, "CompletionPlayground(base")
    chart = lab.get_by_role("figure")
    wait_for_rows(page, chart, 16)
    assert rows(chart) == 16
    lab.scroll_into_view_if_needed()

    temperature = lab.get_by_role("slider", name="Temperature")
    temperature.focus()
    page.keyboard.press("Home")
    lab.get_by_text("Greedy: every text is the same").wait_for()
    page.keyboard.press("End")
    lab.get_by_text("2,048 of 2,048 tokens").wait_for()
    assert temperature.get_attribute("aria-valuetext") == "2.00"

    top_k = lab.get_by_role("slider", name="Top-k")
    top_k.focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    lab.get_by_text("10 of 2,048 tokens").wait_for()
    lab.get_by_role("slider", name="Top-p").focus()
    page.keyboard.press("Home")
    lab.get_by_text("1 of 2,048 tokens").wait_for()
    page.keyboard.press("End")
    lab.get_by_role("slider", name="New tokens").focus()
    page.keyboard.press("ArrowRight")

    prompt = lab.get_by_role("textbox", name="Prompt")
    prompt.fill("In the morning, the clever baker")
    lab.get_by_role("button", name="Write").focus()
    page.keyboard.press("Enter")
    third = lab.get_by_role("region", name="Text 3")
    third.wait_for()
    expect(third).to_contain_text("clever baker", use_inner_text=True)
    assert lab.get_by_role("region", name="Text 1").inner_text() != third.inner_text()
    screenshot("playground")

    lab.get_by_role("button", name="One token").focus()
    page.keyboard.press("Enter")
    page.wait_for_function(
        "element => element.value.length > 'In the morning, the clever baker'.length", arg=prompt.element_handle()
    )
    bars = cell(page, "charts.probe_bars")
    bars.scroll_into_view_if_needed()
    assert "reasoning" in bars.get_by_role("img").first.get_attribute("aria-label")
    screenshot("base-probe-bars")
    assert page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
