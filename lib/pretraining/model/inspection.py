"""A look inside: what a model computes on its way from tokens to logits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from .layers import Block

if TYPE_CHECKING:
    from .transformer import Transformer


@dataclass(frozen=True)
class Inspection:
    """Everything that one pass through a model computed.

    Attributes:
        logits: shape (batch, time, vocab).
        attention: weights, shape (layers, batch, heads, time, time); row t holds the shares that token t takes.
        stream: the residual stream, shape (layers + 1, batch, time, width): the embeddings, then after each block.
        attention_output: what each layer's attention added to the stream, shape (layers, batch, time, width).
        feed_forward_output: what each layer's feed-forward part added, shape (layers, batch, time, width).
    """

    logits: Tensor
    attention: Tensor
    stream: Tensor
    attention_output: Tensor
    feed_forward_output: Tensor


@torch.no_grad()
def inspect(model: Transformer, inputs: Tensor) -> Inspection:
    """Run a model with attention spelled out, keep every intermediate result; dropout is never applied.

    Args:
        model: is left as it is; another thread may be training it.
        inputs: token ids, shape (batch, time).

    Raises:
        ValueError: the input is longer than the model's context.
    """
    model.check_length(inputs.shape[1])
    x = model.token_embeddings(inputs)
    weights, stream, gathered, added = [], [x], [], []
    for layer in model.layers:
        assert isinstance(layer, Block)
        output, layer_weights = layer.attn.with_weights(layer.ln1(x))
        x = x + output
        feed_forward = layer.ffn(layer.ln2(x))
        x = x + feed_forward
        weights.append(layer_weights)
        gathered.append(output)
        added.append(feed_forward)
        stream.append(x)
    return Inspection(model.read_off(x), *map(torch.stack, (weights, stream, gathered, added)))
