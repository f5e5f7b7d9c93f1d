"""The `%%answer` cell, and what becomes of a score; the scorer itself has a stand-in here."""

import sys
import types
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell

import pretraining.questions
from pretraining.questions import answers

STUB = "# YOUR CODE HERE\nraise NotImplementedError()\n"
LONG_ENOUGH = "The model continues text because it learned to predict the next token. " * 5


@dataclass
class Score:
    ideas: dict
    confidence: dict
    found: dict
    feedback: list


@pytest.fixture
def scored(monkeypatch):
    """The stand-in: finds "can", misses "why", and is not sure about the second; notes what it was asked."""
    asked = []

    def score(question, text):
        asked.append((question, text))
        return Score(
            {"can": True, "why": False},
            {"can": 0.95, "why": 0.55},
            {"can": "The model\n continues text.", "why": None},
            ["Say why it does so: see the lesson."],
        )

    monkeypatch.setattr(pretraining.questions, "score", score, raising=False)
    return asked


@pytest.fixture(autouse=True)
def forget(monkeypatch):
    monkeypatch.setattr(answers, "_kept", {})


@pytest.mark.parametrize(
    "text", ["", " \n\t", STUB, f"\n{STUB}\n", "YOUR ANSWER HERE", "### BEGIN SOLUTION\n### END SOLUTION"]
)
def test_nothing_written_is_said_gently_and_never_scored(scored, text):
    judgement = answers.judge_answer("base-model", text)
    assert judgement.share == 0
    assert judgement.said.startswith("There is no answer here yet. Write 40 to 200 words")
    assert not judgement.doubts
    assert not scored


def test_too_much_is_said_gently_and_never_scored(scored):
    judgement = answers.judge_answer("base-model", "word " * 401)
    assert judgement.share == 0
    assert "401 words. Cut it to 200" in judgement.said
    assert not scored
    assert answers.judge_answer("base-model", "word " * 400).share == 0.5


def test_a_judgement_has_the_share_the_feedback_and_the_doubts(scored):
    judgement = answers.judge_answer("base-model", STUB + LONG_ENOUGH)
    assert judgement.share == 0.5
    assert judgement.said.startswith("1 of 2 ideas found in 60 words.\nSay why it does so: see the lesson.")
    assert "provisional until a person has read it" in judgement.said
    assert judgement.doubts == "why: not found (confidence 0.55)"
    assert scored == [("base-model", LONG_ENOUGH.strip())], "the scorer sees only what the learner wrote"


def test_what_was_found_is_quoted_in_one_line():
    found = Score({"can": True}, {"can": 0.7}, {"can": "It goes on\n  writing."}, [])
    assert answers.doubtful(found) == 'can: found in "It goes on writing." (confidence 0.70)'
    assert answers.doubtful(Score({"can": True}, {"can": 0.8}, {"can": "x"}, [])) == "", "0.8 and above is high"


def test_length_is_mentioned_but_not_punished(scored):
    assert "That is short" in answers.judge_answer("base-model", "It continues text.").said
    assert "That is long" in answers.judge_answer("base-model", "word " * 201).said
    assert all("That is" not in answers.judge_answer("base-model", "word " * n).said for n in (40, 200))


def test_an_unknown_question_is_refused_by_name(scored):
    with pytest.raises(ValueError, match="choose one of base-model, training-loop"):
        answers.judge_answer("bse-model", "text")
    assert answers.keep("bse-model", "text").startswith("There is no question 'bse-model'")


@given(st.text())
def test_any_text_is_kept_as_it_is(text):
    said = answers.keep("wrong-date", text)
    assert answers.read("wrong-date") == text
    assert said == " ".join(said.split())
    assert answers.read("base-model") == ""


@pytest.fixture
def shell():
    shell = InteractiveShell.instance()
    yield shell
    InteractiveShell.clear_instance()


@pytest.mark.parametrize(
    "text",
    [
        "It's what you'd expect: \"quotes\", {braces}, $HOME, %percent, !bang, back\\slash and ünïcödé 🙂.",
        "First paragraph.\n\n- a list\n- another line with `code`\n\n    indented\n",
        "?what does a question mark at the start do\n",
        "%%answer training-loop\nnested",
    ],
)
def test_prose_needs_no_quotes_or_escaping_in_a_notebook(shell, capsys, text):
    shell.run_line_magic("load_ext", "pretraining.questions.answers")
    result = shell.run_cell(f"%%answer base-model\n{text}")
    assert result.success
    assert result.result is None
    assert answers.read("base-model").rstrip("\n") == text.rstrip("\n")
    assert "Kept:" in capsys.readouterr().out


def test_the_questions_are_those_of_the_scorer():
    rubrics = sys.modules["pretraining.questions"]
    assert isinstance(rubrics, types.ModuleType)
    for name in answers.QUESTIONS:
        found = rubrics.score(name, "The weather is nice today.")
        assert not any(found.ideas.values()), name
