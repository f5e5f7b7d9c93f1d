"""What a learner touches in unit 3: the target table of any text, the price of a prediction, a model's next token."""

from __future__ import annotations

import html
import math
from collections.abc import Callable

import ipywidgets as widgets
import torch

from .. import charts
from ..generate import next_token_probabilities
from ..model import Transformer
from ..targets import target_table
from ..tokens import Tokenizer
from .controls import button, slider, text_box
from .live_chart import LiveChart
from .names import SliderNames

LONGEST_TABLE = 14
SHOWN_TOKENS = 8


class TargetExplorer(widgets.VBox):
    """Type a text and see its target table.

    Args:
        tokenizer: cuts the text into tokens.
        text: what stands in the box at first.
        block_size: the longest context at first.
    """

    def __init__(self, tokenizer: Tokenizer, text: str = "The cat sat on the mat", block_size: int = 8) -> None:
        self.tokenizer = tokenizer
        self.text = text_box("Text", text)
        self.block_size = slider(widgets.IntSlider, "Block size", value=block_size, min=1, max=12)
        self.note = widgets.HTML()
        self.chart = LiveChart(charts.target_table_chart([]), ("row", "column", "text", "role"))
        for control in (self.text, self.block_size):
            control.observe(lambda _: self._show(), "value")
        self._show()
        super().__init__([self.text, self.block_size, self.note, self.chart, SliderNames()])

    def _show(self) -> None:
        ids = self.tokenizer.encode_ordinary(self.text.value)
        if len(ids) < 2:
            self.note.value = "Type a little more: a target needs at least two tokens."
            self.chart.set_rows([])
            return
        shown = ids[: LONGEST_TABLE + 1]
        rows = [
            (tuple(self.tokenizer.token_text(i) for i in context), self.tokenizer.token_text(target))
            for context, target in target_table(shown, self.block_size.value)
        ]
        cut = f" (the first {len(rows)} are shown)" if len(ids) > len(shown) else ""
        self.note.value = f"{len(ids)} tokens, {len(ids) - 1} targets{cut}."
        cells = charts.target_table_rows(rows)
        self.chart.description = charts.target_table_chart(cells).description
        self.chart.set_rows(cells)


class LossExplorer(widgets.VBox):
    """Give the right token a probability and see what the prediction costs."""

    def __init__(self, probability: float = 0.25) -> None:
        self.probability = slider(
            widgets.FloatSlider, "Probability", value=probability, min=0.005, max=1.0, step=0.005, readout_format=".1%"
        )
        self.note = widgets.HTML()
        self.chart = LiveChart(charts.surprise_curve(probability), ("p", "loss", "role", "label"))
        self.probability.observe(lambda _: self._show(), "value")
        self._show()
        super().__init__([self.probability, self.note, self.chart, SliderNames()])

    def _show(self) -> None:
        p = self.probability.value
        self.note.value = (
            f"Loss <b>-ln({p:.3f}) = {-math.log(p):.2f} nats</b>: as surprising as the right one among "
            f"<b>{1 / p:.1f}</b> equally likely tokens."
        )
        self.chart.description = charts.surprise_description(p)
        self.chart.set_rows(charts.surprise_rows(p))


class PromptExplorer(widgets.VBox):
    """Type a prompt and see which tokens a model expects next.

    Args:
        model: a model, or a function that gives the present one, such as `lambda: lab.model`.
        tokenizer: the one it was trained with.
        prompt: what stands in the box at first.
    """

    def __init__(self, model: Transformer | Callable[[], Transformer], tokenizer: Tokenizer, prompt: str) -> None:
        self._model: Callable[[], Transformer] = model if not isinstance(model, Transformer) else lambda: model
        self.tokenizer = tokenizer
        self.ask_button = button("Ask", "Ask the model again, for instance after more training", "primary")
        self.prompt = text_box("Prompt", prompt)
        self.note = widgets.HTML()
        self.chart = LiveChart(charts.next_token_bars([], []), ("token", "probability", "label"))
        self.prompt.observe(lambda _: self._show(), "value")
        self.ask_button.on_click(lambda _: self._show())
        self._show()
        super().__init__([widgets.HBox([self.prompt, self.ask_button]), self.note, self.chart])

    def _show(self) -> None:
        model = self._model()
        ids = self.tokenizer.encode_ordinary(self.prompt.value)[-model.config.block_size :]
        if not ids:
            self.note.value = "Type a prompt."
            self.chart.set_rows([])
            return
        with torch.no_grad():
            device = model.token_embeddings.weight.device
            logits = model.logits(torch.tensor([ids], device=device))[0, -1].cpu()
        top = next_token_probabilities(logits).topk(SHOWN_TOKENS)
        tokens = [charts.visible(self.tokenizer.token_text(i)) for i in top.indices.tolist()]
        rows = [(token, p, f"{p:.1%}") for token, p in zip(tokens, top.values.tolist(), strict=True)]
        said = ", ".join(f"{token} {label}" for token, _, label in rows)
        self.note.value = f"The likeliest next token is <code>{html.escape(tokens[0])}</code>."
        self.chart.description = f"Bar chart of next-token probabilities: {said}."
        self.chart.set_rows(rows)
