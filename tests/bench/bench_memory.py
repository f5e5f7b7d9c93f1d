"""Every lesson and every solved graded notebook, run from top to bottom under a memory limit: its peak and its time.

    python tests/bench/bench_memory.py                     # all of them, half an hour
    python tests/bench/bench_memory.py 5-training 7-base-model --limit-gb 2 --threads 2

One after the other, each in a process of its own that may hold no more than the limit (a memory cgroup where there is
one, else a watcher that ends it; the first line says which). Prints, for each notebook: the most memory that its kernel
and the kernel's children held at one time; seconds by the clock; processor seconds, which other programs on the machine
disturb less; and the cells that took longest. OVER marks a lesson of more than 1.2 GB or 3 minutes; the exit
code is 1 when a notebook failed or a lesson held too much, because the clock also tells how busy the machine was.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from helpers.memory import INTERVAL_SECONDS, Watch, memory_of
from pretraining.grading.sandbox.limits import family

ROOT = Path(__file__).parents[2]
LESSON_GB, LESSON_SECONDS = 1.2, 180


def notebooks(names: list[str]) -> list[tuple[str, Path]]:
    """(kind, path) of the lessons, then of the graded notebooks with their solutions in place."""
    lessons = [("lesson", path) for path in sorted((ROOT / "course").glob("*.ipynb"))]
    graded = [("graded", path) for path in sorted((ROOT / "assignments" / "source").glob("*/*.ipynb"))]
    return [(kind, path) for kind, path in lessons + graded if not names or path.stem in names or kind in names]


def processor_seconds(process: int) -> float:
    """What a process and its finished children have used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


class Meter:
    """The peak memory of a kernel and its children, in all and cell by cell."""

    def __init__(self) -> None:
        self.peak = self.cell_peak = 0
        self.kernel: int | None = None
        self.done = threading.Event()
        self.cells: list[dict] = []
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while not self.done.wait(INTERVAL_SECONDS):
            if self.kernel:
                held = memory_of(family(self.kernel))
                self.peak, self.cell_peak = max(self.peak, held), max(self.cell_peak, held)

    def begin(self, **_) -> None:
        self.cell_peak, self.started, self.used = 0, time.monotonic(), processor_seconds(self.kernel)

    def end(self, cell, **_) -> None:
        self.cells.append({
            "cell": cell.id, "seconds": time.monotonic() - self.started,
            "processor_seconds": processor_seconds(self.kernel) - self.used, "gb": self.cell_peak / 1e9,
        })  # fmt: skip


def run_one(path: Path) -> None:
    """In the limited process: run a notebook and print what it took as one line of JSON."""
    import nbformat
    from nbclient import NotebookClient

    meter, notebook = Meter(), nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            notebook, timeout=600, store_widget_state=False, resources={"metadata": {"path": folder}},
            on_cell_start=meter.begin, on_cell_executed=meter.end,
        )  # fmt: skip
        started, error = time.monotonic(), ""
        client.km = client.create_kernel_manager()
        client.start_new_kernel()
        client.start_new_kernel_client()
        meter.kernel = client.km.provisioner.pid
        try:
            client.execute(reset_kc=False)
        except Exception as failure:
            error = f"{getattr(failure, 'ename', type(failure).__name__)}: {str(failure)[-3000:]}"
        meter.done.set()
    print(json.dumps({
        "gb": meter.peak / 1e9, "seconds": time.monotonic() - started, "error": error, "cells": meter.cells,
        "processor_seconds": sum(cell["processor_seconds"] for cell in meter.cells),
    }), flush=True)  # fmt: skip


def measure(path: Path, limit_gb: float, threads: int) -> dict:
    """Run one notebook in a limited process of its own."""
    command = [sys.executable, __file__, "--one", str(path)]
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads)}
    watch = Watch(command, int(limit_gb * 1e9), env=environment, stdout=subprocess.PIPE, text=True)
    said = watch.process.communicate()[0].strip().splitlines()
    watch.stop()
    found = json.loads(said[-1]) if said else {"gb": 0, "seconds": 0, "processor_seconds": 0, "cells": [], "error": ""}
    if watch.over:
        found["error"] = f"more than {limit_gb:g} GB"
    elif not said:
        found["error"] = "ended without a word"
    return {**found, "all_gb": watch.peak_bytes / 1e9, "limited_by": watch.limited_by}


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="units, or the words lesson and graded; all if none is given")
    parser.add_argument("--limit-gb", type=float, default=2.0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        run_one(options.one)
        return
    bad = False
    for number, (kind, path) in enumerate(notebooks(options.names)):
        found = measure(path, options.limit_gb, options.threads)
        if not number:
            print(f"At most {options.limit_gb:g} GB, held by {found['limited_by']}; {options.threads} threads.")
            print(f"{'notebook':42} {'GB':>6} {'seconds':>8} {'processor':>10}  slowest cells", flush=True)
        slow = sorted(found["cells"], key=lambda cell: -cell["seconds"])[:2]
        slowest = ", ".join(f"{cell['cell']} {cell['seconds']:.0f} s" for cell in slow)
        over = kind == "lesson" and (found["gb"] > LESSON_GB or found["seconds"] > LESSON_SECONDS)
        bad |= bool(found["error"]) or (kind == "lesson" and found["gb"] > LESSON_GB)
        note = f"  FAILED: {found['error']}" if found["error"] else "  OVER" if over else ""
        name = f"{kind} {path.stem}"
        print(f"{name:42} {found['gb']:6.2f} {found['seconds']:8.0f} {found['processor_seconds']:10.0f}  "
              f"{slowest}{note}", flush=True)  # fmt: skip
    sys.exit(bad)


if __name__ == "__main__":
    main()
