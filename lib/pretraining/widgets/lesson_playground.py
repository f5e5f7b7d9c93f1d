"""What a learner touches in unit 7: a prompt, the dials of sampling, what may come next, and texts side by side."""

from __future__ import annotations

import html

import ipywidgets as widgets
import torch

from .. import charts
from ..base import BaseModel, Completion, continuations, read_prompt
from ..generate import next_token_probabilities
from .controls import LABEL, button, slider, spoken
from .lesson_tokens import well_formed
from .live_chart import LiveChart
from .names import SliderNames

SHOWN_TOKENS = 8
TEXTS = 3
ALL = 0
TOP_KS = (1, 2, 3, 5, 10, 20, 50, 100, 500)
CARD_STYLE = (
    "flex:1 1 260px; max-width:420px; margin:4px; padding:6px 10px; border:1.5px solid #555; border-radius:4px; "
    "background:white; color:black; white-space:pre-wrap; overflow-wrap:anywhere; line-height:1.45"
)


class CompletionPlayground(widgets.VBox):
    """Type a prompt, turn the dials, watch the next token's probabilities, and let the model write.

    Args:
        base: a model with its tokenizer, such as `load_base_model()` gives.
        prompt: what stands in the box at first.
        seed: decides the first texts; each press of the button goes on to other ones.
    """

    def __init__(self, base: BaseModel, prompt: str = "", seed: int = 0) -> None:
        self.base, self.seed = base, seed
        self.texts: list[Completion] = []
        layout = widgets.Layout(width="700px", max_width="98%")
        self.prompt = widgets.Textarea(value=prompt, description="Prompt", rows=2, style=LABEL, layout=layout)
        self.temperature = slider(
            widgets.FloatSlider, "Temperature", value=0.8, min=0, max=2, step=0.05, readout_format=".2f"
        )
        self.top_k = slider(
            widgets.SelectionSlider, "Top-k", value=ALL, options=[*((str(k), k) for k in TOP_KS), ("all", ALL)]
        )
        self.top_p = slider(widgets.FloatSlider, "Top-p", value=1, min=0.01, max=1, step=0.01, readout_format=".2f")
        self.length = slider(widgets.IntSlider, "New tokens", value=40, min=5, max=100, step=5)
        self.one_button = button("One token", "Draw one token and put it behind the prompt")
        self.write_button = button("Write", f"Write {TEXTS} texts after the prompt", "primary")
        self.note, self.view = widgets.HTML(), widgets.HTML()
        self.chart = LiveChart(charts.draw_bars([]), charts.DRAW_COLUMNS)
        self._presses = 0
        self.prompt.observe(lambda _: self._read(), "value")
        for dial in (self.temperature, self.top_k, self.top_p):
            dial.observe(lambda _: self._show(), "value")
        self.one_button.on_click(lambda _: self._add_one())
        self.write_button.on_click(lambda _: self._write())
        self._read()
        buttons = widgets.HBox([self.one_button, self.write_button])
        dials = widgets.VBox([self.temperature, self.top_k, self.top_p, self.length, buttons])
        beside = widgets.HBox([dials, self.chart], layout=widgets.Layout(flex_flow="row wrap"))
        super().__init__([self.prompt, self.note, beside, self.view, SliderNames()])

    @property
    def settings(self) -> dict[str, float | int | None]:
        """The dials, as `complete` takes them."""
        top_k = None if self.top_k.value == ALL else self.top_k.value
        return {"temperature": self.temperature.value, "top_k": top_k, "top_p": self.top_p.value}

    @property
    def probabilities(self) -> torch.Tensor:
        """What the next token is drawn from; shape (vocab,)."""
        return next_token_probabilities(self._logits, **self.settings)  # type: ignore[arg-type]

    def _read(self) -> None:
        """Ask the model for what may follow the prompt."""
        model = self.base.model
        self._prompt = read_prompt(self.base.tokenizer, well_formed(self.prompt.value), model.config.block_size)
        with torch.no_grad():
            device = model.token_embeddings.weight.device
            self._logits = model.logits(torch.tensor([self._prompt.ids], device=device))[0, -1].cpu()
        self._show()

    def _show(self) -> None:
        own, drawn = next_token_probabilities(self._logits), self.probabilities
        top = own.topk(SHOWN_TOKENS)
        names = [self.base.tokenizer.token_text(token) for token in top.indices.tolist()]
        left = int((drawn > 0).sum())
        greedy = self.temperature.value == 0 or self.top_k.value == 1
        same = " Greedy: every text is the same." if greedy else ""
        said = (
            f"{html.escape(self._prompt.note)} {left:,} of {len(drawn):,} tokens can be drawn.{same} The likeliest is"
        )
        self.note.value = spoken(f"{said} <code>{html.escape(charts.visible(names[0]))}</code>.")
        rows = charts.draw_rows(names, top.values.tolist(), drawn[top.indices].tolist())
        self.chart.description = charts.draw_description(rows)
        self.chart.set_rows(rows)

    def _add_one(self) -> None:
        """Draw one token and make it part of the prompt."""
        self._presses += 1
        draw = torch.Generator().manual_seed(self.seed + self._presses)
        token = int(torch.multinomial(self.probabilities, 1, generator=draw))
        if token in self.base.tokenizer.special_tokens.values():
            self.note.value = spoken("The model ends the document here.")
            return
        self.prompt.value += self.base.tokenizer.decode([token])

    def _write(self) -> None:
        """Write several texts, and put them side by side."""
        self._presses += TEXTS
        seed = self.seed + self._presses
        model, tokenizer, prompt = self.base.model, self.base.tokenizer, well_formed(self.prompt.value)
        dials = self.settings
        self.texts = continuations(model, tokenizer, prompt, TEXTS, self.length.value, seed=seed, **dials)  # type: ignore[arg-type]
        cards = "".join(_card(number, text) for number, text in enumerate(self.texts, start=1))
        self.view.value = f"<div role='status' style='display:flex; flex-wrap:wrap'>{cards}</div>"


def _card(number: int, written: Completion) -> str:
    """One text as HTML: the prompt in grey, what the model wrote in bold."""
    end = "<i>The model ended the document.</i>" if written.ended else "…"
    prompt, text = html.escape(written.prompt), html.escape(written.text)
    return (
        f"<section aria-label='Text {number}' style='{CARD_STYLE}'><small>Text {number}</small>\n"
        f"<span style='color:#555'>{prompt}</span><b>{text}</b> {end}</section>"
    )
