"""Fine-tuning in miniature: a trained model goes on learning, now from questions with the answers wanted.

Two things differ from pre-training. The loss counts the tokens of the answers only: the model is not to learn to ask.
And each batch holds windows of ordinary text beside the questions (rehearsal), so that the model keeps what it knows.
Mixing old text in is among the oldest cures for forgetting (Robins 1995, "Catastrophic forgetting, rehearsal and
pseudorehearsal"); InstructGPT mixed pre-training text in as well (arXiv 2203.02155).
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from ..model import Transformer
from ..targets import sample_batch
from ..text.microworld.exchanges import Exchange
from ..tokens import END_OF_TEXT, Tokenizer
from .events import Step
from .optimizers import build_optimizers, set_rates
from .settings import OPTIMIZERS, learning_rate
from .trainer import TrainingDiverged

IGNORED = -100  # a target that no loss counts
CLIP_NORM = 1.0


@dataclass(frozen=True)
class FineTuningSettings:
    """The dials of fine-tuning.

    Attributes:
        steps: updates of the weights.
        batch_size: questions in each update.
        rehearsal: windows of ordinary text in each update; 0 for none.
        window: tokens in such a window.
        learning_rate: the peak of the schedule.
        warmup_steps: steps in which the rate climbs from zero.
        all_weights: whether the token embeddings, the first block and the output layer learn as well. Left alone, names
            go on being read as they were in pre-training, so that those the model knows and those it does not stay
            apart. (With the first block still, 89% of questions were followed instead of 86%, in a fifth less time;
            with two blocks still, 77%: seed 41, chosen on.)
        optimizer: `"muon"` or `"adamw"`, as in pre-training.
        seed: decides the batches.

    Raises:
        ValueError: a setting out of its range.
    """

    steps: int = 240
    batch_size: int = 20
    rehearsal: int = 6
    window: int = 32
    learning_rate: float = 3e-3
    warmup_steps: int = 10
    all_weights: bool = False
    optimizer: str = "muon"
    seed: int = 0

    def __post_init__(self) -> None:
        for name, least in {"steps": 1, "batch_size": 1, "rehearsal": 0, "window": 1, "warmup_steps": 0}.items():
            if getattr(self, name) < least:
                raise ValueError(f"{name} must be at least {least}, got {getattr(self, name)}")
        if not 0 < self.learning_rate < math.inf:
            raise ValueError(f"learning_rate must be a positive number, got {self.learning_rate}")
        if self.optimizer not in OPTIMIZERS:
            raise ValueError(f"optimizer must be {' or '.join(OPTIMIZERS)}, got {self.optimizer!r}")


def encode_exchange(tokenizer: Tokenizer, exchange: Exchange) -> tuple[list[int], list[int]]:
    """One question as the model reads it: inputs and targets, of the same length.

    The text is prompt, answer, end of text. Only the answer and the end are targets; the rest is `IGNORED`.

    Raises:
        ValueError: the tokenizer has no `<|endoftext|>`, with which an answer ends.
    """
    if END_OF_TEXT not in tokenizer.special_tokens:
        raise ValueError(f"the tokenizer has no {END_OF_TEXT}: a model could not learn to stop")
    end = tokenizer.special_tokens[END_OF_TEXT]
    prompt = [end, *tokenizer.encode_ordinary(exchange.prompt)]
    answer = [*tokenizer.encode_ordinary(f" {exchange.answer}"), end]
    return (prompt + answer)[:-1], [IGNORED] * (len(prompt) - 1) + answer


class FineTuner:
    """Fine-tunes a model in place, step by step.

    Args:
        model: a trained one (or one with random weights, to compare).
        tokenizer: its tokenizer.
        exchanges: questions with the answers wanted.
        text: token ids of ordinary text to rehearse, shape (n,); only needed for rehearsal.
        settings: the dials.

    Attributes:
        losses: the loss on the answers at each step so far, in nats per token.

    Raises:
        ValueError: no questions, one that is longer than the model's context, or no text to rehearse.
    """

    def __init__(
        self,
        model: Transformer,
        tokenizer: Tokenizer,
        exchanges: Sequence[Exchange],
        text: Tensor | None = None,
        settings: FineTuningSettings | None = None,
    ) -> None:
        self.model, self.settings = model, settings or FineTuningSettings()
        self._rows = [encode_exchange(tokenizer, exchange) for exchange in exchanges]
        if not self._rows:
            raise ValueError("fine-tuning needs at least one question with its answer")
        model.check_length(max(self.settings.window, *(len(inputs) for inputs, _ in self._rows)))
        if self.settings.rehearsal and text is None:
            raise ValueError("rehearsal needs ordinary text: pass text=..., or set rehearsal to 0")
        self._text = text
        self._generator = torch.Generator().manual_seed(self.settings.seed)
        still = [model.token_embeddings.weight, model.lm_head.weight, *model.layers[0].parameters()]
        resting = set() if self.settings.all_weights else {id(weight) for weight in still}
        self._learning = [weight for weight in model.parameters() if id(weight) not in resting]
        self._waiting: list[int] = []  # questions of this round that were not in a batch yet
        self._optimizers = build_optimizers(model, self.settings.optimizer)
        self.step = self.tokens = 0
        self.losses: list[float] = []

    def events(self) -> Iterator[Step]:
        """Train to the last step, and report each one.

        Raises:
            TrainingDiverged: the loss is no longer finite.
        """
        while self.step < self.settings.steps:
            yield self.train_step()

    def run(self) -> FineTuner:
        """Play all steps."""
        for _ in self.events():
            pass
        return self

    def train_step(self) -> Step:
        """One update: the mean loss of the answers' tokens, plus that of the rehearsed text."""
        started, settings = time.perf_counter(), self.settings
        peak = settings.learning_rate
        rate = learning_rate(self.step + 1, peak, 0.0, settings.warmup_steps, settings.steps)
        set_rates(self._optimizers, rate, weight_decay=0.0)
        inputs, targets = self._batch()
        self.model.zero_grad(set_to_none=True)
        logits = self.model(inputs)  # (batch, time, vocab)
        asked = slice(0, settings.batch_size), slice(settings.batch_size, None)
        loss, *rehearsed = [_loss(logits[part], targets[part]) for part in asked[: 1 + bool(settings.rehearsal)]]
        self._backward(sum(rehearsed, loss))
        norm = torch.nn.utils.clip_grad_norm_(self._learning, CLIP_NORM).item()
        if not math.isfinite(norm):
            raise TrainingDiverged(f"fine-tuning diverged at step {self.step + 1}: try a third of the learning rate")
        for optimizer in self._optimizers:
            optimizer.step()
        self.step += 1
        self.tokens += int((targets != IGNORED).sum())
        self.losses.append(loss.item())
        return Step(self.step, loss.item(), rate, norm, self.tokens, time.perf_counter() - started)

    def _backward(self, loss: Tensor) -> None:
        """Fill the gradients of the weights that learn."""
        for weight, gradient in zip(self._learning, torch.autograd.grad(loss, self._learning), strict=True):
            weight.grad = gradient

    def _next_questions(self) -> list[int]:
        """Places of the next questions: each comes once, in random order, before any comes again."""
        size = self.settings.batch_size
        while len(self._waiting) < size:
            self._waiting += torch.randperm(len(self._rows), generator=self._generator).tolist()
        chosen, self._waiting = self._waiting[:size], self._waiting[size:]
        return chosen

    def _batch(self) -> tuple[Tensor, Tensor]:
        """Questions, padded to one length, and below them the windows to rehearse; each (batch, time)."""
        settings = self.settings
        rows = [self._rows[index] for index in self._next_questions()]
        longest = max(len(inputs) for inputs, _ in rows)
        longest = max(longest, settings.window) if settings.rehearsal else longest
        inputs = torch.tensor([own + [0] * (longest - len(own)) for own, _ in rows])
        targets = torch.tensor([own + [IGNORED] * (longest - len(own)) for _, own in rows])
        if self._text is None or not settings.rehearsal:
            return inputs, targets
        more_inputs, more_targets = sample_batch(self._text, longest, settings.rehearsal, self._generator)
        return torch.cat([inputs, more_inputs]), torch.cat([targets, more_targets])


def _loss(logits: Tensor, targets: Tensor) -> Tensor:
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=IGNORED)
