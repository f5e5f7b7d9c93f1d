"""Muon: momentum for weight matrices, with every update made orthogonal, so that all directions learn at the same pace.

A matrix's gradient is dominated by a few directions. Muon replaces the singular values of the averaged gradient by
(nearly) 1 and keeps its directions. It needs one number of memory for each weight; AdamW needs two.

Sources: Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks" (the method); Liu et al. 2025,
arXiv 2502.16982 (weight decay, and the scale 0.2 that makes AdamW's learning rates fit).

torch.optim.Muon does the same one matrix at a time and in bfloat16, which a CPU without bfloat16 arithmetic computes
many times slower than float32; here all matrices of one shape go through together, in float32.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import torch
from torch import Tensor

from .eager import EagerOptimizer

# p(s) = a s + b s^3 + c s^5 moves singular values from (0, 1] towards 1. Three different polynomials do here what the
# first recipe's five equal ones do (1.868 and 1.871 nats in one pair of runs), at three fifths of the price.
# Amsel et al. 2025, arXiv 2505.16932 ("Polar Express"): the first three of its polynomials.
POLAR_EXPRESS = ((8.28721, -23.59589, 17.30039), (4.10706, -2.94785, 0.54484), (3.94869, -2.90890, 0.55182))
SAME_SIZE_AS_ADAMW = 0.2  # root mean square of an update, as AdamW's usually is; arXiv 2502.16982, section 2.2

Polynomials = Sequence[tuple[float, float, float]]


def orthogonalize(matrices: Tensor, polynomials: Polynomials = POLAR_EXPRESS) -> Tensor:
    """Move the singular values of each matrix to the neighbourhood of 1; the singular vectors stay.

    With the default polynomials, what was from 0.3% to 100% of the matrix's norm becomes 0.18 to 1.87: near enough for
    training, which five iterations of the first recipe (0.7 to 1.2) did not make better in that pair of runs.

    Args:
        matrices: shape (..., rows, columns).
        polynomials: coefficients of each iteration; very small singular values need more of them.

    Example:
        >>> turned = orthogonalize(torch.diag(torch.tensor([5.0, 1.0])))
        >>> [0.18 < value < 1.87 for value in turned.diagonal().tolist()]
        [True, True]
    """
    tall = matrices.shape[-2] > matrices.shape[-1]
    x = matrices.mT if tall else matrices  # the square below is then as small as it can be
    x = x / (1.01 * torch.linalg.matrix_norm(x, keepdim=True) + 1e-7)
    for a, b, c in polynomials:
        square = x @ x.mT
        x = a * x + (b * square + c * square @ square) @ x
    return x.mT if tall else x


class Muon(EagerOptimizer):
    """Muon for matrices; give embeddings, the output layer and single numbers to AdamW.

    Args:
        parameters: weights of two dimensions.
        lr: the root mean square of an update is about 0.2 times this.
        momentum: how much of the averaged gradient is kept at each step.
        weight_decay: pull towards zero, as a share of `lr`, as in AdamW.
        polynomials: iterations of the orthogonalisation.
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        lr: float = 0.0,
        momentum: float = 0.9,
        weight_decay: float = 0.0,
        polynomials: Polynomials = POLAR_EXPRESS,
    ) -> None:
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})
        self.polynomials = polynomials
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.ndim != 2:
                    raise ValueError(f"Muon updates matrices, got a weight of shape {tuple(weight.shape)}")

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """Update every weight that has a gradient."""
        if closure is not None:
            raise ValueError("Muon takes no closure: compute the gradients before you call step()")
        for group in self.param_groups:
            same_shape: defaultdict[torch.Size, list[Tensor]] = defaultdict(list)
            for weight in group["params"]:
                if weight.grad is not None:
                    same_shape[weight.shape].append(weight)
            for shape, weights in same_shape.items():
                directions = torch.stack([self._direction(weight, group["momentum"]) for weight in weights])
                scale = group["lr"] * SAME_SIZE_AS_ADAMW * max(shape) ** 0.5
                updates = orthogonalize(directions, self.polynomials) * scale
                torch._foreach_mul_(weights, 1 - group["lr"] * group["weight_decay"])
                torch._foreach_sub_(weights, list(updates.unbind()))

    def _direction(self, weight: Tensor, momentum: float) -> Tensor:
        """The averaged gradient, looking one step ahead (Nesterov's momentum)."""
        assert weight.grad is not None
        state = self.state[weight]
        if "momentum" not in state:
            state["momentum"] = torch.zeros_like(weight)
        average = state["momentum"].lerp_(weight.grad, 1 - momentum)
        return weight.grad.lerp(average, momentum)
