"""The parts of the model: norm, rotary positions, attention, feed-forward, and the block that joins them."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .cache import LayerCache
from .config import ModelConfig

ROPE_THETA = 10_000.0
NORM_EPS = 1e-5


@lru_cache(maxsize=32)
@torch.inference_mode(False)  # a cached inference tensor could not be used in training later
def rotation_table(length: int, head_width: int, dtype: torch.dtype, device: torch.device) -> tuple[Tensor, Tensor]:
    """Cosines and sines of every position's angles, each (length, head_width / 2), computed in float64.

    Pair i of the features turns by position * theta ** (-2i / head_width) radians.
    """
    frequencies = ROPE_THETA ** (-torch.arange(0, head_width, 2, dtype=torch.float64) / head_width)
    angles = torch.arange(length, dtype=torch.float64)[:, None] * frequencies
    return angles.cos().to(device, dtype), angles.sin().to(device, dtype)


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turn each adjacent pair of features by its position's angle.

    The product of a rotated query and a rotated key then depends on how far apart they are, not on where they stand.

    Args:
        x: shape (..., time, head_width), head_width even.
        cos: shape (time, head_width / 2), and likewise `sin`: rows of `rotation_table`.
    """
    if x.device.type == "cpu" and x.dtype in (torch.float32, torch.float64):
        # A pair is a complex number; to turn it is one multiplication, in about a quarter of the time.
        pairs = torch.view_as_complex(x.contiguous().unflatten(-1, (-1, 2)))
        return torch.view_as_real(pairs * torch.complex(cos, sin)).flatten(-2)
    first, second = x[..., 0::2], x[..., 1::2]
    return torch.stack((first * cos - second * sin, first * sin + second * cos), dim=-1).flatten(-2)


def attention_weights(queries: Tensor, keys: Tensor) -> Tensor:
    """How much each token takes from each: softmax(q k^T / sqrt(head_width)), nothing from later tokens.

    Scaled dot-product attention, arXiv 1706.03762 section 3.2.1.

    Args:
        queries: shape (..., time, head_width), and likewise `keys`.

    Returns:
        Shape (..., time, time): row t holds the shares that token t takes; they sum to 1.
    """
    scores = queries @ keys.transpose(-2, -1) / math.sqrt(queries.shape[-1])
    later = torch.ones(scores.shape[-2:], dtype=torch.bool, device=scores.device).triu(1)
    return scores.masked_fill(later, -math.inf).softmax(-1)


class RMSNorm(nn.Module):
    """Scale each token's features to a root mean square of 1, then by a learned weight."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        """`(..., width) -> (..., width)`."""
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + NORM_EPS) * self.weight


class CausalSelfAttention(nn.Module):
    """Each token gathers from itself and the tokens before it, in several heads at once."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.heads = config.heads
        self.block_size = config.block_size
        self.q_proj = nn.Linear(config.width, config.width, bias=False)
        self.k_proj = nn.Linear(config.width, config.width, bias=False)
        self.v_proj = nn.Linear(config.width, config.width, bias=False)
        self.output_proj = nn.Linear(config.width, config.width, bias=False)

    def forward(self, x: Tensor, cache: LayerCache | None = None) -> Tensor:
        """`(batch, time, width) -> (batch, time, width)`; with a cache, `x` holds only the tokens not yet in it."""
        start = 0 if cache is None else cache.length
        q, k, v = self.queries_keys_values(x, start)
        mask = None
        if cache is not None:
            k, v = cache.add(k, v)
            if start and x.shape[1] > 1:
                mask = torch.ones(q.shape[-2], k.shape[-2], dtype=torch.bool, device=x.device).tril(start)
        gathered = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=not start)
        return self._joined(gathered)

    def with_weights(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The same as `forward`, spelled out: slower, but the weights can be seen.

        Returns:
            The output, (batch, time, width), and the weights, (batch, heads, time, time).
        """
        q, k, v = self.queries_keys_values(x)
        weights = attention_weights(q, k)
        return self._joined(weights @ v), weights

    def queries_keys_values(self, x: Tensor, start: int = 0) -> tuple[Tensor, Tensor, Tensor]:
        """What each token asks, offers and hands on, each (batch, heads, time, head_width); the first two rotated.

        Args:
            x: shape (batch, time, width).
            start: the position of the first token.
        """
        q, k, v = (
            project(x).unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for project in (self.q_proj, self.k_proj, self.v_proj)
        )
        table = rotation_table(self.block_size, q.shape[-1], q.dtype, q.device)
        cos, sin = (rows[start : start + x.shape[1]] for rows in table)
        return rotate(q, cos, sin), rotate(k, cos, sin), v

    def _joined(self, gathered: Tensor) -> Tensor:
        """The heads side by side again, and mixed."""
        return self.output_proj(gathered.transpose(1, 2).flatten(-2))


class SwiGLU(nn.Module):
    """The feed-forward layer: w2(silu(w1 x) * w3 x)."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        assert config.ff_width is not None  # filled in by ModelConfig
        self.w1 = nn.Linear(config.width, config.ff_width, bias=False)
        self.w2 = nn.Linear(config.ff_width, config.width, bias=False)
        self.w3 = nn.Linear(config.width, config.ff_width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """`(..., width) -> (..., width)`."""
        return self.w2(F.silu(self.w1(x)) * self.w3(x))


def unchanged(x: Tensor) -> Tensor:
    """No dropout."""
    return x


class Block(nn.Module):
    """Attention, then feed-forward; each reads a normalised copy and adds its result to the stream."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.ln1 = RMSNorm(config.width)
        self.attn = CausalSelfAttention(config)
        self.ln2 = RMSNorm(config.width)
        self.ffn = SwiGLU(config)

    def forward(
        self, x: Tensor, drop: Callable[[Tensor], Tensor] = unchanged, cache: LayerCache | None = None
    ) -> Tensor:
        """`(batch, time, width) -> (batch, time, width)`; `drop` is applied to what each sub-layer adds."""
        x = x + drop(self.attn(self.ln1(x), cache))
        return x + drop(self.ffn(self.ln2(x)))
