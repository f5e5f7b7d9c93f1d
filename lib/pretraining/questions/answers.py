"""Own words: the `%%answer` cell that takes a learner's prose, and what a scorer's finding makes of it.

A cell that begins with `%%answer base-model` keeps the text below that line, as it stands: no quotes, no escaping.
`read("base-model")` gives the text back, and `judge_answer` turns it into a share of the points, sentences for the
learner, and a note for a person wherever the scorer is not sure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import Score

QUESTIONS = ("base-model", "training-loop", "knowledge-behaviour", "wrong-date", "data-composition")
FEW_WORDS, MANY_WORDS, MOST_WORDS = 40, 200, 400
SURE = 0.8
STUB = re.compile(
    r"^[ \t]*(# YOUR CODE HERE|raise NotImplementedError(\(\))?|YOUR ANSWER HERE|### (BEGIN|END) SOLUTION)[ \t]*$", re.M
)
_kept: dict[str, str] = {}


@dataclass(frozen=True)
class Judgement:
    """What an answer earns, and what is said about it.

    Attributes:
        share: of the points, from 0 to 1.
        said: sentences for the learner.
        doubts: what a person should look at, or an empty string.
    """

    share: float
    said: str
    doubts: str = ""


def keep(question: str, text: str) -> str:
    """Keep an answer, and say in a sentence what was kept.

    Example:
        >>> keep("base-model", "It continues text.")
        'Kept: 3 words. That is short: take 40 to 200 to make your point.'
    """
    question = question.strip()
    if question not in QUESTIONS:
        return f"There is no question {question!r}. The first line must be %%answer and one of {', '.join(QUESTIONS)}."
    _kept[question] = text
    return problem(text) or f"Kept: {_in_words(text)}{_length(text)}"


def read(question: str) -> str:
    """The answer that is kept for a question; empty if there is none."""
    return _kept.get(question, "")


def own_words(text: str) -> str:
    r"""An answer without what stood there before it was written.

    Example:
        >>> own_words("# YOUR CODE HERE\nraise NotImplementedError()"), own_words("  My answer. ")
        ('', 'My answer.')
    """
    return STUB.sub("", text).strip()


def problem(text: str) -> str:
    """Why an answer cannot be scored, in a gentle sentence; empty if it can.

    Example:
        >>> problem("")
        'There is no answer here yet. Write 40 to 200 words of your own below the %%answer line, then run that cell.'
    """
    words = len(own_words(text).split())
    if not words:
        return (
            f"There is no answer here yet. Write {FEW_WORDS} to {MANY_WORDS} words of your own below the %%answer "
            "line, then run that cell."
        )
    if words > MOST_WORDS:
        return (
            f"Your answer has {words} words. Cut it to {MANY_WORDS}, so that your main points stand out; "
            f"above {MOST_WORDS} it is not scored."
        )
    return ""


def _in_words(text: str) -> str:
    count = len(own_words(text).split())
    return f"{count} word{'s' * (count != 1)}."


def _length(text: str) -> str:
    count = len(own_words(text).split())
    if count < FEW_WORDS:
        return f" That is short: take {FEW_WORDS} to {MANY_WORDS} to make your point."
    if count > MANY_WORDS:
        return f" That is long: {FEW_WORDS} to {MANY_WORDS} are enough."
    return ""


def judge_answer(question: str, text: str) -> Judgement:
    """Score an answer in own words.

    Args:
        question: one of `QUESTIONS`.
        text: what the learner wrote; a stub, nothing at all or too much earns 0 and a gentle sentence.

    Raises:
        ValueError: an unknown question.
    """
    if question not in QUESTIONS:
        raise ValueError(f"there is no question {question!r}: choose one of {', '.join(QUESTIONS)}")
    unscored = problem(text)
    if unscored:
        return Judgement(0.0, unscored)
    from . import score

    found = score(question, own_words(text))
    earned = sum(found.ideas.values())
    said = [f"{earned} of {len(found.ideas)} ideas found in {_in_words(text)}{_length(text)}", *found.feedback]
    doubts = doubtful(found)
    if doubts:
        said.append("The scorer is not sure about all of it: your points are provisional until a person has read it.")
    return Judgement(earned / len(found.ideas), "\n".join(said), doubts)


def doubtful(found: Score) -> str:
    """What a person should look at: each idea that the scorer is not sure about, and the sentence it went by."""
    notes = []
    for idea, earned in found.ideas.items():
        if found.confidence[idea] < SURE:
            sentence = " ".join((found.found[idea] or "").split())
            where = f' in "{sentence}"' if sentence else ""
            notes.append(
                f"{idea}: {'found' if earned else 'not found'}{where} (confidence {found.confidence[idea]:.2f})"
            )
    return "; ".join(notes)


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext pretraining.questions.answers` makes `%%answer` known to a notebook."""
    shell.register_magic_function(lambda line, cell: print(keep(line, cell)), "cell", "answer")
