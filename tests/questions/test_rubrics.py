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


def test_the_bank_is_what_its_tagged_source_says(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "bench"))
    make_scorer = __import__("make_scorer")
    made = make_scorer.written_bank(make_scorer.development())
    for name in ("make_scorer", "scorer_texts", "scorer_mixtures"):
        sys.modules.pop(name, None)
    assert made == (BANK / "development.jsonl").read_text(encoding="utf-8")


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
