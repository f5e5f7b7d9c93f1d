"""The part of the lab that is always in view: buttons, what is going on, what the settings will cost, the curve."""

from __future__ import annotations

import html
from collections.abc import Callable

import ipywidgets as widgets

from ... import charts
from ..live_chart import LiveChart

TIPS = {
    "Train": "Start a new run with these settings",
    "Pause": "Wait after this step, or go on",
    "Step": "Make one update of the weights, then wait",
    "Stop": "End the run after this step",
    "Reset": "Fresh weights and an empty curve; the run stays in the list",
}
SIMPLE = ("Train", "Pause", "Stop")


class Stage(widgets.VBox):
    """Buttons, status, cost and curve.

    Args:
        actions: what each button of `TIPS` does.
        simple: show only what a first run needs.
    """

    def __init__(self, actions: dict[str, Callable[[], None]], simple: bool = False) -> None:
        width = widgets.Layout(width="84px")
        self.buttons = {
            name: widgets.Button(description=name, tooltip=TIPS[name], layout=width)
            for name in (SIMPLE if simple else TIPS)
        }
        self.buttons["Train"].button_style = "success"
        for name, button in self.buttons.items():
            button.on_click(lambda _, action=actions[name]: action())
        tight = widgets.Layout(margin="0 2px")
        self.status, self.cost = widgets.HTML(layout=tight), widgets.HTML(layout=tight)
        self.chart = LiveChart(charts.training_curves([]), charts.TRAINING_COLUMNS)
        super().__init__([widgets.HBox(list(self.buttons.values())), self.cost, self.status, self.chart])

    def say(self, sentence: str) -> None:
        """Tell how the run stands; a screen reader announces it, so only what matters is said here."""
        self.status.value = f"<div role='status' style='line-height:1.4'>{html.escape(sentence)}</div>"

    def show_cost(self, sentence: str, warnings: list[str]) -> None:
        """Tell what the settings cost; warnings are announced."""
        shown = f"<span style='font-size:smaller'>{html.escape(sentence)}</span>"
        said = "".join(f"<div>⚠ {html.escape(warning)}</div>" for warning in warnings)
        self.cost.value = f"<div style='line-height:1.4'>{shown}<div role='status'>{said}</div></div>"

    def show_buttons(self, running: bool, paused: bool) -> None:
        """Offer only what makes sense now."""
        states = {"Train": running and not paused, "Pause": not running, "Stop": not running}
        for name, disabled in states.items():
            self.buttons[name].disabled = disabled
        self.buttons["Pause"].description = "Resume" if paused else "Pause"
