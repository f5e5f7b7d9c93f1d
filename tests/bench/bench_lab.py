"""How the training lab feels and what it costs, measured in JupyterLab in the system's Chromium.

    python tests/bench/bench_lab.py                          # a few minutes
    python tests/bench/bench_lab.py --minutes 30 --reruns 50 # the long soak

Prints: seconds from Train to the first point of the curve; seconds from a key on a slider to the end of the first
training step that used the new value; seconds another cell takes to answer while a model trains; the lab's speed as a
share of a plain loop's, measured in turn; bytes sent to the page; whether a reloaded page shows the curve again; and,
after a soak of training and re-runs of the cell, trainer threads and the growth of the browser's heap and the kernel's
memory.
"""

from __future__ import annotations

import argparse
import re
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

import nbformat

sys.path.insert(0, str(Path(__file__).parents[1]))
from helpers.browser import execute
from helpers.server import ARGUMENTS, BROWSERS, READY, RUN_ALL, jupyterlab

LAB_CELL = """from pretraining.widgets import TrainingLab

lab = TrainingLab(steps=100_000)
lab"""
# Written into the kernel: notes when a step ended and which learning rate was asked for in it.
SPY = """
import time
from pretraining.training import Trainer
plain_step = getattr(Trainer, "plain_step", Trainer.train_step)
Trainer.plain_step, used = plain_step, []
def spied(self):
    peak = self.settings.learning_rate
    step = plain_step(self)
    used.append((time.time(), peak))
    del used[:-5000]
    return step
Trainer.train_step = spied
"""
MEMORY = """
import gc, os, threading
gc.collect()
with open("/proc/self/statm") as statm:
    print(int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE"),
          sum(t.name == "pretraining-run" for t in threading.enumerate()))
"""
PLAIN = """
import threading, time, torch
from pretraining.training import usable_cores
from pretraining.widgets.lab.session import Session
from pretraining.widgets.lab.settings import LabSettings
def plain_loop(threads, seconds, settings=LabSettings(steps=100_000)):
    def loop():
        torch.set_num_threads(threads)
        trainer = Session(settings).trainer
        for _ in range(3): trainer.train_step()
        begun, first = time.perf_counter(), trainer.step
        while time.perf_counter() - begun < seconds: trainer.train_step()
        speed.append((trainer.step - first) / (time.perf_counter() - begun))
    speed = []
    thread = threading.Thread(target=loop); thread.start(); thread.join()
    return speed[0]
"""
FIRST_POINT = """async () => {
  const lab = document.querySelector('.jp-CodeCell'), chart = lab.querySelector('[role=figure]');
  const button = [...lab.querySelectorAll('button')].find(b => b.textContent === 'Train');
  const wait = () => new Promise(resolve => setTimeout(resolve, 5));
  const begun = performance.now();
  button.click();
  const before = chart.dataset.rows;
  while (!chart.textContent.startsWith('Step 0')) await wait();
  while (Number(chart.dataset.rows) < 1) await wait();
  return (performance.now() - begun) / 1000;
}"""


class Bench:
    """One notebook with a lab, open in a browser."""

    def __init__(self, page, server) -> None:
        self.page, self.server = page, server
        self.received, self.outside = 0, []
        self.lab = page.locator(".jp-CodeCell").first
        page.on("websocket", lambda socket: socket.on("framereceived", self._count))
        page.on("request", lambda request: self._check(request.url))
        self.devtools = page.context.new_cdp_session(page)

    def _count(self, payload) -> None:
        self.received += len(payload)

    def _check(self, url: str) -> None:
        if not re.match(rf"(data|blob|about):|{re.escape(self.server.url)}|ws", url):
            self.outside.append(url)

    def open(self) -> None:
        self.page.goto(f"{self.server.url}/doc/tree/lab.ipynb?reset&token={self.server.token}")
        self.ready()

    def ready(self) -> None:
        for _ in range(480):
            if self.page.evaluate(READY):
                return
            self.page.wait_for_timeout(250)
        raise RuntimeError("the kernel did not become ready")

    def run_cells(self) -> None:
        assert self.page.evaluate(RUN_ALL), "a cell failed"
        self.says("Ready. Press Train.")
        self.page.wait_for_function("() => document.querySelector('[role=figure]')?.dataset.rows !== undefined")

    def execute(self, code: str) -> tuple[str, float]:
        return execute(self.page, code)

    def says(self, sentence: str) -> None:
        """Wait for words in the lab; a locator's own wait would keep what it found in the page's memory."""
        from playwright.sync_api import expect

        expect(self.lab.get_by_text(sentence)).to_be_visible(timeout=120_000)

    def press(self, name: str) -> None:
        self.lab.get_by_role("button", name=name, exact=True).click()

    def stop(self) -> None:
        self.press("Stop")
        self.says("Stopped at step")

    def memory(self) -> tuple[float, float, int]:
        """Megabytes of the browser's heap and of the kernel, and trainer threads."""
        for _ in range(3):
            self.devtools.send("HeapProfiler.collectGarbage")
            self.page.wait_for_timeout(300)
        heap = self.devtools.send("Runtime.getHeapUsage")["usedSize"]
        kernel, threads = self.execute(MEMORY)[0].split()
        return heap / 1e6, int(kernel) / 1e6, int(threads)

    def first_point(self) -> float:
        seconds = self.page.evaluate(FIRST_POINT)
        self.page.wait_for_timeout(1500)
        self.stop()
        return seconds

    def slider_latencies(self, count: int) -> list[float]:
        """Press an arrow key on the learning rate, and ask the kernel which step used the new value."""
        self.press("Training")
        slider = self.lab.get_by_role("slider", name="Learning rate")
        slider.focus()
        self.page.evaluate(
            "() => { window.pressed = []; "
            "addEventListener('keydown', () => window.pressed.push(Date.now() / 1000), true); }"
        )
        for index in range(count):
            self.page.keyboard.press("ArrowRight" if index % 2 else "ArrowLeft")
            self.page.wait_for_timeout(900)
        pressed = self.page.evaluate("() => window.pressed")
        changes = "print(*(t for (t, a), (_, b) in zip(used[1:], used) if a != b))"
        used = [float(word) for word in self.execute(changes)[0].split()]
        assert len(used) == len(pressed) == count, (len(used), len(pressed), count)
        return [after - before for before, after in zip(pressed, used, strict=True)]

    def speeds(self, seconds: float) -> tuple[float, float, float]:
        """Steps a second: the lab's, a plain loop's with as many threads, a plain loop's with every core."""
        self.press("Train")
        self.says("training loss")
        self.page.wait_for_timeout(1500)
        measured = f"import time; a = lab.trainer.step; t = time.time(); time.sleep({seconds}); "
        measured += "print((lab.trainer.step - a) / (time.time() - t))"
        lab = float(self.execute(measured)[0])
        self.stop()
        plain = [
            float(self.execute(f"print(plain_loop({threads}, {seconds}))")[0])
            for threads in ("max(1, usable_cores() - 1)", "usable_cores()")
        ]
        return lab, *plain

    def reload_restores(self) -> tuple[int, int]:
        rows = "() => Number(document.querySelector('[role=figure]')?.dataset.rows ?? 0)"
        self.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
        self.page.wait_for_timeout(1500)
        before = self.page.evaluate(rows)
        self.page.reload()
        self.ready()
        self.page.wait_for_function("() => Number(document.querySelector('[role=figure]')?.dataset.rows ?? 0) > 0")
        self.page.wait_for_timeout(1000)
        return before, self.page.evaluate(rows)


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, round(share * (len(values) - 1)))]


def measure(bench: Bench, minutes: float, reruns: int, rounds: int) -> None:
    """All figures, printed as they come."""
    bench.open()
    bench.run_cells()
    first = [bench.first_point() for _ in range(5)]
    print(f"first point of the curve after Train: {max(first):.2f} s at most, {statistics.median(first):.2f} s median")
    print(f"sent to the page until then (5 short runs): {bench.received / 1e6:.2f} MB", flush=True)

    bench.execute(SPY)
    bench.press("Train")
    bench.says("training loss")
    bench.page.wait_for_timeout(1000)
    latencies = bench.slider_latencies(20)
    print(f"slider to step: {percentile(latencies, 0.95):.2f} s (95%), {statistics.median(latencies):.2f} s median")
    answers = [bench.execute("1 + 1")[1] for _ in range(40)]
    print(
        f"another cell: {statistics.median(answers):.3f} s median, {percentile(answers, 0.95):.3f} s (95%)", flush=True
    )
    bench.stop()
    bench.execute("Trainer.train_step = Trainer.plain_step")

    bench.execute(PLAIN)
    speeds = [bench.speeds(5) for _ in range(rounds)]
    for index, name in ((1, "as many threads"), (2, "a thread for every core")):
        ratios = [speed[0] / speed[index] for speed in speeds]
        print(f"lab / plain loop with {name}: {statistics.median(ratios):.2f} of {[round(r, 2) for r in ratios]}")
    before, after = bench.reload_restores()
    print(f"rows of the curve before and after a reload: {before}, {after}", flush=True)

    bench.run_cells()
    bench.first_point()
    sent, (heap, kernel, _) = bench.received, bench.memory()
    ends = time.monotonic() + 60 * minutes
    for _ in range(reruns):
        bench.run_cells()
        bench.press("Train")
        bench.page.wait_for_timeout(1000)
    print(f"sent to the page for {reruns} re-runs: {(bench.received - sent) / 1e6:.2f} MB", flush=True)
    sent = bench.received
    while time.monotonic() < ends:
        bench.page.wait_for_timeout(1000)
    heap_now, kernel_now, threads = bench.memory()
    print(f"after {minutes:g} minutes and {reruns} re-runs: {threads} trainer thread")
    print(f"sent to the page while training after the re-runs: {(bench.received - sent) / 1e6:.2f} MB")
    print(f"browser heap {heap:.0f} -> {heap_now:.0f} MB ({heap_now - heap:+.0f})")
    print(f"kernel memory {kernel:.0f} -> {kernel_now:.0f} MB ({kernel_now - kernel:+.0f})")
    print(f"requests to other servers: {len(bench.outside)}")


def main() -> None:
    """Start a server and a browser, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=1.0, help="length of the soak")
    parser.add_argument("--reruns", type=int, default=5, help="how often the lab's cell is run again in it")
    parser.add_argument("--rounds", type=int, default=3, help="how often lab and plain loop are compared")
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, sync_playwright() as playwright:
        work = Path(folder) / "work"
        work.mkdir()
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(LAB_CELL)])
        notebook.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        nbformat.write(notebook, work / "lab.ipynb")
        chromium = next(path for name in BROWSERS if (path := shutil.which(name)))
        with jupyterlab(Path(folder)) as server:
            browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            page = browser.new_page(viewport={"width": 1366, "height": 768})
            page.set_default_timeout(120_000)
            measure(Bench(page, server), options.minutes, options.reruns, options.rounds)
            browser.close()


if __name__ == "__main__":
    main()
