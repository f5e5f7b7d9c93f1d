"""Results of larger ladders than a lesson has time for, which ship with the library as `assets/ladder.json`.

They were made by `tests/bench/make_ladder.py` with the command that the file names.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources

from .rungs import Result


@dataclass(frozen=True)
class ShippedRuns:
    """What the file holds.

    Attributes:
        command: what made it.
        source, vocab_size: the text, and how many tokens its vocabulary has.
        ladder: models of growing size that all read the same number of tokens, smallest first.
        isoflop: for each budget in operations, models of growing size that all spent it.
    """

    command: str
    source: str
    vocab_size: int
    ladder: tuple[Result, ...]
    isoflop: dict[float, tuple[Result, ...]]


@cache
def shipped_runs() -> ShippedRuns:
    """The runs that ship with the library.

    Example:
        >>> runs = shipped_runs()
        >>> runs.ladder[-1].loss < runs.ladder[0].loss
        True
    """
    file = resources.files("pretraining") / "assets" / "ladder.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    return ShippedRuns(
        content["command"],
        content["source"],
        content["vocab_size"],
        tuple(Result(**run) for run in content["ladder"]),
        {float(budget): tuple(Result(**run) for run in runs) for budget, runs in content["isoflop"].items()},
    )
