"""The KV cache: what makes writing fast.

To write one more token, a model needs the keys and values of all tokens before it. They do not change when a token is
added at the end, so they are kept. A step then costs one token's work instead of the whole context's.

It holds 2 x layers x block_size x width numbers for each sequence: 66 kB for a nano model in float32, 75 MB for a
base one. How much faster writing gets depends on the length: filling the window of a nano model (64 tokens) took 1.4
times as long without the cache, that of a small model (256 tokens) 7 times (measured on one processor core).
"""

from __future__ import annotations

from torch import Tensor

from .config import ModelConfig


class LayerCache:
    """The keys and values of one layer.

    Args:
        block_size: room for so many tokens.
    """

    def __init__(self, block_size: int) -> None:
        self.block_size = block_size
        self.length = 0
        self._keys: Tensor | None = None
        self._values: Tensor | None = None

    def add(self, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Put new tokens at the end; returns those of all tokens, each (batch, heads, length, head_width)."""
        if self._keys is None or self._values is None:
            room = (*keys.shape[:2], self.block_size, keys.shape[3])
            self._keys, self._values = keys.new_empty(room), values.new_empty(room)
        end = self.length + keys.shape[2]
        self._keys[:, :, self.length : end] = keys
        self._values[:, :, self.length : end] = values
        self.length = end
        return self._keys[:, :, :end], self._values[:, :, :end]


class KeyValueCache:
    """The keys and values of every layer, for the tokens read so far.

    Positions count from the first token, so a cache ends where the context ends: when the window slides, every
    position changes, and with it every key. Then it is of no more use.

    Example:
        >>> import torch
        >>> from pretraining.model import Transformer
        >>> model = Transformer(ModelConfig(vocab_size=7, block_size=4, layers=1, heads=1, width=8))
        >>> cache = KeyValueCache(model.config)
        >>> with torch.no_grad():
        ...     first = model.logits(torch.tensor([[1, 2]]), cache)
        ...     third = model.logits(torch.tensor([[3]]), cache)
        >>> cache.length, torch.allclose(third[0, 0], model(torch.tensor([[1, 2, 3]]))[0, 2], atol=1e-6)
        (3, True)
    """

    def __init__(self, config: ModelConfig) -> None:
        self.layers = [LayerCache(config.block_size) for _ in range(config.layers)]

    @property
    def length(self) -> int:
        """How many tokens were read."""
        return self.layers[0].length
