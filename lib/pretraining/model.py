"""A small Llama-style decoder: token ids in, a score for every possible next token out.

Notable features:
- RMSNorm before each sub-layer (arXiv 1910.07467), eps 1e-5, no biases anywhere;
- rotary position embeddings on adjacent pairs of features (RoPE, arXiv 2104.09864), theta 10,000;
- causal multi-head attention (arXiv 1706.03762);
- SwiGLU feed-forward layers (arXiv 2002.05202);
- separate matrices for the token embeddings and the output.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor, nn

ROPE_THETA = 10_000.0
NORM_EPS = 1e-5


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
    """

    vocab_size: int
    block_size: int = 64
    layers: int = 4
    heads: int = 4
    width: int = 128
    ff_width: int | None = None

    def __post_init__(self) -> None:
        if self.ff_width is None:
            object.__setattr__(self, "ff_width", -(-self.width * 8 // 24) * 8)
        for name in ("vocab_size", "block_size", "layers", "heads", "width", "ff_width"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")
        if self.width % self.heads:
            raise ValueError(f"width must be divisible by heads, got width {self.width} and {self.heads} heads")
        if self.head_width % 2:
            raise ValueError(f"width / heads must be even for rotary positions, got {self.width} / {self.heads}")

    @property
    def head_width(self) -> int:
        """Features per attention head."""
        return self.width // self.heads


SIZES = {
    "nano": {"layers": 2, "heads": 2, "width": 64, "block_size": 64},
    "micro": {"layers": 4, "heads": 4, "width": 128, "block_size": 64},
    "mini": {"layers": 6, "heads": 6, "width": 192, "block_size": 128},
}


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
    first, second = x[..., 0::2], x[..., 1::2]
    return torch.stack((first * cos - second * sin, first * sin + second * cos), dim=-1).flatten(-2)


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
        self.q_proj = nn.Linear(config.width, config.width, bias=False)
        self.k_proj = nn.Linear(config.width, config.width, bias=False)
        self.v_proj = nn.Linear(config.width, config.width, bias=False)
        self.output_proj = nn.Linear(config.width, config.width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """`(batch, time, width) -> (batch, time, width)`."""
        q, k, v = (
            project(x).unflatten(-1, (self.heads, -1)).transpose(1, 2)  # (batch, heads, time, head_width)
            for project in (self.q_proj, self.k_proj, self.v_proj)
        )
        cos, sin = rotation_table(x.shape[1], q.shape[-1], q.dtype, q.device)
        gathered = F.scaled_dot_product_attention(rotate(q, cos, sin), rotate(k, cos, sin), v, is_causal=True)
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


class Block(nn.Module):
    """Attention, then feed-forward; each reads a normalised copy and adds its result to the stream."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.ln1 = RMSNorm(config.width)
        self.attn = CausalSelfAttention(config)
        self.ln2 = RMSNorm(config.width)
        self.ffn = SwiGLU(config)

    def forward(self, x: Tensor) -> Tensor:
        """`(batch, time, width) -> (batch, time, width)`."""
        x = x + self.attn(self.ln1(x))
        return x + self.ffn(self.ln2(x))


class Transformer(nn.Module):
    """The whole model.

    Args:
        config: its shape.
        seed: decides the initial weights; torch's global generator is left alone.
    """

    def __init__(self, config: ModelConfig, seed: int = 0) -> None:
        super().__init__()
        self.config = config
        with torch.random.fork_rng(devices=[]):  # torch's layers draw first weights of their own, replaced below
            self.token_embeddings = nn.Embedding(config.vocab_size, config.width)
            self.layers = nn.ModuleList(Block(config) for _ in range(config.layers))
            self.ln_final = RMSNorm(config.width)
            self.lm_head = nn.Linear(config.width, config.vocab_size, bias=False)
        self._initialise(torch.Generator().manual_seed(seed))

    @torch.no_grad()
    def _initialise(self, generator: torch.Generator) -> None:
        """Normal weights of standard deviation 0.02; smaller where many layers add up (GPT-2's recipe)."""
        for name, weight in self.named_parameters():
            if weight.ndim == 2:
                adds_to_stream = name.endswith(("output_proj.weight", "w2.weight"))
                scale = 1 / math.sqrt(2 * self.config.layers) if adds_to_stream else 1.0
                weight.normal_(0.0, 0.02 * scale, generator=generator)

    def forward(self, inputs: Tensor) -> Tensor:
        """Logits of the next token at every position: `(batch, time) -> (batch, time, vocab)`.

        Raises:
            ValueError: the input is longer than the model's context.
        """
        if inputs.shape[1] > self.config.block_size:
            raise ValueError(
                f"the model's context is {self.config.block_size} tokens, got {inputs.shape[1]}: "
                "keep only the last ones"
            )
        x = self.token_embeddings(inputs)
        for layer in self.layers:
            x = layer(x)
        return self.lm_head(self.ln_final(x))

    @property
    def parameter_count(self) -> int:
        """How many numbers training adjusts."""
        return sum(weight.numel() for weight in self.parameters())
