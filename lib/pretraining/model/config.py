"""The shape of a model, checked before anything is built, and some good shapes by name."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Any

# Far above every model that was ever published: what exceeds this is a slip of the keyboard.
LARGEST = {
    "vocab_size": 10_000_000,
    "block_size": 10_000_000,
    "layers": 10_000,
    "heads": 10_000,
    "width": 1_000_000,
    "ff_width": 10_000_000,
    "batch_size": 10_000_000,
}
SHAPE = ("vocab_size", "block_size", "layers", "heads", "width", "ff_width")


@dataclass(frozen=True)
class ModelConfig:
    """The shape of a model.

    Attributes:
        vocab_size: how many token ids there are.
        block_size: the longest context, in tokens.
        layers: transformer blocks.
        heads: attention heads in each block; width / heads must be a whole, even number.
        width: features per token.
        ff_width: hidden features of the feed-forward layer; by default 8/3 of the width, rounded up to a multiple of 8,
            which keeps SwiGLU's three matrices as large as the classic two of 4 x width.
        dropout: the share of the features that training blanks out at random (arXiv 1207.0580), in the embeddings and
            in what each sub-layer adds; from 0 to below 1.

    Raises:
        ValueError: a size that is not a whole number of at least 1, sizes that do not fit together, or a dropout out
            of range.

    Example:
        >>> ModelConfig(vocab_size=300, **SIZES["nano"]).head_width
        32
    """

    vocab_size: int
    block_size: int = 64
    layers: int = 4
    heads: int = 4
    width: int = 128
    ff_width: int | None = None
    dropout: float = 0.0

    def __post_init__(self) -> None:
        for name in SHAPE:
            if name == "ff_width" and self.ff_width is None:
                object.__setattr__(self, name, -(-self.width * 8 // 24) * 8)
            object.__setattr__(self, name, whole(name, getattr(self, name)))
        if self.width % self.heads:
            raise ValueError(f"width must be divisible by heads, got width {self.width} and {self.heads} heads")
        if self.head_width % 2:
            raise ValueError(f"width / heads must be even for rotary positions, got {self.width} / {self.heads}")
        object.__setattr__(self, "dropout", dropout_share(self.dropout))

    @property
    def head_width(self) -> int:
        """Features per attention head."""
        return self.width // self.heads


def whole(name: str, value: Any) -> int:
    """A size as a plain int.

    Raises:
        ValueError: it is not a whole number, below 1, or absurdly large.
    """
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is None or isinstance(value, bool):
        raise ValueError(f"{name} must be a whole number, got {value!r}")
    if number < 1:
        raise ValueError(f"{name} must be at least 1, got {number}")
    if number > LARGEST[name]:
        raise ValueError(f"{name} must be at most {LARGEST[name]:,}, got {number:,}")
    return number


def dropout_share(value: Any) -> float:
    """A dropout as a plain float.

    Raises:
        ValueError: it is not a number from 0 to below 1.
    """
    try:
        share = float(value)
    except (TypeError, ValueError):
        share = -1.0
    if isinstance(value, str | bool) or not 0 <= share < 1:
        raise ValueError(f"dropout must be a number from 0 to below 1, got {value!r}")
    return share


# Without embeddings and output head these have 0.1, 0.8, 2.7, 10.6 and 85 million parameters.
# The first three train on a laptop's processor; small and base want a GPU (base has the shape of the smallest GPT-2).
SIZES = {
    "nano": {"layers": 2, "heads": 2, "width": 64, "block_size": 64},
    "micro": {"layers": 4, "heads": 4, "width": 128, "block_size": 64},
    "mini": {"layers": 6, "heads": 6, "width": 192, "block_size": 128},
    "small": {"layers": 6, "heads": 6, "width": 384, "block_size": 256},
    "base": {"layers": 12, "heads": 12, "width": 768, "block_size": 1024},
}
