"""What a learner touches in unit 4: attention moved by hand, positions that turn, and what a model's parts cost."""

from __future__ import annotations

import html

import ipywidgets as widgets
import torch

from .. import charts
from ..model import ModelConfig, machine_memory, parameter_budget, rotate, rotation_table, training_memory
from .controls import dropdown, slider, spoken
from .live_chart import LiveChart
from .names import SliderNames

WORDS = ("The", "cat", "sat", "down")
VALUES = torch.tensor([[-1.0, -1.0], [-1.0, 1.0], [1.0, 1.0], [1.0, -1.0]])  # the corners of a square
PAIRS = 4
DEFAULT_FF = 0  # the model's own choice
FF_FACTORS = {"2 x width": 2, "8/3 x width": DEFAULT_FF, "4 x width": 4}


class AttentionByHand(widgets.VBox):
    """Give each token a score, and see the weights that softmax makes of them and the average of the values."""

    def __init__(self) -> None:
        self.scores = [
            slider(widgets.FloatSlider, f"Score of {word}", value=0.0, min=-4.0, max=4.0, step=0.5) for word in WORDS
        ]
        self.reader = dropdown("Who reads", [(word, i) for i, word in enumerate(WORDS)], len(WORDS) - 1)
        self.note = widgets.HTML()
        self.chart = LiveChart(charts.weighted_average([]), charts.AVERAGE_COLUMNS)
        for control in (self.reader, *self.scores):
            control.observe(lambda _: self._show(), "value")
        self._show()
        left = widgets.VBox([self.reader, *self.scores, self.note], layout=widgets.Layout(width="380px"))
        super().__init__([widgets.HBox([left, self.chart], layout=widgets.Layout(flex_flow="row wrap")), SliderNames()])

    def _show(self) -> None:
        seen = self.reader.value + 1
        for place, control in enumerate(self.scores):
            control.disabled = place >= seen
        weights = torch.tensor([control.value for control in self.scores[:seen]]).softmax(0)
        x, y = (weights @ VALUES[:seen]).tolist()
        labels = [f"{word} {weight:.0%}" for word, weight in zip(WORDS[:seen], weights.tolist(), strict=True)]
        labels += [f"{word} (later)" for word in WORDS[seen:]]
        shares = weights.tolist() + [0.0] * (len(WORDS) - seen)
        rows = [
            (*value, share, "value", label) for value, share, label in zip(VALUES.tolist(), shares, labels, strict=True)
        ]
        rows.append((x, y, 1.0, "average", f"average ({x:.2f}, {y:.2f})"))
        self.chart.description = charts.weighted_average(rows).description
        self.chart.set_rows(rows)
        self.note.value = spoken(f"Weights: {', '.join(labels)}. Averaged value: <b>({x:.2f}, {y:.2f})</b>.")


class RotationExplorer(widgets.VBox):
    """Place a query and a key in the text, and see how rotary positions turn their pairs of features.

    Args:
        longest: the last position that can be chosen.
    """

    def __init__(self, longest: int = 63) -> None:
        self.query = slider(widgets.IntSlider, "Query at", value=5, min=0, max=longest)
        self.key = slider(widgets.IntSlider, "Key at", value=3, min=0, max=longest)
        self._table = rotation_table(longest + 1, 2 * PAIRS, torch.float32, torch.device("cpu"))
        self.note = widgets.HTML()
        self.chart = LiveChart(charts.clock_hands(self._rows()), charts.CLOCK_COLUMNS)
        for control in (self.query, self.key):
            control.observe(lambda _: self._show(), "value")
        self._show()
        super().__init__([self.query, self.key, self.note, self.chart, SliderNames()])

    def _turned(self, position: int) -> torch.Tensor:
        """Every pair starts as a hand that points to the right, and is turned as this position asks."""
        cos, sin = self._table
        return rotate(torch.tensor([1.0, 0.0] * PAIRS), cos[position], sin[position])

    def _rows(self) -> list[tuple[float, float, float, float, str, str]]:
        rows = []
        for role, position in (("query", self.query.value), ("key", self.key.value)):
            for pair, (x, y) in enumerate(self._turned(position).unflatten(0, (-1, 2)).tolist()):
                centre = charts.CLOCK_SPACING * pair
                rows.append((centre, 0.0, centre + x, y, role, f"pair {pair + 1}"))
        return rows

    def _show(self) -> None:
        score = (self._turned(self.query.value) @ self._turned(self.key.value)).item()
        distance = self.query.value - self.key.value
        count = f"{abs(distance)} token{'s' * (abs(distance) != 1)}"
        where = f"{count} back" if distance >= 0 else f"{count} ahead, where the mask hides it"
        self.note.value = spoken(f"The key stands {where}. Query times key: <b>{score:.3f}</b>.")
        self.chart.description = (
            f"{PAIRS} clocks with a hand for the query at {self.query.value} and one for the key at {self.key.value}; "
            f"their product is {score:.3f}."
        )
        self.chart.set_rows(self._rows())


class ParameterBudget(widgets.VBox):
    """Choose a shape, and see what each part of such a model costs, in parameters and in memory for training."""

    def __init__(self) -> None:
        self.vocabulary = slider(
            widgets.SelectionSlider, "Vocabulary", value=1024, options=[256, 512, 1024, 4096, 16_384, 50_257, 128_256]
        )
        self.width = slider(
            widgets.SelectionSlider, "Width", value=128, options=[32, 64, 96, 128, 192, 384, 768, 1536, 4096, 16_384]
        )
        self.layers = slider(widgets.IntSlider, "Layers", value=4, min=1, max=126)
        self.heads = slider(widgets.SelectionSlider, "Heads", value=4, options=[1, 2, 3, 4, 6, 8, 12, 16, 32, 128])
        self.ff = dropdown("Feed-forward", list(FF_FACTORS.items()), DEFAULT_FF)
        self.context = slider(widgets.SelectionSlider, "Context", value=64, options=[16, 64, 256, 1024, 8192])
        self.batch = slider(widgets.SelectionSlider, "Batch", value=16, options=[1, 4, 16, 64, 256])
        self.note = widgets.HTML()
        self.parameters = LiveChart(charts.cost_by_part([]), charts.PART_COLUMNS)
        question = "What does one training step keep in memory?"
        self.memory = LiveChart(charts.cost_by_part([], question, "bytes"), charts.PART_COLUMNS)
        controls = [self.vocabulary, self.width, self.layers, self.heads, self.ff, self.context, self.batch]
        for control in controls:
            control.observe(lambda _: self._show(), "value")
        self._show()
        left = widgets.VBox([*controls, self.note], layout=widgets.Layout(width="380px"))
        right = widgets.VBox([self.parameters, self.memory])
        super().__init__([widgets.HBox([left, right], layout=widgets.Layout(flex_flow="row wrap")), SliderNames()])

    def _show(self) -> None:
        try:
            config = ModelConfig(
                vocab_size=self.vocabulary.value,
                block_size=self.context.value,
                layers=self.layers.value,
                heads=self.heads.value,
                width=self.width.value,
                ff_width=self.ff.value * self.width.value or None,
            )
        except ValueError as error:
            self.note.value = spoken(f"<b>{html.escape(str(error))}</b>")
            return
        parts, memory = parameter_budget(config), training_memory(config, self.batch.value)
        for chart, amounts, unit in ((self.parameters, parts, ""), (self.memory, memory, "B")):
            whole = sum(amounts.values())
            rows = [(part, n, f"{in_short(n)}{unit} ({n / whole:.0%})") for part, n in amounts.items()]
            chart.description = charts.cost_by_part(rows, unit="bytes" if unit else "parameters").description
            chart.set_rows(rows)
        needed, there = sum(memory.values()), machine_memory()
        fits = (
            ""
            if there is None
            else f" This computer has {in_short(there)}B" + ("." if needed < there else ": <b>it does not fit</b>.")
        )
        self.note.value = spoken(
            f"<b>{in_short(sum(parts.values()))} parameters</b>; one training step with AdamW takes about "
            f"<b>{in_short(needed)}B</b>.{fits}"
        )


def in_short(number: float) -> str:
    """A large number with three figures and a letter.

    Example:
        >>> in_short(123456), in_short(7), in_short(405e9)
        ('123 k', '7 ', '405 G')
    """
    for letter in ("", "k", "M", "G"):
        if number < 999.5:
            return f"{number:.3g} {letter}"
        number /= 1000
    return f"{number:,.4g} T"
