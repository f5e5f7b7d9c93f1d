"""How fast byte-pair encoding is trained, and how much memory a stream needs.

    python tests/bench/bench_tokens.py --text shakespeare.txt           # takes minutes
    python tests/bench/bench_tokens.py --text shakespeare.txt --quick   # without the naive trainer and the 100 MB files
    python tests/bench/bench_tokens.py                                  # on Python's documentation

Prints a report and leaves it, with two charts, in runs/bench-tokens/ (git-ignored). One core; times are the best of
three unless the report says otherwise. Memory is the peak of a fresh process (VmHWM) above what it held before.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

os.environ["RAYON_NUM_THREADS"] = "1"  # Hugging Face's tokenizers on one core, as we are

import altair as alt
import tokenizers

import pretraining.charts  # noqa: F401  the look of the charts
from pretraining.text import load
from pretraining.tokens import merge_pair, train_bpe
from pretraining.tokens.split import words

OUT = Path("runs/bench-tokens")
VOCABULARIES = (500, 1000, 2000, 4000, 8000)
MEGABYTES = 100
IN_A_FRESH_PROCESS = """
import gc, json, sys
from pretraining.tokens import Tokenizer
kind, path, saved = sys.argv[1:]

def memory(key):
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith(key)) / 1024

tokenizer = Tokenizer.load(saved)
tokenizer.encode("warm")
gc.collect()
before = memory("VmRSS")
with open(path, encoding="utf-8", newline="") as file:
    if kind == "stream":
        pieces = iter(lambda: file.read(65536), "")
        count = sum(1 for _ in tokenizer.encode_iterable(pieces))
    elif kind == "lines":
        count = sum(1 for _ in tokenizer.encode_iterable(file))
    else:
        count = len(tokenizer.encode(file.read()))
print(json.dumps([memory("VmHWM") - before, count]))
"""


def naive_train(text: str, vocab_size: int) -> list[tuple[int, int]]:
    """Byte-pair encoding as simply as it can be: recount all pairs at every merge.

    It is not made slower than it must be: like ours, it keeps each different word once, with its count.
    """
    counted = Counter(words(text))
    pieces = [(list(word.encode()), count) for word, count in counted.items()]
    strings = [bytes([value]) for value in range(256)]
    merges = []
    while len(strings) < vocab_size:
        pairs: dict[tuple[int, int], int] = {}
        for ids, count in pieces:
            for pair in itertools.pairwise(ids):
                pairs[pair] = pairs.get(pair, 0) + count
        best = max(pairs, key=lambda pair, pairs=pairs: (pairs[pair], (strings[pair[0]], strings[pair[1]])))
        pieces = [(merge_pair(ids, best, len(strings)), count) for ids, count in pieces]
        strings.append(strings[best[0]] + strings[best[1]])
        merges.append(best)
    return merges


def hugging_face_train(text: str, vocab_size: int) -> None:
    """The same training in Hugging Face's library, which is written in Rust."""
    other = tokenizers.Tokenizer(tokenizers.models.BPE())
    other.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = tokenizers.pre_tokenizers.ByteLevel.alphabet()
    trainer = tokenizers.trainers.BpeTrainer(vocab_size=vocab_size, initial_alphabet=alphabet, show_progress=False)
    other.train_from_iterator([text], trainer)


def seconds(action: Callable[[], object], times: int = 3) -> float:
    """The shortest of several runs, in seconds of this process's processor time (other programs do not count)."""
    best = math.inf
    for _ in range(times):
        gc.collect()
        started = time.process_time()
        action()
        best = min(best, time.process_time() - started)
    return best


def train(text: str, vocab_size: int) -> list[tuple[int, int]]:
    """Our merges, without special tokens."""
    return train_bpe(text, vocab_size, special_tokens=[], on_short=print).merges


def speed(text: str, naive: bool) -> list[str]:
    """Our time, against a naive trainer and Hugging Face's."""
    lines = []
    for vocab_size in (1000, 8000):
        ours = seconds(lambda size=vocab_size: train(text, size))
        theirs = seconds(lambda size=vocab_size: hugging_face_train(text, size))
        lines.append(
            f"{vocab_size} tokens: ours {ours:.2f} s, Hugging Face {theirs:.2f} s, ours / theirs {ours / theirs:.1f}"
        )
    if naive:
        result: list[list[tuple[int, int]]] = []
        slow = seconds(lambda: result.append(naive_train(text, 1000)), times=1)
        ours = seconds(lambda: train(text, 1000))
        same = "the same merges" if result[0] == train(text, 1000) else "OTHER MERGES"
        lines.append(f"1000 tokens: naive {slow:.1f} s (one run), {slow / ours:.0f} times as long as ours; {same}")
    return lines


def growth(text: str) -> tuple[list[str], dict[str, list[tuple[float, float]]]]:
    """Time against the vocabulary and against the text; an exponent below 1 is less than linear."""
    repeated = text * 4
    sizes = [len(text) // 4, len(text) // 2, len(text), 2 * len(text), 4 * len(text)]
    fresh = [size for size in sizes if size <= len(text)]
    curves = {
        "vocabulary": [(float(size), seconds(lambda size=size: train(text, size))) for size in VOCABULARIES],
        "text": [(size / 1e6, seconds(lambda size=size: train(text[:size], 2000))) for size in fresh],
        "text, repeated": [(size / 1e6, seconds(lambda size=size: train(repeated[:size], 2000))) for size in sizes[2:]],
    }
    lines = []
    for name, points in curves.items():
        (x0, y0), (x1, y1) = points[0], points[-1]
        exponent = math.log(y1 / y0) / math.log(x1 / x0)
        shown = ", ".join(f"{x:g}: {y:.2f} s" for x, y in points)
        lines.append(f"time against {name}: {shown}; grows as its power {exponent:.2f}")
    return lines, curves


def long_words() -> list[str]:
    """One word without a space: here a trainer that reads whole words again at each merge takes minutes."""
    import random

    lines = []
    for size in (100_000, 300_000):
        word = "".join(random.Random(0).choices("abcdefgh", k=size))
        lines.append(f"one word of {size:,} letters, 1000 tokens: {seconds(lambda w=word: train(w, 1000), 1):.2f} s")
    return lines


def memory(text: str, folder: Path) -> list[str]:
    """Additional memory of encoding a file of 100 MB, and one word of 10 MB, in a fresh process each."""
    saved, file, lines = folder / "tokenizer.json", folder / "text.txt", []
    train_bpe(text, 1000).save(saved)
    word = "abcdefgh" * (MEGABYTES * 12_500)  # a tenth: one word is read whole, and tiktoken needs much memory for it
    whole = (text * (MEGABYTES * 1_000_000 // len(text.encode()) + 1))[: MEGABYTES * 1_000_000]
    for content, name, kinds in (
        (whole, "ordinary text", ("stream", "lines")),
        (word, "one word without a space", ("stream",)),
    ):
        file.write_text(content, encoding="utf-8", newline="")
        for kind in kinds:
            started = time.perf_counter()
            command = [sys.executable, "-c", IN_A_FRESH_PROCESS, kind, str(file), str(saved)]
            peak, count = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
            lines.append(
                f"{file.stat().st_size / 1e6:.0f} MB of {name}, {kind}: {peak:.0f} MB more memory, {count:,} tokens, "
                f"{time.perf_counter() - started:.0f} s"
            )
    return lines


def chart(points: list[tuple[float, float]], title: str, axis: str) -> alt.LayerChart:
    """Measured points, and the straight line through the first one and zero."""
    rows = [{"x": x, "seconds": y, "line": "measured"} for x, y in points]
    (x0, y0), (x1, _) = points[0], points[-1]
    rows += [{"x": x, "seconds": y0 * x / x0, "line": "linear"} for x in (x0, x1)]
    names = alt.Scale(domain=["measured", "linear"])
    base = alt.Chart(alt.Data(values=rows), title=title, width=360, height=220).encode(
        x=alt.X("x:Q", title=axis),
        y=alt.Y("seconds:Q", title="Seconds"),
        color=alt.Color("line:N", title=None, scale=names),
        strokeDash=alt.StrokeDash("line:N", scale=names),
    )
    return base.mark_line() + base.transform_filter("datum.line == 'measured'").mark_point(filled=True)


def main() -> None:
    """Measure, print, and leave the report with its charts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--text", type=Path, help="a UTF-8 file of about 1 MB, such as tinyshakespeare")
    parser.add_argument("--quick", action="store_true", help="leave out what takes minutes")
    options = parser.parse_args()
    text = (
        options.text.read_text(encoding="utf-8")
        if options.text
        else "\n\n".join(document.text for document in load("python-docs"))
    )
    report = [f"{options.text or 'python-docs'}: {len(text.encode()) / 1e6:.2f} MB, seconds of one processor core"]
    report += speed(text, naive=not options.quick)
    grown, curves = growth(text)
    report += grown + long_words()
    if not options.quick:
        with tempfile.TemporaryDirectory() as folder:
            report += memory(text, Path(folder))
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "report.txt").write_text("\n".join(report) + "\n", encoding="utf-8")
    chart(curves["vocabulary"], "How does training time grow with the vocabulary?", "Tokens in the vocabulary").save(
        OUT / "vocabulary.svg"
    )
    chart(curves["text"], "How does training time grow with the text?", "Megabytes of text").save(OUT / "text.svg")
    print("\n".join(report), f"\nreport and charts: {OUT}/")


if __name__ == "__main__":
    main()
