"""Three challenges for a training run, judged by its events.

Takes what a run reported, hands on which challenges it met. The figures were measured on the micro-world with 1,024
tokens in the vocabulary and the lab's own model; with another text or vocabulary they would be easier or harder.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .events import Evaluation, Event, Step

LOSS_TO_REACH = 2.0
STEPS_ALLOWED = 500
TOKENS_ALLOWED = 150_000
RESCUED_BELOW = 5.0
ABOVE_UNIFORM = 0.25  # nats by which a loss must exceed that of not knowing anything, to count as diverging


@dataclass(frozen=True)
class Challenge:
    """How one challenge went.

    Attributes:
        name: what was to be done.
        met: whether this run did it.
        finding: what the run did, in a sentence.
    """

    name: str
    met: bool
    finding: str

    def __str__(self) -> str:
        return f"[{'x' if self.met else ' '}] {self.name}: {self.finding}"


def judge_run(history: Sequence[Event], vocab_size: int, bigram: float) -> list[Challenge]:
    """Which of the challenges a run met.

    Args:
        history: the run's events, in order; may be empty.
        vocab_size: of its tokenizer; it decides the loss of not knowing anything.
        bigram: the bigram guesser's held-out loss, in nats per token.

    Example:
        >>> run = [Evaluation(0, 6.9), Step(500, 1.9, 0.01, 0.5, 512_000, 0.04), Evaluation(500, 1.9)]
        >>> print(judge_run(run, vocab_size=1024, bigram=2.97)[0])
        [x] 2.0 nats in 500 steps: 1.90 nats at step 500
    """
    return [_reach(history), _rescue(history, math.log(vocab_size)), _few_tokens(history, bigram)]


def _reach(history: Sequence[Event]) -> Challenge:
    name = f"{LOSS_TO_REACH} nats in {STEPS_ALLOWED} steps"
    measured = [event for event in history if isinstance(event, Evaluation) and 0 < event.step <= STEPS_ALLOWED]
    if not measured:
        return Challenge(name, False, "nothing was trained yet")
    best = min(measured, key=lambda evaluation: evaluation.loss)
    return Challenge(name, best.loss <= LOSS_TO_REACH, f"{best.loss:.2f} nats at step {best.step}")


def _rescue(history: Sequence[Event], uniform: float) -> Challenge:
    name = "diverge, then rescue"
    losses = [event.loss for event in history if isinstance(event, Step)]
    if not losses:
        return Challenge(name, False, "nothing was trained yet")
    worst = max(losses)
    if worst < uniform + ABOVE_UNIFORM:
        return Challenge(name, False, f"it never diverged: no training loss was above {uniform + ABOVE_UNIFORM:.2f}")
    last = next(event.loss for event in reversed(history) if isinstance(event, Evaluation))
    met = last < RESCUED_BELOW
    how = "rescued" if met else f"not rescued yet, that is below {RESCUED_BELOW}"
    return Challenge(name, met, f"up to {worst:.2f}, then held-out loss {last:.2f} nats: {how}")


def _few_tokens(history: Sequence[Event], bigram: float) -> Challenge:
    name = f"below the bigram line within {TOKENS_ALLOWED:,} tokens"
    tokens = 0
    for event in history:
        if isinstance(event, Step):
            tokens = event.tokens
        elif isinstance(event, Evaluation) and event.loss < bigram:
            return Challenge(name, tokens <= TOKENS_ALLOWED, f"it got there after {tokens:,} tokens")
    return Challenge(name, False, f"not there yet after {tokens:,} tokens" if tokens else "nothing was trained yet")
