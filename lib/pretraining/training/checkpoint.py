"""Checkpoints: everything a run needs to go on as if it had never stopped.

A run's folder holds `tokenizer.json` and the last checkpoints, each a folder `step-000050/` with
- `model.safetensors`: the weights, under the model's own parameter names;
- `training.safetensors`: the optimizers' moments and the state of the random generators;
- `run.json`: the model's shape, the settings, the step, the evaluations so far, and what the caller adds.

A checkpoint is written under another name and then renamed, so a folder called `step-...` is always complete.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from ..model import ModelConfig, Transformer
from .optimizers import load_named_state, named_state

KEPT = 2
UNFINISHED = ".unfinished-"


def save_checkpoint(
    run: Path,
    step: int,
    model: Transformer,
    optimizers: Sequence[torch.optim.Optimizer],
    generators: Mapping[str, torch.Generator],
    notes: dict,
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
    random = {f"random/{name}": generator.get_state() for name, generator in generators.items()}
    save_file({**named_state(optimizers, model), **random}, unfinished / "training.safetensors")
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
    checkpoint: Path,
    model: Transformer,
    optimizers: Sequence[torch.optim.Optimizer],
    generators: Mapping[str, torch.Generator],
) -> dict[str, Any]:
    """Put a checkpoint's state into a model, its optimizers and the random generators; returns the notes.

    Raises:
        ValueError: the checkpoint is of a model of another shape, or was trained with another optimizer.
    """
    notes = read_notes(checkpoint)
    saved = ModelConfig(**notes["model"])
    if replace(saved, dropout=model.config.dropout) != model.config:  # dropout is a dial, not a shape
        raise ValueError(f"{checkpoint} holds a model of another shape: {notes['model']}")
    model.load_state_dict(load_file(checkpoint / "model.safetensors"))
    state = load_file(checkpoint / "training.safetensors")
    for name, generator in generators.items():
        generator.set_state(state.pop(f"random/{name}"))
    load_named_state(optimizers, model, state)
    return notes
