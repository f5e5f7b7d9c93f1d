"""A learner's first minutes in a real browser, with the keyboard alone: the map, a first model, a question to it."""

import pytest

from helpers.axe import serious_problems
from helpers.browser import cell, run_until, wait_for_rows, walk
from pretraining.learner import read_progress
from pretraining.learner.progress import FILE

pytestmark = pytest.mark.browser
PATH = "() => window.jupyterapp.shell.currentWidget.context.path"


def test_a_learner_trains_a_first_model_without_a_mouse(page, server, open_notebook, screenshot):
    (server.work / FILE).unlink(missing_ok=True)  # as for somebody who has opened nothing yet
    open_notebook("0-start-here.ipynb")
    run_until(page, "idea")
    page.get_by_role("button", name="Pack my work").wait_for()
    assert walk(page, "Shift+Tab", "Look again")[-3:] == ["Restore (0)", "Pack my work", "Look again"]
    assert read_progress(server.work).opened == {"0-start-here"}
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("files are in pretraining-work-").wait_for()
    screenshot("start-here-map")

    page.keyboard.press("ArrowDown")
    run_until(page, "ask")
    lab = cell(page, "TrainingLab")
    chart = lab.get_by_role("figure")
    lab.get_by_text("Ready. Press Train.").wait_for()
    slider = lab.get_by_role("slider", name="Learning rate")
    walk(page, "Shift+Tab", "Learning rate")
    before = slider.get_attribute("aria-valuetext")
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "([element, old]) => element.getAttribute('aria-valuetext') !== old", arg=[slider.element_handle(), before]
    )
    assert float(slider.get_attribute("aria-valuetext")) > float(before)
    assert {"Batch", "Context", "Width", "Layers"} < set(walk(page, "Shift+Tab", "Train"))
    page.keyboard.press("Enter")
    wait_for_rows(page, chart, 20)
    walk(page, "Tab", "Pause", most=3)
    page.keyboard.press("Enter")
    lab.get_by_text("Paused at step").wait_for()
    page.keyboard.press("Enter")
    lab.get_by_text("Paused at step").wait_for(state="detached")
    lab.get_by_text("Done. Held-out loss").wait_for(timeout=180_000)
    wait_for_rows(page, chart, 300)
    lines = chart.locator(".mark-line path")
    assert max(lines.nth(i).get_attribute("d").count("L") for i in range(lines.count())) >= 20
    assert "held-out loss" in chart.get_attribute("aria-label")
    lab.get_by_text("What the model writes after 300 steps").wait_for()
    lab.scroll_into_view_if_needed()
    screenshot("start-here-lab")

    page.evaluate("() => window.jupyterapp.shell.currentWidget.content.node.focus()")
    run_until(page, "explain")
    ask = cell(page, "PromptExplorer")
    ask.get_by_role("button", name="Ask").wait_for()
    walk(page, "Shift+Tab", "Ask", most=5)
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)
    wait_for_rows(page, ask.get_by_role("figure"), 8)
    ask.scroll_into_view_if_needed()
    screenshot("start-here-ask")
    assert not serious_problems(page)

    lab.get_by_role("button", name="Train", exact=True).click()
    lab.get_by_text("tokens/s").wait_for()
    lab.get_by_role("button", name="Stop").click()
    lab.get_by_text("Stopped at step").wait_for()
    assert page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']").count() == 0

    page.locator(".pretraining-units").get_by_role("link", name="1 · Data").focus()
    page.keyboard.press("Enter")
    page.wait_for_function(f"() => ({PATH})() === '1-data.ipynb'")


def test_axe_sees_what_a_screen_reader_would_miss(page, server):
    page.goto(f"{server.url}/api")
    page.set_content("<main><h1>A page</h1><button></button></main>")
    (problem,) = serious_problems(page, "main")
    assert problem.startswith("button-name")
