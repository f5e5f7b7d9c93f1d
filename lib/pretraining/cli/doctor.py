"""`pretraining doctor`: what this machine has, and what to do about what it lacks."""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import typer

NEEDED = ("torch", "jupyterlab", "ipywidgets", "anywidget", "altair", "vl-convert-python", "nbgrader", "tiktoken")


def doctor() -> None:
    """Look at Python, libraries, memory, disk and kernel; each problem comes with the command that mends it."""
    problems = 0
    for good, what, mend in findings():
        print(f"{'ok  ' if good else 'FAIL'}  {what}")
        if not good:
            problems += 1
            print(f"      -> {mend}")
    print("Everything is in place." if not problems else f"{problems} to mend.")
    raise typer.Exit(1 if problems else 0)


def findings() -> Iterator[tuple[bool, str, str]]:
    """(whether it is good, what was found, how to mend it), one for each thing looked at."""
    version = platform.python_version()
    yield sys.version_info >= (3, 10), f"Python {version} at {sys.executable}", "install Python 3.10 or newer"
    install = "pip install -c constraints.txt -e . (or run `make lab` again)"
    for name in NEEDED:
        try:
            yield True, f"{name} {metadata.version(name)}", ""
        except metadata.PackageNotFoundError:
            yield False, f"{name} is not installed", install
    yield torch_works(install)
    yield kernel_is_there()
    gigabytes = memory_gigabytes()
    yield (
        gigabytes is None or gigabytes >= 1,
        f"memory: {gigabytes or 'unknown'} GB",
        "close other programs: 1 GB is needed",
    )
    free = round(shutil.disk_usage(Path.cwd()).free / 1e9, 1)
    yield free >= 0.5, f"disk: {free} GB free here", "free some space: checkpoints and notebooks need 0.5 GB"
    yield os.access(Path.cwd(), os.W_OK), f"folder {Path.cwd()} can be written to", "go to a folder of your own"


def torch_works(install: str) -> tuple[bool, str, str]:
    """Whether torch computes, on how many cores and which device."""
    try:
        import torch

        from ..training.machine import choose_device, usable_cores

        good = torch.ones(2, 2).matmul(torch.ones(2, 2)).sum().item() == 8
        return good, f"torch computes; {usable_cores()} cores, device {choose_device()}", install
    except Exception as error:
        return False, f"torch does not load: {error}", install


def kernel_is_there() -> tuple[bool, str, str]:
    """Whether Jupyter finds a Python kernel."""
    try:
        from jupyter_client.kernelspec import KernelSpecManager

        path = KernelSpecManager().get_kernel_spec("python3").resource_dir
        return True, f"Jupyter kernel python3 at {path}", ""
    except Exception as error:
        return False, f"no Jupyter kernel: {error}", "python -m ipykernel install --sys-prefix"


def memory_gigabytes() -> float | None:
    """Memory this process may use, a container's limit included; None where that cannot be told."""
    try:
        amount = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
    with contextlib.suppress(OSError, ValueError):
        amount = min(amount, int(Path("/sys/fs/cgroup/memory.max").read_text()))
    return round(amount / 1e9, 1)
