"""What a learner touches in unit 6: models of different sizes that all cost the same to train."""

from __future__ import annotations

from math import isclose

import ipywidgets as widgets
import numpy as np

from .. import charts
from ..scale import Result, fit_isoflop, shipped_runs
from .controls import slider, spoken
from .live_chart import LiveChart
from .names import SliderNames

CLOSE = 0.02  # nats: models this near to the bottom are as good as the best one
POINTS = 40  # of a parabola


class IsoFlopExplorer(widgets.VBox):
    """Choose a budget and a size of the model, and see whether it is too small, too large or just right.

    Shows runs that ship with the library; every model of a curve cost the same number of operations.
    """

    def __init__(self) -> None:
        runs = shipped_runs().isoflop
        self._runs = dict(sorted(runs.items()))
        self._curves = {
            budget: fit_isoflop([run.parameters for run in own], [run.loss for run in own])
            for budget, own in self._runs.items()
        }
        sizes = [run.parameters for own in runs.values() for run in own]
        budgets = [(f"{budget:.0e}", budget) for budget in self._runs]
        self.budget = slider(widgets.SelectionSlider, "Budget, FLOPs", options=budgets, value=budgets[0][1])
        self.size = slider(
            widgets.FloatLogSlider,
            "Model size",
            value=min(sizes),
            base=10,
            min=float(np.log10(min(sizes))),
            max=float(np.log10(max(sizes))),
            step=0.05,
            readout_format=",.0f",
        )
        self.note = widgets.HTML()
        self.chart = LiveChart(charts.isoflop_chart([]), charts.ISOFLOP_COLUMNS)
        for control in (self.budget, self.size):
            control.observe(lambda _: self._show(), "value")
        self._show()
        left = widgets.VBox([self.budget, self.size, self.note], layout=widgets.Layout(width="380px"))
        super().__init__([widgets.HBox([left, self.chart], layout=widgets.Layout(flex_flow="row wrap")), SliderNames()])

    def _tokens(self, runs: tuple[Result, ...]) -> float:
        """How many tokens the budget leaves for the chosen size, between those of the trained models."""
        sizes, tokens = [run.parameters for run in runs], [run.tokens for run in runs]
        return float(np.exp(np.interp(np.log(self.size.value), np.log(sizes), np.log(tokens))))

    def _show(self) -> None:
        budget = self.budget.value
        runs, curve = self._runs[budget], self._curves[budget]
        smallest, largest = runs[0].parameters, runs[-1].parameters
        size = min(max(self.size.value, smallest), largest)
        nearest = "" if isclose(size, self.size.value, rel_tol=0.01) else "The nearest size that was trained: "
        excess = curve(size) - curve.loss
        tokens = self._tokens(runs)
        if excess <= CLOSE:
            verdict = "<b>Just right</b>: within 0.02 nats of the best size"
        elif size < curve.parameters:
            verdict = f"<b>Too small</b>: {excess:.2f} nats above the best; it reads much, but cannot hold more"
        else:
            verdict = f"<b>Too large</b>: {excess:.2f} nats above the best; it could hold more, but reads too little"
        self.note.value = spoken(
            f"{nearest}{size:,.0f} parameters read about {tokens:,.0f} tokens, {tokens / size:.1f} for each.<br>"
            f"{verdict}.<br>"
            f"The best size for this budget: about {curve.parameters:,.0f} parameters, {curve.loss:.2f} nats."
        )
        rows = self._rows(budget)
        rows += [(curve.parameters, curve.loss, f"{budget:.0e}", charts.BEST)]
        rows += [(size, curve(size), f"{budget:.0e}", charts.CHOSEN)]
        self.chart.description = charts.isoflop_description(rows)
        self.chart.set_rows(rows)

    def _rows(self, chosen: float) -> list[tuple[float, float, str, str]]:
        """Every budget's parabola, and the trained models of the chosen one."""
        rows = []
        for budget, runs in self._runs.items():
            curve, label = self._curves[budget], f"{budget:.0e}"
            role = charts.CURVE if budget == chosen else charts.OTHER
            sizes = np.geomspace(runs[0].parameters, runs[-1].parameters, POINTS).tolist()
            rows += [(size, curve(size), label, role) for size in sizes]
        return rows + [(run.parameters, run.loss, f"{chosen:.0e}", charts.RUN) for run in self._runs[chosen]]
