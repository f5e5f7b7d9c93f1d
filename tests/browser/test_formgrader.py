"""nbgrader's formgrader in a real browser: a doubtful answer asks for a person, and the person's grade counts."""

import pytest
from nbgrader.api import Gradebook

from helpers.course import essay_course, hand_in
from helpers.server import jupyterlab
from pretraining.grading.course import grade

pytestmark = pytest.mark.browser
# The formgrader's own page asks for this, and shows everything but formulas without it.
MATHJAX = "https://cdnjs.cloudflare.com/ajax/libs/mathjax/2.7.7/latest.js?config=TeX-AMS_CHTML-full,Safe"
DOUBT = 'can: found in "It goes on writing." (confidence 0.70)'


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """JupyterLab as an instructor starts it in the course directory, with two graded essays, one of them in doubt."""
    base = tmp_path_factory.mktemp("formgrader")
    course = essay_course(base / "work")
    hand_in(course, "ada", doubt=DOUBT)
    hand_in(course, "bob", doubt="")
    assert not any(result.error for result in grade(course, "essay"))
    with jupyterlab(base) as server:
        server.expected_outside, server.expected_errors = frozenset({MATHJAX}), frozenset({"MathJax is not defined"})
        yield server


def entry(server, student):
    with Gradebook(f"sqlite:///{server.work}/gradebook.db") as gradebook:
        found = gradebook.find_submission_notebook("essay", "essay", student)
        return found.id, found.score, found.needs_manual_grade


def test_the_formgrader_shows_what_waits_for_a_person(page, server, screenshot, expect):
    page.goto(f"{server.url}/login?token={server.token}&next=%2Fformgrader%2Fgradebook%2Fessay%2Fessay")
    page.get_by_text("Submission #1").wait_for()
    expect(page.locator(".needs-manual-grade .glyphicon-ok")).to_have_count(1)
    screenshot("formgrader-list")

    page.goto(f"{server.url}/formgrader/submissions/{entry(server, 'ada')[0]}/?token={server.token}")
    score = page.locator("#test-essay")
    comment = page.locator("#essay-comment")
    page.locator("#test-essay.needs_manual_grade").wait_for()
    expect(score).to_have_attribute("placeholder", "1.5")
    expect(comment).to_have_attribute("placeholder", f"Points are provisional. {DOUBT}")
    page.wait_for_timeout(500)
    screenshot("formgrader-doubt")

    score.fill("2")
    score.press("Enter")
    comment.fill("Well argued.")
    comment.press("Tab")
    for _ in range(60):
        page.wait_for_timeout(500)
        if entry(server, "ada")[1:] == (2.0, False):
            break
    screenshot("formgrader-decided")
    assert entry(server, "ada")[1:] == (2.0, False)
    assert not any(result.error for result in grade(server.work, "essay"))
    assert entry(server, "ada")[1] == 2.0, "a person's grade survives another autograding"

    page.goto(f"{server.url}/formgrader/submissions/{entry(server, 'bob')[0]}/?token={server.token}")
    page.locator("#test-essay").wait_for()
    page.wait_for_load_state("networkidle")
    assert page.locator(".needs_manual_grade").count() == 0
