"""Fine-tuning in miniature, in full: how a base model answers, and how its fine-tuned copy does, seed by seed.

    python tests/bench/bench_fine_tune.py                     # three seeds, some minutes
    python tests/bench/bench_fine_tune.py --seeds 5 6 7

A seed decides which facts are kept out, the names, the requests, the wordings and the batches. Everything is asked in
wordings that were kept out. Seconds are of the processor, on one thread, for the fine-tuning alone.
"""

from __future__ import annotations

import argparse
import copy
import time

import torch

from pretraining.base import load_base_model
from pretraining.training.fine_tune import FineTuner, FineTuningSettings
from pretraining.tuning import AnswerRates, answer_rates, question_sets, rates_table, rehearsal_text


def fine_tuned(seed: int) -> tuple[AnswerRates, float]:
    """The rates of a copy that was fine-tuned with this seed, and the seconds that it took."""
    base = load_base_model()
    sets = question_sets(base.model, base.tokenizer, base.world, seed)
    text, model = rehearsal_text(base.world, base.tokenizer), copy.deepcopy(base.model)
    started = time.process_time()
    FineTuner(model, base.tokenizer, sets.examples, text, FineTuningSettings(seed=seed)).run()
    seconds = time.process_time() - started
    return answer_rates(model, base.tokenizer, base.world, sets), seconds


def main() -> None:
    """The base model on the first seed's questions, then a copy for each seed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[21, 22, 23], help="not among those used for tuning")
    given = parser.parse_args()
    torch.set_num_threads(1)
    base = load_base_model()
    sets = question_sets(base.model, base.tokenizer, base.world, given.seeds[0])
    columns = {"base": answer_rates(base.model, base.tokenizer, base.world, sets)}
    for seed in given.seeds:
        columns[f"seed {seed}"], seconds = fine_tuned(seed)
        print(f"seed {seed}: {seconds:.0f} s\n{rates_table({'tuned': columns[f'seed {seed}']})}", flush=True)
    print(rates_table(columns))


if __name__ == "__main__":
    main()
