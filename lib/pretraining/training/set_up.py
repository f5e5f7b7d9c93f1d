"""A recipe made ready to run: text, tokens, model, trainer. What can go wrong before the first step goes wrong here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..model import SIZES, ModelConfig, Transformer
from ..recipe import Recipe
from ..text import load
from ..tokens import Tokenizer
from .checkpoint import latest_checkpoint, read_notes
from .corpus import Corpus, prepare
from .distributed import ALONE, Team
from .settings import TrainingSettings
from .trainer import Trainer

TOKENIZER_FILE = "tokenizer.json"


def next_run_folder(parent: Path, source: str) -> Path:
    """A folder name that is not taken: `runs/python-docs-01`, then `-02`, ..."""
    number = 1
    while (parent / f"{source}-{number:02d}").exists():
        number += 1
    return parent / f"{source}-{number:02d}"


def remembered(folder: Path) -> Recipe:
    """The recipe of an earlier run.

    Raises:
        ValueError: there is no checkpoint in the folder, or it was not made from a recipe.
    """
    notes = read_notes(latest_checkpoint(folder))
    if "recipe" not in notes:
        raise ValueError(f"{folder} was not made by `pretraining train`, so it cannot be resumed here")
    return Recipe(**notes["recipe"])


def set_up(
    recipe: Recipe, folder: Path, team: Team = ALONE, resuming: bool = False, say: Callable[[str], None] = print
) -> tuple[Trainer, Corpus]:
    """Read the text, learn a vocabulary, and make the trainer of a new run or of one that goes on.

    Args:
        recipe: what to do.
        folder: where the run's tokenizer and checkpoints are kept.
        team: the processes that share the work; each calls this for itself.
        resuming: go on from the newest checkpoint in the folder.
        say: told what happens, a sentence at a time.

    Raises:
        ValueError: something about the recipe, the text or the folder does not fit.
    """
    settings, shape = settings_of(recipe), shape_of(recipe)
    ModelConfig(vocab_size=recipe.vocab_size, **shape)
    team.check_batch(settings.batch_size, settings.accumulation)
    is_new = not resuming and team.rank == 0
    if is_new and folder.exists() and any(file.name != TOKENIZER_FILE for file in folder.iterdir()):
        raise ValueError(f"{folder} is not empty: choose another --out, or continue its run with --resume {folder}")

    say(f"Reading {recipe.source} and learning a vocabulary of {recipe.vocab_size} tokens ...")
    tokenizer = Tokenizer.load(folder / TOKENIZER_FILE) if resuming else None
    corpus = prepare(load(recipe.source, recipe.path, on_skip=say), recipe.vocab_size, recipe.seed, tokenizer)
    config = ModelConfig(vocab_size=corpus.tokenizer.vocab_size, **shape)
    corpus.check_block(config.block_size)
    trainer = Trainer(
        Transformer(config, seed=recipe.seed).to(team.device),
        corpus.domains,
        corpus.heldout,
        settings,
        run_folder=folder,
        notes={"recipe": asdict(recipe), "text": corpus.fingerprint},
        team=team,
    )
    if resuming:
        notes = trainer.restore(latest_checkpoint(folder))
        if notes["text"] != corpus.fingerprint:
            raise ValueError(f"the text of {recipe.source} is not what this run began with, so it cannot be continued")
    elif is_new:
        corpus.tokenizer.save(folder / TOKENIZER_FILE)
    together = f", {team.size} processes" if team.size > 1 else ""
    say(
        f"{corpus.documents} documents, {len(corpus.train):,} tokens to learn from, {len(corpus.heldout):,} held out; "
        f"a model of {trainer.model.parameter_count:,} parameters on {team.device}{together}"
    )
    if corpus.tokenizer.vocab_size < recipe.vocab_size:
        say(f"The text is short: only {corpus.tokenizer.vocab_size} different tokens could be learned.")
    return trainer, corpus


def settings_of(recipe: Recipe) -> TrainingSettings:
    """The trainer's dials as a recipe sets them.

    Raises:
        ValueError: one of them is out of its range.
    """
    warmup = min(20, recipe.steps // 5) if recipe.warmup_steps is None else recipe.warmup_steps
    return TrainingSettings(
        steps=recipe.steps,
        batch_size=recipe.batch_size,
        accumulation=recipe.accumulation,
        learning_rate=recipe.learning_rate,
        warmup_steps=warmup,
        optimizer=recipe.optimizer,
        weight_decay=recipe.weight_decay,
        mixture=recipe.mixture_weights,
        precision=recipe.precision,
        patience=recipe.patience,
        seed=recipe.seed,
    )


def shape_of(recipe: Recipe) -> dict[str, Any]:
    """The model's shape as a recipe sets it, all but the size of the vocabulary.

    Raises:
        ValueError: the size has no such name.
    """
    if recipe.size not in SIZES:
        raise ValueError(f"unknown size {recipe.size!r}: choose one of {', '.join(SIZES)}")
    shape: dict[str, Any] = {**SIZES[recipe.size], "dropout": recipe.dropout}
    if recipe.block_size is not None:
        shape["block_size"] = recipe.block_size
    return shape
