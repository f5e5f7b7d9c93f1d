"""The labelled texts that the scorer is trained on: the development bank, other hands' answers, the rubrics' sentences.

The bank is written in `tests/questions/bank/development/QUESTION.txt`. `@style` opens an answer; a tag in braces says
what the words before it tell, back to the tag before or the start of the sentence: `{can}` tells an idea, `{-can}`
denies it. An idea counts as told if it is told somewhere and denied nowhere; `!order` closes an answer that tells all
steps in their order. `hands/VOICE.txt` are written like that, in one voice each; `== QUESTION` opens a question.
`second.jsonl` and `third.jsonl`, written by other hands, have labels for whole answers only.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from pretraining.questions import QUESTIONS, rubric
from pretraining.questions.reader import learned
from pretraining.questions.sentences import sentences

BANK = Path(__file__).parents[1] / "questions" / "bank"
VOICES = ("engineer", "beginner", "abroad", "poet", "lawyer", "columnist", "stray")
"""Hands whose answers are tagged sentence by sentence, as those of the development bank."""
TAG = re.compile(r"\s*\{(-?[a-z-]+(?:,\s*-?[a-z-]+)*)\}")
NONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Part:
    """A sentence, the ideas it tells and denies, and the same for the stretches inside it."""

    text: str
    told: frozenset[str] = NONE
    denied: frozenset[str] = NONE
    inside: tuple[tuple[int, int, frozenset[str], frozenset[str]], ...] = ()
    knows_denials: bool = True


@dataclass(frozen=True)
class Answer:
    """A labelled answer. One without parts is labelled as a whole only."""

    question: str
    style: str
    text: str
    ideas: dict[str, bool]
    parts: tuple[Part, ...]
    bank: str = "development"


def development() -> list[Answer]:
    """All answers of the development bank."""
    return [answer for question in QUESTIONS for answer in _bank(question)]


def other(bank: str) -> list[Answer]:
    """The answers of another hand that may be trained on. One of a single sentence has that sentence as its part."""
    if bank in VOICES:
        return voice(BANK / "hands" / f"{bank}.txt")
    rows = [json.loads(line) for line in (BANK / f"{bank}.jsonl").read_text(encoding="utf-8").splitlines()]
    return [_whole(row, bank) for row in rows]


def voice(path: Path) -> list[Answer]:
    """The answers of one tagged file, on all questions."""
    found = []
    for section in re.split(r"^== ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        question, _, raw = section.partition("\n")
        found += [_answer(question, block, path.stem) for block in re.split(r"^@", raw, flags=re.MULTILINE)[1:]]
    return found


def _whole(row: dict, bank: str) -> Answer:
    told = frozenset(name for name, is_told in row["ideas"].items() if is_told and name != "order")
    parts = (Part(row["text"], told, knows_denials=False),) if len(sentences(row["text"])) == 1 else ()
    return Answer(row["question"], row["style"], row["text"], row["ideas"], parts, bank)


def _bank(question: str) -> list[Answer]:
    raw = (BANK / "development" / f"{question}.txt").read_text(encoding="utf-8")
    return [_answer(question, block) for block in re.split(r"^@", raw, flags=re.MULTILINE)[1:]]


def _answer(question: str, block: str, bank: str = "development") -> Answer:
    style, _, body = block.partition("\n")
    ordered = bool(re.search(r"!order\s*$", body))
    body = re.sub(r"\s*!order\s*$", "", body).strip()
    text, tags, last = "", [], 0
    for match in TAG.finditer(body):
        text += body[last : match.start()]
        last = match.end()
        names = {name.strip() for name in match[1].split(",")}
        told = frozenset(name for name in names if name[0] != "-")
        denied = frozenset(name[1:] for name in names if name[0] == "-")
        if not told | denied <= set(learned(question)):
            raise ValueError(f"{question} has no idea like {match[0].strip()}: {body[:60]}")
        tags.append((len(text), told, denied))
    text += body[last:]
    told, denied = ({name for tag in tags for name in tag[side]} for side in (1, 2))
    ideas = {name: name in told and name not in denied for name in learned(question)}
    if "order" in rubric(question).ideas:
        ideas["order"] = ordered
    parts = tuple(
        _part(text, start, end, [tag for tag in tags if start < tag[0] <= end]) for start, end in sentences(text)
    )
    return Answer(question, style.strip(), text, ideas, parts, bank)


def _part(text: str, start: int, end: int, tags: list) -> Part:
    inside, at = [], start
    for stop, told, denied in tags:
        inside.append((at - start, stop - start, told, denied))
        at = stop
    told, denied = (frozenset(name for tag in tags for name in tag[side]) for side in (1, 2))
    return Part(text[start:end], told, denied, tuple(inside) if len(inside) > 1 else ())


def rubric_parts(question: str) -> list[Part]:
    """The rubric's own sentences as labelled parts."""
    asked = rubric(question)
    parts = [Part(text, told=frozenset({idea.name})) for idea in asked.ideas.values() for text in idea.phrasings]
    parts += [Part(text, denied=frozenset({idea.name})) for idea in asked.ideas.values() for text in idea.counter]
    return parts + [Part(text) for each in asked.misconceptions for text in each.says]
