"""Training on several processes or machines.

    torchrun --nproc-per-node 2 -m pretraining.training --source python-docs --steps 300

Takes the options of `pretraining train` and gives the same losses as one process with the same batch size: the batch
is divided among the processes. A run can be continued with any number of them, or by `pretraining train --resume`.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import signal
import sys
from dataclasses import asdict, fields
from pathlib import Path

import torch

from ..model import Transformer
from ..recipe import Recipe
from .distributed import Team, team
from .events import Evaluation, Step
from .set_up import next_run_folder, remembered, set_up
from .trainer import TrainingDiverged


def parse(arguments: list[str]) -> tuple[Recipe, argparse.Namespace]:
    """The recipe and the rest of the command line.

    Raises:
        ValueError: an option of the recipe beside --resume, which has a recipe of its own.
    """
    parser = argparse.ArgumentParser(prog="python -m pretraining.training", description=__doc__, allow_abbrev=False)
    parser.add_argument("--out", type=Path, help="Folder of the run; by default a new one in runs/.")
    parser.add_argument("--resume", type=Path, help="Continue the run in this folder, with its own settings.")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps.")
    parser.add_argument("--report-every", type=int, default=10, help="Steps between two lines.")
    parser.add_argument("--every-rank", action="store_true", help="Let each process report, not only the first.")
    for one in fields(Recipe):
        kind = next(kind for kind in (int, float, str) if kind.__name__ in str(one.type))
        option = "--" + one.name.replace("_", "-")
        parser.add_argument(option, type=kind, default=None, help=one.metadata["help"])
    given = parser.parse_args(arguments)
    chosen = {name: getattr(given, name) for name in asdict(Recipe()) if getattr(given, name) is not None}
    if given.resume is None:
        return Recipe(**chosen), given
    if chosen or given.out:
        named = ", ".join("--" + name.replace("_", "-") for name in [*chosen, *(["out"] if given.out else [])])
        raise ValueError(f"--resume continues a run with its own settings: leave out {named}")
    return remembered(given.resume), given


def train(recipe: Recipe, given: argparse.Namespace, members: Team) -> None:
    """Train in this process, as one of the team; the first one tells what happens, or each one does."""

    def say(sentence: str) -> None:
        if given.every_rank:
            print(f"rank {members.rank}: {sentence}", flush=True)
        elif members.rank == 0:
            print(sentence, flush=True)

    folder = given.resume or given.out or next_run_folder(Path("runs"), recipe.source)
    trainer, _ = set_up(recipe, folder, members, resuming=given.resume is not None, say=say)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: trainer.stop())
    for event in trainer.events():
        if isinstance(event, Step) and event.step % given.report_every == 0:
            say(f"step {event.step:>5}   training loss {event.loss:.5f}   {event.tokens:,} tokens")
        elif isinstance(event, Evaluation):
            say(f"step {event.step:>5}   held-out loss {event.loss:.5f} nats per token")
    if given.every_rank:
        say(f"weights {weights_checksum(trainer.model)}")
    say(f"The model is in {folder}")


def weights_checksum(model: Transformer) -> str:
    """A few characters that differ if a single bit of the weights does."""
    content = hashlib.sha256()
    for weight in model.state_dict().values():
        content.update(weight.cpu().contiguous().view(torch.uint8).numpy().tobytes())
    return content.hexdigest()[:8]


def main() -> int:
    """Parse, join the team, train; returns the exit code."""
    try:
        recipe, given = parse(sys.argv[1:])
        with team(given.device) as members:
            train(recipe, given, members)
    except (ValueError, OSError, TrainingDiverged) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1 if isinstance(error, TrainingDiverged) else 2
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # all is saved: a communication thread that still lives would abort Python's own slow way out
