"""What a learner is sent: hidden tests out of it, outputs capped, nothing in it that runs."""

import json
import subprocess
import sys

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert import HTMLExporter

from helpers.nbcourse import answer, cell, check, environment, hand_in, make_course
from pretraining.grading.course import grade
from pretraining.grading.hide import Hider
from pretraining.grading.snapshot import without_hidden_tests

JUDGE = "# judge\nfrom pretraining.grading import Credit, expect, student\n"
HIDDEN = "### BEGIN HIDDEN TESTS\n{}\n### END HIDDEN TESTS"
SECRETS = ("tenfold", "4242", "8484", "3131", "y = f(x)")
TASK = [
    answer("work", "def double(x):\n    return 2 * x"),
    check("test-plain", "assert double(1) == 2\n" + HIDDEN.format("tenfold = 4242\nassert double(tenfold) == 8484"), 1),
    check("helper", HIDDEN.format("def is_even(f, x):\n    y = f(x)\n    assert y == 3131"), 1),
    check("test-later", "is_even(double, 1)", 1),
    check("test-judged", JUDGE + "credit = Credit()\nwith credit.part(1, 'one'):\n"
          "    expect(student.double, 777).gives(1554, 'twice as much')\n"
          + HIDDEN.format("with credit.part(1, 'large'):\n    expect(student.double, 4242).gives(8484, 'no limit')")
          + "\ncredit.total()", 2),
    check("test-last", JUDGE + HIDDEN.format("expect(student.double, 4242).gives(8484, 'still no limit')"), 1),
    cell("essay", "Why?", "markdown", grade=True, solution=True, points=1),
]  # fmt: skip
WRONG = """import traceback
from IPython.display import HTML, Javascript, display, Markdown
def double(x):
    if x == 4242:
        traceback.print_stack()
        print(In[-1], _ih)
    return 0
print('long ' * 300_000)
display(HTML("<script>evil()</script><img src=x onerror=evil()><b>kept</b>"), Javascript("evil()"),
        Markdown("<iframe srcdoc='evil()'></iframe> [x](javascript:evil())"))"""
ESSAY = "<script>evil()</script> Because <img src=x onerror=evil()> *so* [x](javascript:evil())"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """One learner's bad and hostile work, graded, and feedback on it by nbgrader."""
    course = make_course(tmp_path_factory.mktemp("feedback") / "course", "small", {"nb": TASK})
    hand_in(course, "small", "ada", "nb", {"work": WRONG, "essay": ESSAY})
    outcomes = list(grade(course, "small"))
    assert [outcome.score for outcome in outcomes] == [1], "only the cell that defines a helper earns its point"
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_feedback", "small"], cwd=course, env=environment(),
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return course


@pytest.fixture(scope="module")
def page(course):
    return (course / "feedback" / "ada" / "small" / "nb.html").read_text()


@pytest.mark.slow
def test_hidden_tests_are_not_in_the_feedback_but_their_messages_are(course, page):
    source = (course / "source" / "small" / "nb.ipynb").read_text()
    written = (course / "autograded" / "ada" / "small" / "nb.ipynb").read_text()
    said = BeautifulSoup(page, "html.parser").get_text()
    for secret in SECRETS:
        assert secret in source
        own = secret == "4242"  # the learner's code names this one
        assert written.count(secret) == said.count(secret) == own, secret
    assert said.count("(hidden tests)") >= 4
    assert "in a hidden test\n  think about  no limit" in said
    assert "still no limit" in said
    assert "double(777)" in said
    assert "1554" in said


@pytest.mark.slow
def test_outputs_are_capped_with_a_note(course, page):
    assert "bytes of output were cut here" in page
    assert (course / "autograded" / "ada" / "small" / "nb.ipynb").stat().st_size < 1_500_000


@pytest.mark.slow
def test_nothing_in_the_feedback_runs(course, page):
    def harmful(html):
        found = BeautifulSoup(html, "html.parser")
        acting = [str(tag) for tag in found.find_all(["script", "iframe", "object", "embed"]) if "evil" in str(tag)]
        for tag in found.find_all(True):
            for name, value in tag.attrs.items():
                if name.startswith("on") or str(value).lower().split(":")[0].strip() == "javascript":
                    acting.append(str(tag))
        return acting

    assert harmful(page) == []
    assert "kept" in BeautifulSoup(page, "html.parser").get_text()
    bad = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(ESSAY)])
    assert harmful(HTMLExporter().from_notebook_node(bad)[0]), "without the post-pass it would act"


def snapshot(source):
    parts = {"name": "t", "source": source, "visible": without_hidden_tests(source)}
    return [{**parts, "shown": without_hidden_tests(source, instead="# (hidden tests)")}]


def test_lines_of_hidden_tests_are_found_in_any_output_and_other_lines_stay():
    hider = Hider(snapshot("x = 1\n" + HIDDEN.format("assert double(-1) == -2\n)\nsmall") + "\nx"))
    coloured = "----> \x1b[0;32m3\x1b[0m \x1b[0;32massert\x1b[0m double(-\x1b[0;36m1\x1b[0m) == -2\nother"
    assert hider.text(coloured) == "# (hidden tests)\nother"
    assert hider.text("a b\n   12 small\nsmaller)\n") == "a b\n# (hidden tests)\nsmaller)\n"
    assert hider.text("x = 1\nx") == "x = 1\nx"
    visible = Hider(snapshot("expect(f, 1).gives(2, 'idea')"))
    message = "\n  you called   f(1)\n  it gave      3\n  expected     2\n  think about  idea"
    assert visible.text(message) == message
    both = Hider(snapshot("expect(f, 1).gives(2, 'idea')\n" + HIDDEN.format("expect(f, 5).gives(10, 'idea')")))
    assert both.text(message) == "\n  in a hidden test\n  think about  idea"


def test_a_notebook_without_hidden_tests_is_left_alone():
    node = nbformat.from_dict(json.loads('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'))
    assert Hider(snapshot("assert double(1) == 2")).copy(node) is node
