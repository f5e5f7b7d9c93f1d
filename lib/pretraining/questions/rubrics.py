"""The rubrics of the five questions: what each idea means, how people say it, and what to tell a learner who did not.

A rubric is one TOML file in `rubrics/`, named after its question:

    question, asks           the question's name and its words
    [ideas.NAME]             one idea that earns points
      means                  what the idea is, for people
      phrasings, counter     sentences that tell it, and sentences that deny it: the scorer is trained on both
      missing, denied        what to tell a learner who left it out, or who said the opposite
    [[misconceptions]]       a common error: `name`, what people say (`says`), and the `feedback` for it
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    import tomli as tomllib  # type: ignore[no-redef, import-not-found, unused-ignore]

FOLDER = Path(__file__).with_name("rubrics")
QUESTIONS = ("base-model", "training-loop", "knowledge-behaviour", "wrong-date", "data-composition")


@dataclass(frozen=True)
class Idea:
    """One idea of a question: what it means, how it is told or denied, and the feedback for both failures."""

    name: str
    means: str
    missing: str
    denied: str
    phrasings: tuple[str, ...] = ()
    counter: tuple[str, ...] = ()


@dataclass(frozen=True)
class Misconception:
    """A common error: what people say, and what to answer."""

    name: str
    says: tuple[str, ...]
    feedback: str


@dataclass(frozen=True)
class Rubric:
    """All that the scorer knows about one question."""

    question: str
    asks: str
    ideas: Mapping[str, Idea]
    misconceptions: tuple[Misconception, ...]


@lru_cache
def rubric(question: str) -> Rubric:
    """The rubric of one question.

    Raises:
        ValueError: there is no such question.

    Example:
        >>> list(rubric("training-loop").ideas)
        ['data', 'prediction', 'loss', 'update', 'order']
    """
    if question not in QUESTIONS:
        raise ValueError(f"there is no question {question!r}: choose one of {', '.join(QUESTIONS)}")
    data = tomllib.loads((FOLDER / f"{question}.toml").read_text(encoding="utf-8"))
    return Rubric(
        question=data["question"],
        asks=data["asks"],
        ideas={name: _idea(name, table) for name, table in data["ideas"].items()},
        misconceptions=tuple(
            Misconception(each["name"], tuple(each["says"]), each["feedback"]) for each in data["misconceptions"]
        ),
    )


def _idea(name: str, table: dict) -> Idea:
    texts = {key: tuple(table.get(key, ())) for key in ("phrasings", "counter")}
    return Idea(name, table["means"], table["missing"], table["denied"], **texts)
