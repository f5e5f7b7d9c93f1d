"""What a learner touches in unit 7: a base model and its fine-tuned copy answer the same question, side by side."""

from __future__ import annotations

import copy
import html
import threading
import time

import ipywidgets as widgets

from .. import charts
from ..base import BaseModel
from ..model import Transformer
from ..text.microworld.exchanges import as_prompt
from ..training import BackgroundRun, Event, Step
from ..training.fine_tune import FineTuner, FineTuningSettings
from ..tuning import QuestionSets, Reply, question_sets, rehearsal_text, replies
from .controls import button, dropdown, spoken, text_box
from .lab.cells import return_free_memory
from .live_chart import LiveChart
from .names import SliderNames

SECONDS_BETWEEN_UPDATES = 0.3
SAMPLES = {"known": 3, "unknown": 2, "harmful": 2, "harmless": 2}
OWN = "my own question"
TITLE = "How fast does it learn to answer?"
CARD_STYLE = (
    "flex:1 1 260px; max-width:420px; margin:4px; padding:6px 10px; border:1.5px solid #555; border-radius:4px; "
    "background:white; color:black; white-space:pre-wrap; overflow-wrap:anywhere; line-height:1.45"
)


class FineTuningLab(widgets.VBox):
    """Ask a base model and its copy the same question, before, while and after the copy is fine-tuned.

    Args:
        base: a model with its tokenizer, such as `load_base_model()` gives; it stays as it is.
        sets: what to fine-tune on, and what to ask; by default made for the model.
        settings: the dials of fine-tuning.

    Attributes:
        tuned: the copy.
        sets: what it is fine-tuned on, and what is kept out.
    """

    def __init__(
        self, base: BaseModel, sets: QuestionSets | None = None, settings: FineTuningSettings | None = None
    ) -> None:
        self.base = base
        self.sets = sets or question_sets(base.model, base.tokenizer, base.world)
        self.settings = settings or FineTuningSettings()
        self.tuned: Transformer = copy.deepcopy(base.model)
        self._text = rehearsal_text(base.world, base.tokenizer)
        self._tuner = self._new_tuner()
        self._run: BackgroundRun | None = None
        self._lock = threading.Lock()
        self._sent_at = 0.0
        samples = [one.question for kind, count in SAMPLES.items() for one in getattr(self.sets, kind)[:count]]
        self.sample = dropdown("Question", [*samples, OWN], samples[0])
        self.sample.layout.width = "560px"
        self.question = text_box("Asked", samples[0])
        self.ask_button = button("Ask", "Ask both models", "primary")
        self.train_button = button("Fine-tune", "Train the copy on questions with their answers", "success")
        self.note, self.view = widgets.HTML(), widgets.HTML()
        self.chart = LiveChart(
            charts.loss_curve([(0, 0.0, "training")], title=TITLE),  # decides what the legend shows
            ("step", "loss", "series"),
            description=charts.loss_curve([], title=TITLE).description,
        )
        self.sample.observe(lambda _: self._choose(), "value")
        self.ask_button.on_click(lambda _: self.ask(self.question.value))
        self.train_button.on_click(lambda _: self.start())
        self._say("The copy is not fine-tuned yet: both models are the same.")
        self.ask(samples[0])
        buttons = widgets.HBox([self.ask_button, self.train_button])
        super().__init__([self.sample, self.question, buttons, self.view, self.note, self.chart, SliderNames()])

    def start(self) -> FineTuningLab:
        """Fine-tune a fresh copy, in the background; a run that is under way goes on."""
        if self._run is not None and self._run.running:
            return self
        self.tuned = copy.deepcopy(self.base.model)
        self._tuner = self._new_tuner()
        self.train_button.disabled = True
        self._say("Fine-tuning ...")
        self._run = BackgroundRun(self._tuner.events(), self._take, self._end).start()
        return self

    def wait(self) -> FineTuningLab:
        """Block until the copy is fine-tuned; begins if nobody pressed the button."""
        if self._run is None:
            self.start()
        assert self._run is not None
        self._run.wait()
        return_free_memory()
        if self._run.error is not None:
            raise self._run.error
        return self

    def ask(self, question: str) -> None:
        """Put the same question to both models and show what they say."""
        if not question.strip():
            self.view.value = spoken("Type a question first.")
            return
        models = {"Base model": self.base.model, self._name: self.tuned}
        try:
            said = {
                name: replies(model, self.base.tokenizer, [as_prompt(question)])[0] for name, model in models.items()
            }
        except ValueError as error:
            self.view.value = spoken(html.escape(str(error)))
            return
        cards = "".join(_card(name, question, reply) for name, reply in said.items())
        self.view.value = f"<div role='status' style='display:flex; flex-wrap:wrap'>{cards}</div>"

    @property
    def losses(self) -> list[float]:
        """The loss on the answers at each step so far, in nats per token."""
        return list(self._tuner.losses)

    @property
    def _name(self) -> str:
        return f"Fine-tuned, {self._tuner.step} steps"

    def _new_tuner(self) -> FineTuner:
        return FineTuner(self.tuned, self.base.tokenizer, self.sets.examples, self._text, self.settings)

    def _choose(self) -> None:
        """Take over a sample question, and ask it."""
        if self.sample.value != OWN:
            self.question.value = self.sample.value
            self.ask(self.sample.value)

    def _take(self, event: Event) -> None:
        """Take in one event; runs in the training thread."""
        if isinstance(event, Step) and time.monotonic() - self._sent_at > SECONDS_BETWEEN_UPDATES:
            self._draw()

    def _end(self, error: BaseException | None) -> None:
        """Tell how the run ended; runs in the training thread."""
        self._draw()
        if error is not None:
            self._say(html.escape(str(error)))
        else:
            self._say(f"Fine-tuned for {self._tuner.step} steps. Ask again: the copy answers differently now.")
        self.train_button.disabled = False
        self.ask(self.question.value)

    def _draw(self) -> None:
        self._sent_at = time.monotonic()
        with self._lock:
            rows = [(step, loss, "training") for step, loss in enumerate(self.losses, start=1)]
            self.chart.description = charts.loss_curve(rows, title=TITLE).description
            self.chart.set_rows(rows)

    def _say(self, sentence: str) -> None:
        self.note.value = spoken(sentence)


def _card(name: str, question: str, reply: Reply) -> str:
    """One model's reply as HTML: the question in grey, its words in bold."""
    end = "<i>It stops here.</i>" if reply.stopped else "… <i>(cut off)</i>"
    return (
        f"<section aria-label='{html.escape(name)}' style='{CARD_STYLE}'><small>{html.escape(name)}</small>\n"
        f"<span style='color:#555'>{html.escape(as_prompt(question))}</span>"
        f"<b>{html.escape(reply.text)}</b> {end}</section>"
    )
