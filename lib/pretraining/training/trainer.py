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
from ..targets import evaluation_windows
from .batches import BatchSource, Streams
from .checkpoint import restore, save_checkpoint
from .distributed import ALONE, Team
from .events import Evaluation, Event, Sample, Step
from .optimizers import build_optimizers, set_rates
from .precision import choose_precision
from .settings import TrainingSettings, learning_rate

EVALUATION_BATCH = 64


class TrainingDiverged(ArithmeticError):
    """The loss is no longer a finite number; the message says what to try."""


class Trainer:
    """Trains a model on a stream of tokens.

    Args:
        model: is trained in place, on the device that it is on.
        train: token ids to learn from, shape (n,), or such a tensor for each domain of a mixture.
        heldout: token ids to measure on, shape (m,).
        settings: the dials; most may be turned while the run goes on.
        sampler: writes a text with the model, for `Sample` events.
        run_folder: where checkpoints go; without it none are written.
        notes: whatever else a checkpoint should remember, as plain data.
        team: the processes that share the work.

    Raises:
        ValueError: the text is too short, or the settings do not fit it.

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
        train: Streams,
        heldout: Tensor,
        settings: TrainingSettings,
        *,
        sampler: Callable[[Transformer], str] | None = None,
        run_folder: Path | None = None,
        notes: dict[str, Any] | None = None,
        team: Team = ALONE,
    ) -> None:
        self.model = model
        self.batches = BatchSource(train, model.config.block_size)
        self.batches.check(settings.mixture)
        self.settings = settings
        self.sampler = sampler
        self.run_folder = run_folder
        self.notes = notes or {}
        self.team = team
        self.step = self.tokens = 0
        self.evaluations: list[Evaluation] = []
        self.stop_requested = False
        self.generator = torch.Generator().manual_seed(settings.seed)
        self.optimizers = build_optimizers(model, settings.optimizer)
        model.dropout_generator = torch.Generator(self.device).manual_seed(settings.seed + team.rank)
        self._shared_model = team.wrap(model)
        self._precision: torch.dtype | None = None
        self._heldout = evaluation_windows(heldout, model.config.block_size, settings.evaluation_tokens)

    @property
    def device(self) -> torch.device:
        """Where the model is."""
        return self.model.token_embeddings.weight.device

    @property
    def generators(self) -> dict[str, torch.Generator]:
        """All that is random in a run: the batches, and what dropout blanks out."""
        assert self.model.dropout_generator is not None
        return {"batches": self.generator, "dropout": self.model.dropout_generator}

    @property
    def precision(self) -> str:
        """The number format it computes in; `"auto"` before the first computation."""
        return "auto" if self._precision is None else str(self._precision).removeprefix("torch.")

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
        while self.step < settings.steps and not self.team.any(self.stop_requested or self.has_stalled):
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

    @property
    def has_stalled(self) -> bool:
        """Whether the last `patience` evaluations brought no new lowest held-out loss."""
        losses, patience = [evaluation.loss for evaluation in self.evaluations], self.settings.patience
        return 0 < patience < len(losses) and min(losses[-patience:]) >= min(losses[:-patience])

    def run(self) -> Evaluation:
        """Play all events without looking at them; returns the last evaluation."""
        for _ in self.events():
            pass
        return self.evaluations[-1]

    def train_step(self) -> Step:
        """One turn of the loop.

        Raises:
            TrainingDiverged: the loss or the gradient is no longer finite; the weights stay as they were.
            ValueError: a dial was turned to where it cannot be.
        """
        started = time.perf_counter()
        settings = self.settings
        settings.check()
        rate = learning_rate(
            self.step + 1,
            settings.learning_rate,
            settings.floor * settings.learning_rate,
            settings.warmup_steps,
            settings.steps,
        )
        set_rates(self.optimizers, rate, settings.weight_decay)
        self.team.check_batch(settings.batch_size, settings.accumulation)
        inputs, targets = self.batches.draw(settings.batch_size, self.generator, settings.mixture)
        loss = self._backward(inputs, targets)
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), settings.clip_norm).item()
        if not (math.isfinite(loss) and math.isfinite(norm)):
            raise TrainingDiverged(
                f"training diverged at step {self.step + 1}: the loss is {loss} and the gradient's length {norm}; "
                f"the learning rate {settings.learning_rate:g} is likely too high, try a third of it"
            )
        for optimizer in self.optimizers:
            optimizer.step()
        self.step += 1
        self.tokens += targets.numel()
        return Step(self.step, loss, rate, norm, self.tokens, time.perf_counter() - started)

    def _backward(self, inputs: Tensor, targets: Tensor) -> float:
        """Fill the gradients with those of the whole batch's mean loss, part by part; returns that loss."""
        parts = self.settings.accumulation
        self.model.zero_grad(set_to_none=True)
        total = 0.0
        for i in range(parts):
            with self.team.keep_to_itself(self._shared_model, wanted=i < parts - 1):
                mine = self.team.share(inputs, parts, i), self.team.share(targets, parts, i)
                loss = self._loss(*mine) / parts
                loss.backward()
            total += loss.item()
        return self.team.total(total) / self.team.size

    @torch.no_grad()
    def evaluate(self) -> Evaluation:
        """Measure the loss on held-out text, always on the same windows."""
        inputs, targets = self._heldout
        total = 0.0
        for start in range(self.team.rank * EVALUATION_BATCH, len(inputs), self.team.size * EVALUATION_BATCH):
            part = slice(start, start + EVALUATION_BATCH)
            total += self._loss(inputs[part], targets[part], reduction="sum").item()
        evaluation = Evaluation(self.step, self.team.total(total) / targets.numel())
        self.evaluations.append(evaluation)
        return evaluation

    def save(self) -> None:
        """Write a checkpoint, if the run has a folder."""
        if self.run_folder is None or self.team.rank:
            return
        notes = {
            "settings": asdict(self.settings),
            "tokens": self.tokens,
            "evaluations": [asdict(evaluation) for evaluation in self.evaluations],
            "precision": self.precision,
            **self.notes,
        }
        save_checkpoint(self.run_folder, self.step, self.model, self.optimizers, self.generators, notes)

    def restore(self, checkpoint: Path) -> dict[str, Any]:
        """Go back to a checkpoint; `events` then continues from its step. Returns the checkpoint's notes.

        Raises:
            ValueError: the checkpoint is of a model of another shape, or was trained with another optimizer.
        """
        notes = restore(checkpoint, self.model, self.optimizers, self.generators)
        self.step, self.tokens = notes["step"], notes["tokens"]
        self.evaluations = [Evaluation(**evaluation) for evaluation in notes["evaluations"]]
        if self.settings.precision == "auto" and notes.get("precision") in ("float32", "bfloat16"):
            self._precision = getattr(torch, notes["precision"])  # measured again, it could change in mid-run
        return notes

    def _loss(self, inputs: Tensor, targets: Tensor, reduction: str = "mean") -> Tensor:
        if self._precision is None:
            self._precision = self._choose_precision(inputs, targets)
        return self._loss_in(self._precision, inputs, targets, reduction)

    def _loss_in(self, precision: torch.dtype, inputs: Tensor, targets: Tensor, reduction: str = "mean") -> Tensor:
        model = self._shared_model if torch.is_grad_enabled() else self.model.logits
        with torch.autocast(self.device.type, precision, enabled=precision != torch.float32):
            logits = model(inputs.to(self.device))  # (batch, time, vocab)
        return F.cross_entropy(logits.float().flatten(0, 1), targets.to(self.device).flatten(), reduction=reduction)

    def _choose_precision(self, inputs: Tensor, targets: Tensor) -> torch.dtype:
        """The faster format for this model; a team uses bfloat16 only if every member gains from it."""

        def work(precision: torch.dtype) -> None:
            with torch.enable_grad():
                torch.autograd.grad(self._loss_in(precision, inputs, targets), self.model.lm_head.weight)

        chosen = choose_precision(self.settings.precision, self.device, work)
        return torch.float32 if self.team.any(chosen == torch.float32) else chosen
