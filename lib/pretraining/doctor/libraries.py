"""The libraries: which are installed, and which of them load and work."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from .child import ask
from .finding import MEND, NOTE, OK, Finding, judged

DISTRIBUTION = "pretraining-course"
# Asked one after the other in one process: (distribution, module, what the course does with it).
LIBRARIES = (
    ("numpy", "numpy", "numbers in bulk"),
    ("torch", "torch", "the models"),
    ("scipy", "scipy.optimize", "fits scaling laws"),
    ("tiktoken", "tiktoken", "tokens"),
    ("regex", "regex", "tokens"),
    ("safetensors", "safetensors", "saved models"),
    ("altair", "altair", "charts"),
    ("vl-convert-python", "vl_convert", "charts"),
    ("ipywidgets", "ipywidgets", "sliders and buttons"),
    ("anywidget", "anywidget", "the live chart"),
    ("jupyterlab", "jupyterlab", "where you work"),
    ("ipykernel", "ipykernel", "runs your notebooks"),
    ("nbformat", "nbformat", "reads notebooks"),
    ("nbgrader", "nbgrader", "checks graded notebooks"),
    ("bleach", "bleach", "checks graded notebooks"),
    ("pooch", "pooch", "fetches texts on request"),
    ("requests", "requests", "fetches texts on request"),
    ("datasketch", "datasketch", "finds near copies"),
    ("jinja2", "jinja2", "grading reports"),
    ("typer", "typer", "the command line"),
    ("rich", "rich", "the command line"),
)
LOAD = """
import importlib, sys
for name in sys.argv[1:]:
    tell(["start", name])
    try:
        module = importlib.import_module(name)
    except BaseException as error:
        tell(["failed", name, type(error).__name__, str(error), getattr(sys.modules.get(name), "__file__", None)])
    else:
        tell(["loaded", name, getattr(module, "__file__", None)])
"""
TORCH = """
import torch
ones = torch.ones(2, 2)
tell({
    "right": (ones @ ones).sum().item() == 8, "numpy": torch.ones(3).numpy().sum().item() == 3,
    "version": torch.__version__, "cuda": torch.version.cuda, "gpu": torch.cuda.is_available(),
    "apple": torch.backends.mps.is_available(), "threads": torch.get_num_threads(),
})
"""


def libraries() -> Iterator[Finding]:
    """Whether the course is installed, and each library, the broken ones one by one."""
    yield course()
    missing = [name for name, _, _ in LIBRARIES if version(name) is None]
    broken = dict(load([module for name, module, _ in LIBRARIES if name not in missing]))
    good = 0
    for name, module, purpose in LIBRARIES:
        if name in missing:
            yield Finding(name, MEND, "not installed", f"needed for: {purpose}", install(name))
        elif module in broken:
            yield broken_library(name, purpose, broken[module])
        elif name == "torch":
            yield torch()
        else:
            good += 1
    yield Finding("libraries", OK if good else NOTE, f"{good} of {len(LIBRARIES) - 1} beside torch load", "they work")


def course() -> Finding:
    """Where this package is, whether its data came along, and whether pip knows of it."""
    package = Path(__file__).resolve().parents[1]
    needed = ("assets/base/model.safetensors", "assets/vega-embed.js.gz", "assets/jupyterlab/overrides.json")
    gone = [name for name in needed if not (package / name).is_file()]
    if not clone() and not (package / "assets" / "notebooks" / "course").is_dir():
        gone.append("the notebooks")
    if gone:
        return Finding("course", MEND, f"{package} lacks {', '.join(gone)}", "parts of the course fail", reinstall())
    found = version(DISTRIBUTION)
    if found is None:
        means = "it works as long as this folder stays on Python's path"
        return Finding("course", NOTE, f"run from {package}, not installed", means, reinstall())
    return Finding("course", OK, f"{DISTRIBUTION} {found} at {package}", "it is complete")


def version(distribution: str) -> str | None:
    """What pip has installed under a name; None for nothing."""
    try:
        return metadata.version(distribution)
    except Exception:  # damaged metadata raise many things, and mean the same
        return None


def load(modules: list[str]) -> Iterator[tuple[str, tuple[str, str]]]:
    """(module, (what went wrong, its file)) of each that does not load, one that crashes Python included."""
    while modules:
        answers, reason = ask(LOAD, *modules)
        for answer in answers:
            if answer[0] == "failed":
                _, name, kind, text, file = answer
                yield name, (f"{kind}: {first_line(text)}", file or "")
        if not reason:
            return
        if not answers:
            yield from ((name, (reason, "")) for name in modules)
            return
        last = answers[-1][1]
        if answers[-1][0] == "start":
            yield last, (reason, "")
        modules = modules[modules.index(last) + 1 :]


def broken_library(name: str, purpose: str, problem: tuple[str, str]) -> Finding:
    """What to do about a library that is installed and does not load."""
    words, _ = problem
    if "numpy" in words and name != "numpy":
        means = f"needed for: {purpose}; it may only follow from a broken numpy, so mend that first"
        return Finding(name, MEND, f"does not load ({words})", means, install(name))
    return Finding(name, MEND, f"does not load ({words})", f"needed for: {purpose}", install(name))


def torch() -> Finding:
    """Whether PyTorch computes, its build, and on what."""
    answers, reason = ask(TORCH)
    if not answers:
        return Finding("torch", MEND, f"loads, but does not compute ({first_line(reason)})", "nothing trains",
                       install("torch"))  # fmt: skip
    told = answers[0]
    build = f"built for CUDA {told['cuda']}" if told["cuda"] else "CPU build"
    device = (
        "a GPU is used" if told["gpu"] else "Apple's GPU is used" if told["apple"] else "no GPU, and none is needed"
    )
    found = f"{told['version']}, {build}; {told['threads']} threads; {device}"
    if not told["numpy"]:
        return Finding("torch", MEND, found, "it does not work with this numpy", install("numpy"))
    if told["cuda"] and not told["gpu"]:
        return Finding("torch", NOTE, found, "it works; the CPU build would take several gigabytes less of disk")
    return judged("torch", told["right"], found, "it computes", install("torch"))


def install(distribution: str) -> str:
    """The command that installs one library afresh, at the version that the course wants."""
    return f'"{sys.executable}" -m pip install --force-reinstall --no-deps {constraint()}"{requirement(distribution)}"'


def reinstall() -> str:
    """The command that installs the whole course."""
    root = clone()
    return f'"{sys.executable}" -m pip install {constraint()}' + (
        f'-e "{root}"' if root else f"--upgrade {DISTRIBUTION}"
    )


def requirement(distribution: str) -> str:
    """What the course asks for, such as `numpy>=1.26`; the plain name where that is not known."""
    try:
        wanted = metadata.requires(DISTRIBUTION) or []
    except Exception:
        wanted = []
    for line in wanted:
        words = line.partition(";")[0].strip()
        if re.split(r"[\[<>=!~ ]", words)[0].lower() == distribution.lower():
            return words
    return distribution


def clone() -> Path | None:
    """The checkout that this package runs from; None for an installed wheel."""
    root = Path(__file__).resolve().parents[3]
    return root if (root / "pyproject.toml").is_file() and (root / "lib").is_dir() else None


def constraint() -> str:
    """The option that pins versions, in a checkout."""
    root = clone()
    return f'-c "{root / "constraints.txt"}" ' if root and os.path.isfile(root / "constraints.txt") else ""


def first_line(text: str) -> str:
    """The first line that says something, not too long."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0][:200] if lines else "no message"
