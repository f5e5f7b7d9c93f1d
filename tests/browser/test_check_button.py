"""The button at the end of a graded notebook, pressed by keyboard: half solved, then solved, in both themes."""

import pytest

from helpers.browser import run_cells
from helpers.notebooks import solved

pytestmark = pytest.mark.browser
UNIT = "3-targets"
DARK = "() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})"
LIGHT = "() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Light'})"
INK = "element => getComputedStyle(element).color"


def test_the_button_shows_what_each_part_earns(page, server, root, open_notebook, screenshot):
    source = root / "assignments" / "source" / UNIT / f"{UNIT}.ipynb"
    path = server.work / "assignments" / UNIT / "check.ipynb"
    path.write_text(solved(source, 2), encoding="utf-8")
    open_notebook(f"assignments/{UNIT}/check.ipynb")
    run_cells(page, "check-my-work")
    button = page.get_by_role("button", name="Check my work")
    button.wait_for()
    button.focus()
    page.keyboard.press("Enter")
    table = page.get_by_role("table").last
    table.get_by_text("not written yet").first.wait_for()
    assert table.get_by_role("rowheader").count() == 11
    assert {"part", "points"} <= set(table.get_by_role("columnheader").all_inner_texts())
    table.get_by_text("passed").first.wait_for()
    table.scroll_into_view_if_needed()
    light = table.evaluate(INK)
    screenshot("check-half")
    page.evaluate(DARK)
    page.wait_for_timeout(1000)
    assert table.evaluate(INK) != light, "the table takes the theme's colours"
    screenshot("check-half-dark")
    page.evaluate(LIGHT)

    path.write_text(solved(source, 0), encoding="utf-8")  # as if saved
    button.focus()
    page.keyboard.press("Enter")
    page.get_by_text("20 of 20 points").wait_for()
    assert page.get_by_text("not written yet").count() == 0
    page.get_by_text("20 of 20 points").scroll_into_view_if_needed()
    screenshot("check-solved")
