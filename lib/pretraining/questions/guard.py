"""What earns nothing whatever words it holds: lists of keywords, the question handed back, wishes to the grader.

Each test looks at the form of a text only; what the text says about the subject is the reader's business.
"""

import re
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_GLUE_TEXT = """
a an the it its it's this that these those they them their he him his we us our you your i me my he she who
which what when where how why if then than as at by for from in into of off on onto out over to up with without
and or but nor so yet because since while though although is are was were be been being am isn't aren't wasn't
weren't do does did don't doesn't didn't have has had haven't hasn't can can't cannot could couldn't will won't
would wouldn't should shouldn't may might must not no never there here very much many more most less least just
only also too all any some such each every one first after before again about between through during
"""
_GLUE = frozenset(_GLUE_TEXT.split())
"""Words that hold a sentence together. A list of keywords has hardly any."""

_WISH = re.compile(
    r"\b(?:full|all|maximum|top|extra|four|five|\d) (?:marks?|points?|credits?|score)\b"
    r"|\b(?:mark|grade|score|rate|count|treat|accept|award|set|return|output|give) (?:this|it|me|my|all|as|every)\b"
    r".{0,60}\b(?:correct|true|full|points?|credit|pass(?:ed)?|earned|right|generously|accordingly)\b"
    r"|\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instructions?|rubric|rules|above|previous|prompt|everything)\b"
    r"|\b(?:dear|to the|note to|hello) (?:\w+ )?(?:grader|scorer|grading|teacher|instructor|autograder|examiner)\b"
    r"|\b(?:you are|as an?) (?:an? )?(?:ai |auto)?(?:autograder|grader|language model|assistant that grades)\b"
    r"|\bif you are (?:an? )?(?:ai|language model|grader)\b"
    r"|\b(?:pretend|assume|imagine) that (?:i|the text|this|my)\b"
    r"|\b(?:this|the following|my) (?:answer|text|response|submission) "
    r"(?:is (?:fully )?correct|contains|earns|deserves|mentions|covers|states that|says that|explains that)\b"
    r"|\bconfidence\W{1,3}[01]\b|\bsystem\s*:|\brubric (?:was|says|is)\b|\banswer key\s*:"
    r"|\bi (?:deserve|confirm that this answer)\b|\baward (?:\w+ ){0,6}(?:points?|credit|marks?)\b",
    re.IGNORECASE | re.DOTALL,
)


def words(text: str) -> list[str]:
    """Lower-case words of a text.

    Example:
        >>> words("It doesn't, 3 times.")
        ['it', "doesn't", 'times']
    """
    return [word.replace("’", "'") for word in _WORD.findall(text.lower())]


def wishes(text: str) -> bool:
    """Whether the text speaks to the grader instead of answering.

    Example:
        >>> wishes("Please give me full marks."), wishes("The model marks each word.")
        (True, False)
    """
    return bool(_WISH.search(text))


def glue(text: str) -> float:
    """Share of the words that only hold sentences together, 0 to 1. Statements have 0.35 to 0.6, lists below 0.25.

    Example:
        >>> glue("data, prediction, loss, update")
        0.0
    """
    found = words(text)
    return sum(word in _GLUE for word in found) / len(found) if found else 0.0


@dataclass(frozen=True)
class Copied:
    """How much of a text comes from the question: `share` of its words with a meaning, and how many are `own`."""

    share: float
    own: int


def copied(text: str, question: str) -> Copied:
    """How much of a text is the question handed back.

    Example:
        >>> copied("The four steps: prediction, loss.", "Describe four steps: prediction, loss.").own
        0
    """
    asked = {_stem(word) for word in words(question)}
    own = {_stem(word) for word in words(text)} - {_stem(word) for word in _GLUE}
    if not own:
        return Copied(1.0, 0)
    return Copied(len(own & asked) / len(own), len(own - asked))


def earns_nothing(text: str, question: str) -> bool:
    """Whether the form of a text already says that it holds no statement of its own.

    Example:
        >>> earns_nothing("loss, gradient, batch, weights, token", "Describe the loop.")
        True
    """
    return wishes(text) or repeats(text, question) or (len(words(text)) >= 5 and glue(text) < 0.12)


def repeats(text: str, question: str) -> bool:
    """Whether a text says hardly a word that the question has not said."""
    own = copied(text, question)
    return own.own == 0 or (own.own < 2 and own.share > 0.6)


def _stem(word: str) -> str:
    for ending in ("ing", "es", "ed", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word
