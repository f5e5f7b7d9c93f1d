"""A small Llama-style decoder: token ids in, a score for every possible next token out.

Notable features:
- RMSNorm before each sub-layer (arXiv 1910.07467), eps 1e-5, no biases anywhere;
- rotary position embeddings on adjacent pairs of features (RoPE, arXiv 2104.09864), theta 10,000;
- causal multi-head attention (arXiv 1706.03762);
- SwiGLU feed-forward layers (arXiv 2002.05202);
- separate matrices for the token embeddings and the output.

Read in this order: `config` (the shape), `layers` (the parts), `transformer` (the whole). `cache` makes generation
fast, `inspection` shows what happens inside, `budget` counts parameters and memory before anything is built.
"""

from .budget import machine_memory, parameter_budget, training_memory
from .cache import KeyValueCache
from .config import SIZES, ModelConfig
from .counter import count_flops
from .flops import flops_per_token, forward_flops, training_step_flops
from .inspection import Inspection
from .layers import (
    NORM_EPS,
    ROPE_THETA,
    Block,
    CausalSelfAttention,
    RMSNorm,
    SwiGLU,
    attention_weights,
    rotate,
    rotation_table,
)
from .transformer import Transformer

__all__ = [
    "NORM_EPS",
    "ROPE_THETA",
    "SIZES",
    "Block",
    "CausalSelfAttention",
    "Inspection",
    "KeyValueCache",
    "ModelConfig",
    "RMSNorm",
    "SwiGLU",
    "Transformer",
    "attention_weights",
    "count_flops",
    "flops_per_token",
    "forward_flops",
    "machine_memory",
    "parameter_budget",
    "rotate",
    "rotation_table",
    "training_memory",
    "training_step_flops",
]
