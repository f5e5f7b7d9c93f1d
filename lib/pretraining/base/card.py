"""A model card: what a model was trained on, how, how well it does, and what it is not for.

Cards follow Mitchell et al., "Model Cards for Model Reporting" (arXiv 1810.03993). `tests/bench/make_base_model.py`
writes the one that ships, from the run's own numbers.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Card:
    """What is known about a trained model.

    Attributes:
        name: what it is called.
        command: what made it, word for word.
        world_seed: seed of the micro-world that it read about.
        world_tokens: how much text that world holds, counted as `text.world.approximate_tokens` does.
        seed: decided the first weights, the batches and what was held out.
        documents: how many there were.
        train_tokens: tokens to learn from, counted by the model's own tokenizer.
        heldout_tokens: tokens that it never learned from.
        tokens_read: tokens it learned from in all, repetitions included.
        parameters: numbers that training adjusted.
        model: the shape, as `ModelConfig` takes it.
        steps: updates of the weights.
        batch_size: windows in each update.
        learning_rate: the peak of the schedule.
        optimizer: who made the updates.
        cpu_seconds: how long training took on one processor core.
        losses: (step, held-out loss in nats per token), from the untrained model to the last step.
        heldout_bytes_per_token: bytes of held-out text that one token stands for.
        probes: for each kind of probe, the share passed, the share that guessing passes, and how many were asked; on a
            draw that played no part in choosing the model.
        limits: sentences on what it cannot do and is not for.
    """

    name: str
    command: str
    world_seed: int
    world_tokens: int
    seed: int
    documents: int
    train_tokens: int
    heldout_tokens: int
    tokens_read: int
    parameters: int
    model: dict[str, Any]
    steps: int
    batch_size: int
    learning_rate: float
    optimizer: str
    cpu_seconds: float
    losses: list[tuple[int, float]]
    heldout_bytes_per_token: float
    probes: dict[str, dict[str, float]]
    limits: list[str]

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> Card:
        """The card that a JSON file holds.

        Raises:
            ValueError: something is missing, or there is something else.
        """
        wanted = {field.name for field in fields(cls)}
        if wanted != set(content):
            raise ValueError(
                f"a card holds {', '.join(sorted(wanted))}; this differs in {sorted(wanted ^ set(content))}"
            )
        losses = [(int(step), float(loss)) for step, loss in content["losses"]]
        return cls(**{**content, "losses": losses})

    @property
    def epochs(self) -> float:
        """How many times it read its text."""
        return self.tokens_read / self.train_tokens

    @property
    def rows(self) -> list[tuple[str, str]]:
        """What to show a reader, line by line."""
        shape = self.model
        first, last = self.losses[0][1], self.losses[-1][1]
        scores = [
            f"{name} {score['share']:.0%} (guessing {score['chance']:.0%})" for name, score in self.probes.items()
        ]
        return [
            ("Kind", "base model: it was pre-trained, and nothing else"),
            ("Text", f"the micro-world (seed {self.world_seed}): {self.documents:,} documents, {self.train_tokens:,} "
                     f"tokens to learn from, {self.heldout_tokens:,} held out"),
            ("Size", f"{self.parameters:,} parameters: {shape['layers']} layers, width {shape['width']}, "
                     f"a vocabulary of {shape['vocab_size']:,}, a context of {shape['block_size']} tokens"),
            ("Training", f"{self.steps:,} steps of {self.batch_size} windows with {self.optimizer}: "
                         f"{self.tokens_read:,} tokens, {self.epochs:.1f} times its text; "
                         f"{self.cpu_seconds / 60:.0f} minutes on one processor core"),
            ("Held-out loss", f"{first:.2f} nats per token before training, {last:.2f} after it"),
            ("Probes", "; ".join(scores)),
            ("Limits", " ".join(self.limits)),
            ("Made with", self.command),
        ]  # fmt: skip

    def _repr_html_(self) -> str:
        """The card as JupyterLab shows it."""
        lines = "".join(
            f"<tr><th scope='row' style='text-align:left; vertical-align:top'>{name}</th>"
            f"<td style='text-align:left'>{html.escape(text)}</td></tr>"
            for name, text in self.rows
        )
        return f"<table><caption>{html.escape(self.name)}</caption>{lines}</table>"
