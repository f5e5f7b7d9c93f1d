"""The scorer of own words: what it must never do, what it must understand, and what it tells the learner."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.cpu import cpu_seconds
from pretraining.questions import QUESTIONS, rubric, score
from pretraining.questions.reader import reader

BANK = Path(__file__).with_name("bank")
FULL = {
    "base-model": (
        "A base model continues any text fluently, in many styles, languages and code. It does not follow "
        "instructions or answer directly. It was only trained to predict the next token of text. Fine-tuning "
        "and alignment teach it to be helpful."
    ),
    "training-loop": (
        "First a batch of token sequences from the corpus goes into the model. Then the model gives a "
        "probability distribution over the next token. Then the loss compares it with the token that really "
        "came next. Finally gradients of the loss nudge the weights."
    ),
    "knowledge-behaviour": (
        "In pre-training the model learns facts and patterns of language from huge amounts of text. For "
        "example, it knows that Paris is the capital of France. In fine-tuning it learns how to respond to "
        "people. For example, it refuses to explain how to build a bomb."
    ),
    "wrong-date": (
        "Facts are statistical patterns in the weights, and nothing is looked up. How often the training text "
        "states a date decides how well it is learned. A confident tone is not truth. Always check such a "
        "date in another source."
    ),
    "data-composition": (
        "A model becomes good at the kind of text that it saw in training. Code has its own syntax, idioms "
        "and structure, which it learns from code. More examples of code mean more updates and a lower loss "
        "on code. At a fixed budget, more code means less prose."
    ),
}


def test_full_answers_earn_nearly_everything_and_what_is_missed_is_unsure():
    missed = []
    for question, text in FULL.items():
        found = score(question, text)
        assert list(found.ideas) == list(found.confidence) == list(found.found) == list(rubric(question).ideas)
        lost = [name for name, earned in found.ideas.items() if not earned]
        assert bool(found.feedback) == bool(lost)
        assert all(found.confidence[name] < 0.8 for name in lost), "a right statement was surely refused"
        missed += lost
    assert len(missed) <= 2, "of 21 ideas"


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_sentence_that_told_an_idea_is_named(question):
    found = score(question, FULL[question])
    for name, sentence in found.found.items():
        if name != "order":
            assert (sentence is None) == (not found.ideas[name])
            assert sentence is None or sentence in FULL[question]


@given(text=st.text(max_size=300), question=st.sampled_from(QUESTIONS))
@settings(max_examples=60, deadline=None)
def test_any_text_gets_a_score(text, question):
    found = score(question, text)
    assert all(0 <= sure <= 1 for sure in found.confidence.values())
    assert all(type(earned) is bool for earned in found.ideas.values())
    assert all((found.found[name] is None) or found.ideas[name] for name in found.ideas)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t ",
        "\ud800",
        "\x00\x00",
        "a" * 10_000,
        "🤖" * 500,
        "مرحبا بالعالم",
        "模型只学会预测下一个词。",
        ".\n" * 5000,
        "́" * 99,
    ],
)
def test_strange_texts_earn_nothing(text):
    for question in QUESTIONS:
        assert not any(score(question, text).ideas.values())


def test_an_unknown_question_is_named_with_the_ones_there_are():
    with pytest.raises(ValueError, match="no question 'base model'.*base-model"):
        score("base model", "text")


def test_the_same_text_gets_the_same_score_in_another_process():
    code = f"from pretraining.questions import score; print(score('wrong-date', {FULL['wrong-date']!r}))"
    told = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout for _ in "ab"
    ]
    assert told[0] == told[1] == f"{score('wrong-date', FULL['wrong-date'])}\n"


def test_neither_torch_nor_the_rest_of_the_package_is_loaded():
    code = (
        "import sys; from pretraining.questions import score; score('base-model', 'It writes text.');"
        "print([m for m in sys.modules if m == 'torch' or m.startswith('pretraining.') and '.questions' not in m])"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


@pytest.mark.parametrize(("words", "seconds"), [(100, 0.05), (200, 0.06)])
def test_an_answer_takes_a_moment_of_cpu(words, seconds):
    """The limit is 50 ms. 200 words take 42 ms, up to 48 on a machine that is busy with other things."""
    text = " ".join(f"{' '.join(FULL.values())} {' '.join(FULL.values())}".split()[:words])
    score("base-model", text)
    spent = []
    for at in range(5):
        with cpu_seconds() as taken:
            score("base-model", f"{text} {at}")
        spent += taken
    assert min(spent) < seconds


@pytest.mark.parametrize("question", QUESTIONS)
def test_repetition_earns_no_more_than_the_sentence_once(question):
    for sentence in ("The model does not do that. ", "data loss token code ", FULL[question].split(". ")[0] + ". "):
        once, often = score(question, sentence), score(question, sentence * (10_000 // len(sentence)))
        assert often.ideas == once.ideas


RIGHT_AND_WRONG = {
    ("wrong-date", "statistical"): (
        "The model does not look facts up in a table; it only holds patterns.",
        "The model looks facts up in a table.",
    ),
    ("wrong-date", "verify"): (
        "One has to check the date in another source.",
        "One does not have to check the date in another source.",
    ),
    ("wrong-date", "confidence"): ("Sounding sure does not make it true.", "Since it sounds sure, it must be true."),
    ("base-model", "cannot"): ("A base model does not follow instructions.", "A base model follows instructions."),
    ("base-model", "further"): (
        "Fine-tuning teaches it to be helpful.",
        "Fine-tuning does not make it more helpful.",
    ),
    ("base-model", "can"): ("It continues any text fluently.", "It cannot continue a text fluently."),
    ("training-loop", "update"): (
        "Gradients of the loss change the weights.",
        "The weights are never changed by gradients.",
    ),
    ("knowledge-behaviour", "behaviour-example"): (
        "After fine-tuning, for example, it refuses to explain how to make a bomb.",
        "In pre-training, for example, it learns to refuse to explain how to make a bomb.",
    ),
    ("knowledge-behaviour", "knowledge"): (
        "In pre-training it learns facts about the world from text.",
        "In fine-tuning it learns facts about the world from text.",
    ),
    ("data-composition", "distribution"): (
        "A model gets good at the kind of text that it has seen.",
        "The kind of text that a model has seen has no influence on what it is good at.",
    ),
    ("data-composition", "trade-off"): (
        "With a fixed budget, more code means less prose.",
        "More code takes nothing away from prose.",
    ),
}


def test_statements_are_told_from_their_opposites():
    slips = []
    for (question, idea), pair in RIGHT_AND_WRONG.items():
        for text, right in zip(pair, (True, False)):
            found = score(question, text)
            if found.ideas[idea] != right:
                slips.append(text)
                assert found.confidence[idea] < 0.8, f"surely wrong about: {text}"
    assert len(slips) <= 2, slips


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_question_handed_back_and_its_keywords_earn_nothing(question):
    asked = rubric(question)
    for text in (
        asked.asks,
        f"{asked.asks} {asked.asks}",
        ", ".join(asked.ideas),
        "Give me full marks.",
        "I don't know.",
    ):
        assert not any(score(question, text).ideas.values()), text


def test_a_line_list_of_statements_earns_what_it_says():
    text = "- It continues texts in any style\n- It can't follow orders\n- It only learned to predict the next token"
    found = score("base-model", text).ideas
    assert (found["can"], found["cannot"], found["why"], found["further"]) == (True, True, True, False)


def test_feedback_points_to_a_lesson_and_keeps_the_answer():
    for question in QUESTIONS:
        for idea in rubric(question).ideas.values():
            for line in (idea.missing, idea.denied):
                assert "lesson" in line or "?" in line
                assert len(line) < 240
        assert len(score(question, "My cat likes fish and sleeps all day.").feedback) >= len(rubric(question).ideas) - 1


def test_an_answer_without_a_full_stop_is_read_to_its_end():
    filler = "I have read the lesson and the notes and I think that it is good to know and "
    text = filler * 10 + "a base model does not follow instructions"
    read = reader().read("base-model", text).spans
    assert max(end for _, end in read) == len(text)
    assert max(end - start for start, end in read) < len(text)


def test_ten_thousand_made_up_words_do_not_take_long():
    text = " ".join(f"xq{chr(97 + at % 26)}z{chr(97 + at // 26 % 26)}wk{chr(97 + at % 7)}" for at in range(2_000))
    with cpu_seconds() as spent:
        assert not any(score("base-model", text).ideas.values())
    assert spent[0] < 2


def test_the_shipped_weights_belong_to_the_bank():
    rows = [json.loads(line) for line in (BANK / "development.jsonl").read_text(encoding="utf-8").splitlines()][::12]
    same = [score(r["question"], r["text"]).ideas[name] == told for r in rows for name, told in r["ideas"].items()]
    assert sum(same) / len(same) > 0.93


def test_a_right_answer_earns_little_and_nothing_surely_under_another_question():
    """Ideas that two questions share are left out: what a base model is trained for is told by the loop, too."""
    elsewhere = {"base-model": "wrong-date", "training-loop": "wrong-date", "knowledge-behaviour": "training-loop",
                 "wrong-date": "training-loop", "data-composition": "training-loop"}  # fmt: skip
    found = [score(asked, FULL[question]) for question, asked in elsewhere.items()]
    assert sum(sum(each.ideas.values()) for each in found) <= 4, "of 23 ideas"
    assert not any(each.ideas[name] and each.confidence[name] >= 0.8 for each in found for name in each.ideas)


def test_what_was_denied_is_quoted():
    lines = score("wrong-date", "The model looks the date up in a stored table.").feedback
    assert any(line.startswith("\u201cThe model looks the date up in a stored table.\u201d: ") for line in lines)


def test_exchanged_stages_are_named_and_not_taken_for_a_copy():
    lines = score("knowledge-behaviour", "Knowledge comes from fine-tuning and behaviour from pre-training.").feedback
    assert any("look swapped" in line for line in lines)


def test_a_misconception_gets_its_own_line():
    found = score("base-model", "A base model needs further training to learn newer facts about recent events.")
    assert any("New facts are not the main thing" in line for line in found.feedback)
