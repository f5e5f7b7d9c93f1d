"""The button "Check my work": runs the saved notebook as grading runs it and shows each part's points in a table."""

from __future__ import annotations

import html
import os
from pathlib import Path

import ipywidgets as widgets

from .notebook import Part, check


class CheckMyWork(widgets.VBox):
    """A button and, once pressed, a table of the notebook's parts.

    Args:
        path: the notebook; if it is not given, the one that this kernel belongs to.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self._path = Path(path) if path is not None else this_notebook()
        self.button = widgets.Button(description="Check my work", tooltip="Save first: the saved notebook is run")
        self.table = widgets.HTML()
        self.button.on_click(lambda _: self.run())
        super().__init__([self.button, self.table])

    def run(self) -> None:
        """Run the notebook and show what came out."""
        if self._path is None:
            self.table.value = "<p>Which notebook this is could not be told: use <code>pretraining check</code>.</p>"
            return
        self.button.disabled = True
        self.table.value = "<p role='status'>Running the saved notebook from top to bottom ...</p>"
        try:
            self.table.value = as_table(check(self._path))
        except ValueError as problem:
            self.table.value = f"<p role='status'>{html.escape(str(problem))}</p>"
        finally:
            self.button.disabled = False


def this_notebook() -> Path | None:
    """The notebook that this kernel was started for, as Jupyter's server tells it; None elsewhere."""
    name = os.environ.get("JPY_SESSION_NAME", "")
    return Path(name) if name.endswith(".ipynb") and Path(name).is_file() else None


def as_table(parts: list[Part]) -> str:
    """The parts with their points and messages as an HTML table."""
    rows = "".join(
        f"<tr><td>{html.escape(part.name)}</td><td>{part.score:g} of {part.max_score:g}</td>"
        f"<td><pre>{html.escape(part.message) or 'passed'}</pre></td></tr>"
        for part in parts
    )
    earned, possible = sum(part.score for part in parts), sum(part.max_score for part in parts)
    return (
        f"<table><caption>{earned:g} of {possible:g} points; grading uses more inputs than these tests</caption>"
        f"<thead><tr><th>part</th><th>points</th><th>what to think about</th></tr></thead><tbody>{rows}</tbody></table>"
    )
