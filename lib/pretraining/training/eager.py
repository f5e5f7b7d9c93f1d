"""Optimizers that leave torch's compiler alone.

The first time that an optimizer of torch is made or steps, torch imports its compiler (1.2 seconds of processor time
and 71 MB, measured with torch 2.13), only to keep it from compiling the optimizer. Nothing here is ever compiled.
"""

from __future__ import annotations

from inspect import unwrap

import torch


class EagerOptimizer(torch.optim.Optimizer):
    """An optimizer whose methods never call for the compiler."""

    add_param_group = unwrap(torch.optim.Optimizer.add_param_group)
    zero_grad = unwrap(torch.optim.Optimizer.zero_grad)


class EagerAdamW(EagerOptimizer, torch.optim.AdamW):
    """torch's AdamW (arXiv 1711.05101), with the same updates to the last bit."""

    step = torch.no_grad()(unwrap(torch.optim.AdamW.step))
