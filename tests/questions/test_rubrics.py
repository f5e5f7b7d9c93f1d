"""The rubrics are complete and readable, and the development bank is what its tagged source says."""

import json
import re
import sys
from collections import Counter
from pathlib import Path

import pytest

from pretraining.questions import QUESTIONS, rubric
from pretraining.questions.rubrics import FOLDER

BANK = Path(__file__).with_name("bank")


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_rubric_has_phrasings_counters_and_feedback_for_each_idea(question):
    asked = rubric(question)
    assert asked.question == question
    for idea in asked.ideas.values():
        assert all((idea.means, idea.missing, idea.denied))
        assert idea.name == "order" or (len(idea.phrasings) >= 10 and len(idea.counter) >= 5)
        assert len(set(idea.phrasings + idea.counter)) == len(idea.phrasings + idea.counter)
    assert len(asked.misconceptions) >= 2
    assert all(len(each.says) >= 4 and each.feedback for each in asked.misconceptions)


def headings():
    """Lesson number -> the headings of its notebook."""
    found = {}
    for path in (Path(__file__).parents[2] / "course").glob("*.ipynb"):
        cells = [
            cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "markdown"
        ]
        lines = [line for cell in cells for line in "".join(cell["source"]).split("\n")]
        found[path.name.split("-")[0]] = [line.lstrip("# ").strip() for line in lines if line.startswith("#")]
    return found


@pytest.mark.parametrize("question", QUESTIONS)
def test_feedback_names_a_section_that_the_lesson_has(question):
    known, asked = headings(), rubric(question)
    lines = [line for idea in asked.ideas.values() for line in (idea.missing, idea.denied)]
    for line in lines + [each.feedback for each in asked.misconceptions]:
        pointers = re.findall(r"lesson (\d), (.*?)(?=$|, and lesson \d)", line)
        assert pointers, f"points nowhere: {line}"
        for lesson, rest in pointers:
            assert any(rest.startswith(heading) for heading in known[lesson]), f"lesson {lesson} has no {rest!r}"


def test_every_rubric_file_is_a_question():
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(QUESTIONS)


@pytest.fixture(scope="module")
def texts():
    """The bench's reader of tagged answers."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))
    yield __import__("scorer_texts")
    sys.path.pop(0)
    sys.modules.pop("scorer_texts")


def test_the_bank_is_what_its_tagged_source_says(texts):
    rows = [json.loads(line) for line in (BANK / "development.jsonl").read_text(encoding="utf-8").splitlines()]
    made = [
        {key: getattr(answer, key) for key in ("question", "style", "text", "ideas")} for answer in texts.development()
    ]
    assert made == rows


def test_every_voice_answers_every_question_and_earns_by_the_guide(texts):
    assert {path.stem for path in (BANK / "hands").iterdir()} == set(texts.VOICES)
    for name in texts.VOICES:
        answers = texts.other(name)
        assert {answer.question for answer in answers} == set(QUESTIONS)
        for answer in answers:
            assert not re.search(r"{-?[a-z]", answer.text), "a tag was not read"
            assert not ("order" in answer.ideas and answer.ideas["order"] and not all(answer.ideas.values()))
            if answer.style in ("negated", "keywords", "copy", "junk", "instruction"):
                assert not any(answer.ideas.values()), answer.text


def test_the_development_bank_is_large_and_varied():
    rows = [json.loads(line) for line in (BANK / "development.jsonl").read_text(encoding="utf-8").splitlines()]
    assert min(Counter(row["question"] for row in rows).values()) >= 100
    needed = {"plain", "unusual", "partial", "misconception", "negated", "keywords", "copy", "junk", "instruction",
              "non-native", "typos", "contradiction", "near-miss"}  # fmt: skip
    for question in QUESTIONS:
        mine = [row for row in rows if row["question"] == question]
        assert needed <= {row["style"] for row in mine}
        assert all(list(row["ideas"]) == list(rubric(question).ideas) for row in mine)
        assert len({row["text"] for row in mine}) == len(mine)
