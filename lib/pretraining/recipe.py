"""What decides a training run from the command line: one dataclass, remembered in every checkpoint.

It imports nothing heavy, so that the command line can show its defaults at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


def _option(default: Any, explanation: str) -> Any:
    return field(default=default, metadata={"help": explanation})


@dataclass
class Recipe:
    """The choices of `pretraining train` and of `torchrun -m pretraining.training`; each field is an option."""

    source: str = _option("python-docs", "micro-world, python-docs, python-code, folder or tinyshakespeare.")
    path: str | None = _option(None, "The folder or file to read, for --source folder.")
    mixture: str | None = _option(None, 'Weights by domain, such as "code=2,books=1"; by default as the text has it.')
    size: str = _option("micro", "nano, micro, mini, ... (see pretraining.model.SIZES).")
    block_size: int | None = _option(None, "Context length in tokens; by default the size's own.")
    dropout: float = _option(0.0, "Share of the features switched off while training.")
    vocab_size: int = _option(1024, "Tokens in the vocabulary.")
    steps: int = _option(300, "Updates of the weights.")
    batch_size: int = _option(24, "Windows of text in each update.")
    accumulation: int = _option(1, "Parts that a batch is computed in, to need less memory.")
    learning_rate: float = _option(9e-3, "Peak of the schedule.")
    warmup_steps: int | None = _option(None, "Steps from zero to the peak; by default a fifth of the run, at most 20.")
    optimizer: str = _option("muon", "muon or adamw.")
    weight_decay: float = _option(0.1, "Pull of the matrices towards zero.")
    precision: str = _option("auto", "float32, bfloat16, or auto to measure which is faster.")
    patience: int = _option(0, "Stop after this many evaluations without progress; 0 never does.")
    seed: int = _option(0, "Decides the first weights, the batches and what is held out.")

    @property
    def mixture_weights(self) -> dict[str, float] | None:
        """The mixture as numbers.

        Raises:
            ValueError: it is not written as `domain=weight,domain=weight`.

        Example:
            >>> Recipe(mixture="code=2,books=1").mixture_weights
            {'code': 2.0, 'books': 1.0}
        """
        if self.mixture is None:
            return None
        weights = {}
        for part in self.mixture.split(","):
            domain, _, weight = part.partition("=")
            try:
                weights[domain.strip()] = float(weight)
            except ValueError:
                raise ValueError(f"a mixture is written like code=2,books=1, got {self.mixture!r}") from None
        return weights
