"""Every lesson and every solved graded notebook in a real browser: run all, touch every control, keep pictures.

    python tests/bench/walk_course.py                              # all of them, about half an hour
    python tests/bench/walk_course.py 3-targets graded --pictures seen
    python tests/bench/walk_course.py lesson --look dark --look zoom

One notebook at a time in JupyterLab in the system's Chromium. Prints, for each: seconds of running all cells; the most
memory its kernel held, with the labs that were pressed; errors of cells, scripts, console and kernel; requests that
left the server; what axe-core calls serious; how many controls were touched, and which did not answer or never woke up;
and what a narrow page cuts off. Pictures of each cell with an output, before and after touching, go to the folder.
`dark` and `zoom` (a page of 1280 pixels at 200 %) take more pictures in that look. The exit code is 1 if anything was
wrong; a control may be silent with good reason, such as a second press on Ask. What is touched goes to standard error.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

sys.path.insert(0, str(Path(__file__).parents[1]))
from helpers.axe import serious_problems
from helpers.browser import execute
from helpers.memory import INTERVAL_SECONDS, memory_of
from helpers.notebooks import solved
from helpers.notes import Notes
from helpers.server import ARGUMENTS, BROWSERS, READY, RUN_ALL, jupyterlab
from helpers.touch import FIND, touch_all
from pretraining.grading.sandbox.limits import family
from pretraining.workspace import lay_out

ROOT = Path(__file__).parents[2]
WIDE, ZOOMED = {"width": 1280, "height": 1600}, {"width": 640, "height": 2000}
ERRORS = ".jp-OutputArea-output[data-mime-type*='error'], .jp-OutputArea-output[data-mime-type*='stderr']"
THEME = "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme: `JupyterLab ${theme}`})"
# Pictures, tables and controls whose right end nobody can see or scroll to.
CUT = """area => {
  const cut = [];
  for (const e of area.querySelectorAll('svg, table, input, select, button, textarea, pre, figure, .widget-html')) {
    const box = e.getBoundingClientRect();
    if (!box.width || !e.checkVisibility() || e.closest('svg') !== (e.matches('svg') ? e : null)) continue;
    for (let up = e.parentElement; up && up !== document.body; up = up.parentElement) {
      const how = getComputedStyle(up).overflowX, edge = up.getBoundingClientRect().right;
      if (how === 'auto' || how === 'scroll') break;
      if (how !== 'visible' && box.right > edge + 1.5) {
        cut.push(`${e.tagName.toLowerCase()} ${Math.round(box.right - edge)} px: ${e.textContent.trim().slice(0, 40)}`);
        break;
      }
    }
  }
  return cut;
}"""


@dataclass
class Seen:
    """What walking through one notebook showed."""

    seconds: float = 0.0
    gb: float = 0.0
    wrong: list[str] = field(default_factory=list)
    touched: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    asleep: list[str] = field(default_factory=list)


class Meter:
    """The most memory that a kernel and its children held at one time."""

    def __init__(self, kernel: int) -> None:
        self.kernel, self.peak, self.done = kernel, 0, threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while not self.done.wait(INTERVAL_SECONDS):
            self.peak = max(self.peak, memory_of(family(self.kernel)))


def places(names: list[str]) -> list[tuple[str, str]]:
    """(kind, place in the work folder) of every notebook that is asked for, lessons first."""
    lessons = [("lesson", path.name) for path in sorted((ROOT / "course").glob("*.ipynb"))]
    graded = sorted((ROOT / "assignments" / "source").glob("*/*.ipynb"))
    everything = lessons + [("graded", f"assignments/{path.parent.name}/{path.name}") for path in graded]
    kinds = {"lesson", "graded"} & set(names) or {"lesson", "graded"}
    units = set(names) - kinds
    return [(kind, place) for kind, place in everything if kind in kinds and (not units or Path(place).stem in units)]


def solve(work: Path) -> None:
    """Put the course's own answers into the learner's graded notebooks."""
    for source in (ROOT / "assignments" / "source").glob("*/*.ipynb"):
        (work / "assignments" / source.parent.name / source.name).write_text(solved(source), encoding="utf-8")


class Walk:
    """One notebook, open in a page of its own."""

    def __init__(self, page, server, place: str, pictures: Path) -> None:
        self.page, self.server, self.place, self.pictures = page, server, place, pictures
        self.seen, self.notes = Seen(), Notes(page)
        cells = nbformat.read(server.work / place, as_version=4).cells
        self.names = [cell.id for cell in cells]
        page.on("filechooser", self._choose_file)
        pictures.mkdir(parents=True, exist_ok=True)

    def _choose_file(self, chooser) -> None:
        chooser.set_files(max(self.server.work.glob("pretraining-work-*.zip")))

    def through(self, looks: list[str]) -> Seen:
        """Open, run, touch and look."""
        self._open()
        self.meter = Meter(int(execute(self.page, "import os; print(os.getpid())")[0]))
        started = time.monotonic()
        if not self.page.evaluate(RUN_ALL):
            self.seen.wrong.append("running all cells ended at an error")
        self.seen.seconds = time.monotonic() - started
        self.page.wait_for_timeout(2000)
        self._look_for_errors("after running all")
        self._take_pictures("1-run")
        for number in self._outputs():
            self._touch(number)
        self._take_pictures("2-touched")
        self._look_for_errors("after touching")
        for look in looks:
            self._look(look)
        self.seen.wrong += [f"axe: {problem}" for problem in serious_problems(self.page)]
        self._end()
        return self.seen

    def _open(self) -> None:
        self.page.goto(f"{self.server.url}/doc/tree/{self.place}?reset&token={self.server.token}")
        for _ in range(480):
            if self.page.evaluate(READY):
                self.notes.listen()
                return
            self.page.wait_for_timeout(250)
        raise AssertionError(f"the kernel of {self.place} did not become ready")

    def _cell(self, number: int):
        return self.page.locator(".jp-Notebook .jp-Cell").nth(number)

    def _outputs(self) -> list[int]:
        """The numbers of the cells that show something."""
        shown = ".jp-OutputArea-output"
        return [n for n in range(len(self.names)) if self._cell(n).locator(shown).count()]

    def _take_pictures(self, when: str) -> None:
        for number in self._outputs():
            name = f"{number:02}-{self.names[number]}-{when}.png"
            self._cell(number).locator(".jp-Cell-outputWrapper").first.screenshot(path=self.pictures / name)

    def _touch(self, number: int) -> None:
        area = self._cell(number).locator(".jp-Cell-outputArea").first
        if not area.evaluate(FIND):
            return
        name = self.names[number]
        done = touch_all(self.page, area, lambda one: print(f"    {name}: {one}", file=sys.stderr, flush=True))
        self.seen.touched += [f"{name}: {one}" for one in done.answered]
        self.seen.silent += [f"{name}: {one}" for one in done.silent]
        self.seen.asleep += [f"{name}: {one}" for one in done.asleep]

    def _look_for_errors(self, when: str) -> None:
        for text in self.page.locator(ERRORS).all_inner_texts():
            self.seen.wrong.append(f"{when}, in a cell: {text[:500]}")

    def _look(self, look: str) -> None:
        """Pictures in another look, and what it cuts off."""
        if look == "dark":
            self.page.evaluate(THEME, "Dark")
        else:
            self.page.set_viewport_size(ZOOMED)
        self.page.wait_for_timeout(2000)
        self._take_pictures(f"3-{look}")
        for number in self._outputs():
            cut = self._cell(number).locator(".jp-Cell-outputArea").first.evaluate(CUT)
            self.seen.wrong += [f"{look}, cut off in {self.names[number]}: {one}" for one in cut]
        self.seen.wrong += [f"{look}, axe: {problem}" for problem in serious_problems(self.page)]
        self.page.evaluate(THEME, "Light")
        self.page.set_viewport_size(WIDE)
        self.page.wait_for_timeout(1000)

    def _end(self) -> None:
        self.meter.done.set()
        self.seen.gb = self.meter.peak / 1e9
        self.seen.wrong += [f"script: {error}" for error in self.notes.errors(self.server)]
        self.seen.wrong += [f"outside: {address}" for address in self.notes.outside(self.server)]
        self.seen.wrong += [f"kernel: {said[:500]}" for said in self.notes.kernel_said()]


def tell(kind: str, place: str, seen: Seen) -> None:
    """One notebook's lines of the report."""
    name = f"{kind} {Path(place).stem}"
    controls = len(seen.touched) + len(seen.silent) + len(seen.asleep)
    print(f"{name:38} {seen.seconds:6.0f} s {seen.gb:5.2f} GB  {len(seen.touched)} of {controls} controls answered, "
          f"{len(seen.wrong)} wrong", flush=True)  # fmt: skip
    for line in (*(f"silent: {one}" for one in seen.silent), *(f"asleep: {one}" for one in seen.asleep), *seen.wrong):
        print("    " + re.sub(r"\s+", " ", line), flush=True)


def main() -> None:
    """Walk through what was asked for, and print what was seen."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="units, and the words lesson or graded; all if none is given")
    parser.add_argument("--pictures", type=Path, default=Path("walk"), help="where the pictures go")
    parser.add_argument("--look", action="append", choices=["dark", "zoom"], default=[])
    options = parser.parse_args()
    chromium = next(path for name in BROWSERS if (path := shutil.which(name)))
    bad = False
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        base = Path(folder)
        lay_out(ROOT, base / "work")
        solve(base / "work")
        with jupyterlab(base) as server:
            for kind, place in places(options.names):
                browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
                page = browser.new_page(viewport=WIDE)
                page.set_default_timeout(60_000)
                walk = Walk(page, server, place, options.pictures / f"{kind}-{Path(place).stem}")
                try:
                    walk.through(options.look)
                except Exception as problem:
                    walk.seen.wrong.append(f"the walk ended: {problem}")
                tell(kind, place, walk.seen)
                bad |= bool(walk.seen.wrong)
                browser.close()
                server.end_kernels()
    sys.exit(bad)


if __name__ == "__main__":
    main()
