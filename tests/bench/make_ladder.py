"""Trains the runs that ship as lib/pretraining/assets/ladder.json: a larger ladder, and isoFLOP curves.

    OMP_NUM_THREADS=1 python tests/bench/make_ladder.py                         # what ships
    python tests/bench/make_ladder.py --widths 16 32 64 128 256 --out mine.json # a longer one

One thread, float32, seeded. It writes after every run, and goes on where an interrupted call with the same options
stopped: to make a finished file anew, move it away first.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import time
from dataclasses import asdict
from pathlib import Path

from pretraining.scale import Result, Rung
from pretraining.scale.rungs import TOKENS
from pretraining.text import load
from pretraining.training import Corpus, prepare
from pretraining.training.plan import flops_per_token

ROOT = Path(__file__).parents[2]
OUT = ROOT / "lib" / "pretraining" / "assets" / "ladder.json"
SOURCE, VOCAB_SIZE = "micro-world", 512
LADDER_WIDTHS = [16, 24, 32, 40, 48, 64, 96]
ISOFLOP_WIDTHS = {3e10: [8, 16, 24, 32, 48, 64], 1e11: [16, 24, 32, 48, 64, 96], 3e11: [24, 32, 48, 64, 96, 128]}


def train(rung: Rung, corpus: Corpus, seed: int) -> dict[str, float]:
    """One run as plain data."""
    started = time.process_time()
    *_, result = rung.train(corpus, seed)
    assert isinstance(result, Result)
    spent = time.process_time() - started
    print(f"width {rung.width:4}: {result.parameters:9,} parameters, {result.tokens:11,} tokens ({result.epochs:.1f} "
          f"epochs), {result.flops:.1e} FLOPs, loss {result.loss:.4f}, {spent:.0f} s of CPU", flush=True)  # fmt: skip
    return asdict(result) | {"loss": round(result.loss, 4), "epochs": round(result.epochs, 3)}


def same_cost(width: int, budget: float, vocab_size: int) -> Rung:
    """A rung that reads as many tokens as the budget pays for."""
    return Rung(width, tokens=budget / flops_per_token(Rung(width).config(vocab_size)))


def main() -> None:
    """Train what is missing in the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", default=SOURCE, help="a named text; see pretraining.text.load")
    parser.add_argument("--vocab-size", type=int, default=VOCAB_SIZE)
    parser.add_argument("--widths", type=int, nargs="+", default=LADDER_WIDTHS)
    parser.add_argument("--tokens", type=float, default=TOKENS, help="that each model of the ladder reads")
    parser.add_argument("--budgets", type=float, nargs="*", default=list(ISOFLOP_WIDTHS), help="in FLOPs")
    parser.add_argument("--isoflop-widths", type=int, nargs="+", help="the same ones for every budget")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    command = shlex.join(["python", "tests/bench/make_ladder.py", *sys.argv[1:]])
    content = {"command": command, "source": given.source, "vocab_size": given.vocab_size, "ladder": [], "isoflop": {}}
    if given.out.exists() and (old := json.loads(given.out.read_text()))["command"] == command:
        content = old
    corpus = prepare(load(given.source), given.vocab_size)
    vocab_size = corpus.tokenizer.vocab_size
    jobs = [(content["ladder"], Rung(width, given.tokens)) for width in given.widths]
    for budget in given.budgets:
        runs = content["isoflop"].setdefault(f"{budget:g}", [])
        sizes = given.isoflop_widths or ISOFLOP_WIDTHS.get(budget) or given.widths
        jobs += [(runs, same_cost(width, budget, vocab_size)) for width in sizes]
    for runs, rung in jobs:
        if not any(run["width"] == rung.width for run in runs):
            runs.append(train(rung, corpus, given.seed))
            given.out.write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    main()
