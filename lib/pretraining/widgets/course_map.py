"""The landing page's map: the units, how far the learner is, what to do next, and the work in one file to take away.

What it shows is read from the learner's folder each time. It is drawn in an output area, so that JupyterLab opens its
links beside this page, and is not written into the notebook when that is saved.
"""

from __future__ import annotations

import html
from datetime import date
from pathlib import Path

import ipywidgets as widgets

from ..learner import UNITS, Progress, Unit, next_step, pack, read_progress, unpack, work_folder
from ..learner.archive import free_name
from ..learner.progress import in_words
from .controls import button, spoken

STYLE = """<style>
.pretraining-units {border-collapse:collapse; font-size:14px; max-width:980px; margin:6px 0}
.pretraining-units caption {text-align:left; font-size:15px; padding:4px 0 8px; caption-side:top}
.pretraining-units th, .pretraining-units td {text-align:left !important; vertical-align:top; padding:5px 10px;
  white-space:normal}
.pretraining-units tr.next {outline:2px solid #0072B2; outline-offset:-2px}
.pretraining-units small {display:block; font-size:13px; font-weight:400}
.pretraining-units a {text-decoration:underline}
</style>"""


class CourseMap(widgets.VBox):
    """A map of the course in its own folder.

    Args:
        work: the learner's folder; found from the current folder if not given.
    """

    def __init__(self, work: Path | None = None) -> None:
        self._work = work or work_folder()
        self.map = widgets.Output()
        self.again = button("Look again", "Read your progress once more")
        self.pack = button("Pack my work", "Everything that you changed goes into one zip file")
        self.restore = widgets.FileUpload(accept=".zip", description="Restore", tooltip="Choose a zip that you packed")
        self.said = widgets.HTML(spoken(""))
        self.again.on_click(lambda _: self.look())
        self.pack.on_click(lambda _: self._pack())
        self.restore.observe(lambda _: self._restore(), "value")
        self.pack.layout.width = self.restore.layout.width = "130px"
        self.pack.disabled = self.restore.disabled = self._work is None
        self.look()
        super().__init__([self.map, widgets.HBox([self.again, self.pack, self.restore]), self.said])

    def __repr__(self) -> str:
        return "CourseMap()"  # and not what it shows: a saved notebook holds this line

    def look(self) -> None:
        """Read the progress and draw it."""
        picture = {"text/html": as_table(read_progress(self._work)), "text/plain": "A map of the course."}
        self.map.outputs = ({"output_type": "display_data", "data": picture, "metadata": {}},)

    def _pack(self) -> None:
        assert self._work is not None
        try:
            done = pack(self._work, free_name(self._work, f"pretraining-work-{date.today().isoformat()}"))
        except (ValueError, OSError) as problem:
            self._say(str(problem))
            return
        left = f" Left out: {', '.join(done.left_out)}." if done.left_out else ""
        self._say(
            f"{len(done.names)} files are in {done.file.name}.{left} To take it with you: right-click on it in the "
            "file browser on the left, and choose Download."
        )

    def _restore(self) -> None:
        if not self.restore.value:
            return
        assert self._work is not None
        file = free_name(self._work, "uploaded")
        try:
            file.write_bytes(self.restore.value[0]["content"])
            done = unpack(file, self._work)
            kept = "".join(f" You changed {name} here, so the packed one is in {where}." for name, where in done.beside)
            self._say(f"{len(done.written)} files restored, {len(done.same)} were there already.{kept}")
        except (ValueError, OSError) as problem:
            self._say(str(problem).replace(str(file), "The file"))
        finally:
            file.unlink(missing_ok=True)
            self.restore.value = ()
            self.look()

    def _say(self, sentence: str) -> None:
        self.said.value = spoken(html.escape(sentence))


def as_table(progress: Progress) -> str:
    """The map as an HTML table: a row for each unit, in words, with what to do next above it."""
    passed = [unit.name for unit in UNITS if progress.passed(unit.name)]
    step = next_step(progress.opened, passed)
    caption = f"Next: {link(step[1], step[0])}" if step else "You have done everything. Well done!"
    if progress.problem:
        caption += f"<small>{html.escape(progress.problem)}</small>"
    heads = "".join(f"<th scope='col'>{name}</th>" for name in ("unit", "lesson", "graded notebook"))
    where = step[1] if step else None
    rows = "".join(row(unit, progress, where in (unit.lesson, unit.graded)) for unit in UNITS)
    table = f"<caption>{caption}</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody>"
    return f"{STYLE}<table class='pretraining-units'>{table}</table>"


def row(unit: Unit, progress: Progress, is_next: bool) -> str:
    """One unit: its question, and for each of its notebooks a link, its time, and how far it is."""
    seen = "begun" if unit.name in progress.opened else "not begun"
    lesson = f"{link(unit.lesson, 'lesson')}<small>{in_words(unit.minutes)}; {seen}</small>"
    graded = ""
    if unit.graded_minutes is not None:
        best = progress.best.get(unit.name)
        points = "not checked" if best is None else f"{best.points:g} of {best.of:g} points"
        points = f"passed, {points}" if progress.passed(unit.name) else points
        graded = f"{link(unit.graded, 'write it yourself')}<small>{in_words(unit.graded_minutes)}; {points}</small>"
    head = f"<b>{unit.number} · {html.escape(unit.title)}</b><small>{html.escape(unit.question)}</small>"
    mark = " class='next'" if is_next else ""
    return f"<tr{mark}><th scope='row'>{head}</th><td>{lesson}</td><td>{graded}</td></tr>"


def link(place: str, name: str) -> str:
    """A link to a notebook of the learner's folder."""
    return f"<a href='{html.escape(place, quote=True)}'>{html.escape(name)}</a>"
