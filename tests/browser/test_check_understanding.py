"""Unit 8 in a real browser: the map and the quiz by keyboard, and prose in an answer cell."""

import pytest

from helpers.axe import serious_problems
from helpers.browser import cell

pytestmark = pytest.mark.browser


def test_the_map_and_the_quiz_answer_to_the_keyboard(page, open_notebook, run_all, screenshot, expect):
    open_notebook("8-check-your-understanding.ipynb")
    run_all()

    chart = cell(page, "charts.shares_by_stage(")
    chart.get_by_role("img").first.wait_for()
    chart.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    screenshot("check-stages")

    quiz = cell(page, "Quiz()")
    group = quiz.get_by_role("group", name="Question 1", exact=True)
    group.wait_for()
    first, second, _ = group.get_by_role("button").all()
    assert group.get_by_role("button", pressed=True).count() == 0
    first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    quiz.get_by_role("status").get_by_text("Right.").wait_for()
    expect(second).to_have_attribute("aria-pressed", "true")
    quiz.get_by_text("1 of 10 answered, 1 right").wait_for()
    quiz.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    screenshot("check-quiz")
    quiz.get_by_role("button", name="Next").focus()
    page.keyboard.press("Enter")
    group = quiz.get_by_role("group", name="Question 2", exact=True)
    group.wait_for()
    assert group.get_by_role("button", pressed=True).count() == 0
    group.get_by_role("button").first.click()
    quiz.get_by_role("status").get_by_text("Not quite.").wait_for()

    picture = cell(page, "ConceptMap()")
    picture.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    screenshot("check-map")
    page.evaluate("window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
    page.wait_for_timeout(1000)
    screenshot("check-map-dark")
    quiz.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    screenshot("check-quiz-dark")
    page.evaluate("window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Light'})")
    link = picture.get_by_role("link", name="Tokens pieces of words")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => window.jupyterapp.shell.currentWidget?.context?.path === '2-tokens.ipynb'")
    assert page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert not serious_problems(page)


def test_prose_goes_into_an_answer_cell_as_it_is_typed(page, open_cells, run_all, screenshot):
    text = "It's \"likely\", isn't it? {x} $y 100% (a base model continues text)"
    open_cells(
        "prose.ipynb",
        "%load_ext pretraining.questions.answers",
        f"%%answer base-model\n{text}\n",
        "from pretraining.questions.answers import read\nprint(read('base-model'))",
    )
    run_all()
    page.get_by_text("Kept: 12 words").wait_for()
    assert page.locator(".jp-OutputArea-output").last.inner_text().strip() == text
    screenshot("check-answer")
