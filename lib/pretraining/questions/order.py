"""In which order an answer tells its steps: by numbers, by words such as "before that" and "last", else as they stand.

Takes the clauses of an answer with the evidence of each for each step. The steps are in order if reading them off in
their order costs (almost) no evidence, compared with taking each step where it is told best.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

SLACK = 3.0
"""Log-odds that may be lost by holding to the order: a step is often hinted at in its neighbour's clause."""

_RANKS = {
    1: r"first(?:ly)?|1|one|initially|to begin with|(?:at|in) (?:the )?(?:very )?(?:start|begin(?:ning)?)|it opens with"
    r"|(?:to|you|we|let's) (?:start|begin)|before (?:all|anything|everything)(?: else)?",
    2: r"second(?:ly)?|2|two",
    3: r"third(?:ly)?|3|three",
    4: r"fourth(?:ly)?|4|four",
    9: r"last(?:ly)?|final(?:ly)?|at (?:the )?(?:very )?(?:end|last|finish)|you end|in the end"
    r"|to (?:conclude|finish|close)|it (?:closes|ends) with|the (?:final|last) (?:step|thing|act)",
}
_LEAD = r"^\W*(?:(?:step|in|the|at|number|as|and|but|comes?|place)\W+)*"
_OPENS = [
    (rank, re.compile(rf"{_LEAD}(?:{words})\b(?!\s+(?:of|token|batch|number|turn|by one))", re.IGNORECASE))
    for rank, words in _RANKS.items()
]
_CLOSES = [
    (
        rank,
        re.compile(rf"\b(?:is|comes?|goes|being|number|step|as)\s+(?:the\s+|number\s+)*(?:{words})\b", re.IGNORECASE),
    )
    for rank, words in _RANKS.items()
] + [
    (at + 1, re.compile(rf"\b{word}\W*$", re.IGNORECASE))
    for at, word in enumerate(("first", "second", "third", "fourth"))
]
_BACKWARDS = re.compile(
    r"\bbefore (?:that|this|it)\b|\bprior to\b|\b(?:just|right|only) (?:before|when|once)\b"
    r"|\bafter\b(?! (?:that|this|these)\b)|\bonce\b|\bfollow(?:s|ing)\b|<-|←|\bneeds?\b|\brequires?\b|\bdepends? on\b"
    r"|\bfrom which\b|\bfor that\b|\buntil\b"
    r"|\bcomes? from\b|\bwithout\b|\bbackwards?\b|\bworking back\b|\bmade (?:just )?before\b",
    re.IGNORECASE,
)
_REVERSED = re.compile(
    r"\b(?:reverse|reversed|opposite|backwards?) order\b|\border does(?:n't| not) matter\b|\bno particular order\b",
    re.IGNORECASE,
)


class Clause(NamedTuple):
    """A clause of an answer: its words, which sentence it stands in, and its evidence for each step, as log-odds."""

    text: str
    sentence: int
    evidence: Sequence[float]


def in_order(clauses: Sequence[Clause]) -> bool:
    """Whether the steps are told in their order. They must all be told: that is for the caller to see.

    Example:
        >>> guess, read = Clause("2. Guess.", 0, [-4, 4]), Clause("1. Read.", 1, [4, -4])
        >>> in_order([guess, read]), in_order([guess._replace(text="Guess."), read._replace(text="Read.")])
        (True, False)
    """
    text = " ".join(clause.text for clause in clauses)
    if not clauses or _REVERSED.search(text):
        return False
    if _lost(_as_claimed(clauses)) <= SLACK:
        return True
    joints = len(_BACKWARDS.findall(text))
    return joints >= min(2, len(clauses) - 1) and _lost(list(reversed(clauses))) <= SLACK


def rank(clause: str) -> int | None:
    """The place that a clause claims for its step: 1 to 4, 9 for "last", None if it claims none.

    Example:
        >>> rank("Step 3: the loss"), rank("finally, an update"), rank("the guess is number two"), rank("the loss")
        (3, 9, 2, None)
    """
    for place, pattern in (*_OPENS, *_CLOSES):
        if pattern.search(clause):
            return place
    return None


def _as_claimed(clauses: Sequence[Clause]) -> list[Clause]:
    """The clauses by the places that they claim. One without a claim stays with the one before it."""
    claims = [rank(clause.text) for clause in clauses]
    keys: list[float] = []
    for at, clause in enumerate(clauses):
        mine = {claims[other] for other, each in enumerate(clauses) if each.sentence == clause.sentence} - {None}
        only = mine.pop() if len(mine) == 1 else None
        claim = claims[at] if claims[at] is not None else only
        keys.append(claim if claim is not None else keys[-1] if keys else 0)
    return [clauses[at] for at in sorted(range(len(clauses)), key=keys.__getitem__)]


def _lost(clauses: Sequence[Clause]) -> float:
    """Evidence that is lost if each step must be told in the same clause as the step before it, or in a later one."""
    rows = [[min(4.0, max(-4.0, float(odds))) for odds in clause.evidence] for clause in clauses]
    free = sum(max(column) for column in zip(*rows, strict=True))
    best = [0.0] * len(rows)  # best[at]: the steps so far, the last of them told in clause `at` at the latest
    for step in range(len(rows[0])):
        best = [best[at] + rows[at][step] for at in range(len(rows))]
        for here, there in pairwise(range(len(rows))):
            best[there] = max(best[there], best[here])
    return free - best[-1]
