"""A live map of a model's attention: choose a layer and a head, type a prompt, see who takes from whom."""

from __future__ import annotations

import html
import threading
from collections.abc import Callable

import ipywidgets as widgets
import torch

from .. import charts
from ..model import Transformer
from ..tokens import Tokenizer
from .controls import button, slider, spoken, text_box
from .live_chart import LiveChart
from .names import SliderNames

LONGEST_MAP = 16


class AttentionMap(widgets.VBox):
    """Who attends to whom in one head of a model, over a prompt that the learner types.

    Args:
        model: a model, or a function that gives the present one, such as `lambda: lab.model`; it may be training.
        tokenizer: the one it was trained with.
        prompt: what stands in the box at first.
    """

    def __init__(self, model: Transformer | Callable[[], Transformer], tokenizer: Tokenizer, prompt: str) -> None:
        self._model: Callable[[], Transformer] = model if not isinstance(model, Transformer) else lambda: model
        self.tokenizer = tokenizer
        self._lock = threading.RLock()
        config = self._model().config
        self.prompt = text_box("Prompt", prompt)
        self.layer = slider(widgets.IntSlider, "Layer", value=1, min=1, max=config.layers)
        self.head = slider(widgets.IntSlider, "Head", value=1, min=1, max=config.heads)
        self.again = button("Look again", "Ask the model again, for instance after more training", "primary")
        self.note = widgets.HTML()
        self.chart = LiveChart(charts.attention_map([]), charts.ATTENTION_COLUMNS)
        for control in (self.prompt, self.layer, self.head):
            control.observe(lambda _: self.refresh(), "value")
        self.again.on_click(lambda _: self.refresh())
        self.refresh()
        controls = widgets.HBox([self.layer, self.head, self.again], layout=widgets.Layout(flex_flow="row wrap"))
        super().__init__([self.prompt, controls, self.note, self.chart, SliderNames()])

    def refresh(self) -> None:
        """Show what the present model does now; may be called from any thread."""
        with self._lock:
            model = self._model()
            self.layer.max, self.head.max = model.config.layers, model.config.heads
            self._show(model)

    def _show(self, model: Transformer) -> None:
        ids = self.tokenizer.encode(self.prompt.value)
        shown = ids[-min(LONGEST_MAP, model.config.block_size) :]
        if not shown:
            self._say("Type a prompt.")
            self.chart.description = "Attention map: no tokens yet."
            self.chart.set_rows([])
            return
        device = model.token_embeddings.weight.device
        weights = model.inspect(torch.tensor([shown], device=device)).attention[:, 0]  # (layers, heads, time, time)
        tokens = [charts.visible(self.tokenizer.token_text(i)) for i in shown]
        rows = charts.attention_rows(tokens, weights[self.layer.value - 1, self.head.value - 1].tolist())
        where = f"Attention of layer {self.layer.value}, head {self.head.value}"
        self.chart.description = charts.attention_description(rows, where)
        self.chart.set_rows(rows)
        cut = f" The last {len(shown)} of {len(ids)} tokens are read." if len(ids) > len(shown) else ""
        self._say(self.chart.description + cut)

    def _say(self, sentence: str) -> None:
        self.note.value = spoken(html.escape(sentence))
