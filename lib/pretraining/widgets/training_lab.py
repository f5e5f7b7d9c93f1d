"""The training lab: choose a model's size, train it, and watch its loss fall and its writing improve."""

from __future__ import annotations

import html
import threading
import time
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from .. import charts
from ..generate import generate
from ..measure import baselines
from ..model import ModelConfig, Transformer
from ..text import load
from ..tokens import END_OF_TEXT
from ..training import (
    BackgroundRun,
    Corpus,
    Evaluation,
    Event,
    Sample,
    Step,
    Trainer,
    TrainingSettings,
    choose_device,
    prepare,
)
from .controls import button, slider
from .live_chart import LiveChart
from .names import SliderNames

SECONDS_BETWEEN_UPDATES = 0.1
MOST_TRAINING_POINTS = 1000
SAMPLE_TOKENS = 60


class TrainingLab(widgets.VBox):
    """Sliders, a Train button, a live loss curve and a sample of what the model writes.

    Nothing trains until Train is pressed or `start` is called.

    Args:
        source: a named source of text that needs no path, such as `"python-docs"`.
        steps: updates of the weights in a run.
        vocab_size: tokens in the vocabulary.
        seed: decides the first weights and the batches.

    Example:
        >>> lab = TrainingLab(steps=2, vocab_size=300)
        >>> lab.start(steps=1).wait().history[-1].step
        1
    """

    def __init__(self, source: str = "python-docs", steps: int = 300, vocab_size: int = 1024, seed: int = 0) -> None:
        self.corpus: Corpus = prepare(load(source), vocab_size, seed)
        self.steps, self.seed = steps, seed
        self.history: list[Event] = []
        self._run: BackgroundRun | None = None
        self._lock = threading.Lock()
        self._unsent: list[tuple[float, float, str]] = []
        self._sent_at = 0.0

        self.layers = slider(widgets.IntSlider, "Layers", value=2, min=1, max=6)
        self.width = slider(widgets.SelectionSlider, "Width", value=64, options=[32, 64, 96, 128, 192])
        self.context = slider(widgets.SelectionSlider, "Context", value=32, options=[8, 16, 32, 64, 128])
        self.batch = slider(widgets.SelectionSlider, "Batch", value=32, options=[4, 8, 16, 32, 64])
        self.learning_rate = slider(
            widgets.FloatLogSlider, "Learning rate", value=3e-3, base=10, min=-5, max=0, step=0.05, readout_format=".5f"
        )
        self.train_button = button("Train", "Start a new run with these settings", "success")
        self.pause_button = button("Pause", "Wait after this step, or go on")
        self.stop_button = button("Stop", "End the run after this step")
        self.status, self.sample = widgets.HTML(), widgets.HTML()
        self.chart = LiveChart(charts.loss_curve([]), ("step", "loss", "series"))

        self.train_button.on_click(lambda _: self._guarded(self.start))
        self.pause_button.on_click(lambda _: self.pause())
        self.stop_button.on_click(lambda _: self.stop())
        self.learning_rate.observe(lambda change: self._steer(change["new"]), "value")
        self.trainer = self._new_trainer(steps)
        self._show_buttons()
        self._say("Ready. Press Train.")
        before = widgets.HTML("<b>Used by the next Train</b>")
        during = widgets.HTML("<b>Acts at once, also while it trains</b>")
        controls = [before, self.layers, self.width, self.context, self.batch, during, self.learning_rate]
        buttons = widgets.HBox([self.train_button, self.pause_button, self.stop_button])
        left = widgets.VBox([*controls, buttons, self.status], layout=widgets.Layout(width="360px"))
        top = widgets.HBox([left, self.chart], layout=widgets.Layout(flex_flow="row wrap"))
        super().__init__([top, self.sample, SliderNames()])

    def start(self, steps: int | None = None) -> TrainingLab:
        """Begin a new run with the sliders' settings; a run that still goes on is stopped.

        Raises:
            ValueError: the settings do not fit together.
        """
        self.stop()
        self.wait()
        self.trainer = self._new_trainer(self.steps if steps is None else steps)
        config, settings = self.trainer.model.config, self.trainer.settings
        self.history, self._unsent = [], []
        guess = baselines(
            self.corpus.train, self.corpus.heldout, config.vocab_size, config.block_size, settings.evaluation_tokens
        )
        lines = [("uniform", guess.uniform), ("unigram", guess.unigram), ("bigram", guess.bigram)]
        self.chart.set_rows([(step, loss, name) for name, loss in lines for step in (0, settings.steps)])
        self.sample.value = ""
        self._say(f"Training a model of {self.model.parameter_count:,} parameters ...")
        self._run = BackgroundRun(self.trainer.events(), self._show, self._end).start()
        self._show_buttons()
        return self

    def pause(self) -> None:
        """Wait after the step that is being computed; a second call goes on."""
        if self._run is None or not self._run.running:
            return
        if self._run.paused:
            self._run.resume()
            self._say("Training goes on ...")
        else:
            self._run.pause()
            self._say(f"Paused at step {self.trainer.step}. Press Resume to go on.")
        self._show_buttons()

    def stop(self) -> None:
        """End the run after the step that is being computed."""
        if self._run is not None:
            self._run.stop()

    def wait(self, timeout_seconds: float | None = None) -> TrainingLab:
        """Block until the run has ended; for use in a cell that needs its result."""
        if self._run is not None:
            self._run.wait(timeout_seconds)
        return self

    @property
    def model(self) -> Transformer:
        """The model of the latest run; before the first one, a model that knows nothing."""
        return self.trainer.model

    def _new_trainer(self, steps: int) -> Trainer:
        """A fresh model of the sliders' size, and what trains it."""
        settings = TrainingSettings(
            steps=steps,
            batch_size=self.batch.value,
            learning_rate=self.learning_rate.value,
            evaluate_every=25,
            evaluation_tokens=4096,
            sample_every=50,
            seed=self.seed,
        )
        config = ModelConfig(
            vocab_size=self.corpus.tokenizer.vocab_size,
            block_size=self.context.value,
            layers=self.layers.value,
            heads=max(1, self.width.value // 32),
            width=self.width.value,
        )
        self.corpus.check_block(config.block_size)
        model = Transformer(config, seed=self.seed).to(choose_device())
        return Trainer(model, self.corpus.train, self.corpus.heldout, settings, sampler=self._write)

    def _guarded(self, action: Callable[[], Any]) -> None:
        try:
            action()
        except (ValueError, RuntimeError, MemoryError) as error:
            self._say(f"Cannot start: {error}")

    def _steer(self, learning_rate: float) -> None:
        self.trainer.settings.learning_rate = learning_rate

    def _write(self, model: Transformer) -> str:
        """A sample for the learner, begun where documents begin."""
        tokenizer = self.corpus.tokenizer
        prompt = [tokenizer.special_tokens[END_OF_TEXT]]
        return tokenizer.decode(generate(model, prompt, SAMPLE_TOKENS, temperature=0.8)).replace(END_OF_TEXT, "\n")

    def _show(self, event: Event) -> None:
        """Take in one event; runs in the training thread."""
        self.history.append(event)
        total = self.trainer.settings.steps
        if isinstance(event, Step):
            if event.step % max(1, total // MOST_TRAINING_POINTS) == 0:
                self._unsent.append((event.step, event.loss, "training"))
            if time.monotonic() - self._sent_at > SECONDS_BETWEEN_UPDATES:
                speed = event.tokens / event.step / event.seconds
                left = (total - event.step) * event.seconds
                paused = self._run is not None and self._run.paused
                if not paused:
                    self._say(f"Step {event.step} of {total}, {speed:,.0f} tokens/s, about {left:.0f} s left")
                self._send()
        elif isinstance(event, Evaluation):
            self._unsent.append((event.step, event.loss, "held-out"))
            self._send()
            self.chart.description = (
                f"Loss curve at step {event.step} of {total}: held-out loss {event.loss:.2f} nats per token."
            )
        elif isinstance(event, Sample):
            self._show_sample(event)

    def _send(self) -> None:
        with self._lock:
            rows, self._unsent = self._unsent, []
        self._sent_at = time.monotonic()
        if rows:
            self.chart.append(rows)

    def _show_sample(self, sample: Sample) -> None:
        text = html.escape(sample.text.strip())
        self.sample.value = (
            f"<b>What the model writes after {sample.step} steps</b>"
            f"<pre style='white-space:pre-wrap; max-width:820px; margin:4px 0'>{text}</pre>"
        )

    def _end(self, error: BaseException | None) -> None:
        """Tell how the run ended; runs in the training thread."""
        self._send()
        step, total = self.trainer.step, self.trainer.settings.steps
        if error is not None:
            self._say(f"The run ended at step {step}: {error}")
        elif self.trainer.evaluations:
            how = "Done" if step >= total else f"Stopped at step {step} of {total}"
            self._say(f"{how}. Held-out loss {self.trainer.evaluations[-1].loss:.2f} nats per token.")
            if step and not (isinstance(self.history[-1], Sample) and self.history[-1].step == step):
                self._show_sample(Sample(step, self._write(self.trainer.model)))
        self._show_buttons(ended=True)

    def _show_buttons(self, ended: bool = False) -> None:
        running = self._run is not None and self._run.running and not ended
        paused = running and self._run is not None and self._run.paused
        self.train_button.disabled = running and not paused
        self.pause_button.disabled = self.stop_button.disabled = not running
        self.pause_button.description = "Resume" if paused else "Pause"

    def _say(self, sentence: str) -> None:
        self.status.value = f"<div role='status'>{html.escape(sentence)}</div>"
