"""`pretraining train`: pre-train a small model from the command line, with checkpoints to resume from."""

from __future__ import annotations

import math
import os
import shlex
import signal
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ..model import Transformer
    from ..tokens import Tokenizer
    from ..training import Corpus, Trainer

TOKENIZER_FILE = "tokenizer.json"
SAMPLE_TOKENS = 120
SAMPLE_TEMPERATURE = 0.8


@dataclass
class Run:
    """What decides a run, as a checkpoint remembers it."""

    source: str = "python-docs"
    path: str | None = None
    size: str = "micro"
    steps: int = 300
    seed: int = 0
    vocab_size: int = 1024
    block_size: int | None = None
    batch_size: int = 24
    learning_rate: float = 3e-3


DEFAULT = Run()


def train(
    context: typer.Context,
    source: Annotated[
        str, typer.Option(help="micro-world, python-docs, python-code, folder or tinyshakespeare.")
    ] = DEFAULT.source,
    path: Annotated[Path | None, typer.Option(help="The folder or file to read, for --source folder.")] = None,
    size: Annotated[str, typer.Option(help="nano, micro or mini.")] = DEFAULT.size,
    steps: Annotated[int, typer.Option(help="Updates of the weights.")] = DEFAULT.steps,
    seed: Annotated[
        int, typer.Option(help="Decides the first weights, the batches and what is held out.")
    ] = DEFAULT.seed,
    vocab_size: Annotated[int, typer.Option(help="Tokens in the vocabulary.")] = DEFAULT.vocab_size,
    block_size: Annotated[int | None, typer.Option(help="Context length in tokens; by default the size's own.")] = None,
    batch_size: Annotated[int, typer.Option(help="Windows of text in each update.")] = DEFAULT.batch_size,
    learning_rate: Annotated[float, typer.Option(help="Peak of the schedule.")] = DEFAULT.learning_rate,
    out: Annotated[Path | None, typer.Option(help="Folder of the run; by default a new one in runs/.")] = None,
    resume: Annotated[Path | None, typer.Option(help="Continue the run in this folder, with its own settings.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
) -> None:
    """Pre-train a small model; Ctrl-C stops it cleanly, and --resume goes on where it stopped."""
    run = Run(source, str(path) if path else None, size, steps, seed, vocab_size, block_size, batch_size, learning_rate)
    if resume is not None:
        given = [
            name
            for name in asdict(run)
            if (origin := context.get_parameter_source(name)) is not None and origin.name == "COMMANDLINE"
        ]
        if given or out:
            named = ", ".join("--" + name.replace("_", "-") for name in given or ["out"])
            raise ValueError(f"--resume continues a run with its own settings: leave out {named}")
        folder, run = resume, remembered(resume)
    else:
        folder = out or next_run_folder(Path("runs"), source)
    trainer, corpus = set_up(run, folder, device, resuming=resume is not None)
    finished = follow(trainer, corpus)
    if not finished:
        again = shlex.join(["pretraining", "train", "--resume", str(folder)])
        print(f"Stopped at step {trainer.step}; a checkpoint is in {folder}. To go on:\n  {again}")
        raise typer.Exit(130)
    report(trainer, corpus, folder)


def next_run_folder(parent: Path, source: str) -> Path:
    """A folder name that is not taken: `runs/python-docs-01`, then `-02`, ..."""
    number = 1
    while (parent / f"{source}-{number:02d}").exists():
        number += 1
    return parent / f"{source}-{number:02d}"


def remembered(folder: Path) -> Run:
    """The settings of an earlier run.

    Raises:
        ValueError: there is no checkpoint in the folder.
    """
    from ..training.checkpoint import latest_checkpoint, read_notes

    notes = read_notes(latest_checkpoint(folder))
    if "run" not in notes:
        raise ValueError(f"{folder} was not made by `pretraining train`, so it cannot be resumed here")
    return Run(**notes["run"])


def set_up(run: Run, folder: Path, device: str, resuming: bool) -> tuple[Trainer, Corpus]:
    """Everything that can go wrong before the first step: text, tokens, shapes, device, folder.

    Raises:
        ValueError: something about the settings, the text or the folder does not fit.
    """
    from ..model import SIZES, ModelConfig, Transformer
    from ..text import load
    from ..tokens import Tokenizer
    from ..training import Trainer, TrainingSettings, choose_device, latest_checkpoint, prepare

    if run.size not in SIZES:
        raise ValueError(f"unknown size {run.size!r}: choose one of {', '.join(SIZES)}")
    settings = TrainingSettings(
        steps=run.steps,
        batch_size=run.batch_size,
        learning_rate=run.learning_rate,
        warmup_steps=min(20, run.steps // 5),
        seed=run.seed,
    )
    shape = {**SIZES[run.size], **({"block_size": run.block_size} if run.block_size is not None else {})}
    ModelConfig(vocab_size=run.vocab_size, **shape)
    chosen = choose_device(device)
    if not resuming and folder.exists() and any(file.name != TOKENIZER_FILE for file in folder.iterdir()):
        raise ValueError(f"{folder} is not empty: choose another --out, or continue its run with --resume {folder}")

    print(f"Reading {run.source} and learning a vocabulary of {run.vocab_size} tokens ...", flush=True)
    tokenizer = Tokenizer.load(folder / TOKENIZER_FILE) if resuming else None
    corpus = prepare(load(run.source, run.path, on_skip=print), run.vocab_size, run.seed, tokenizer)
    config = ModelConfig(vocab_size=corpus.tokenizer.vocab_size, **shape)
    corpus.check_block(config.block_size)
    trainer = Trainer(
        Transformer(config, seed=run.seed).to(chosen),
        corpus.train,
        corpus.heldout,
        settings,
        run_folder=folder,
        notes={"run": asdict(run), "text": corpus.fingerprint},
    )
    if resuming:
        notes = trainer.restore(latest_checkpoint(folder))
        if notes["text"] != corpus.fingerprint:
            raise ValueError(f"the text of {run.source} is not what this run began with, so it cannot be continued")
    else:
        corpus.tokenizer.save(folder / TOKENIZER_FILE)
    print(
        f"{corpus.documents} documents, {len(corpus.train):,} tokens to learn from, {len(corpus.heldout):,} held out; "
        f"a model of {trainer.model.parameter_count:,} parameters on {chosen}"
    )
    if corpus.tokenizer.vocab_size < run.vocab_size:
        print(f"The text is short: only {corpus.tokenizer.vocab_size} different tokens could be learned.")
    return trainer, corpus


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
