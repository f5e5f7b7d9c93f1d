"""What a learner touches in unit 5: one weight and its gradient, and a schedule (runs are in `lesson_rates`)."""

from __future__ import annotations

import ipywidgets as widgets
from torch import Tensor

from .. import charts
from ..model import Transformer
from ..training import OneWeight, learning_rate, steepest
from .controls import dropdown, slider, spoken
from .live_chart import LiveChart
from .names import SliderNames

NO_GUESS, UP, DOWN = "choose", "make it larger", "make it smaller"
NUDGE_STEPS = 40  # to each side
# One weight from each kind of matrix, from the input to the output.
KINDS = {
    "embedding": "token_embeddings.weight",
    "attention, query": "layers.0.attn.q_proj.weight",
    "feed-forward": "layers.0.ffn.w1.weight",
    "output": "lm_head.weight",
}


class NudgeExplorer(widgets.VBox):
    """Move one weight by hand and see the loss of a batch follow; the slope is the gradient.

    The learner first says in which direction the loss falls; then the curve and both gradients appear.

    Args:
        model: whose weights; it stays as it is.
        inputs: token ids, shape (batch, time).
        targets: the right answers, of the same shape.
    """

    def __init__(self, model: Transformer, inputs: Tensor, targets: Tensor) -> None:
        self._weights: dict[str, OneWeight] = {}
        for kind, name in KINDS.items():
            index = steepest(model, inputs, targets, name)
            label = f"{kind}: {name}[{', '.join(map(str, index))}]"
            self._weights[label] = OneWeight(model, inputs, targets, name, index)
        labels = list(self._weights)
        self.which = dropdown("Weight", labels, labels[-1])
        self.which.layout.width = "470px"
        self.guess = dropdown("Your guess", [NO_GUESS, UP, DOWN], NO_GUESS)
        self.nudge = slider(
            widgets.FloatSlider, "Nudge", value=0.0, min=-1.0, max=1.0, step=0.025, readout_format="+.3f", width="470px"
        )
        self.note, self.verdict = widgets.HTML(), widgets.HTML()
        self.chart = LiveChart(charts.weight_curve([]), charts.WEIGHT_COLUMNS)
        self._busy = False
        self._choose()
        self.which.observe(lambda _: self._choose(), "value")
        self.guess.observe(lambda _: self._show(), "value")
        self.nudge.observe(lambda _: self._show(), "value")
        super().__init__([self.which, self.guess, self.verdict, self.nudge, self.note, self.chart, SliderNames()])

    @property
    def weight(self) -> OneWeight:
        """The weight that is looked at."""
        return self._weights[self.which.value]

    def _choose(self) -> None:
        """Look at another weight; its direction is to be guessed anew."""
        self._busy = True
        self.guess.value, self.nudge.value = NO_GUESS, 0.0
        span = self.weight.span()
        self.nudge.min, self.nudge.max, self.nudge.step = -span, span, span / NUDGE_STEPS
        values = [self.weight.value + span * i / NUDGE_STEPS for i in range(-NUDGE_STEPS, NUDGE_STEPS + 1)]
        self._curve = [(value, self.weight.loss(value)) for value in values]
        self._busy = False
        self._show()

    def _show(self) -> None:
        if self._busy:
            return
        weight, guessed = self.weight, self.guess.value != NO_GUESS
        self.nudge.disabled = not guessed
        value = weight.value + self.nudge.value
        loss = weight.loss(value)
        slope = weight.gradient(value)
        self.verdict.value = spoken(self._judge(weight.gradient(weight.value)))
        text = f"The weight is <b>{value:.4f}</b>, the loss of the batch <b>{loss:.4f} nats</b>"
        if guessed:
            change = loss - weight.loss(weight.value)
            text += (
                f" ({change:+.4f} by the nudge).<br>Gradient by backpropagation <b>{slope:+.6f}</b>, by trying "
                f"both sides (numerical) <b>{weight.numerical_gradient(value):+.6f}</b> nats per unit of the weight"
            )
        self.note.value = spoken(f"{text}.")
        rows = charts.weight_rows(self._curve, (value, loss), slope if guessed else None)
        self.chart.description = charts.weight_description(rows)
        self.chart.set_rows(rows)

    def _judge(self, slope: float) -> str:
        """Whether the guess was right, as HTML."""
        if self.guess.value == NO_GUESS:
            return "To lower the loss, should this weight be larger or smaller? Guess; then the curve appears."
        right = DOWN if slope > 0 else UP
        sign = "positive: the loss rises with the weight" if slope > 0 else "negative: the loss falls as it grows"
        return f"{'Right!' if self.guess.value == right else 'No:'} {right}. The gradient is {sign}."


class ScheduleExplorer(widgets.VBox):
    """Warm-up and decay: the learning rate of every step of a run.

    Args:
        peak: the highest rate.
        steps: updates of the weights in the run.
    """

    def __init__(self, peak: float = 1e-2, steps: int = 300) -> None:
        self.peak, self.steps = peak, steps
        self.warmup = slider(widgets.IntSlider, "Warm-up", value=20, min=0, max=steps // 2, step=5)
        self.floor = slider(widgets.FloatSlider, "Floor", value=0.1, min=0.0, max=1.0, step=0.05, readout_format=".0%")
        self.note = widgets.HTML()
        self.chart = LiveChart(charts.schedule_curve([]), charts.SCHEDULE_COLUMNS)
        for control in (self.warmup, self.floor):
            control.observe(lambda _: self._show(), "value")
        self._show()
        super().__init__([self.warmup, self.floor, self.note, self.chart, SliderNames()])

    def _show(self) -> None:
        floor = self.floor.value * self.peak
        rows = [
            (step, learning_rate(step, self.peak, floor, self.warmup.value, self.steps))
            for step in range(self.steps + 1)
        ]
        halfway = rows[self.steps // 2][1]
        self.note.value = (
            f"Up to {self.peak:g} in <b>{self.warmup.value}</b> steps; {halfway:.2g} halfway; "
            f"<b>{rows[-1][1]:.2g}</b> at the end."
        )
        self.chart.description = charts.schedule_description(rows)
        self.chart.set_rows(rows)
