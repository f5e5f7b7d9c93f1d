"""The pre-training loop: data in, prediction, loss, update of the weights; told as a stream of events."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from ..model import Transformer
from ..targets import evaluation_windows, sample_batch
from .checkpoint import restore, save_checkpoint
from .events import Evaluation, Event, Sample, Step
from .settings import TrainingSettings, learning_rate

EVALUATION_BATCH = 64


class TrainingDiverged(ArithmeticError):
    """The loss is no longer a finite number; the message says what to try."""


class Trainer:
    """Trains a model on a stream of tokens.

    Args:
        model: is trained in place, on the device that it is on.
        train: token ids to learn from, shape (n,).
        heldout: token ids to measure on, shape (m,).
        settings: the dials; `settings.learning_rate` may be changed while the run goes on.
        sampler: writes a text with the model, for `Sample` events.
        run_folder: where checkpoints go; without it none are written.
        notes: whatever else a checkpoint should remember, as plain data.

    Example:
        >>> from pretraining.model import ModelConfig, Transformer
        >>> model = Transformer(ModelConfig(vocab_size=7, block_size=4, layers=1, heads=1, width=8))
        >>> tokens = torch.arange(700) % 7
        >>> trainer = Trainer(model, tokens, tokens[:99], TrainingSettings(steps=40, evaluate_every=20))
        >>> losses = [event.loss for event in trainer.events() if isinstance(event, Evaluation)]
        >>> len(losses), losses[-1] < losses[0]
        (3, True)
    """

    def __init__(
        self,
        model: Transformer,
        train: Tensor,
        heldout: Tensor,
        settings: TrainingSettings,
        *,
        sampler: Callable[[Transformer], str] | None = None,
        run_folder: Path | None = None,
        notes: dict[str, Any] | None = None,
    ) -> None:
        self.model = model
        self.train = train
        self.settings = settings
        self.sampler = sampler
        self.run_folder = run_folder
        self.notes = notes or {}
        self.step = 0
        self.evaluations: list[Evaluation] = []
        self.stop_requested = False
        self.generator = torch.Generator().manual_seed(settings.seed)
        self.optimizer = adamw(model, settings.weight_decay)
        self._heldout = evaluation_windows(heldout, model.config.block_size, settings.evaluation_tokens)
        sample_batch(train, model.config.block_size, 1, torch.Generator())  # refuses a text that is too short

    @property
    def device(self) -> torch.device:
        """Where the model is."""
        return self.model.token_embeddings.weight.device

    def stop(self) -> None:
        """Ask the run to end after the step it is in; safe to call from another thread or a signal handler."""
        self.stop_requested = True

    def events(self) -> Iterator[Event]:
        """Train to the last step, or until `stop` is called, and report what happens.

        The first event is the untrained model's evaluation and the last one the trained model's. A run that was
        restored from a checkpoint goes on from there.

        Raises:
            TrainingDiverged: the loss is no longer finite; the weights are those of the last good step.
        """
        settings = self.settings
        if self.step == 0:
            yield self.evaluate()
            self.save()
        while self.step < settings.steps and not self.stop_requested:
            yield self.train_step()
            if self.step % settings.evaluate_every == 0:
                yield self.evaluate()
            if self.sampler and settings.sample_every and self.step % settings.sample_every == 0:
                yield Sample(self.step, self.sampler(self.model))
            if self.step % settings.checkpoint_every == 0:
                self.save()
        if self.evaluations[-1].step != self.step:
            yield self.evaluate()
        self.save()

    def run(self) -> Evaluation:
        """Play all events without looking at them; returns the last evaluation."""
        for _ in self.events():
            pass
        return self.evaluations[-1]

    def train_step(self) -> Step:
        """One turn of the loop."""
        started = time.perf_counter()
        settings, block_size = self.settings, self.model.config.block_size
        rate = learning_rate(
            self.step + 1,
            settings.learning_rate,
            settings.floor * settings.learning_rate,
            settings.warmup_steps,
            settings.steps,
        )
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        inputs, targets = sample_batch(self.train, block_size, settings.batch_size, self.generator)
        loss = self._loss(inputs, targets)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), settings.clip_norm).item()
        if not (math.isfinite(loss.item()) and math.isfinite(norm)):
            raise TrainingDiverged(
                f"training diverged at step {self.step + 1}: the loss is {loss.item()}; "
                f"the learning rate {settings.learning_rate:g} is likely too high, try a third of it"
            )
        self.optimizer.step()
        self.step += 1
        return Step(
            step=self.step,
            loss=loss.item(),
            learning_rate=rate,
            gradient_norm=norm,
            tokens=self.step * settings.batch_size * block_size,
            seconds=time.perf_counter() - started,
        )

    @torch.no_grad()
    def evaluate(self) -> Evaluation:
        """Measure the loss on held-out text, always on the same windows."""
        inputs, targets = self._heldout
        total = 0.0
        for start in range(0, len(inputs), EVALUATION_BATCH):
            part = slice(start, start + EVALUATION_BATCH)
            total += self._loss(inputs[part], targets[part], reduction="sum").item()
        evaluation = Evaluation(self.step, total / targets.numel())
        self.evaluations.append(evaluation)
        return evaluation

    def save(self) -> None:
        """Write a checkpoint, if the run has a folder."""
        if self.run_folder is None:
            return
        notes = {
            "settings": asdict(self.settings),
            "evaluations": [asdict(evaluation) for evaluation in self.evaluations],
            **self.notes,
        }
        save_checkpoint(self.run_folder, self.step, self.model, self.optimizer, self.generator, notes)

    def restore(self, checkpoint: Path) -> dict[str, Any]:
        """Go back to a checkpoint; `events` then continues from its step. Returns the checkpoint's notes.

        Raises:
            ValueError: the checkpoint is of a model of another shape.
        """
        notes = restore(checkpoint, self.model, self.optimizer, self.generator)
        self.step = notes["step"]
        self.evaluations = [Evaluation(**evaluation) for evaluation in notes["evaluations"]]
        return notes

    def _loss(self, inputs: Tensor, targets: Tensor, reduction: str = "mean") -> Tensor:
        logits = self.model(inputs.to(self.device))
        return F.cross_entropy(logits.flatten(0, 1), targets.to(self.device).flatten(), reduction=reduction)


def adamw(model: Transformer, weight_decay: float) -> torch.optim.AdamW:
    """AdamW (arXiv 1711.05101) with decay on the matrices only; the learning rate is set at each step."""
    matrices = [weight for weight in model.parameters() if weight.ndim >= 2]
    gains = [weight for weight in model.parameters() if weight.ndim < 2]
    groups = [{"params": matrices, "weight_decay": weight_decay}, {"params": gains, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=0.0, betas=(0.9, 0.95), fused=True)
