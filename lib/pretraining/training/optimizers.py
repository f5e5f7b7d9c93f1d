"""Who updates which weight: Muon the matrices inside the blocks, AdamW the embeddings, the output and the gains."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor

from ..model import Transformer
from .eager import EagerAdamW
from .muon import Muon

BETAS = (0.9, 0.95)


def build_optimizers(model: Transformer, name: str) -> list[torch.optim.Optimizer]:
    """The optimizers of a run; learning rate and weight decay are set at each step by `set_rates`.

    Args:
        model: its weights are updated in place.
        name: one of `settings.OPTIMIZERS`.
    """
    inside = [weight for weight in model.layers.parameters() if weight.ndim == 2] if name == "muon" else []
    others = [weight for weight in model.parameters() if not any(weight is one for one in inside)]
    groups = [
        {"params": [weight for weight in others if weight.ndim >= 2], "decays": True},
        {"params": [weight for weight in others if weight.ndim < 2], "decays": False},
    ]
    adamw = EagerAdamW(groups, lr=0.0, betas=BETAS, weight_decay=0.0, fused=True)
    return [Muon(inside), adamw] if inside else [adamw]


def set_rates(optimizers: Iterable[torch.optim.Optimizer], learning_rate: float, weight_decay: float) -> None:
    """Set the learning rate of every weight and the decay of every matrix."""
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = learning_rate
            group["weight_decay"] = weight_decay if group.get("decays", True) else 0.0


def named_state(optimizers: Iterable[torch.optim.Optimizer], model: Transformer) -> dict[str, Tensor]:
    """The optimizers' state as named tensors: `moment/parameter name`."""
    names: dict[Tensor, str] = {weight: name for name, weight in model.named_parameters()}
    return {
        f"{moment}/{names[weight]}": value
        for optimizer in optimizers
        for weight, state in optimizer.state.items()
        for moment, value in state.items()
    }


def load_named_state(optimizers: Iterable[torch.optim.Optimizer], model: Transformer, state: dict[str, Tensor]) -> None:
    """Put back what `named_state` gave.

    Raises:
        ValueError: the state was made by other optimizers.
    """
    owners = {
        id(weight): optimizer
        for optimizer in optimizers
        for group in optimizer.param_groups
        for weight in group["params"]
    }
    weights = dict(model.named_parameters())
    for key, value in state.items():
        moment, _, name = key.partition("/")
        weight = weights[name]
        owner = owners[id(weight)]
        if isinstance(owner, Muon) != (moment == "momentum"):
            raise ValueError(f"the checkpoint was trained with another optimizer: it holds {key!r}")
        owner.state[weight][moment] = value.to(weight.device) if value.ndim else value
