"""Measures the scorer of answers in own words against labelled answers, one report for each bank file.

    python tests/bench/bench_questions.py tests/questions/bank/*.jsonl
    python tests/bench/bench_questions.py --wrong tests/questions/bank/development.jsonl    # and each disagreement

A bank is JSON lines: {"question": ..., "style": ..., "text": ..., "ideas": {name: true or false}}.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

from pretraining.questions import Score, score

NOTHING = ("negated", "keywords", "copy", "junk", "instruction")
"""Styles whose answers should earn nothing."""
HIGH = 0.8

Row = tuple[dict, Score, str, bool, bool]
"""The bank's row, its score, one idea, what was earned and what should be."""


def read(path: Path) -> list[dict]:
    """The answers of a bank."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def scored(answers: list[dict]) -> tuple[list[Row], float]:
    """One row for each idea of each answer, and the CPU milliseconds that an answer took on average."""
    score(answers[0]["question"], "to load what is loaded once")
    started = time.process_time()
    scores = [score(answer["question"], answer["text"]) for answer in answers]
    spent = (time.process_time() - started) * 1000 / len(answers)
    rows = [
        (answer, found, name, found.ideas[name], bool(wanted))
        for answer, found in zip(answers, scores, strict=True)
        for name, wanted in answer["ideas"].items()
    ]
    return rows, spent


def agreement(rows: Iterable[Row]) -> float:
    """Share of ideas on which the scorer and the label agree."""
    same = [earned == wanted for _, _, _, earned, wanted in rows]
    return sum(same) / len(same) if same else float("nan")


def by(rows: list[Row], key: Callable[[Row], str]) -> dict[str, list[Row]]:
    """Rows in groups."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return dict(sorted(groups.items()))


def report(rows: list[Row], spent: float) -> dict[str, float]:
    """The figures that count."""
    idle = [row for row in rows if row[0]["style"] in NOTHING and not any(row[0]["ideas"].values())]
    unusual = [row for row in rows if row[0]["style"] == "unusual" and all(row[0]["ideas"].values())]
    high = [row for row in rows if row[1].confidence[row[2]] >= HIGH]
    questions = by(rows, lambda row: row[0]["question"])
    share = lambda part, of: len(part) / len(of) if of else float("nan")  # noqa: E731
    return {
        "agreement": agreement(rows),
        "worst question": min(agreement(group) for group in questions.values()),
        "always no": share([row for row in rows if not row[4]], rows),
        "negated, lists, copies, junk, instructions earn nothing": share([row for row in idle if not row[3]], idle),
        "right in unusual words: points earned": share([row for row in unusual if row[3]], unusual),
        "high confidence covers": share(high, rows),
        "agreement at high confidence": agreement(high),
        "CPU ms an answer": spent,
    }


def main() -> None:
    """Print a report for each bank."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("banks", type=Path, nargs="+")
    parser.add_argument("--wrong", action="store_true", help="print every idea on which scorer and label differ")
    given = parser.parse_args()
    for path in given.banks:
        rows, spent = scored(read(path))
        print(f"\n{path.name}: {len({id(row[0]) for row in rows})} answers, {len(rows)} ideas")
        for name, value in report(rows, spent).items():
            print(f"  {name:58} {value:.3f}")
        keys: dict[str, Callable[[Row], str]] = {
            "question": lambda row: row[0]["question"],
            "idea": lambda row: f"{row[0]['question']}/{row[2]}",
            "style": lambda row: row[0]["style"],
        }
        for title, key in keys.items():
            for name, group in by(rows, key).items():
                print(f"  {title:10} {name:47} {agreement(group):.3f}  ({len(group)})")
        if given.wrong:
            for answer, found, name, earned, wanted in rows:
                if earned != wanted:
                    mark = f"{answer['question']}/{name} is {wanted}, scored {earned}"
                    print(f"  {mark} ({found.confidence[name]:.2f}, {answer['style']}): {answer['text'][:300]!r}")


if __name__ == "__main__":
    main()
