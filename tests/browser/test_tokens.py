"""Unit 2 in a real browser: replay merges by keyboard, type into the token view, grow a vocabulary."""

import pytest

from helpers.axe import serious_problems
from helpers.browser import cell, wait_for_rows

pytestmark = pytest.mark.browser
DARK = "() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})"
# A box is readable if its letters are dark and its paper is light, whatever the theme does.
READABLE = """box => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const style = getComputedStyle(box), ink = numbers(style.color), paper = numbers(style.backgroundColor);
  return Math.max(...ink.slice(0, 3)) < 60 && Math.min(...paper.slice(0, 3)) > 180 && (paper[3] ?? 1) === 1
    && parseFloat(style.borderTopWidth) >= 1;
}"""
INSIDE = "box => box.getBoundingClientRect().right <= box.parentElement.getBoundingClientRect().right + 1"
ONE_LINE = "box => box.getBoundingClientRect().height < 32"


def all_true(locator, question):
    return locator.evaluate_all(f"boxes => boxes.length > 0 && boxes.every({question})")


def test_the_explorers_answer_to_keyboard_and_typing(page, open_notebook, run_all, screenshot, expect):
    open_notebook("2-tokens.ipynb")
    run_all()

    merging = cell(page, "MergeExplorer")
    boxes = merging.locator(".pretraining-words span")
    expect(boxes).to_have_count(51)
    merging.get_by_role("combobox", name="Next merge?").select_option("a + t")
    slider = merging.get_by_role("slider", name="Merges")
    slider.focus()
    page.keyboard.press("ArrowRight")
    merging.get_by_text("Right!").wait_for()
    expect(boxes).to_have_count(45)
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    merging.get_by_text("Merge 4 joined").wait_for()
    expect(slider).to_have_attribute("aria-valuetext", "4")
    expect(merging.locator(".pretraining-words .new")).to_have_text(["·the"] * 4, use_inner_text=True)
    assert all_true(boxes, ONE_LINE), "a short token is not broken"
    expect(merging.get_by_role("list", name="The text after 4 merges")).to_have_count(1)
    merging.get_by_role("button", name="Back").click()
    merging.get_by_text("Merge 3 joined").wait_for()
    page.keyboard.press("Tab")
    assert merging.get_by_role("button", name="Next").evaluate("button => button === document.activeElement")
    page.keyboard.press("Enter")
    merging.get_by_text("Merge 4 joined").wait_for()
    merging.scroll_into_view_if_needed()
    screenshot("tokens-merges")
    merging.get_by_role("textbox", name="Text").fill("aaaa 🙂🙂")
    merging.get_by_text("Before the first merge").wait_for()
    slider.focus()
    page.keyboard.press("End")
    merging.get_by_text("No pair is left").wait_for()
    screenshot("tokens-merges-end")

    view = cell(page, "TokenView")
    tokens = view.locator(".pretraining-tokens > li:not(.line-end)")
    view.get_by_role("textbox", name="Text").fill(
        "def f(x):\n\treturn x  # é 中 🙂\nநன்றி مرحبا <b>bold</b>\nThe end.<|endoftext|>"
    )
    view.get_by_text("characters").first.wait_for()
    page.wait_for_function(
        "() => [...document.querySelectorAll('.pretraining-tokens bdi')].some(e => e.textContent === '⇥')"
    )
    assert tokens.filter(has_text="⏎").count() == 3
    assert view.locator(".pretraining-tokens b").count() == 0, "what is typed stays text"
    assert tokens.filter(has_text="‹F0›").count() == 1
    before = tokens.count()
    view.get_by_role("checkbox", name="Read names of special tokens").check()
    view.locator("li.special").wait_for()
    assert tokens.count() < before
    assert "4095" in view.locator("li.special").inner_text()
    assert all_true(tokens, READABLE)
    view.scroll_into_view_if_needed()
    screenshot("tokens-view")
    view.get_by_role("checkbox", name="Show the bytes").uncheck()
    page.wait_for_function("() => !document.querySelector('.pretraining-tokens').textContent.includes('F0 ')")

    vocabularies = cell(page, "VocabularyExplorer")
    chart = vocabularies.get_by_role("figure")
    wait_for_rows(page, chart, 11)
    size = vocabularies.get_by_role("slider", name="Vocabulary")
    size.focus()
    page.keyboard.press("End")
    vocabularies.get_by_text("4,096 tokens learned from prose").wait_for()
    prose = chart.get_attribute("aria-label")
    vocabularies.get_by_role("combobox", name="Learned from").select_option("code")
    vocabularies.get_by_text("4,096 tokens learned from code").wait_for()
    expect(chart).not_to_have_attribute("aria-label", prose)
    vocabularies.scroll_into_view_if_needed()
    screenshot("tokens-vocabulary")
    cell(page, "bytes_per_token_growth").scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    screenshot("tokens-growth")

    special = cell(page, "Chapter 1")
    special.get_by_role("checkbox", name="Read names of special tokens").check()
    special.locator("li.special").wait_for()
    special.scroll_into_view_if_needed()
    screenshot("tokens-special")
    for name, text in {"languages": "STORY", "broken": "Good morning", "price": "ModelConfig"}.items():
        cell(page, text).scroll_into_view_if_needed()
        screenshot(f"tokens-{name}")

    view.get_by_role("checkbox", name="Show the bytes").check()
    long_word = "x7" * 40 + " " * 60
    view.get_by_role("textbox", name="Text").fill(f"tokens {long_word} end")
    page.wait_for_function("() => document.querySelectorAll('.pretraining-tokens > li').length > 80")
    page.evaluate(DARK)
    page.wait_for_function("() => document.body.dataset.jpThemeLight === 'false'")
    assert all_true(tokens, READABLE)
    view.scroll_into_view_if_needed()
    screenshot("tokens-view-dark")
    merging.scroll_into_view_if_needed()
    assert all_true(boxes, READABLE)
    screenshot("tokens-merges-dark")
    page.set_viewport_size({"width": 700, "height": 900})
    page.wait_for_timeout(500)
    assert all_true(tokens, INSIDE)
    assert all_true(boxes, "box => box.getBoundingClientRect().right <= innerWidth")
    view.scroll_into_view_if_needed()
    screenshot("tokens-view-narrow")
    assert page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert not serious_problems(page)
