"""What a 1-million-parameter model learns from the clean micro-world in 60 seconds, measured on held-out probes.

    python tests/bench/bench_world.py                     # seeds 0 1 2, 60 seconds each, two threads
    python tests/bench/bench_world.py --steps 600         # a fixed number of steps instead

Prints one line a seed, and the means. Chance: syntax 50%, meaning 25%, facts 12.5%, reasoning 33%.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence

import torch

from pretraining.measure import baselines
from pretraining.model import ModelConfig, Transformer
from pretraining.probes import score_probes
from pretraining.text.world import Probe, World
from pretraining.training import Step, Trainer, TrainingSettings, prepare

STEPS_TO_MEASURE_SPEED = 20
LEARNING_RATE, BATCH_SIZE = 6e-3, 16  # a short run wants many small steps at a higher rate than the default


def measure(world_seed: int, seed: int, seconds: float, steps: int | None) -> dict[str, float]:
    """Train one model and score it."""
    world = World(world_seed)
    corpus = prepare(world.documents(), vocab_size=1024, seed=seed)
    config = ModelConfig(corpus.tokenizer.vocab_size, layers=4, heads=4, width=128, block_size=64)
    settings = TrainingSettings(
        steps=steps or 10_000, batch_size=BATCH_SIZE, learning_rate=LEARNING_RATE, evaluate_every=10_000, seed=seed
    )
    trainer = Trainer(Transformer(config, seed=seed), corpus.train, corpus.heldout, settings)
    started = time.perf_counter()
    for event in trainer.events():
        if isinstance(event, Step) and event.step % STEPS_TO_MEASURE_SPEED == 0 and steps is None:
            # The schedule ends when the time does, so the number of steps follows the speed of this machine.
            settings.steps = max(event.step + 1, int(event.step * seconds / (time.perf_counter() - started)))
        if isinstance(event, Step) and steps is None and time.perf_counter() - started > seconds:
            trainer.stop()
    elapsed = time.perf_counter() - started
    model, tokenizer = trainer.model, corpus.tokenizer
    result = {
        "parameters": float(model.parameter_count),
        "steps": float(trainer.step),
        "seconds": elapsed,
        "loss": trainer.evaluations[-1].loss,
        "bigram": baselines(corpus.train, corpus.heldout, tokenizer.vocab_size, config.block_size).bigram,
    }
    for kind in ("syntax", "meaning", "reasoning"):
        probes = world.probes(kind, count=400)
        result[kind] = score_probes(model, tokenizer, probes)
        groups = sorted({probe.group for probe in probes})
        if len(groups) > 1:
            for group in groups:
                result[f"{kind} ({group})"] = score_probes(model, tokenizer, of_group(probes, group))
    facts = world.probes("facts")
    result["facts 50+"] = score_probes(model, tokenizer, [p for p in facts if (p.stated or 0) >= 50])
    result["facts 20-49"] = score_probes(model, tokenizer, [p for p in facts if 20 <= (p.stated or 0) < 50])
    result["facts 2-19"] = score_probes(model, tokenizer, [p for p in facts if 2 <= (p.stated or 0) < 20])
    result["facts once"] = score_probes(model, tokenizer, [p for p in facts if p.stated == 1])
    return result


def of_group(probes: Sequence[Probe], group: str) -> list[Probe]:
    """The probes of one group."""
    return [probe for probe in probes if probe.group == group]


def show(name: str, result: dict[str, float]) -> None:
    """One line of figures."""
    print(name, "  ".join(f"{key}: {value:,.3f}".rstrip("0").rstrip(".") for key, value in result.items()), flush=True)


def main() -> None:
    """Measure every seed and the mean."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--world", type=int, default=None, help="seed of the world; by default that of the model")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--steps", type=int, default=None)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    results = []
    for seed in arguments.seeds:
        world_seed = seed if arguments.world is None else arguments.world
        results.append(measure(world_seed, seed, arguments.seconds, arguments.steps))
        show(f"seed {seed}:", results[-1])
    show("mean:", {key: sum(result[key] for result in results) / len(results) for key in results[0]})


if __name__ == "__main__":
    main()
