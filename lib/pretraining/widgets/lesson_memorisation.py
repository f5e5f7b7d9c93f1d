"""What a learner touches in unit 7: passages in many copies, what a model recites, and the same text without copies."""

from __future__ import annotations

import html
from typing import Any

import ipywidgets as widgets

from .. import charts
from ..experiments import MemorisationExperiment, MemorisationMoment, MemorisationResult, Passage
from .controls import dropdown, spoken
from .experiment_lab import ExperimentLab
from .live_chart import LiveChart


class MemorisationLab(ExperimentLab):
    """Train on text with passages in 1 to 64 copies, or on the same text deduplicated, and see what is recited.

    Args:
        seed: decides the text, the first weights and the batches.
        experiment: further settings of `MemorisationExperiment`, such as `steps` or `passages`.
    """

    def __init__(self, seed: int = 0, **experiment: Any) -> None:
        self.seed, self._settings = seed, experiment
        self._finished: MemorisationExperiment | None = None
        self._rates: dict[str, dict[int, float]] = {}
        self.deduplicate = widgets.Checkbox(
            value=False, description="Remove copies before training", indent=False, layout=widgets.Layout(width="340px")
        )
        self.copies = dropdown("Look at", [("a passage ...", 0)], 0)
        self.copies.observe(lambda _: self.look(), "value")
        self.passage = widgets.HTML()
        chart = LiveChart(charts.recited_by_copies([]), charts.RECITED_COLUMNS)
        super().__init__([self.deduplicate], chart, below=[self.copies, self.passage])
        self.say("Ready. Press Train; then remove the copies and press Train again.")

    def start(self, deduplicate: bool | None = None) -> MemorisationLab:
        """Train a fresh model on the text with its copies, or without; by default what the box says."""
        if deduplicate is not None:
            self.deduplicate.value = deduplicate
        self.say("Putting the passages into the text ...")
        self._play([MemorisationExperiment(self.deduplicate.value, seed=self.seed, **self._settings)])
        return self

    def took(self, event: object) -> None:
        """Draw what is recited; runs in the training thread."""
        if isinstance(event, MemorisationMoment):
            self._rates[_name(self.experiment.deduplicate)] = event.rates
            self._draw()
        elif isinstance(event, MemorisationResult):
            self.results.append(event)
            self._finished = self.experiment
            self.tabulate(
                ("text", "documents", "recited", "held-out loss"),
                [
                    ("deduplicated" if one.deduplicated else "with copies", f"{one.documents:,}",
                     f"{sum(recital.verbatim for recital in one.recitals)} of {len(one.recitals)}", f"{one.loss:.2f}")
                    for one in self.results
                ],
            )  # fmt: skip
            removed = f" {event.removed:,} copies were removed first." if event.removed else ""
            self.say(f"Done.{removed} Look at a passage below.")
            self.copies.options = [(_label(copies), copies) for copies in event.rates]
            self.look()

    def _draw(self) -> None:
        rows = [(copies, 100 * rate, name) for name, rates in self._rates.items() for copies, rate in rates.items()]
        self.chart.description = charts.recited_description(rows)
        self.chart.set_rows(rows)

    def ended(self, error: BaseException | None) -> None:
        """Put finished runs back where one that was stopped stood in their place."""
        self._rates |= {_name(one.deduplicated): one.rates for one in self.results}
        self._draw()
        super().ended(error)

    def look(self) -> None:
        """Show the chosen passage's beginning, how it goes on, and what the model writes."""
        passages = self._finished.passages if self._finished else []
        chosen = next((passage for passage in passages if passage.copies == self.copies.value), None)
        self.passage.value = spoken(self._shown(chosen, self._finished)) if chosen and self._finished else ""

    @staticmethod
    def _shown(passage: Passage, experiment: MemorisationExperiment) -> str:
        lines = {
            "beginning": passage.prompt,
            "in the text": passage.truth,
            "the model": experiment.written(passage),
        }
        cells = "".join(f"<tr><th>{name}</th><td>{html.escape(text)}</td></tr>" for name, text in lines.items())
        return f"<table>{cells}</table>"


def _name(deduplicated: bool) -> str:
    return charts.DEDUPLICATED if deduplicated else charts.WITH_COPIES


def _label(copies: int) -> str:
    """A passage, named by its copies.

    Example:
        >>> _label(1), _label(64)
        ('a passage of 1 copy', 'a passage of 64 copies')
    """
    return f"a passage of {copies} {'copy' if copies == 1 else 'copies'}"
