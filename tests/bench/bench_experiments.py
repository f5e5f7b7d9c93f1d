"""Three experiments on small models, in full: what a model believes, what it can read, what it recites.

    python tests/bench/bench_experiments.py                  # three seeds, some minutes
    python tests/bench/bench_experiments.py --seeds 5 6 7

Prints for each seed: five settings of the planted fact with the rank correlation between the text's ratio and the
model's; the losses for five shares of code, and whether they move in one direction; and what is recited with copies and
after deduplication. Seconds are of the processor, on one thread.
"""

from __future__ import annotations

import argparse
import time
from itertools import pairwise

import torch
from scipy.stats import spearmanr

from pretraining.experiments import fact_experiment, memorisation_experiment, mixture_experiment

DOCUMENTS = 60
RIGHT = (10, 20, 30, 40, 50)


def facts(seed: int) -> float:
    """Five ratios of documents; returns the rank correlation with the model's ratios."""
    asked, found = [], []
    for right in RIGHT:
        started = time.process_time()
        result = fact_experiment(right, DOCUMENTS - right, seed)
        seconds = time.process_time() - started
        asked.append(result.documents_odds)
        found.append(result.odds)
        print(f"  {right} : {DOCUMENTS - right} documents, text {result.documents_odds:.2f}  model {result.odds:5.2f}  "
              f"P(right) {result.right:.3f}  P(wrong) {result.wrong:.3f}  {seconds:4.1f} s", flush=True)  # fmt: skip
    correlation = float(spearmanr(asked, found).statistic)
    print(f"  Spearman {correlation:.2f}")
    return correlation


def mixture(seed: int) -> bool:
    """Five shares of code; returns whether both losses moved in one direction all the way."""
    started = time.process_time()
    results = mixture_experiment(seed=seed)
    seconds = time.process_time() - started
    for result in results:
        print(f"  {result.code_share:4.0%} code: loss on code {result.code_loss:.3f}, prose {result.prose_loss:.3f}, "
              f"code probe {result.code_probe:.0%}, prose probe {result.prose_probe:.0%}")  # fmt: skip
    steady = all(a.code_loss > b.code_loss and a.prose_loss < b.prose_loss for a, b in pairwise(results))
    print(f"  {'monotone' if steady else 'NOT monotone'}; all five {seconds:.1f} s", flush=True)
    return steady


def memorisation(seed: int) -> None:
    """With copies, and after deduplication."""
    for deduplicate in (False, True):
        started = time.process_time()
        result = memorisation_experiment(deduplicate, seed)
        rates = ", ".join(f"{copies}: {rate:.0%}" for copies, rate in result.rates.items())
        print(f"  {'deduplicated' if deduplicate else 'with copies '} {rates}; {result.documents} documents, held-out "
              f"loss {result.loss:.2f}, {time.process_time() - started:.1f} s", flush=True)  # fmt: skip


def main() -> None:
    """All three on every seed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[21, 22, 23], help="not among those used for tuning")
    given = parser.parse_args()
    torch.set_num_threads(1)
    correlations, steady = [], []
    for seed in given.seeds:
        print(f"seed {seed}: a planted fact")
        correlations.append(facts(seed))
        print(f"seed {seed}: code or prose")
        steady.append(mixture(seed))
        print(f"seed {seed}: memorisation")
        memorisation(seed)
    print(f"Spearman {', '.join(f'{value:.2f}' for value in correlations)}; "
          f"code or prose monotone on {sum(steady)} of {len(steady)} seeds")  # fmt: skip


if __name__ == "__main__":
    main()
