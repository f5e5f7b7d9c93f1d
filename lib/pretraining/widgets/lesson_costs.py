"""What a learner touches in unit 6: a training run's size and machines by slider, and what it costs."""

from __future__ import annotations

import html
from typing import Any

import ipywidgets as widgets

from .. import charts
from ..scale import Estimate, Figure, Run, accelerator, accelerators, estimate, published_run, published_runs
from .controls import dropdown, slider, spoken
from .lesson_model import in_short
from .live_chart import LiveChart
from .names import SliderNames

NO_RUN = "none: my own"
START = "Llama 3.1 405B"
ASSUMED_UTILIZATION, ASSUMED_COUNT, ASSUMED_PRICE = 0.35, 1024, 2.0
WORDS = {"k": "k", "M": "M", "G": "B", "T": "T"}


class CostCalculator(widgets.VBox):
    """Choose a published run or sizes of your own, and see operations, hours, days, money, energy and memory.

    Every figure that was published stands beside yours with its source. What nobody published (the price; for some
    runs also the number of accelerators or how well they were used) is an assumption, and the note says which.
    """

    def __init__(self, run: str | None = START) -> None:
        runs = published_runs()
        self.run = dropdown("Compare with", [NO_RUN, *(known.name for known in runs)], run or NO_RUN)
        self.parameters = _log_slider("Parameters", 8, 12, [known.parameters.value for known in runs])
        self.tokens = _log_slider("Tokens", 9, 13, [known.tokens.value for known in runs])
        self.accelerator = dropdown("Accelerator", [known.name for known in accelerators()], "H100")
        self.utilization = slider(
            widgets.FloatSlider, "Utilization", value=ASSUMED_UTILIZATION, min=0.01, max=1, step=0.005,
            readout_format=".1%",
        )  # fmt: skip
        counts = {2**power for power in range(18)} | {
            round(known.accelerators.value) for known in runs if known.accelerators
        }
        self.count = slider(
            widgets.SelectionSlider, "How many", value=ASSUMED_COUNT, options=[(f"{n:,}", n) for n in sorted(counts)]
        )
        self.price = slider(
            widgets.FloatSlider, "$ per hour", value=ASSUMED_PRICE, min=0, max=10, step=0.1, readout_format=".2f"
        )
        self.assumed, self.table, self.note = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.chart = LiveChart(charts.compute_axis([]), charts.COMPUTE_COLUMNS)
        self._setting = False
        self.run.observe(lambda _: self._set_run(), "value")
        self._controls = [self.parameters, self.tokens, self.accelerator, self.utilization, self.count, self.price]
        for control in self._controls:
            control.observe(lambda _: self._show(), "value")
        self._set_run()
        left = widgets.VBox([self.run, *self._controls, self.assumed], layout=widgets.Layout(width="380px"))
        right = widgets.VBox([self.note, self.table, self.chart])
        super().__init__([widgets.HBox([left, right], layout=widgets.Layout(flex_flow="row wrap")), SliderNames()])

    @property
    def result(self) -> Estimate:
        """What the run that the controls describe costs."""
        return estimate(
            self.parameters.value,
            self.tokens.value,
            accelerator(self.accelerator.value),
            self.utilization.value,
            self.count.value,
            self.price.value,
        )

    def _chosen(self) -> Run | None:
        return None if self.run.value == NO_RUN else published_run(self.run.value)

    def _set_run(self) -> None:
        """Bring the controls to the chosen run; what nobody published goes to our assumption."""
        run, assumed = self._chosen(), ["the price"]
        if run is None:
            self.assumed.value = "<b>Your assumptions:</b> all settings."
            self._show()
            return
        self._setting = True
        self.parameters.value, self.tokens.value = run.parameters.value, run.tokens.value
        self.accelerator.value = run.accelerator
        share, count = run.utilization, run.accelerators
        self.utilization.value = ASSUMED_UTILIZATION if share is None else round(share.value * 200) / 200
        self.count.value = ASSUMED_COUNT if count is None else round(count.value)
        self._setting = False
        assumed += ["the utilization"] * (share is None) + ["how many accelerators"] * (count is None)
        derived = (
            "" if share is None else "<br>The utilization follows from the published GPU-hours, so the hours agree."
        )
        self.assumed.value = f"<b>Your assumptions, not published:</b> {', '.join(assumed)}.{derived}"
        self._show()

    def _show(self) -> None:
        if self._setting:
            return
        found, run = self.result, self._chosen()
        self.note.value = spoken(
            f"<b>{found.flops:.2e} FLOPs</b>: {in_words(found.gpu_hours)} GPU-hours, which is "
            f"<b>{in_days(found.days)}</b> on {self.count.label} accelerators, and <b>${in_words(found.dollars)}</b>. "
            f"Just to hold the training, {found.accelerators_to_hold:,} of them are needed."
        )
        self.table.value = _table_of(found, run, self.accelerator.value)
        rows = [
            (known.name, known.flops.value, charts.PUBLISHED, f"{known.flops.value:.1e}") for known in published_runs()
        ]
        rows.append(("your run", found.flops, charts.YOURS, f"{found.flops:.1e}"))
        self.chart.description = charts.compute_description(rows)
        self.chart.set_rows(rows)


def _log_slider(label: str, lowest: int, highest: int, wanted: list[float]) -> Any:
    """A slider over steps that grow tenfold in seven moves, and over the exact sizes of published runs."""
    steps = {float(f"{digit}e{power}") for power in range(lowest, highest + 1) for digit in (1, 1.5, 2, 3, 4, 5, 7)}
    options = [(in_words(value), value) for value in sorted(steps | set(wanted))]
    return slider(widgets.SelectionSlider, label, value=wanted[0], options=options)


def _table_of(found: Estimate, run: Run | None, chip: str) -> str:
    """The estimate line by line, beside what was published."""
    none: Figure | None = None
    lines = [
        ("Operations (FLOPs)", f"{found.flops:.2e}", run.flops if run else none, found.flops, "FLOPs"),
        ("GPU-hours", in_words(found.gpu_hours), run.gpu_hours if run else none, found.gpu_hours, ""),
        ("Time", in_days(found.days), run.days if run else none, found.days, "days"),
        ("Money", f"${in_words(found.dollars)}", none, 0.0, ""),
        ("Energy (accelerators only)", f"{in_words(found.energy_kwh)} kWh", none, 0.0, ""),
        ("Memory, without activations", f"{in_short(found.memory_bytes)}B", none, 0.0, ""),
        (f"{chip}s to hold that memory", f"{found.accelerators_to_hold:,}", none, 0.0, ""),
    ]
    body = ""
    for name, yours, figure, value, unit in lines:
        theirs = ratio = source = "–"
        if figure is not None:
            show = {"FLOPs": "{:.2e}".format, "days": in_days}.get(unit, in_words)
            theirs = show(figure.value)
            ratio, source = f"{value / figure.value:.2f} ×", html.escape(f"{figure.mark}: {figure.source}")
        cells = "".join(f"<td style='padding:0 8px; text-align:right'>{cell}</td>" for cell in (yours, theirs, ratio))
        body += f"<tr><th scope='row' style='text-align:left'>{name}</th>{cells}<td>{source}</td></tr>"
    title = html.escape(run.name) if run else "no run chosen"
    heads = "".join(
        f"<th scope='col' style='padding:0 8px'>{head}</th>" for head in ("", "your run", title, "ratio", "source")
    )
    return f"<table style='line-height:1.5; font-size:90%'><tr>{heads}</tr>{body}</table>"


def in_words(number: float) -> str:
    """A large number with the letters that this field uses: M, B for billion, T for trillion.

    Example:
        >>> in_words(405e9), in_words(15.6e12), in_words(30.84e6), in_words(12)
        ('405 B', '15.6 T', '30.8 M', '12')
    """
    figures, _, letter = in_short(number).rpartition(" ")
    return f"{figures} {WORDS[letter]}" if letter else figures


def in_days(days: float) -> str:
    """Days in the unit that a person would choose.

    Example:
        >>> in_days(0.01), in_days(78.2), in_days(365.25 * 300)
        ('14 minutes', '78.2 days', '300 years')
    """
    if days < 1 / 24:
        return f"{days * 24 * 60:.2g} minutes"
    if days < 1:
        return f"{days * 24:.2g} hours"
    if days == 1:
        return "1 day"
    return f"{days:.3g} days" if days < 999 else f"{days / 365.25:,.0f} years"
