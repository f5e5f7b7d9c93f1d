"""`pretraining train`: pre-train a small model from the command line, with checkpoints to resume from."""

from __future__ import annotations

import inspect
import math
import os
import shlex
import signal
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from ..recipe import Recipe

if TYPE_CHECKING:
    from ..model import Transformer
    from ..tokens import Tokenizer
    from ..training import Corpus, Trainer

SAMPLE_TOKENS = 120
SAMPLE_TEMPERATURE = 0.8


def with_recipe_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command an option for each field of a recipe, with its default and its explanation."""
    hints, kinds = get_type_hints(command, include_extras=True), get_type_hints(Recipe)
    own = [one.replace(annotation=hints[name]) for name, one in inspect.signature(command).parameters.items()]
    own.pop()  # the keyword arguments that the fields take the place of
    for field in fields(Recipe):
        explained = typer.Option(help=field.metadata["help"])
        option: Any = Annotated[kinds[field.name], explained]
        own.append(
            inspect.Parameter(field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=option)
        )
    command.__signature__ = inspect.Signature(own)  # type: ignore[attr-defined]
    command.__annotations__ = {one.name: one.annotation for one in own}
    return command


@with_recipe_options
def train(
    context: typer.Context,
    *,
    out: Annotated[Path | None, typer.Option(help="Folder of the run; by default a new one in runs/.")] = None,
    resume: Annotated[Path | None, typer.Option(help="Continue the run in this folder, with its own settings.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
    **chosen: Any,
) -> None:
    """Pre-train a small model; Ctrl-C stops it cleanly, and --resume goes on where it stopped."""
    from ..training import choose_device
    from ..training.distributed import Team
    from ..training.set_up import next_run_folder, remembered, set_up

    recipe = Recipe(**chosen)
    if resume is not None:
        given = [
            name
            for name in chosen
            if (origin := context.get_parameter_source(name)) is not None and origin.name == "COMMANDLINE"
        ]
        if given or out:
            named = ", ".join("--" + name.replace("_", "-") for name in given or ["out"])
            raise ValueError(f"--resume continues a run with its own settings: leave out {named}")
        folder, recipe = resume, remembered(resume)
    else:
        folder = out or next_run_folder(Path("runs"), recipe.source)
    trainer, corpus = set_up(recipe, folder, Team(device=choose_device(device)), resuming=resume is not None)
    if not follow(trainer, corpus):
        again = shlex.join(["pretraining", "train", "--resume", str(folder)])
        print(f"Stopped at step {trainer.step}; a checkpoint is in {folder}. To go on:\n  {again}")
        raise typer.Exit(130)
    report(trainer, corpus, folder)


def follow(trainer: Trainer, corpus: Corpus) -> bool:
    """Train with live progress; Ctrl-C or SIGTERM asks for a clean stop. Returns whether it reached the last step."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from ..training import Evaluation, Step, TrainingDiverged

    previous = {number: signal.signal(number, lambda *_: trainer.stop()) for number in (signal.SIGINT, signal.SIGTERM)}
    columns = (
        TextColumn("step"),
        MofNCompleteColumn(),
        BarColumn(),
        TextColumn("{task.description}"),
        TimeRemainingColumn(),
    )
    try:
        with Progress(*columns) as progress:
            task = progress.add_task("", total=trainer.settings.steps, completed=trainer.step)
            for event in trainer.events():
                if isinstance(event, Step):
                    speed = event.tokens / event.step / event.seconds
                    progress.update(
                        task, completed=event.step, description=f"loss {event.loss:.3f}  {speed:,.0f} tokens/s"
                    )
                elif isinstance(event, Evaluation):
                    progress.console.print(f"step {event.step:>5}   {held_out(event.loss, corpus)}", highlight=False)
    except TrainingDiverged as error:
        print(f"Error: {error}")
        raise typer.Exit(1) from error
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    if trainer.has_stalled:
        print(f"Stopped at step {trainer.step}: no progress in the last {trainer.settings.patience} evaluations.")
        return True
    return trainer.step >= trainer.settings.steps


def held_out(loss: float, corpus: Corpus) -> str:
    """A held-out loss in both units."""
    bits = loss / math.log(2) / corpus.heldout_bytes_per_token
    return f"held-out loss {loss:.5f} nats per token, {bits:.4f} bits per byte"


def report(trainer: Trainer, corpus: Corpus, folder: Path) -> None:
    """Compare with the guessers that know less, and let the model write."""
    from ..measure import baselines

    vocab_size, block_size = trainer.model.config.vocab_size, trainer.model.config.block_size
    guess = baselines(corpus.train, corpus.heldout, vocab_size, block_size, trainer.settings.evaluation_tokens)
    loss = trainer.evaluations[-1].loss
    print(
        f"\nHeld-out loss, nats per token: uniform {guess.uniform:.3f}, unigram {guess.unigram:.3f}, "
        f"bigram {guess.bigram:.3f}, this model {loss:.5f}"
    )
    verdict = "beats" if loss < guess.bigram else "does not beat"
    print(f"The model {verdict} the bigram baseline. It is in {os.path.join(folder, '')}")
    print(f"\nA sample:\n{sample(trainer.model, corpus.tokenizer, trainer.settings.seed)}")


def sample(model: Transformer, tokenizer: Tokenizer, seed: int) -> str:
    """What the model writes when it starts a new document."""
    import torch

    from ..generate import generate
    from ..tokens import END_OF_TEXT

    start = tokenizer.special_tokens[END_OF_TEXT]
    generator = torch.Generator().manual_seed(seed)
    tokens = generate(model, [start], SAMPLE_TOKENS, temperature=SAMPLE_TEMPERATURE, generator=generator)
    return tokenizer.decode(tokens).replace(END_OF_TEXT, "\n")
