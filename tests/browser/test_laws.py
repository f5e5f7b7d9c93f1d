"""The scaling lab in a real browser, by keyboard: train a short ladder, predict, train the next size."""

import pytest

from helpers.browser import cell, rows, wait_for_rows

pytestmark = pytest.mark.browser
LAB = """from pretraining.text import load
from pretraining.training import prepare
from pretraining.widgets import ScalingLab
corpus = prepare(load("micro-world"), vocab_size=300)
ScalingLab(corpus, widths=(8, 16, 24, 32), next_width=40, tokens=20_000)"""
ISOFLOP = "from pretraining.widgets import IsoFlopExplorer\nIsoFlopExplorer()"


def press(page, part, name):
    part.get_by_role("button", name=name, exact=True).focus()
    page.keyboard.press("Enter")


def test_a_learner_predicts_and_then_trains(page, server, open_cells, run_all, screenshot):
    open_cells("laws-test.ipynb", LAB, ISOFLOP)
    run_all()

    lab = cell(page, "ScalingLab")
    chart = lab.get_by_role("figure")
    lab.get_by_text("Press Train ladder").wait_for()
    press(page, lab, "Train ladder")
    lab.get_by_text("The ladder is trained.").wait_for()
    wait_for_rows(page, chart, 44)
    guess = lab.get_by_role("slider", name="Your guess")
    guess.focus()
    page.keyboard.press("ArrowRight")
    press(page, lab, "Predict")
    lab.get_by_text("Written down at").wait_for()
    wait_for_rows(page, chart, 45)
    assert list(server.work.glob("runs/ladder-*/prediction.json"))
    page.wait_for_timeout(500)
    lab.scroll_into_view_if_needed()
    screenshot("laws-predicted")
    press(page, lab, "Train next")
    lab.get_by_text("you said 5.05").wait_for()
    wait_for_rows(page, chart, 46)
    assert "truth" in chart.get_attribute("aria-label")
    page.wait_for_timeout(500)
    screenshot("laws-truth")

    explorer = cell(page, "IsoFlopExplorer")
    curves = explorer.get_by_role("figure")
    wait_for_rows(page, curves, 100)
    explorer.get_by_text("Too small").wait_for()
    said = curves.get_attribute("aria-label")
    explorer.get_by_role("slider", name="Model size").focus()
    page.keyboard.press("End")
    explorer.get_by_text("Too large").wait_for()
    explorer.get_by_role("slider", name="Budget").focus()
    page.keyboard.press("End")
    page.wait_for_function(
        "([element, old]) => element.getAttribute('aria-label') !== old", arg=[curves.element_handle(), said]
    )
    page.wait_for_timeout(500)
    curves.scroll_into_view_if_needed()
    screenshot("laws-isoflop")
    assert rows(curves) > 100
    assert page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
