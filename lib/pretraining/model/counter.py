"""The floating-point operations of a model that runs, as torch counts them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from inspect import unwrap
from types import MethodType

from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode


@contextmanager
def count_flops() -> Iterator[FlopCounterMode]:
    """Torch's own count of the operations within, forward or backward: ask it for `get_total_flops()`.

    Two things differ from using `FlopCounterMode` alone. Attention is computed as products of matrices, because torch
    has no formula for the fused kernel of a processor. And torch's compiler is not imported only to be kept away from
    the counting: 70 MB and a second (measured with torch 2.13).

    Example:
        >>> import torch
        >>> with count_flops() as counted:
        ...     product = torch.ones(2, 3) @ torch.ones(3, 4)
        >>> counted.get_total_flops()
        48
    """
    with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
        mode = counter.mode
        mode.__torch_dispatch__ = MethodType(unwrap(type(mode).__torch_dispatch__), mode)
        yield counter
