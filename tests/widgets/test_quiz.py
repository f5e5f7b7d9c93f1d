"""The self-check quiz without a browser: every choice is explained at once, and first tries are counted."""

import re

import pytest

from pretraining.widgets import Quiz
from pretraining.widgets.quiz_questions import SELF_CHECK, Choice, Question

RIGHT = [[choice.right for choice in question.choices].index(True) for question in SELF_CHECK]
HALF = Question("1 < 2?", (Choice("yes <b>", "as it is", True), Choice("no", "it is not")), "unit 0")


@pytest.fixture
def quiz():
    return Quiz()


def choose(quiz, index):
    quiz.choices.index = index


@pytest.mark.parametrize("number", range(len(SELF_CHECK)))
def test_every_choice_is_explained_at_once(quiz, number):
    for _ in range(number):
        quiz.next.click()
    question = SELF_CHECK[number]
    assert question.text in quiz.question.value.replace("&#x27;", "'")
    for index, choice in enumerate(question.choices):
        choose(quiz, index)
        assert choice.why in quiz.explanation.value.replace("&#x27;", "'")
        assert ("Right." in quiz.explanation.value) == choice.right
        assert question.see in quiz.explanation.value
        assert "role='status'" in quiz.explanation.value


def test_only_the_first_try_counts(quiz):
    for number, right in enumerate(RIGHT):
        if number % 2:
            choose(quiz, (right + 1) % 3)
        choose(quiz, right)
        quiz.next.click()
    assert quiz.first_tries == [number % 2 == 0 for number in range(10)]
    assert quiz.progress.value == "10 of 10 answered, 5 right at the first try."


def test_one_can_go_back_and_finds_the_own_choice(quiz):
    assert quiz.back.disabled
    assert quiz.choices.index is None
    assert quiz.progress.value.startswith("0 of 10")
    choose(quiz, 2)
    explained = quiz.explanation.value
    quiz.next.click()
    assert quiz.choices.index is None, "nothing is chosen for the learner"
    assert quiz.first_tries[1] is None
    assert "Not quite" not in quiz.explanation.value
    quiz.back.click()
    assert quiz.choices.index == 2
    assert quiz.explanation.value == explained
    for _ in range(20):
        quiz.next.click()
    assert quiz.next.disabled
    assert "Question 10 of 10" in quiz.question.value
    assert quiz.choices.description == "Question 10"
    assert quiz.progress.value.startswith("1 of 10")


def test_what_is_shown_is_text_and_no_html():
    quiz = Quiz([HALF])
    assert "1 &lt; 2?" in quiz.question.value
    assert quiz.next.disabled
    assert quiz.back.disabled


def test_a_quiz_that_cannot_be_answered_is_refused():
    with pytest.raises(ValueError, match="at least one question"):
        Quiz([])
    with pytest.raises(ValueError, match="exactly one choice must be right"):
        Quiz([Question("?", (Choice("a", "x"), Choice("b", "y")), "unit 0")])


def test_the_questions_are_well_made():
    assert len({question.text for question in SELF_CHECK}) == len(SELF_CHECK) == 10
    for question in SELF_CHECK:
        assert len({choice.text for choice in question.choices}) == len(question.choices) == 3
        assert all(choice.why.endswith((".", ")")) for choice in question.choices)
    assert {RIGHT.count(place) for place in range(3)} <= {2, 3, 4, 5}, "the right one stands in every place"
    units = {int(re.match(r"unit (\d)", question.see)[1]) for question in SELF_CHECK}
    assert units == {1, 3, 4, 5, 6, 7}
    longest = [max(question.choices, key=lambda choice: len(choice.text)).right for question in SELF_CHECK]
    assert 1 <= sum(longest) <= 5, "the longest choice is not always the right one"
