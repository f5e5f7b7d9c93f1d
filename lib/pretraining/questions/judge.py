"""From what the reader saw to a verdict: each idea earned or not, how sure, and where it was found.

A calibrated logistic rule weighs the strongest evidence for an idea against the strongest denial and the form of the
text. Its weights come from answers that the reader had not been trained on: `tests/bench/make_scorer.py`.
"""

import json
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from .guard import Copied, copied, earns_nothing, glue
from .order import Clause, in_order
from .reader import WEIGHTS, Reading
from .rubrics import rubric

FEATURES = (
    "told", "told next", "told in a clause", "denied", "denied in a clause", "denied there", "denied after",
    "told at all", "denied at all", "told less denied", "denied there at all", "denied after at all",
    "told, then denied", "told in sentence and clause", "glue", "few words of glue", "copied", "few own words",
)  # fmt: skip
DENIED = FEATURES.index("denied")
NOTHING = -8.0
"""Log-odds of an idea in a text without a stretch that could tell it."""


@dataclass(frozen=True)
class Verdict:
    """On one idea: `earned`, the `probability` that it was told, and the spans that tell and deny it most clearly."""

    earned: bool
    probability: float
    span: tuple[int, int] | None
    denied: tuple[int, int] | None


def judge(question: str, text: str, reading: Reading) -> dict[str, Verdict]:
    """A verdict on each idea that the reader has a head for."""
    rule = weights()
    table = features(question, text, reading)
    nothing = earns_nothing(text, rubric(question).asks)
    verdicts = {}
    for at, name in enumerate(reading.ideas):
        bias, slope, slope_denied = rule["ideas"][f"{question}/{name}"]
        odds = float(table[at] @ rule["weights"]) + bias + slope * table[at, 0] + slope_denied * table[at, DENIED]
        probability = 0.01 if nothing else float(1 / (1 + np.exp(-np.clip(odds, -8, 8))))
        verdicts[name] = Verdict(
            earned=probability >= 0.5,
            probability=probability,
            span=reading.spans[int(reading.told[: reading.sentences, at].argmax())] if reading.sentences else None,
            denied=_denial(reading, at),
        )
    return verdicts


def _denial(reading: Reading, at: int) -> tuple[int, int] | None:
    """Where an idea is denied most clearly, if a sentence or a clause denies it more than it tells it."""
    told, denied = reading.told[:, at], reading.denied[:, at]
    if not reading.sentences or denied.max() <= 0:
        return None
    worst = int(denied.argmax())
    return reading.spans[worst] if denied[worst] > told[worst] else None


def confidence(probability: float) -> float:
    """How sure a verdict is, 0.5 to 1.

    0.8 is where verdicts on answers of hands unknown to the reader began to be right 96 times in 100, with a border of
    its own for "not earned" and for "earned".
    """
    sure, high = max(probability, 1 - probability), weights()["high from"][probability >= 0.5]
    if sure < high:
        return 0.5 + 0.3 * (sure - 0.5) / (high - 0.5)
    return 0.8 + 0.2 * (sure - high) / (1 - high)


def features(question: str, text: str, reading: Reading) -> np.ndarray:
    """What the rule weighs, idea by idea: (ideas, features)."""
    count = len(reading.ideas)
    if not reading.sentences:
        return np.tile(np.array([NOTHING] * 7 + [0.0] * (len(FEATURES) - 7)), (count, 1))
    told, denied = reading.told[: reading.sentences], reading.denied[: reading.sentences]
    own = copied(text, rubric(question).asks)
    return np.array([[*_evidence(reading, told, denied, at), *_form(text, own)] for at in range(count)])


def _evidence(reading: Reading, told: np.ndarray, denied: np.ndarray, at: int) -> list[float]:
    ranked = np.sort(told[:, at])[::-1]
    best = int(told[:, at].argmax())
    pieces_told, pieces_denied = reading.told[reading.sentences :, at], reading.denied[reading.sentences :, at]
    most, against, there = float(ranked[0]), float(denied[:, at].max()), float(denied[best, at])
    in_clause = float(pieces_told.max()) if len(pieces_told) else most
    after = float(denied[best + 1 :, at].max()) if best + 1 < len(denied) else NOTHING / 2
    return [
        most,
        float(ranked[1]) if len(ranked) > 1 else NOTHING / 2,
        in_clause,
        against,
        float(pieces_denied.max()) if len(pieces_denied) else against,
        there,
        after,
        max(most, 0.0),
        max(against, 0.0),
        min(4.0, max(-2.0, most - against)),
        max(there, 0.0),
        max(after, 0.0),
        max(after + 1, 0.0) if most > 0 else 0.0,
        min(most, in_clause),
    ]


def _form(text: str, own: Copied) -> list[float]:
    bound = glue(text)
    return [bound, max(0.0, 0.3 - bound) * 10, own.share, max(0, 6 - own.own) / 6]


def told_in_order(text: str, reading: Reading) -> bool:
    """Whether the learned ideas of a question are told in their order, if they are all told."""
    found = []
    for at in range(reading.sentences):
        start, end = reading.spans[at]
        inside = [
            row
            for row in range(reading.sentences, len(reading.spans))
            if start <= reading.spans[row][0] and reading.spans[row][1] <= end
        ]
        found += [Clause(text[slice(*reading.spans[row])], at, reading.told[row].tolist()) for row in inside or [at]]
    return in_order(found)


@lru_cache
def weights() -> dict:
    """The weights of the rule."""
    rule = json.loads((WEIGHTS / "judge.json").read_text(encoding="utf-8"))
    return {**rule, "weights": np.array(rule["weights"])}
