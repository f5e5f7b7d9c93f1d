"""Probes of code: which of two lines is Python? Python itself decides which one is right.

Takes programs, hands on probes: a line that Python accepts, and the same line with two neighbouring symbols swapped,
which Python refuses. A model passes if it finds the right one more probable.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterable, Sequence

from ..text.microworld.chance import Dice
from ..text.microworld.probes import Probe

FEWEST_SYMBOLS = 5
LONGEST = 60  # characters: what the small model's context holds of code
TRIES = 10
NOT_SYMBOLS = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER)


def is_python(line: str) -> bool:
    """Whether Python can read a line; a line that opens a block is read with an empty block.

    Example:
        >>> is_python("def f(x):"), is_python("def f(x:)")
        (True, False)
    """
    try:
        ast.parse(line + "\n    pass" if line.endswith(":") else line)
    except (SyntaxError, ValueError):
        return False
    return True


def code_probes(programs: Iterable[str], seed: int, count: int) -> list[Probe]:
    """Probes from the lines of programs, each line at most once, in random order.

    Args:
        programs: text that the model has not been trained on.
        seed: decides what is swapped and the order.
        count: at most so many.
    """
    dice = Dice(seed, "code probes")
    lines = dict.fromkeys(line.strip() for program in programs for line in program.splitlines())
    found: list[Probe] = []
    for line in dice.shuffled(list(lines)):
        if len(found) == count:
            break
        probe = _probe(line, dice)
        if probe is not None:
            found.append(probe)
    return found


def _probe(line: str, dice: Dice) -> Probe | None:
    """A probe made of one line; None if it is no whole piece of Python, too short or long, or cannot be broken."""
    if len(line) > LONGEST or not is_python(line):
        return None
    symbols = _symbols(line)
    if len(symbols) < FEWEST_SYMBOLS:
        return None
    for _ in range(TRIES):
        first = dice.integer(1, len(symbols) - 2)
        (begin, one), (end, other) = symbols[first], symbols[first + 1]
        wrong = line[:begin] + other + line[begin + len(one) : end] + one + line[end + len(other) :]
        if not is_python(wrong):
            cut = begin - line[:begin].endswith(" ")
            return Probe("code", line[:cut], line[cut:], (wrong[cut:],), "symbol order")
    return None


def _symbols(line: str) -> Sequence[tuple[int, str]]:
    """Where each symbol of a line begins, and the symbol; comments are none."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(line).readline))
    except (tokenize.TokenError, IndentationError):  # a block that only begins on this line
        return []
    return [(token.start[1], token.string) for token in tokens if token.type not in NOT_SYMBOLS and token.string]
