"""The history of runs: which are drawn, what they were set to, and a way to take them along."""

from __future__ import annotations

import base64
import html
from collections.abc import Callable

import ipywidgets as widgets

from ..controls import button
from .export import as_csv, as_python
from .record import Record
from .settings import LABELS, LabSettings, shown

MOST_RUNS = 12
DRAWN = 4


class RunList(widgets.VBox):
    """A check box for each earlier run, and Remove, CSV and Python for the chosen one.

    Args:
        usual: the settings that are not worth mentioning.
        on_change: called when other runs are to be drawn.
    """

    def __init__(self, usual: LabSettings, on_change: Callable[[], None]) -> None:
        self.usual, self._on_change = usual, on_change
        self.records: list[Record] = []
        self._boxes: dict[int, widgets.Checkbox] = {}
        self.rows = widgets.VBox()
        self.chosen = widgets.Dropdown(description="Run", options=[], layout=widgets.Layout(width="150px"))
        self.chosen.style.description_width = "30px"
        self.remove_button = button("Remove", "Forget the chosen run")
        self.csv_button = button("CSV", "The chosen run's events as a table to download")
        self.python_button = button("Python", "The program that repeats the chosen run")
        self.note = widgets.HTML("No run yet: press Train. Each run is kept here, to be compared and taken along.")
        self.code = widgets.Textarea(
            description="Python", layout=widgets.Layout(width="95%", height="150px", display="none")
        )
        self.remove_button.on_click(lambda _: self.remove(self.chosen.value))
        self.csv_button.on_click(lambda _: self._offer_csv())
        self.python_button.on_click(lambda _: self._offer_python())
        self.chosen.observe(lambda _: self._describe(), "value")
        row = widgets.HBox([self.chosen, self.remove_button, self.csv_button, self.python_button])
        super().__init__([self.rows, row, self.note, self.code])

    @property
    def drawn(self) -> list[Record]:
        """The runs whose boxes are ticked."""
        return [record for record in self.records if self._boxes[record.number].value]

    def add(self, record: Record) -> None:
        """Take in a run; the oldest goes when there are too many."""
        box = widgets.Checkbox(value=True, indent=False, layout=widgets.Layout(width="95%"))
        self._boxes[record.number] = box
        self.records = [*self.records, record]
        for old in self.records[:-DRAWN]:
            self._boxes[old.number].value = False
        box.observe(lambda _: self._on_change(), "value")
        for old in self.records[:-MOST_RUNS]:
            self._forget(old)
        self._show(record.number)

    def refresh(self) -> None:
        """Bring the lines up to date."""
        for record in self.records:
            self._boxes[record.number].description = record.summary(self.usual)

    def remove(self, number: int | None) -> None:
        """Forget a run.

        Raises:
            ValueError: there is no such run.
        """
        gone = next((record for record in self.records if record.number == number), None)
        if gone is None:
            raise ValueError(f"there is no run {number}: the runs are {[r.number for r in self.records]}")
        self._forget(gone)
        self._show(self.records[-1].number if self.records else None)
        self._on_change()

    def _forget(self, record: Record) -> None:
        self.records = [other for other in self.records if other is not record]
        box = self._boxes.pop(record.number)
        box.layout.close()
        box.style.close()
        box.close()

    def _show(self, chosen: int | None) -> None:
        self.refresh()
        self.rows.children = [self._boxes[record.number] for record in self.records]
        self.chosen.options = [record.number for record in self.records]
        if chosen is not None:
            self.chosen.value = chosen
        for control in (self.remove_button, self.csv_button, self.python_button):
            control.disabled = not self.records
        self._describe()

    def _describe(self) -> None:
        """All settings of the chosen run, and how it ended."""
        self.code.layout.display = "none"
        record = self._record()
        if record is None:
            self.note.value = "No earlier run."
            return
        values = [f"{label} {shown(getattr(record.settings, name))}" for name, label in LABELS.items()]
        turned = [f"{LABELS[name]} to {shown(value)} after step {step}" for step, name, value in record.changes]
        changed = f" Changed on the way: {'; '.join(turned)}." if turned else ""
        said = f"Run {record.number}: {', '.join(values)}.{changed} {record.outcome}"
        self.note.value = f"<div style='line-height:1.4'>{html.escape(said)}</div>"

    def _record(self) -> Record | None:
        return next((record for record in self.records if record.number == self.chosen.value), None)

    def _offer_csv(self) -> None:
        if (record := self._record()) is not None:
            self._offer(as_csv(record), f"run-{record.number}.csv", "text/csv")

    def _offer_python(self) -> None:
        if (record := self._record()) is not None:
            self.code.value = as_python(record)
            self.code.layout.display = ""
            self._offer(self.code.value, f"run-{record.number}.py", "text/x-python")

    def _offer(self, text: str, name: str, kind: str) -> None:
        """A link that saves a text where the browser saves downloads; nothing is written here."""
        packed = base64.b64encode(text.encode()).decode()
        self.note.value = (
            f"<a download='{name}' href='data:{kind};base64,{packed}' style='text-decoration:underline'>"
            f"Download {name}</a> ({len(text.encode()) / 1000:,.0f} kB)"
        )
