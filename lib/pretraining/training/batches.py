"""Where a batch comes from: one stream of tokens, or a stream for each domain, drawn from by a mixture.

Takes token ids, hands on windows of inputs and targets. The mixture may change between two batches.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from ..targets import sample_batch

Streams = Tensor | Mapping[str, Tensor]


class BatchSource:
    """Draws windows that start anywhere in the text.

    Args:
        streams: token ids of shape (n,), or such a tensor for each domain.
        block_size: tokens in a window.

    Raises:
        ValueError: there is no stream, or not one full window.

    Example:
        >>> source = BatchSource({"prose": torch.zeros(50).long(), "code": torch.ones(50).long()}, block_size=4)
        >>> inputs, targets = source.draw(8, torch.Generator().manual_seed(0), {"code": 1.0})
        >>> inputs.shape, inputs.unique().tolist()
        (torch.Size([8, 4]), [1])
    """

    def __init__(self, streams: Streams, block_size: int) -> None:
        domains = {"": streams} if isinstance(streams, Tensor) else dict(streams)
        if not domains:
            raise ValueError("there is no text to learn from")
        self.block_size = block_size
        self.sizes = {name: len(stream) for name, stream in domains.items()}
        self._tokens = next(iter(domains.values())) if len(domains) == 1 else torch.cat(list(domains.values()))
        ends = torch.tensor(list(self.sizes.values())).cumsum(0)
        self._begins = torch.cat([torch.zeros(1, dtype=torch.long), ends[:-1]])
        if not any(self._starts(name) for name in domains):
            sample_batch(max(domains.values(), key=len), block_size, 1, torch.Generator())  # says what does not fit

    def draw(
        self, batch_size: int, generator: torch.Generator, mixture: Mapping[str, float] | None = None
    ) -> tuple[Tensor, Tensor]:
        """One batch: each window's domain by the mixture, then its start, each as likely as any other.

        Args:
            batch_size: how many windows.
            generator: makes the draw repeatable.
            mixture: weights by domain, which need not add up to 1; without it every start in the text is as likely.

        Returns:
            inputs and targets, each of shape (batch_size, block_size).

        Raises:
            ValueError: the mixture names an unknown domain, or a domain too short for one window, or weighs nothing.
        """
        if mixture is None and len(self.sizes) == 1:
            return sample_batch(self._tokens, self.block_size, batch_size, generator)
        weights = self._weights(mixture)
        domain = torch.multinomial(weights, batch_size, replacement=True, generator=generator)
        room = torch.tensor([self._starts(name) for name in self.sizes])[domain]
        within = (torch.rand(batch_size, dtype=torch.float64, generator=generator) * room).long()
        positions = (self._begins[domain] + within)[:, None] + torch.arange(self.block_size)  # (batch, time)
        return self._tokens[positions], self._tokens[positions + 1]

    def check(self, mixture: Mapping[str, float] | None) -> None:
        """Refuse a mixture that cannot be drawn from.

        Raises:
            ValueError: see `draw`.
        """
        self._weights(mixture)

    def _starts(self, name: str) -> int:
        """How many windows of a domain there are."""
        return max(0, self.sizes[name] - self.block_size)

    def _weights(self, mixture: Mapping[str, float] | None) -> Tensor:
        if mixture is None:
            return torch.tensor([float(self._starts(name)) for name in self.sizes], dtype=torch.float64)
        unknown = sorted(set(mixture) - set(self.sizes))
        if unknown:
            raise ValueError(f"the mixture names {', '.join(unknown)}, but the text has {', '.join(self.sizes)}")
        if not all(math.isfinite(weight) and weight >= 0 for weight in mixture.values()) or not any(mixture.values()):
            raise ValueError(f"a mixture needs weights of 0 or more, at least one above 0, got {dict(mixture)}")
        for name, weight in mixture.items():
            if weight and not self._starts(name):
                raise ValueError(
                    f"the domain {name!r} is only {self.sizes[name]} tokens long, "
                    f"too short for a window of {self.block_size}: give it weight 0 or choose a shorter block"
                )
        return torch.tensor([float(mixture.get(name, 0.0)) for name in self.sizes], dtype=torch.float64)
