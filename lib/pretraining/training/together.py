"""Several processes on this machine train one model, started by torchrun as on a cluster, and each one reports.

Takes the options of `pretraining train`, hands on the losses that every process saw. gloo carries the numbers, over
this machine's own network: nothing outside it is asked for.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

THRIFTY = {"MALLOC_TRIM_THRESHOLD_": "65536", "MALLOC_MMAP_THRESHOLD_": "131072"}  # glibc gives back what is freed
PACKAGES = Path(__file__).parents[2]
LAST_LINES = 3
TIMEOUT_SECONDS = 240.0


@dataclass(frozen=True)
class Together:
    """How a run of several processes went.

    Attributes:
        command: as it would be typed.
        losses: for each rank the losses that it reported, by what was measured: "step 10 training", "step 40 held-out".
        weights: for each rank a checksum of its copy of the model at the end.
        problem: a sentence that says why there are no losses; empty if all went well.
    """

    command: str
    losses: dict[int, dict[str, float]] = field(default_factory=dict)
    weights: dict[int, str] = field(default_factory=dict)
    problem: str = ""

    @property
    def same_weights(self) -> bool:
        """Whether all processes ended with exactly the same numbers in their copies of the model."""
        return bool(self.weights) and len(set(self.weights.values())) == 1

    def __str__(self) -> str:
        if self.problem:
            return self.problem
        names = list(self.losses[0])
        head = f"{'':>20}" + "".join(f"{f'rank {rank}':>12}" for rank in self.losses)
        lines = [f"{name:>20}" + "".join(f"{own[name]:12.5f}" for own in self.losses.values()) for name in names]
        checks = f"{'weights':>20}" + "".join(f"{self.weights[rank]:>12}" for rank in self.losses)
        return "\n".join([head, *lines, checks])


def train_together(processes: int, options: Iterable[str], timeout_seconds: float = TIMEOUT_SECONDS) -> Together:
    """Run `torchrun -m pretraining.training` with so many processes in a folder that is thrown away afterwards.

    Args:
        processes: how many, at least 1; each takes about 300 MB of memory.
        options: of `pretraining train`, such as `["--steps", "40"]`; the batch size must be divisible by `processes`.
        timeout_seconds: how long to wait before all are stopped.

    Returns:
        What each process reported. Where it cannot run, or fails, `problem` says why.

    Raises:
        ValueError: fewer than 1 process, or a time-out that is not positive.

    Example:
        >>> print(train_together(2, ["--batch-size", "7"]))  # doctest: +SKIP
        Error: the batch size must be divisible by 2 (2 processes, 1 parts each), got 7
    """
    if processes < 1:
        raise ValueError(f"processes must be at least 1, got {processes}")
    if not timeout_seconds > 0:
        raise ValueError(f"timeout_seconds must be positive, got {timeout_seconds}")
    launch = ["--standalone", "--nproc-per-node", str(processes), "-m", "pretraining.training", *options]
    shown = shlex.join(["torchrun", *launch])
    if sys.platform == "win32":
        problem = "PyTorch for Windows cannot start torchrun: read on, or run this cell on Binder."
        return Together(shown, problem=problem)
    command = [sys.executable, "-m", "torch.distributed.run", *launch, "--every-rank"]
    with tempfile.TemporaryDirectory(prefix="pretraining-together-", ignore_cleanup_errors=True) as folder:
        code, said, complained = _run(command, folder, timeout_seconds)
    if code is None:
        return Together(shown, problem=f"The processes did not finish within {timeout_seconds:g} seconds.")
    if code:
        return Together(shown, problem=_reason(complained))
    return _read(shown, said)


def _run(command: list[str], folder: str, timeout_seconds: float) -> tuple[int | None, str, str]:
    """Exit code, output and complaints; no exit code if the time was over, and then nothing is left running."""
    _give_back()
    paths = [str(PACKAGES), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": "1", **THRIFTY}
    for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT"):
        environment.pop(name, None)
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # so that a time-out ends torchrun and all that it started
    )
    try:
        said, complained = process.communicate(timeout=timeout_seconds)
        return process.returncode, said, complained
    except subprocess.TimeoutExpired:
        return None, "", ""
    finally:
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.communicate(timeout=10)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.communicate()


def _give_back() -> None:
    """Hand the memory that this process has freed back to the machine, where the C library can: others need it now."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def _reason(complained: str) -> str:
    """The sentence that a process ended with, or else the last lines of what went wrong."""
    lines = [line for line in complained.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("Error: ")]
    return errors[0] if errors else "torchrun could not run here: " + " / ".join(lines[-LAST_LINES:])


def _read(command: str, said: str) -> Together:
    losses: dict[int, dict[str, float]] = {}
    for rank, step, kind, loss in re.findall(r"rank (\d+): step +(\d+) +(training|held-out) loss (\d+\.\d+)", said):
        losses.setdefault(int(rank), {})[f"step {step} {kind}"] = float(loss)
    weights = {int(rank): code for rank, code in re.findall(r"rank (\d+): weights (\w+)", said)}
    if not losses or losses.keys() != weights.keys():
        return Together(command, problem="The processes ended without reporting their losses.")
    return Together(command, dict(sorted(losses.items())), weights)
