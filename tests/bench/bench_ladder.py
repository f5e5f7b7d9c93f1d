"""How well a ladder of five small models predicts the held-out loss of the next size, and how long that takes.

    python tests/bench/bench_ladder.py                  # three seeds, about a minute each
    python tests/bench/bench_ladder.py --seeds 5 6 7

Prints for each seed the loss that was predicted before the next size was trained, the true one, and the seconds for all
six models; at the end the median error.
"""

from __future__ import annotations

import argparse
import statistics
import time

from pretraining.scale import Ladder
from pretraining.text import load
from pretraining.training import prepare


def main() -> None:
    """Climb, predict, train, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[20, 21, 22], help="not among those used for tuning")
    given = parser.parse_args()
    corpus = prepare(load("micro-world"), vocab_size=512)
    errors = []
    for seed in given.seeds:
        ladder, started = Ladder(corpus, seed=seed), time.perf_counter()
        for _ in ladder.climb():
            pass
        forecast = ladder.predict()
        for _ in ladder.train_next():
            pass
        seconds = time.perf_counter() - started
        errors.append(abs(ladder.error))
        print(f"seed {seed}: predicted {forecast.loss:.4f}, true {ladder.outcome.loss:.4f}, "
              f"off by {errors[-1]:.4f} nats; {seconds:.0f} s", flush=True)  # fmt: skip
    print(f"median error {statistics.median(errors):.4f} nats")


if __name__ == "__main__":
    main()
