"""Scoring an answer in own words: which ideas it tells, how sure that is, where, and what to look at next."""

from dataclasses import dataclass, field
from textwrap import shorten

from .guard import glue, repeats, wishes
from .judge import Verdict, confidence, judge, told_in_order
from .reader import Reading, reader
from .rubrics import Rubric, rubric

SURE_OF_ORDER, SURE_OF_NO_ORDER = 0.85, 0.7
"""Most that a verdict on the order may be sure of, where all steps are told."""
MOST_QUOTED = 90
"""Characters of a sentence that feedback quotes."""
OFF_TOPIC = -2.5
"""Log-odds: where no sentence comes nearer than this to any idea, the text is about something else."""
MOST_CHARACTERS = 20_000
"""Longer answers are read up to here."""


@dataclass(frozen=True)
class Score:
    """What an answer in own words earned.

    Attributes:
        ideas: earned or not, for each idea of the question.
        confidence: how sure the scorer is of each verdict, 0 to 1; 0.8 and above is high.
        found: the sentence in which an earned idea was found, None where it was not earned.
        feedback: what to look at, without the answer: one line for each idea that is missing or denied.
    """

    ideas: dict[str, bool]
    confidence: dict[str, float]
    found: dict[str, str | None]
    feedback: list[str] = field(default_factory=list)


def score(question: str, text: str) -> Score:
    """Score an answer in own words. Offline, deterministic, never raises on a text.

    Args:
        question: name of one of the five questions, such as `"base-model"`.
        text: the answer, any Unicode string; 40 to 200 words are best.

    Raises:
        ValueError: there is no such question.

    Example:
        >>> score("wrong-date", "Always check such a date in another source.").ideas["verify"]
        True
        >>> score("wrong-date", "There is no need to check the date.").ideas["verify"]
        False
    """
    asked = rubric(question)
    text = text[:MOST_CHARACTERS]
    reading = reader().read(question, text)
    verdicts = judge(question, text, reading)
    sureness = {name: confidence(verdict.probability) for name, verdict in verdicts.items()}
    ideas = {name: verdict.earned for name, verdict in verdicts.items()}
    if "order" in asked.ideas:
        ideas["order"], sureness["order"] = _order(text, reading, verdicts)
    found = {name: _sentence(text, verdicts.get(name)) if earned else None for name, earned in ideas.items()}
    return Score(
        ideas=ideas,
        confidence={name: round(float(value), 3) for name, value in sureness.items()},
        found=found,
        feedback=_feedback(asked, text, reading, verdicts, ideas),
    )


def _sentence(text: str, verdict: Verdict | None) -> str | None:
    return text[slice(*verdict.span)].strip() if verdict and verdict.span else None


def _order(text: str, reading: Reading, verdicts: dict[str, Verdict]) -> tuple[bool, float]:
    """The idea that needs all others, the order of the steps: earned or not, and how sure."""
    missing = [confidence(verdict.probability) for verdict in verdicts.values() if not verdict.earned]
    if missing:
        return False, max(missing)
    told = told_in_order(text, reading)
    weakest = min(confidence(verdict.probability) for verdict in verdicts.values())
    return told, min(weakest, SURE_OF_ORDER if told else SURE_OF_NO_ORDER)


def _feedback(
    asked: Rubric, text: str, reading: Reading, verdicts: dict[str, Verdict], ideas: dict[str, bool]
) -> list[str]:
    """Lines for the learner: first on the form of the answer, then on a misconception, then on each idea."""
    form = _on_form(asked, text)
    known = [] if form and not repeats(text, asked.asks) else reader().misconceptions(asked.question, reading)
    lines = known or ([form] if form else [])
    if not lines and (not reading.sentences or max(reading.told.max(), reading.denied.max()) < OFF_TOPIC):
        lines.append("This seems to be about something else. Read the question again, and answer in your own words.")
    for name, earned in ideas.items():
        waits = name == "order" and not all(ideas[other] for other in ideas if other != "order")
        if earned or waits:
            continue
        denied = None if form or name == "order" else verdicts[name].denied
        if denied:
            lines.append(f"{_quoted(text, denied)}{asked.ideas[name].denied}")
        else:
            lines.append(asked.ideas[name].denied if name == "order" else asked.ideas[name].missing)
    return lines


def _quoted(text: str, span: tuple[int, int]) -> str:
    """The learner's own words at a place, shortened, before what is said about them."""
    return f"\u201c{shorten(text[slice(*span)], MOST_QUOTED, placeholder=' ...')}\u201d: "


def _on_form(asked: Rubric, text: str) -> str | None:
    """What to tell a learner whose text makes no statement of its own."""
    if not text.strip():
        return "There is no answer yet. Write a few sentences in your own words."
    if wishes(text):
        return "This speaks to the grader. Speak about the question instead, in your own words."
    if repeats(text, asked.asks):
        return "This repeats the question. Say something about it that the question does not say already."
    if glue(text) < 0.15:
        return "This reads like a list of words. Write sentences that say how these things hang together."
    return None
