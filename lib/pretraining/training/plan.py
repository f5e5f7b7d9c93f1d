"""What a run will cost before it starts: tokens, FLOPs, seconds on this machine, and memory.

Takes a model's shape and the settings of a run, hands on a `Plan` and sentences about what is wrong with it. The speed
is measured once: a few real steps of two small models tell what a layer costs whatever its size, and how fast the
machine multiplies.
"""

from __future__ import annotations

import functools
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import torch

from ..model import ModelConfig, Transformer, flops_per_token, parameter_budget, training_memory
from .machine import choose_device, usable_cores
from .muon import POLAR_EXPRESS
from .settings import TrainingSettings
from .trainer import Trainer

LONG_SECONDS = 180.0
SPARE_MEMORY = 0.9
BATCH = 8  # of the larger model that is timed


def parameter_count(config: ModelConfig) -> int:
    """How many numbers training adjusts."""
    return sum(parameter_budget(config).values())


def optimizer_flops(config: ModelConfig, optimizer: str) -> int:
    """Operations that one update costs besides the gradients.

    Muon turns each matrix of a layer by a few Newton-Schulz steps of three products; for m x n with m <= n each step is
    about 4 m^2 n + 2 m^3 (Jordan et al. 2024, kellerjordan.github.io/posts/muon).
    """
    if optimizer != "muon":
        return 20 * parameter_count(config)
    assert config.ff_width is not None
    shapes = [(config.width, config.width)] * 4 + [(config.width, config.ff_width)] * 3
    one_layer = sum(4 * min(s) ** 2 * max(s) + 2 * min(s) ** 3 for s in shapes)
    return config.layers * len(POLAR_EXPRESS) * one_layer


@dataclass(frozen=True)
class Speed:
    """How fast a machine trains.

    Attributes:
        seconds_per_layer: what a layer costs in each step however small it is.
        flops_per_second: how fast it computes what is large.
    """

    seconds_per_layer: float
    flops_per_second: float

    def seconds_per_step(self, config: ModelConfig, batch_size: int, optimizer: str = "muon") -> float:
        """How long one update takes."""
        flops = flops_per_token(config) * batch_size * config.block_size + optimizer_flops(config, optimizer)
        return self.seconds_per_layer * (config.layers + 1) + flops / self.flops_per_second


@functools.cache
def measure_speed(device: str = "auto") -> Speed:
    """Time a few steps of two models, with as many threads as a run in the background has; takes about 0.3 s once."""
    found: list[Speed] = []

    def measure() -> None:
        torch.set_num_threads(max(1, usable_cores() - 1))
        small = ModelConfig(vocab_size=257, block_size=8, layers=2, heads=1, width=16)
        large = ModelConfig(vocab_size=1024, block_size=64, layers=2, heads=4, width=128)
        per_layer = step_seconds(small, 2, device, 8) / (small.layers + 1)
        rest = max(1e-5, step_seconds(large, BATCH, device, 3) - per_layer * (large.layers + 1))
        flops = flops_per_token(large) * BATCH * large.block_size + optimizer_flops(large, "muon")
        found.append(Speed(per_layer, flops / rest))

    thread = threading.Thread(target=measure)  # torch's number of threads is each thread's own
    thread.start()
    thread.join()
    if not found:
        raise ValueError(f"no training step could be made on the device {device!r}")
    return found[0]


def step_seconds(config: ModelConfig, batch_size: int, device: str, steps: int) -> float:
    """The fastest of a few real training steps, in seconds."""
    tokens = torch.arange(4 * config.block_size) % config.vocab_size
    model = Transformer(config).to(choose_device(device))
    trainer = Trainer(model, tokens, tokens, TrainingSettings(steps=steps + 1, batch_size=batch_size))
    trainer.train_step()
    times = []
    for _ in range(steps):
        started = time.perf_counter()
        trainer.train_step()
        times.append(time.perf_counter() - started)
    return min(times)


def available_memory(device: str = "auto") -> int:
    """Bytes that a run may still take on a device; a container's limit counts."""
    where = choose_device(device)
    if where.type == "cuda":
        return torch.cuda.mem_get_info(where)[0]
    free = []
    for path, name in (("/proc/meminfo", "MemAvailable:"),):
        if Path(path).is_file():
            line = next((line for line in Path(path).read_text().splitlines() if line.startswith(name)), "")
            free += [int(line.split()[1]) * 1024] if line else []
    limit, used = Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")
    if limit.is_file() and used.is_file() and (text := limit.read_text().strip()) != "max":
        free.append(int(text) - int(used.read_text()))
    return max(0, min(free, default=4_000_000_000))  # macOS and Windows say it in other ways: assume a small laptop


@dataclass(frozen=True)
class Plan:
    """The cost of a run.

    Attributes:
        parameters: numbers that training adjusts.
        tokens: tokens that it reads.
        flops: operations in all.
        seconds: how long it will take on this machine, about.
        memory_bytes: what it will take, about.
        free_bytes: what there is.
    """

    parameters: int
    tokens: int
    flops: int
    seconds: float
    memory_bytes: int
    free_bytes: int

    @property
    def fits(self) -> bool:
        """Whether the run fits into memory."""
        return self.memory_bytes <= SPARE_MEMORY * self.free_bytes

    @property
    def is_long(self) -> bool:
        """Whether it takes more than a few minutes."""
        return self.seconds > LONG_SECONDS


def plan(config: ModelConfig, settings: TrainingSettings, speed: Speed, free_bytes: int) -> Plan:
    """What a run with this model and these settings costs on a machine of this speed."""
    optimizer = settings.optimizer
    tokens = settings.steps * settings.batch_size * config.block_size
    return Plan(
        parameters=parameter_count(config),
        tokens=tokens,
        flops=flops_per_token(config) * tokens + settings.steps * optimizer_flops(config, optimizer),
        seconds=settings.steps * speed.seconds_per_step(config, settings.batch_size, optimizer),
        memory_bytes=sum(training_memory(config, settings.batch_size, optimizer).values()),
        free_bytes=free_bytes,
    )
