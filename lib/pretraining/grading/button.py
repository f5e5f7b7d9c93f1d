"""The button "Check my work": runs the saved notebook as grading runs it and shows each part's points in a table."""

from __future__ import annotations

import html
import os
import time
from collections.abc import Callable
from pathlib import Path

import ipywidgets as widgets

from .check_cell import LOOK_ELSEWHERE
from .notebook import Checked, Part, check

# Colours are the page's own, so that the table is readable in light and dark themes.
STYLE = """<style>
.check-my-work table { border-collapse: collapse; line-height: 1.4; color: inherit; }
.check-my-work caption { text-align: left; font-weight: bold; padding: 6px 0; color: inherit; }
.check-my-work :is(th, td) { text-align: left; vertical-align: top; padding: 4px 16px 4px 0; }
.check-my-work tr { border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
.check-my-work pre { margin: 0; white-space: pre-wrap; color: inherit; background: none; max-width: 80ch; }
</style>"""


class CheckMyWork(widgets.VBox):
    """A button and, once pressed, a table of the notebook's parts.

    Args:
        path: the notebook; if it is not given, the one that this kernel belongs to.
        after: see `check_my_work`.
    """

    def __init__(self, path: str | Path | None = None, after: Callable[..., str] | None = None) -> None:
        self._after = after
        self._path = Path(path) if path is not None else this_notebook()
        self.button = widgets.Button(
            description="Check my work",
            tooltip="Save the notebook first (Ctrl+S): the saved file is run, from top to bottom",
            layout=widgets.Layout(width="max-content"),
        )
        self.table = widgets.HTML(say("Save the notebook (Ctrl+S), then press: the saved file is checked."))
        self.button.on_click(lambda _: self.run())
        super().__init__([self.button, self.table])

    def run(self) -> None:
        """Run the notebook and show what came out."""
        if self._path is None:
            self.table.value = say(f"Which notebook this is could not be told. {LOOK_ELSEWHERE}")
            return
        self.button.disabled = True
        saved = saved_at(self._path)
        self.table.value = say(f"Running {self._path.name}{saved} from top to bottom ...")
        try:
            checked = check(self._path)
            self.table.value = as_table(checked, f"{self._path.name}{saved}") + self._tell(self._path, checked)
        except ValueError as problem:
            self.table.value = say(str(problem))
        finally:
            self.button.disabled = False

    def _tell(self, path: Path, checked: Checked) -> str:
        if self._after is None:
            return ""
        sorry = self._after(path.stem, *points_of(checked), path.absolute().parent)
        return say(sorry) if sorry else ""


def points_of(checked: Checked) -> tuple[float, float]:
    """(points earned, points possible) of all parts together."""
    return sum(part.score for part in checked.parts), sum(part.max_score for part in checked.parts)


def this_notebook() -> Path | None:
    """The notebook that this kernel was started for, as Jupyter's server tells it; None elsewhere."""
    name = os.environ.get("JPY_SESSION_NAME", "")
    return Path(name) if name.endswith(".ipynb") and Path(name).is_file() else None


def saved_at(path: Path) -> str:
    """When the file was saved, in words that follow its name; nothing if there is no file."""
    try:
        return time.strftime(", as you saved it at %H:%M:%S,", time.localtime(path.stat().st_mtime))
    except OSError:
        return ""


def say(sentence: str) -> str:
    """A sentence that a screen reader announces."""
    return f"<p role='status'>{html.escape(sentence)}</p>"


def as_table(checked: Checked, what: str) -> str:
    """The parts with their points and messages as an HTML table."""
    earned, possible = points_of(checked)
    again = " Nothing has changed since the last check." if checked.unchanged else ""
    return (
        f"{STYLE}<div class='check-my-work' role='status'><table>"
        f"<caption>{earned:g} of {possible:g} points</caption>"
        "<thead><tr><th scope='col'>part</th><th scope='col'>points</th>"
        "<th scope='col'>what to think about</th></tr></thead>"
        f"<tbody>{''.join(map(as_row, checked.parts))}</tbody></table>"
        f"<p>This is {html.escape(what)} run as grading runs it.{again} Grading uses more inputs than these tests.</p>"
        "</div>"
    )


def as_row(part: Part) -> str:
    """One part; its name without the hyphens of the cell's id."""
    name = part.name.removeprefix("test-").replace("-", " ")
    message = "passed" if part.score >= part.max_score else part.message
    return (
        f"<tr><th scope='row'>{html.escape(name)}</th><td>{part.score:g} of {part.max_score:g}</td>"
        f"<td><pre>{html.escape(message)}</pre></td></tr>"
    )
