"""One model of a ladder: its shape, how long it is trained, and the result.

Every rung of a ladder follows the same rule, so that its loss depends on its size alone: the same text, tokenizer,
depth, context, batch, learning rate and number of steps. Takes a width and a number of tokens, hands on a `Result`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch

from ..model import ModelConfig, Transformer
from ..training import Corpus, Event, Trainer, TrainingSettings
from ..training.plan import flops_per_token, parameter_count

BLOCK_SIZE, BATCH_SIZE = 32, 16
LAYERS, HEAD_WIDTH = 2, 8
LEARNING_RATE = 0.01
TOKENS = 800 * BATCH_SIZE * BLOCK_SIZE  # 409,600: a little less than the micro-world has
EVALUATION_TOKENS = 65_536  # all of the micro-world's held-out text, so that the loss has little noise


@dataclass(frozen=True)
class Result:
    """A model that was trained.

    Attributes:
        width: features per token.
        parameters: numbers that were learned, embeddings included.
        tokens: that were read.
        flops: operations in all, from the exact count of the model's matrix products.
        loss: held-out loss at the end, in nats per token.
        epochs: how many times the text was read.
        seed: decided the first weights and the batches.
    """

    width: int
    parameters: int
    tokens: int
    flops: float
    loss: float
    epochs: float
    seed: int


@dataclass(frozen=True)
class Rung:
    """A model that is to be trained.

    Args:
        width: features per token, a multiple of 8.
        tokens: how many tokens it reads; a whole number of batches of 512 is made of them.
    """

    width: int
    tokens: float = TOKENS

    @property
    def steps(self) -> int:
        """Updates of the weights until it has read its tokens."""
        return max(1, round(self.tokens / (BATCH_SIZE * BLOCK_SIZE)))

    def config(self, vocab_size: int) -> ModelConfig:
        """The model's shape.

        Raises:
            ValueError: a width that heads of 8 features do not fill.
        """
        if self.width % HEAD_WIDTH or self.width < HEAD_WIDTH:
            raise ValueError(f"the width of a rung must be a multiple of {HEAD_WIDTH}, got {self.width}")
        heads = self.width // HEAD_WIDTH
        return ModelConfig(vocab_size, block_size=BLOCK_SIZE, layers=LAYERS, heads=heads, width=self.width)

    def settings(self, seed: int) -> TrainingSettings:
        """How it is trained; float32, so that other machines come to nearly the same loss."""
        return TrainingSettings(
            steps=self.steps,
            batch_size=BATCH_SIZE,
            learning_rate=LEARNING_RATE,
            warmup_steps=min(20, self.steps // 5),
            floor=0.0,
            evaluate_every=self.steps,
            evaluation_tokens=EVALUATION_TOKENS,
            precision="float32",
            seed=seed,
        )

    def expected(self, corpus: Corpus) -> tuple[int, int, float]:
        """Parameters, tokens and operations, known before anything is trained."""
        config = self.config(corpus.tokenizer.vocab_size)
        tokens = self.steps * BATCH_SIZE * BLOCK_SIZE
        return parameter_count(config), tokens, float(flops_per_token(config) * tokens)

    def train(self, corpus: Corpus, seed: int) -> Iterator[Event | Result]:
        """Train it on one thread and report the steps; the last thing that comes is the `Result`.

        Raises:
            ValueError: the text is shorter than one window.
            TrainingDiverged: the loss is no longer finite.
        """
        corpus.check_block(BLOCK_SIZE)
        config = self.config(corpus.tokenizer.vocab_size)
        trainer = Trainer(Transformer(config, seed), corpus.train, corpus.heldout, self.settings(seed))
        threads = torch.get_num_threads()
        torch.set_num_threads(1)  # matrices this small gain nothing from a second one
        try:
            yield from trainer.events()
        finally:
            torch.set_num_threads(threads)
        parameters, tokens, flops = self.expected(corpus)
        loss = trainer.evaluations[-1].loss
        yield Result(self.width, parameters, tokens, flops, loss, tokens / len(corpus.train), seed)
