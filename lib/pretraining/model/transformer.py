"""The whole model: embeddings, a stack of blocks, and the logits read off at the end."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable

import torch
from torch import Tensor, nn

from .budget import check_memory
from .cache import KeyValueCache
from .config import ModelConfig, dropout_share
from .inspection import Inspection, inspect
from .layers import Block, RMSNorm, unchanged

EMBEDDING_SCALE = 0.3

_BORROWING = threading.Lock()  # torch's global generator is one for all threads


class Transformer(nn.Module):
    """The whole model.

    Args:
        config: its shape.
        seed: decides the initial weights; torch's global generator is left alone.

    Attributes:
        dropout: what is applied in training mode; may be changed between two steps.
        dropout_generator: draws what dropout blanks out; without one torch's global generator does. It should live on
            the model's device: one elsewhere works too, but sends its numbers across at each step.

    Raises:
        ValueError: this computer's memory cannot hold the weights.
    """

    def __init__(self, config: ModelConfig, seed: int = 0) -> None:
        super().__init__()
        check_memory(config)
        self.config = config
        self.dropout = config.dropout
        self.dropout_generator: torch.Generator | None = None
        with (
            _BORROWING,
            torch.random.fork_rng(devices=[]),
        ):  # torch's layers draw first weights of their own, replaced below
            self.token_embeddings = nn.Embedding(config.vocab_size, config.width)
            self.layers = nn.ModuleList(Block(config) for _ in range(config.layers))
            self.ln_final = RMSNorm(config.width)
            self.lm_head = nn.Linear(config.width, config.vocab_size, bias=False)
        self._initialise(torch.Generator().manual_seed(seed))

    @torch.no_grad()
    def _initialise(self, generator: torch.Generator) -> None:
        """Normal weights of standard deviation 0.02; smaller where many layers add up (GPT-2's recipe).

        The embeddings are larger, so that the stream begins with a token's own features, well above what untrained
        layers add. One run of character-level Shakespeare with Muon at 9e-3 ended at 1.853 nats instead of 1.914 after
        340 steps. At low rates and with AdamW, very short runs become worse: 0.2 to 0.4 nats in two that we measured.
        """
        self.token_embeddings.weight.normal_(0.0, EMBEDDING_SCALE, generator=generator)
        for name, weight in self.named_parameters():
            if weight.ndim == 2 and weight is not self.token_embeddings.weight:
                adds_to_stream = name.endswith(("output_proj.weight", "w2.weight"))
                scale = 1 / math.sqrt(2 * self.config.layers) if adds_to_stream else 1.0
                weight.normal_(0.0, 0.02 * scale, generator=generator)

    def forward(self, inputs: Tensor) -> Tensor:
        """Logits of the next token at every position: `(batch, time) -> (batch, time, vocab)`.

        In training mode with dropout, as torch has it: some features are blanked out at random.

        Raises:
            ValueError: the input is longer than the model's context, or `dropout` was set to something out of range.
        """
        dropping = self.training and self.dropout != 0
        return self._logits(inputs, self._drop if dropping else unchanged)

    def logits(self, inputs: Tensor, cache: KeyValueCache | None = None) -> Tensor:
        """As `forward` in evaluation mode, whatever mode the model is in: safe while another thread trains it.

        Args:
            inputs: token ids, shape (batch, time).
            cache: holds the tokens before `inputs`, and takes these in.

        Raises:
            ValueError: what was read and the input together are longer than the model's context.
        """
        return self._logits(inputs, unchanged, cache)

    def _logits(self, inputs: Tensor, drop: Callable[[Tensor], Tensor], cache: KeyValueCache | None = None) -> Tensor:
        self.check_length(inputs.shape[1] + (0 if cache is None else cache.length))
        x = drop(self.token_embeddings(inputs))
        for index, layer in enumerate(self.layers):
            x = layer(x, drop, None if cache is None else cache.layers[index])
        return self.read_off(x)

    def read_off(self, stream: Tensor) -> Tensor:
        """What the model would predict from this state of the residual stream: `(..., width) -> (..., vocab)`."""
        return self.lm_head(self.ln_final(stream))

    def inspect(self, inputs: Tensor) -> Inspection:
        """Attention weights, the residual stream and more, for `inputs` of shape (batch, time); see `Inspection`.

        Example:
            >>> model = Transformer(ModelConfig(vocab_size=7, block_size=4, layers=2, heads=1, width=8))
            >>> inside = model.inspect(torch.tensor([[1, 2, 3]]))
            >>> inside.attention.shape, inside.stream.shape
            (torch.Size([2, 1, 1, 3, 3]), torch.Size([3, 1, 3, 8]))
        """
        return inspect(self, inputs)

    def check_length(self, length: int) -> None:
        """Refuse more tokens than the context holds.

        Raises:
            ValueError: `length` is above the block size.
        """
        if length > self.config.block_size:
            raise ValueError(
                f"the model's context is {self.config.block_size} tokens, got {length}: keep only the last ones"
            )

    def _drop(self, x: Tensor) -> Tensor:
        """Blank out a share of the features and scale up the others, so that the mean stays (arXiv 1207.0580)."""
        share, generator = dropout_share(self.dropout), self.dropout_generator
        device = x.device if generator is None else generator.device
        kept = torch.empty(x.shape, dtype=torch.bool, device=device).bernoulli_(1 - share, generator=generator)
        return x * kept.to(x.device) / (1 - share)

    @property
    def parameter_count(self) -> int:
        """How many numbers training adjusts."""
        return sum(weight.numel() for weight in self.parameters())
