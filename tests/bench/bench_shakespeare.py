"""Our default recipe against the well-known CPU recipe for character-level Shakespeare: wall time and loss.

    python tests/bench/bench_shakespeare.py                # seeds 0 1 2, two threads, about 15 minutes
    python tests/bench/bench_shakespeare.py --ingredients  # what each part of our recipe buys
    python tests/bench/bench_shakespeare.py --text file    # without a network: the text from a file

The other recipe: a GPT-2 of 4 layers, 4 heads, width 128, context 64, no dropout; AdamW with betas 0.9 and 0.99, rate
1e-3 (100 steps of warm-up, cosine to 1e-4 at step 2,000), decay 0.1, clipping at 1.0, batches of 12 windows; written
here from its published hyperparameters (nanoGPT, config/train_shakespeare_char.py and README). Both train on the first
90% of the characters and are measured on all full windows of 64 in the last 10%. Seconds are those of training steps;
measuring is not counted for either.
"""

from __future__ import annotations

import argparse
import math
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

import pretraining.model.transformer
from pretraining.model import ModelConfig, Transformer
from pretraining.targets import evaluation_windows, sample_batch
from pretraining.text import load
from pretraining.training import Evaluation, Step, Trainer, TrainingSettings

WIDTH, LAYERS, HEADS, CONTEXT = 128, 4, 4, 64
TARGET = 1.88  # nats per character
OTHER_STEPS, OTHER_BATCH = 2000, 12
OURS = {"steps": 340, "batch_size": 10, "learning_rate": 9e-3, "warmup_steps": 10, "floor": 0.0}


class OtherBlock(nn.Module):
    """GPT-2's block, without biases."""

    def __init__(self) -> None:
        super().__init__()
        self.ln1, self.ln2 = nn.LayerNorm(WIDTH, bias=False), nn.LayerNorm(WIDTH, bias=False)
        self.attention, self.projection = nn.Linear(WIDTH, 3 * WIDTH, bias=False), nn.Linear(WIDTH, WIDTH, bias=False)
        self.up, self.down = nn.Linear(WIDTH, 4 * WIDTH, bias=False), nn.Linear(4 * WIDTH, WIDTH, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """`(batch, time, width) -> (batch, time, width)`."""
        heads = (part.unflatten(-1, (HEADS, -1)).transpose(1, 2) for part in self.attention(self.ln1(x)).chunk(3, -1))
        gathered = F.scaled_dot_product_attention(*heads, is_causal=True).transpose(1, 2).flatten(-2)
        x = x + self.projection(gathered)
        return x + self.down(F.gelu(self.up(self.ln2(x))))


class OtherModel(nn.Module):
    """A small GPT-2: learned positions, one matrix for the embeddings and the output."""

    def __init__(self, vocab_size: int, seed: int) -> None:
        super().__init__()
        torch.manual_seed(seed)
        self.tokens, self.positions = nn.Embedding(vocab_size, WIDTH), nn.Embedding(CONTEXT, WIDTH)
        self.blocks = nn.Sequential(*(OtherBlock() for _ in range(LAYERS)))
        self.norm, self.head = nn.LayerNorm(WIDTH, bias=False), nn.Linear(WIDTH, vocab_size, bias=False)
        self.head.weight = self.tokens.weight
        for name, weight in self.named_parameters():
            if weight.ndim == 2:
                into_stream = name.endswith(("projection.weight", "down.weight"))
                nn.init.normal_(weight, 0.0, 0.02 / (math.sqrt(2 * LAYERS) if into_stream else 1))

    def forward(self, inputs: Tensor) -> Tensor:
        """`(batch, time) -> (batch, time, vocab)`."""
        x = self.tokens(inputs) + self.positions.weight[: inputs.shape[1]]
        return self.head(self.norm(self.blocks(x)))


Point = tuple[int, float, float]  # step, seconds of training, held-out loss


def other_run(train: Tensor, heldout: Tensor, vocab_size: int, seed: int) -> Iterator[Point]:
    """Train the other recipe; yields what was measured."""
    model = OtherModel(vocab_size, seed)
    matrices, gains = ([w for w in model.parameters() if (w.ndim == 2) == wanted] for wanted in (True, False))
    groups = [{"params": matrices, "weight_decay": 0.1}, {"params": gains, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.99), fused=True)
    generator, seconds = torch.Generator().manual_seed(seed), 0.0
    inputs, targets = evaluation_windows(heldout, CONTEXT, len(heldout))
    for step in range(1, OTHER_STEPS + 1):
        started = time.perf_counter()
        decayed = 1e-4 + 0.5 * (1e-3 - 1e-4) * (1 + math.cos(math.pi * (step - 100) / (OTHER_STEPS - 100)))
        for group in optimizer.param_groups:
            group["lr"] = 1e-3 * step / 100 if step < 100 else decayed
        x, y = sample_batch(train, CONTEXT, OTHER_BATCH, generator)
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        loss.item()
        seconds += time.perf_counter() - started
        if step == OTHER_STEPS or (step >= 1500 and step % 100 == 0):
            with torch.no_grad():
                parts = zip(inputs.split(128), targets.split(128), strict=True)
                total = sum(F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum") for x, y in parts)
            yield step, seconds, float(total) / targets.numel()


def our_run(
    train: Tensor, heldout: Tensor, vocab_size: int, seed: int, budget_seconds: float | None = None, **changes: object
) -> Iterator[Point]:
    """Train our recipe, for its own number of steps or as many as fit into a time; yields what was measured."""
    settings = TrainingSettings(**{**OURS, "seed": seed, "evaluate_every": 10**9, **changes})  # type: ignore[arg-type]
    settings.evaluation_tokens, settings.checkpoint_every = len(heldout), 10**9
    model = Transformer(ModelConfig(vocab_size, CONTEXT, LAYERS, HEADS, WIDTH), seed)
    trainer, seconds = Trainer(model, train, heldout, settings), 0.0
    for event in trainer.events():
        if isinstance(event, Step):
            seconds += event.seconds
            if budget_seconds and event.step % 20 == 0:  # the schedule ends when the time does
                settings.steps = max(event.step + 1, int(event.step * budget_seconds / seconds))
            elif not budget_seconds:
                settings.evaluate_every = 10 if event.step >= 200 else 10**9
        elif isinstance(event, Evaluation) and event.step:
            yield event.step, seconds, event.loss


def first_at_target(points: list[Point]) -> Point | None:
    """The first measurement at or below the target."""
    return next((point for point in points if point[2] <= TARGET), None)


def peak_flops() -> float:
    """Floating-point operations a second of a large matrix product, best of 10."""
    a, times = torch.randn(1024, 1024), []
    for _ in range(10):
        started = time.perf_counter()
        a @ a
        times.append(time.perf_counter() - started)
    return 2 * 1024**3 / min(times)


def flops_per_token(parameters: int) -> float:
    """Forward and backward: 6 for each parameter, 12 x layers x width x context for attention (arXiv 2001.08361)."""
    return 6 * parameters + 12 * LAYERS * WIDTH * CONTEXT


def compare(text: tuple[Tensor, Tensor, int], seeds: list[int]) -> None:
    """Both recipes in turn, seed by seed."""
    shares, gains = [], []
    for seed in seeds:
        other = list(other_run(*text, seed))
        ours = list(our_run(*text, seed))
        reached, ours_reached = first_at_target(other), first_at_target(ours)
        seconds = (reached or other[-1])[1]
        note = f"reached {TARGET}" if reached else f"ended at {other[-1][2]:.4f} without reaching {TARGET}"
        print(f"seed {seed}: the other recipe {note} after {(reached or other[-1])[0]} steps, {seconds:.1f} s")
        if ours_reached is None:
            print(f"seed {seed}: ours did not reach it: {ours[-1][2]:.4f} after {ours[-1][1]:.1f} s")
            shares.append(math.inf)
        else:
            shares.append(ours_reached[1] / seconds)
            print(
                f"seed {seed}: ours reached {ours_reached[2]:.4f} after {ours_reached[0]} steps, "
                f"{ours_reached[1]:.1f} s: {shares[-1]:.3f} of the other's time"
            )
        long = list(our_run(*text, seed, budget_seconds=other[-1][1]))[-1]
        gains.append(other[-1][2] - long[2])
        speed = long[0] * int(OURS["batch_size"]) * CONTEXT / long[1]
        print(
            f"seed {seed}: at equal time ({other[-1][1]:.0f} s and {long[1]:.0f} s) the other has {other[-1][2]:.4f}, "
            f"ours {long[2]:.4f} after {long[0]} steps: {gains[-1]:.3f} lower; {speed:,.0f} tokens/s, "
            f"{speed * flops_per_token(808_320) / peak_flops():.0%} of the peak of a matrix product",
            flush=True,
        )
    print(f"median: {statistics.median(shares):.3f} of the time; {statistics.median(gains):.3f} nats lower")


def ingredients(text: tuple[Tensor, Tensor, int], seeds: list[int]) -> None:
    """The same number of characters with one part of the recipe left out at a time."""
    tokens = int(OURS["steps"]) * int(OURS["batch_size"])
    variants: dict[str, dict[str, object]] = {
        "all": {},
        "AdamW for all weights": {"optimizer": "adamw"},
        "AdamW, a third of the rate": {"optimizer": "adamw", "learning_rate": 3e-3},
        "batches of 24 instead of 10": {"batch_size": 24, "steps": tokens // 24},
        "a rate of 3e-3": {"learning_rate": 3e-3},
        "embeddings that begin at 0.02": {"scale": 0.02},
    }
    usual = pretraining.model.transformer.EMBEDDING_SCALE
    for name, changes in variants.items():
        pretraining.model.transformer.EMBEDDING_SCALE = changes.pop("scale", usual)  # type: ignore[assignment]
        runs = [list(our_run(*text, seed, **changes))[-1] for seed in seeds]
        losses, times = [run[2] for run in runs], [run[1] for run in runs]
        print(f"{name}: loss {statistics.mean(losses):.4f}, {statistics.mean(times):.1f} s", flush=True)
    pretraining.model.transformer.EMBEDDING_SCALE = usual


def main() -> None:
    """Read the text and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--text", type=Path, help="by default fetched once and kept")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--ingredients", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    found = arguments.text.read_text(encoding="utf-8") if arguments.text else None
    characters = found or next(load("tinyshakespeare")).text
    alphabet = {character: i for i, character in enumerate(sorted(set(characters)))}
    tokens = torch.tensor([alphabet[character] for character in characters])
    border = int(0.9 * len(tokens))
    text = tokens[:border], tokens[border:], len(alphabet)
    (ingredients if arguments.ingredients else compare)(text, arguments.seeds)


if __name__ == "__main__":
    main()
