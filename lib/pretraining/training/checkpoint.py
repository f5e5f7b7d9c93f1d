"""Checkpoints: everything a run needs to go on as if it had never stopped.

A run's folder holds `tokenizer.json` and the last checkpoints, each a folder `step-000050/` with
- `model.safetensors`: the weights, under the model's own parameter names;
- `training.safetensors`: the optimizer's moments and the state of the batch generator;
- `run.json`: the model's shape, the settings, the step, the evaluations so far, and what the caller adds.

A checkpoint is written under another name and then renamed, so a folder called `step-...` is always complete.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from ..model import ModelConfig, Transformer

KEPT = 2
UNFINISHED = ".unfinished-"


def save_checkpoint(
    run: Path, step: int, model: Transformer, optimizer: torch.optim.Optimizer, generator: torch.Generator, notes: dict
) -> Path:
    """Write one checkpoint and delete all but the newest ones; returns its folder."""
    run.mkdir(parents=True, exist_ok=True)
    for leftover in run.glob(f"{UNFINISHED}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    unfinished, final = run / f"{UNFINISHED}{step:06d}", run / f"step-{step:06d}"
    unfinished.mkdir()
    save_file(
        {name: weight.contiguous() for name, weight in model.state_dict().items()}, unfinished / "model.safetensors"
    )
    moments = flatten_optimizer(optimizer, model)
    save_file({**moments, "generator": generator.get_state()}, unfinished / "training.safetensors")
    content = {"step": step, "model": asdict(model.config), **notes}
    (unfinished / "run.json").write_text(json.dumps(content, indent=1), encoding="utf-8")
    for file in unfinished.iterdir():
        with file.open("rb") as opened:
            os.fsync(opened.fileno())
    if final.exists():
        shutil.rmtree(final)
    unfinished.rename(final)
    for old in checkpoints(run)[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    return final


def checkpoints(run: Path) -> list[Path]:
    """The complete checkpoints in a run's folder, oldest first."""
    return sorted(folder for folder in run.glob("step-*") if (folder / "run.json").is_file())


def latest_checkpoint(run: str | os.PathLike[str]) -> Path:
    """The newest checkpoint in a run's folder.

    Raises:
        ValueError: there is none.
    """
    found = checkpoints(Path(run))
    if not found:
        raise ValueError(f"there is no checkpoint in {run}")
    return found[-1]


def read_notes(checkpoint: Path) -> dict[str, Any]:
    """What `run.json` says: the step, the model's shape, the settings and the caller's notes."""
    return json.loads((checkpoint / "run.json").read_text(encoding="utf-8"))


def load_model(run: str | os.PathLike[str]) -> Transformer:
    """The model of a run's newest checkpoint.

    Raises:
        ValueError: there is no checkpoint.
    """
    checkpoint = latest_checkpoint(run)
    model = Transformer(ModelConfig(**read_notes(checkpoint)["model"]))
    model.load_state_dict(load_file(checkpoint / "model.safetensors"))
    return model


def restore(
    checkpoint: Path, model: Transformer, optimizer: torch.optim.Optimizer, generator: torch.Generator
) -> dict[str, Any]:
    """Put a checkpoint's state into a model, its optimizer and the batch generator; returns the notes.

    Raises:
        ValueError: the checkpoint is of a model of another shape.
    """
    notes = read_notes(checkpoint)
    saved = ModelConfig(**notes["model"])
    if replace(saved, dropout=model.config.dropout) != model.config:  # dropout is a dial, not a shape
        raise ValueError(f"{checkpoint} holds a model of another shape: {notes['model']}")
    model.load_state_dict(load_file(checkpoint / "model.safetensors"))
    state = load_file(checkpoint / "training.safetensors")
    generator.set_state(state.pop("generator"))
    names = {name: weight for name, weight in model.named_parameters()}
    for key, value in state.items():
        moment, _, name = key.partition("/")
        optimizer.state[names[name]][moment] = value.to(names[name].device) if value.ndim else value
    return notes


def flatten_optimizer(optimizer: torch.optim.Optimizer, model: Transformer) -> dict[str, Tensor]:
    """An optimizer's state as named tensors: `moment/parameter name`."""
    names: dict[Tensor, str] = {weight: name for name, weight in model.named_parameters()}
    return {
        f"{moment}/{names[weight]}": value
        for weight, state in optimizer.state.items()
        for moment, value in state.items()
    }
