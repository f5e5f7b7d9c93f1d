"""What a learner touches in unit 7: one budget of tokens, split between code and prose."""

from __future__ import annotations

import ipywidgets as widgets

from .. import charts
from ..experiments import SHARES, MixtureExperiment, MixtureResult
from .controls import button, slider
from .experiment_lab import ExperimentLab
from .live_chart import LiveChart


class CodeOrProseLab(ExperimentLab):
    """Choose the share of code, train, and see what the model can read; every share costs the same tokens.

    Args:
        seed: decides the text, the first weights and the batches.
        steps: updates of the weights of a run; by default as many as the experiment takes.
    """

    def __init__(self, seed: int = 0, steps: int | None = None) -> None:
        self.seed = seed
        self._settings = {} if steps is None else {"steps": steps}
        self.share = slider(widgets.IntSlider, "Code, %", value=50, min=0, max=100, step=5)
        self.all_button = button("Train all", "Train five models: 0, 25, 50, 75 and 100% code", "success")
        self.all_button.on_click(lambda _: self.start(*SHARES))
        chart = LiveChart(charts.mixture_losses([]), charts.MIXTURE_COLUMNS)
        super().__init__([self.share], chart, buttons=[self.all_button])
        self.say("Ready. Set the share of code and press Train, or train all five shares.")

    def start(self, *shares: float) -> CodeOrProseLab:
        """Train a fresh model for each share of code, from 0 to 1; by default for what the slider says.

        Raises:
            ValueError: a share outside 0 to 1.
        """
        wanted = shares or (self.share.value / 100,)
        experiments = [MixtureExperiment(share, seed=self.seed, **self._settings) for share in wanted]
        self.say("Mixing code and prose ...")
        self._play(experiments)
        return self

    def took(self, event: object) -> None:
        """Add a finished model to chart and table; runs in the training thread."""
        if not isinstance(event, MixtureResult):
            return
        others = [one for one in self.results if one.code_share != event.code_share]
        self.results = sorted([*others, event], key=lambda one: one.code_share)
        rows = [
            (100 * one.code_share, loss, kind)
            for one in self.results
            for kind, loss in ((charts.CODE, one.code_loss), (charts.PROSE, one.prose_loss))
        ]
        self.chart.description = charts.mixture_description(rows)
        self.chart.set_rows(rows)
        self.tabulate(
            ("code", "loss on code", "loss on prose", "code probe", "prose probe"),
            [
                (f"{one.code_share:.0%}", f"{one.code_loss:.2f}", f"{one.prose_loss:.2f}", f"{one.code_probe:.0%}",
                 f"{one.prose_probe:.0%}")
                for one in self.results
            ],
        )  # fmt: skip
        self.say(f"Done: {event.code_share:.0%} code, {event.tokens:,} tokens read. Try another share.")
