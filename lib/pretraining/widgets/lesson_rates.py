"""What a learner touches in unit 5: the same small model trained with one learning rate after the other."""

from __future__ import annotations

import threading
import time

import ipywidgets as widgets

from .. import charts
from ..model import ModelConfig, Transformer
from ..training import BackgroundRun, Corpus, Event, Step, Trainer, TrainingSettings
from .controls import button, dropdown, slider, spoken
from .live_chart import LiveChart
from .names import SliderNames

SECONDS_BETWEEN_UPDATES = 0.2


class LearningRateExplorer(widgets.VBox):
    """Train small models that differ only in their learning rate, and lay their curves over each other.

    Every run begins with the same weights, sees the same batches, and keeps one rate from the first step to the last.

    Args:
        corpus: what to train on.
        steps: updates of the weights in a run.
        seed: decides the first weights and the batches.
    """

    def __init__(self, corpus: Corpus, steps: int = 120, seed: int = 0) -> None:
        self.corpus, self.steps, self.seed = corpus, steps, seed
        self.config = ModelConfig(corpus.tokenizer.vocab_size, block_size=32, layers=1, heads=1, width=32)
        self.losses: dict[str, float | None] = {}
        self._rows: dict[str, list[tuple[int, float, str]]] = {}
        self._run: BackgroundRun | None = None
        self._lock = threading.Lock()
        self._sent_at = 0.0
        self.rate = slider(
            widgets.FloatLogSlider, "Learning rate", value=3e-3, base=10, min=-5, max=1, step=0.25, readout_format=".2g"
        )
        self.optimizer = dropdown("Optimizer", ["muon", "adamw"], "muon")
        self.train_button = button("Train", "Train a fresh model with this learning rate", "success")
        self.note, self.table = widgets.HTML(), widgets.HTML()
        self.chart = LiveChart(charts.overlaid_losses([]), charts.RUN_COLUMNS)
        self.train_button.on_click(lambda _: self.start(self.rate.value))
        self._say("Ready. Choose a learning rate and press Train.")
        left = widgets.VBox([self.rate, self.optimizer, self.train_button, self.note, self.table])
        left.layout.width = "360px"
        row = widgets.HBox([left, self.chart], layout=widgets.Layout(flex_flow="row wrap"))
        super().__init__([row, SliderNames()])

    def start(self, rate: float) -> LearningRateExplorer:
        """Train a fresh model with this rate, after the run that may still go on; the oldest of six runs goes.

        Raises:
            ValueError: a rate that is not a positive number.
        """
        self.wait()
        settings = TrainingSettings(
            steps=self.steps,
            batch_size=16,
            learning_rate=rate,
            warmup_steps=0,
            floor=1.0,
            optimizer=self.optimizer.value,
            evaluate_every=self.steps,
            evaluation_tokens=4096,
            precision="float32",
            seed=self.seed,
        )
        name = self._free_letter() + f": {rate:.2g} {settings.optimizer}"
        trainer = Trainer(Transformer(self.config, self.seed), self.corpus.train, self.corpus.heldout, settings)
        with self._lock:
            self._rows[name], self.losses[name] = [], None
        self.train_button.disabled = True
        self._say(f"Run {name} ...")
        self._run = BackgroundRun(
            trainer.events(), lambda event: self._take(name, event), lambda error: self._end(name, trainer, error)
        ).start()
        return self

    def wait(self) -> LearningRateExplorer:
        """Block until the run has ended; for use in a cell that needs its result."""
        if self._run is not None:
            self._run.wait()
        return self

    def _free_letter(self) -> str:
        """The name of the next run, which is that of the oldest one if all are taken."""
        letters = "ABCDEF"
        with self._lock:
            if len(self._rows) == len(letters):
                oldest = next(iter(self._rows))
                del self._rows[oldest], self.losses[oldest]
            taken = {name[0] for name in self._rows}
        return next(letter for letter in letters if letter not in taken)

    def _take(self, name: str, event: Event) -> None:
        """Take in one event; runs in the training thread."""
        if isinstance(event, Step):
            with self._lock:
                self._rows[name].append((event.step, event.loss, name))
            if time.monotonic() - self._sent_at > SECONDS_BETWEEN_UPDATES:
                self._draw()

    def _end(self, name: str, trainer: Trainer, error: BaseException | None) -> None:
        """Tell how the run ended; runs in the training thread."""
        if error is None and trainer.step == self.steps:
            self.losses[name] = trainer.evaluations[-1].loss
            self._say(f"Run {name}: held-out loss {self.losses[name]:.2f} nats per token after {trainer.step} steps.")
        else:
            self._say(f"Run {name} ended at step {trainer.step}: {error or 'stopped by another run'}.")
        self._draw()
        self.train_button.disabled = False

    def _draw(self) -> None:
        self._sent_at = time.monotonic()
        with self._lock:
            rows = [row for run in self._rows.values() for row in run]
            ends = {name: "not finished" if loss is None else f"{loss:.2f}" for name, loss in self.losses.items()}
        self.chart.description = charts.overlaid_losses(rows).description
        self.chart.set_rows(rows)
        lines = "".join(f"<tr><td>{name}</td><td>&nbsp; {loss}</td></tr>" for name, loss in ends.items())
        self.table.value = f"<table><tr><th>run</th><th>&nbsp; held-out loss</th></tr>{lines}</table>"

    def _say(self, sentence: str) -> None:
        self.note.value = spoken(sentence)
