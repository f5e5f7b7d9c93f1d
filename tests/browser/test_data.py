"""Unit 1 in a real browser: leaf through pages, move a cleaning slider and a weight by keyboard."""

import re

import pytest

from helpers.axe import serious_problems
from helpers.browser import cell, wait_for_rows

pytestmark = pytest.mark.browser


def test_the_explorers_answer_to_the_keyboard(page, open_notebook, run_all, screenshot, expect):
    open_notebook("1-data.ipynb")
    run_all()

    corpus = cell(page, "CorpusExplorer(domains)")
    corpus.get_by_role("combobox", name="Show").select_option("those removed")
    corpus.get_by_text("Removed.").wait_for()
    number = corpus.get_by_role("slider", name="Document")
    number.focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    corpus.get_by_text("Document 3 of").wait_for()
    corpus.locator("mark").first.wait_for()
    corpus.scroll_into_view_if_needed()
    screenshot("data-corpus")
    corpus.get_by_role("button", name="Next").click()
    corpus.get_by_text("Document 4 of").wait_for()
    corpus.get_by_role("combobox", name="Domain").select_option("code")
    corpus.get_by_text("There is no such document").wait_for()
    corpus.get_by_role("combobox", name="Show").select_option("every document")
    corpus.get_by_text("made for prose").wait_for()
    corpus.get_by_role("button", name="Next").click()
    corpus.get_by_text("Document 2 of").wait_for()
    number.focus()
    page.keyboard.press("ArrowRight")
    corpus.get_by_text("Document 3 of").wait_for()

    cleaning = cell(page, "CleaningExplorer")
    chart = cleaning.get_by_role("figure")
    wait_for_rows(page, chart, 12)
    status = cleaning.get_by_role("status")
    before = status.inner_text()
    kept = int(re.search(r"Kept (\d+)", before).group(1))
    words = cleaning.get_by_role("slider", name="Fewest words")
    words.focus()
    for _ in range(18):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("element => element.getAttribute('aria-valuetext') === '200'", arg=words.element_handle())
    cleaning.get_by_text("A good page that goes").wait_for()
    page.wait_for_timeout(500)
    assert int(re.search(r"Kept (\d+)", status.inner_text()).group(1)) < kept
    expect(chart).to_have_attribute("aria-label", re.compile("against the label"))
    cleaning.scroll_into_view_if_needed()
    screenshot("data-cleaning")
    cleaning.get_by_role("checkbox").check()
    page.wait_for_function(
        "element => element.getAttribute('aria-label').includes('broken-encoding')", arg=chart.element_handle()
    )

    screenshot("data-cleaning-all-rules")

    mixing = cell(page, "MixtureExplorer")
    shares, epochs = mixing.get_by_role("figure").all()
    wait_for_rows(page, shares, 6)
    budget = mixing.get_by_role("slider", name="Token budget")
    budget.focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    for domain in ("papers", "forum"):
        mixing.get_by_role("slider", name=domain).focus()
        page.keyboard.press("End")
    mixing.get_by_text("papers is repeated").wait_for()
    page.wait_for_timeout(500)
    expect(epochs).to_have_attribute("aria-label", re.compile("papers"))
    mixing.scroll_into_view_if_needed()
    screenshot("data-mixture")

    for name, text in {"amount": "charts.token_ladder", "experiment": "charts.losses_by_seed"}.items():
        cell(page, text).scroll_into_view_if_needed()
        page.wait_for_timeout(300)
        screenshot(f"data-{name}")
    assert page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert not serious_problems(page)
