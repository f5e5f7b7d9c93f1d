"""Several processes that train one model together, started by torchrun; a run alone is a team of one.

Every process holds the whole model and computes its share of each batch; DistributedDataParallel averages the
gradients, so all make the same update (arXiv 2006.15704). NCCL carries the numbers between GPUs, gloo between CPUs.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from .machine import choose_device


class Team:
    """Who trains: this process's rank, and how many there are.

    Args:
        rank: 0 is the one that reports and saves.
        size: number of processes.
        device: where this process computes.
    """

    def __init__(self, rank: int = 0, size: int = 1, device: torch.device | None = None) -> None:
        self.rank, self.size = rank, size
        self.device = device or torch.device("cpu")

    def wrap(self, model: nn.Module) -> nn.Module:
        """The model as it is called in training: its gradients are averaged over the team."""
        return model if self.size == 1 else DistributedDataParallel(model)

    def check_batch(self, batch_size: int, parts: int) -> None:
        """Refuse a batch that cannot be divided evenly.

        Raises:
            ValueError: some process would get more rows than another.
        """
        if batch_size % (parts * self.size):
            raise ValueError(
                f"the batch size must be divisible by {parts * self.size} "
                f"({self.size} processes, {parts} parts each), got {batch_size}"
            )

    def share(self, part: Tensor, parts: int, index: int) -> Tensor:
        """The rows that this process computes, of the `index`-th of `parts` equal parts of a batch."""
        rows = len(part) // (parts * self.size)
        start = (index * self.size + self.rank) * rows
        return part[start : start + rows]

    @contextlib.contextmanager
    def keep_to_itself(self, model: nn.Module, wanted: bool) -> Iterator[None]:
        """Do not average the gradients of this backward pass yet, if so wanted: more passes follow."""
        with model.no_sync() if wanted and isinstance(model, DistributedDataParallel) else contextlib.nullcontext():
            yield

    def total(self, value: float) -> float:
        """The sum of everybody's value."""
        if self.size == 1:
            return value
        shared = torch.tensor(value, dtype=torch.float64 if self.device.type == "cpu" else torch.float32)
        shared = shared.to(self.device)
        dist.all_reduce(shared)
        return shared.item()

    def any(self, flag: bool) -> bool:
        """Whether anybody's flag is up; all get the same answer."""
        return self.total(float(flag)) > 0


ALONE = Team()


@contextlib.contextmanager
def team(device: str = "auto") -> Iterator[Team]:
    """The team that torchrun started, or one of one; leaves it at the end.

    Args:
        device: as for `choose_device`; every process takes a GPU of its own.

    Raises:
        ValueError: the device is not there, or there are more processes than GPUs.
    """
    if "WORLD_SIZE" not in os.environ:
        yield Team(device=choose_device(device))
        return
    chosen, place = choose_device(device), int(os.environ["LOCAL_RANK"])
    if chosen.type == "cuda":
        if place >= torch.cuda.device_count():
            raise ValueError(f"{place + 1} processes on this machine, but only {torch.cuda.device_count()} GPUs")
        chosen = torch.device("cuda", place)
        torch.cuda.set_device(chosen)
    if chosen.type == "mps":
        raise ValueError("several processes cannot train on mps: choose --device cpu")
    dist.init_process_group("nccl" if chosen.type == "cuda" else "gloo")
    try:
        yield Team(dist.get_rank(), dist.get_world_size(), chosen)
        dist.barrier()  # nobody leaves while another one still saves
    finally:
        dist.destroy_process_group()
