"""What published training runs and accelerators are known to have cost, each figure with its source.

Takes nothing but the file `assets/published-runs.json`, hands on frozen records. A figure is marked 'published' (its
source states it) or 'derived' (a formula of this room made it from other figures of the same record).
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, fields
from importlib import resources
from typing import Any


@dataclass(frozen=True)
class Figure:
    """A number with what it rests on.

    Attributes:
        value: the number, in the unit that its name says.
        mark: `published` or `derived`.
        source: paper, data sheet or model card; for a derived figure, what the formula was given.
        formula: the name of the formula of a derived figure.
        parts: (hours, accelerators) of a run in parts, where the formula sums them.
    """

    value: float
    mark: str
    source: str
    formula: str | None = None
    parts: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Accelerator:
    """A chip that models are trained on.

    Attributes:
        name: what it is called.
        peak_flops_per_second: the most that it can do in 16-bit numbers, FLOP/s.
        memory_bytes: its own memory.
        watts: the power that it takes.
    """

    name: str
    peak_flops_per_second: Figure
    memory_bytes: Figure
    watts: Figure


@dataclass(frozen=True)
class Run:
    """A training run.

    Attributes:
        name: the model.
        accelerator: the name of the chip that it was trained on; of several, the newest.
        accelerator_source: who says so.
        parameters: numbers that the model learns.
        tokens: tokens that it read.
        flops: operations in all.
        gpu_hours: hours of one accelerator, summed over all; None if nobody said.
        accelerators: how many worked side by side; None if nobody said.
        days: how long they worked; None if nobody said.
        utilization: the share of the peak speed that was used for the model's own operations; None without hours.
    """

    name: str
    accelerator: str
    accelerator_source: str
    parameters: Figure
    tokens: Figure
    flops: Figure
    gpu_hours: Figure | None = None
    accelerators: Figure | None = None
    days: Figure | None = None
    utilization: Figure | None = None


def published_runs() -> tuple[Run, ...]:
    """All runs, oldest first.

    Example:
        >>> published_runs()[0].flops.value, published_runs()[0].flops.source
        (3.14e+23, 'arXiv 2005.14165, table D.1')
    """
    return tuple(Run(**_record(row)) for row in _table()["runs"])


def published_run(name: str) -> Run:
    """The run of this name.

    Raises:
        ValueError: there is none; the message lists those that there are.

    Example:
        >>> published_run("Llama 3.1 405B").utilization.mark
        'derived'
    """
    return _named(published_runs(), name, "published run")


def accelerators() -> tuple[Accelerator, ...]:
    """All accelerators."""
    return tuple(Accelerator(**_record(row)) for row in _table()["accelerators"])


def accelerator(name: str) -> Accelerator:
    """The accelerator of this name.

    Raises:
        ValueError: there is none; the message lists those that there are.

    Example:
        >>> accelerator("H100").peak_flops_per_second.value
        989000000000000.0
    """
    return _named(accelerators(), name, "accelerator")


def figures(record: Run | Accelerator) -> dict[str, Figure]:
    """The figures of a run or an accelerator by name, without those that nobody published."""
    found = {field.name: getattr(record, field.name) for field in fields(record)}
    return {name: value for name, value in found.items() if isinstance(value, Figure)}


@functools.cache
def _table() -> dict[str, Any]:
    path = resources.files("pretraining") / "assets" / "published-runs.json"
    table: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return table


def _record(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _figure(value) if isinstance(value, dict) else value for name, value in row.items()}


def _figure(entry: dict[str, Any]) -> Figure:
    return Figure(**{**entry, "parts": tuple((hours, count) for hours, count in entry.get("parts", ()))})


def _named(records: tuple[Any, ...], name: str, kind: str) -> Any:
    for record in records:
        if record.name == name:
            return record
    raise ValueError(f"there is no {kind} {name!r}: choose one of {', '.join(record.name for record in records)}")
