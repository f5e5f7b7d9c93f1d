"""What a gradient is, made visible: the slope of the loss in one weight, and how much the gradients of batches differ.

Takes a model and windows of tokens; hands on numbers for a chart. Training itself needs none of this.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from ..model import Transformer
from ..targets import cross_entropy, sample_batch

SPANS = tuple(0.25 * 2**power for power in range(7))


class OneWeight:
    """One weight of a model, moved while all the others stand still.

    The model itself is left alone: this works on a copy with 64-bit numbers, since the difference of two nearly equal
    losses is lost in the rounding of 32-bit ones.

    Args:
        model: whose weight.
        inputs: token ids, shape (batch, time).
        targets: the right answers, of the same shape.
        name: a parameter's name, such as `"lm_head.weight"`.
        index: which of its numbers; (row, column) of a matrix.

    Attributes:
        value: the weight as the model has it.

    Raises:
        ValueError: the model has no such parameter, or it has no such number.

    Example:
        >>> from pretraining.model import ModelConfig
        >>> model = Transformer(ModelConfig(vocab_size=5, block_size=4, layers=1, heads=1, width=8))
        >>> inputs, targets = torch.tensor([[1, 2]]), torch.tensor([[2, 3]])
        >>> weight = OneWeight(model, inputs, targets, "lm_head.weight", (3, 0))
        >>> abs(weight.gradient(weight.value) - weight.numerical_gradient(weight.value)) < 1e-8
        True
    """

    def __init__(self, model: Transformer, inputs: Tensor, targets: Tensor, name: str, index: Sequence[int]) -> None:
        self.model = Transformer(model.config)
        self.model.load_state_dict(model.state_dict())
        self.model.double()
        self.inputs, self.targets = inputs.cpu(), targets.cpu()
        parameters = dict(self.model.named_parameters())
        if name not in parameters:
            raise ValueError(f"the model has no parameter {name!r}: it has {', '.join(parameters)}")
        self.parameter = parameters[name]
        self.index = tuple(index)
        shape = tuple(self.parameter.shape)
        if len(self.index) != len(shape) or any(not 0 <= i < n for i, n in zip(self.index, shape, strict=True)):
            raise ValueError(f"{name} has the shape {shape}, so it has no number at {self.index}")
        self.value = self.parameter[self.index].item()

    @torch.no_grad()
    def loss(self, value: float) -> float:
        """The batch's loss if the weight were `value`, in nats per token."""
        self.parameter[self.index] = value
        return _loss(self.model, self.inputs, self.targets).item()

    def gradient(self, value: float) -> float:
        """The slope of the loss at `value`, by backpropagation, in nats per unit of the weight."""
        with torch.no_grad():
            self.parameter[self.index] = value
        (gradient,) = torch.autograd.grad(_loss(self.model, self.inputs, self.targets), self.parameter)
        return gradient[self.index].item()

    def numerical_gradient(self, value: float, eps: float = 1e-4) -> float:
        """The same slope from two losses, a little to the right and a little to the left: the central difference."""
        return (self.loss(value + eps) - self.loss(value - eps)) / (2 * eps)

    def span(self, rise: float = 0.25) -> float:
        """How far to go to either side to see the loss change by `rise` nats per token (at most 16)."""
        middle = self.loss(self.value)
        for span in SPANS:
            ends = self.loss(self.value - span), self.loss(self.value + span)
            if max(abs(end - middle) for end in ends) >= rise:
                break
        return span


def steepest(model: Transformer, inputs: Tensor, targets: Tensor, name: str) -> tuple[int, ...]:
    """Where in a parameter the loss is steepest: the index of its number with the largest gradient."""
    weight = dict(model.named_parameters())[name]
    (gradient,) = torch.autograd.grad(_loss(model, inputs, targets), weight)
    return tuple(int(i) for i in torch.unravel_index(gradient.abs().argmax(), gradient.shape))


def whole_gradient(model: Transformer, inputs: Tensor, targets: Tensor) -> Tensor:
    """The gradients of all weights as one long vector, shape (parameters,); the model's own `.grad` is left alone."""
    loss = _loss(model, inputs, targets)
    return torch.cat([gradient.flatten() for gradient in torch.autograd.grad(loss, list(model.parameters()))])


def gradient_agreement(
    model: Transformer, tokens: Tensor, batch_sizes: Sequence[int], draws: int = 6, seed: int = 0
) -> dict[int, list[float]]:
    """How much the gradients of different batches point the same way, for each batch size.

    Args:
        model: stays as it is.
        tokens: the text to draw windows from, shape (n,).
        batch_sizes: windows in a batch.
        draws: batches of each size, at least 2.
        seed: decides the batches.

    Returns:
        For each size the cosine similarity of every pair of its batches: 1 is the same direction, 0 is unrelated.

    Raises:
        ValueError: fewer than two draws, or a text shorter than a window.
    """
    if draws < 2:
        raise ValueError(f"comparing needs at least 2 draws, got {draws}")
    generator = torch.Generator().manual_seed(seed)
    found = {}
    for size in batch_sizes:
        batches = [sample_batch(tokens, model.config.block_size, size, generator) for _ in range(draws)]
        directions = torch.stack([F.normalize(whole_gradient(model, *batch), dim=0) for batch in batches])
        cosines = directions @ directions.T
        first, second = torch.triu_indices(draws, draws, offset=1)
        found[size] = cosines[first, second].tolist()
    return found


def _loss(model: Transformer, inputs: Tensor, targets: Tensor) -> Tensor:
    device = model.token_embeddings.weight.device
    return cross_entropy(model.logits(inputs.to(device)).flatten(0, 1), targets.to(device).flatten())
