"""Trains the base model that ships as lib/pretraining/assets/base/: weights in 16 bits, vocabulary and card.

    OMP_NUM_THREADS=1 python tests/bench/make_base_model.py              # what ships
    python tests/bench/make_base_model.py --tokens 500000 --steps 1000   # a smaller one

One thread, float32, seeded. It writes a checkpoint every 250 steps, and goes on where an interrupted call with the same
options stopped. The probes on the card are a draw that nobody looked at while choosing the options.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import time
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors.torch import save_file

from pretraining.base.card import Card
from pretraining.base.knowledge import probe_scores
from pretraining.base.shipped import CARD, VOCABULARY, WEIGHTS
from pretraining.model import SIZES, ModelConfig, Transformer
from pretraining.text.world import World
from pretraining.training import Corpus, Evaluation, Step, Trainer, TrainingSettings, prepare
from pretraining.training.checkpoint import checkpoints, latest_checkpoint

OUT = Path(__file__).parents[2] / "lib" / "pretraining" / "assets" / "base"
EVERY = 250  # steps between two evaluations, and two checkpoints
CARD_DRAW, CARD_PROBES = 1, 400
LIMITS = [
    "It knows one invented world and its six kinds of text; of the real world and of other languages it knows nothing.",
    "It continues text. It was never taught to answer, to obey, to stop or to decline.",
    "What one document stated it mostly does not know, and says something else just as fluently.",
    "Its context is short, so it forgets how a longer text began.",
]


def trainer_for(given: argparse.Namespace, corpus: Corpus) -> Trainer:
    """The run, new or where its newest checkpoint stands."""
    shape = {**SIZES["micro"], "block_size": given.block_size}
    settings = TrainingSettings(
        steps=given.steps,
        batch_size=given.batch_size,
        learning_rate=given.learning_rate,
        precision="float32",
        evaluate_every=EVERY,
        evaluation_tokens=65_536,
        checkpoint_every=EVERY,
        seed=given.seed,
    )
    model = Transformer(ModelConfig(corpus.tokenizer.vocab_size, **shape), seed=given.seed)
    trainer = Trainer(
        model, corpus.train, corpus.heldout, settings, run_folder=given.run, notes={"text": corpus.fingerprint}
    )
    if checkpoints(given.run):
        trainer.notes["cpu_seconds"] = trainer.restore(latest_checkpoint(given.run)).get("cpu_seconds", 0.0)
    return trainer


def train(trainer: Trainer, last_step: int) -> None:
    """Play the run until a step; its notes count the processor's seconds."""
    if trainer.step >= last_step:
        return
    before = trainer.notes.setdefault("cpu_seconds", 0.0)
    started = time.process_time()
    for event in trainer.events():
        trainer.notes["cpu_seconds"] = spent = before + time.process_time() - started
        if isinstance(event, Step) and event.step == last_step:
            trainer.stop()
        if isinstance(event, Evaluation):
            print(f"step {event.step}: held-out loss {event.loss:.4f}, {spent:.0f} s", flush=True)


def ship(trainer: Trainer, corpus: Corpus, world: World, given: argparse.Namespace) -> None:
    """Write the weights in 16 bits, the vocabulary and the card."""
    given.out.mkdir(parents=True, exist_ok=True)
    model, settings = trainer.model, trainer.settings
    weights = {name: weight.detach().to(torch.float16) for name, weight in model.state_dict().items()}
    save_file(weights, given.out / WEIGHTS)
    (given.out / WEIGHTS).chmod(0o644)  # like every other file
    corpus.tokenizer.save(given.out / VOCABULARY)
    model.load_state_dict({name: weight.float() for name, weight in weights.items()})  # measure what ships
    model.eval()
    scores = probe_scores(model, corpus.tokenizer, world, draw=CARD_DRAW, count=CARD_PROBES)
    card = Card(
        name="The course's base model",
        command=given.command,
        world_seed=world.seed,
        world_tokens=world.tokens,
        seed=given.seed,
        documents=corpus.documents,
        train_tokens=len(corpus.train),
        heldout_tokens=len(corpus.heldout),
        tokens_read=trainer.tokens,
        parameters=model.parameter_count,
        model=asdict(model.config),
        steps=trainer.step,
        batch_size=settings.batch_size,
        learning_rate=settings.learning_rate,
        optimizer="Muon and AdamW" if settings.optimizer == "muon" else "AdamW",
        cpu_seconds=round(trainer.notes["cpu_seconds"]),
        losses=[(one.step, round(one.loss, 4)) for one in trainer.evaluations],
        heldout_bytes_per_token=round(corpus.heldout_bytes_per_token, 4),
        probes={one.name: {"share": one.share, "chance": one.chance, "count": one.count} for one in scores},
        limits=LIMITS,
    )
    (given.out / CARD).write_text(json.dumps(asdict(card), indent=1) + "\n", encoding="utf-8")
    print("\n".join(f"{name}: {text}" for name, text in card.rows))


def main() -> None:
    """Train, or go on training; then write what ships."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--world", type=int, default=0, help="the seed of the micro-world")
    parser.add_argument("--tokens", type=int, default=2_000_000, help="how much text the world holds")
    parser.add_argument("--vocab-size", type=int, default=2048)
    parser.add_argument("--block-size", type=int, default=128)
    parser.add_argument("--steps", type=int, default=4500)
    parser.add_argument("--stop-after", type=int, help="ship what there is after so many steps; going on is possible")
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--learning-rate", type=float, default=9e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--run", type=Path, default=Path("runs/base-model"), help="where checkpoints are kept")
    parser.add_argument("--out", type=Path, default=OUT, help="where the files that ship go")
    given = parser.parse_args()
    places = ("--run", str(given.run), "--out", str(given.out))  # where the files lie does not change the model
    kept = [word for word in sys.argv[1:] if word not in places]
    given.command = shlex.join(["OMP_NUM_THREADS=1", "python", "tests/bench/make_base_model.py", *kept])
    torch.set_num_threads(1)
    world = World(given.world, given.tokens)
    corpus = prepare(world.documents(), given.vocab_size, given.seed)
    corpus.tokenizer.save(given.run / "tokenizer.json")
    trainer = trainer_for(given, corpus)
    train(trainer, given.stop_after or given.steps)
    ship(trainer, corpus, world, given)


if __name__ == "__main__":
    main()
