"""A chart whose rows change while it is on the page.

The vega bundle crosses to the page once, packed, and is shared by all charts; after that only new rows travel. A page
that opens or reloads asks for all rows, so a curve survives a reload. `append` and `set_rows` may be called from any
thread.
"""

from __future__ import annotations

import functools
import gzip
import threading
from collections.abc import Iterable, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import altair as alt
import anywidget
import ipywidgets as widgets
import traitlets

DATA_NAME = "live"


@functools.cache
def packed_vega_bundle() -> bytes:
    """The JavaScript module that draws vega-lite charts, gzipped, as shipped with this package."""
    return (resources.files("pretraining") / "assets" / "vega-embed.js.gz").read_bytes()


def vega_bundle() -> str:
    """The same module as text, for a browser that cannot unpack it."""
    return gzip.decompress(packed_vega_bundle()).decode()


def live_spec(chart: alt.TopLevelMixin) -> dict[str, Any]:
    """A chart's specification without its data: every part draws the one table that the page fills."""
    spec: dict[str, Any] = chart.to_dict()
    spec.pop("datasets", None)
    waiting = [spec]
    while waiting:
        part = waiting.pop()
        part.pop("data", None)
        waiting += [inner for name in ("layer", "vconcat", "hconcat") for inner in part.get(name, [])]
    return {**spec, "data": {"name": DATA_NAME, "values": []}, "autosize": {"type": "pad", "resize": True}}


class LiveChart(anywidget.AnyWidget):
    """A chart that takes new rows.

    Args:
        chart: how to draw; its own data are ignored. A chart of several parts must draw one common table.
        columns: the names of a row's values.
        rows: what to show first.
        description: alternative text; by default the chart's own.
    """

    _esm = Path(__file__).with_name("live_chart.js")
    spec = traitlets.Dict().tag(sync=True)
    columns: traitlets.List = traitlets.List().tag(sync=True)
    description = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        chart: alt.TopLevelMixin,
        columns: Sequence[str],
        rows: Iterable[Sequence[Any]] = (),
        description: str | None = None,
    ) -> None:
        spec = live_spec(chart)
        self._lock = threading.RLock()
        self._rows = [list(row) for row in rows]
        self._note = ""
        text = spec.get("description", "chart") if description is None else description
        scrolling = widgets.Layout(overflow="auto hidden", max_width="100%")  # where a zoomed page is narrower
        super().__init__(spec=spec, columns=list(columns), description=text, layout=scrolling)
        self.on_msg(self._answer)

    @property
    def rows(self) -> list[list[Any]]:
        """A copy of what the chart shows."""
        with self._lock:
            return [list(row) for row in self._rows]

    def append(self, rows: Iterable[Sequence[Any]], note: str | None = None) -> None:
        """Add rows to what is shown.

        Args:
            rows: only what is new.
            note: a line of text above the chart, in the same message; None leaves it as it is.
        """
        new = [list(row) for row in rows]
        with self._lock:
            self._rows += new
            self._tell("append", new, note)

    def set_rows(self, rows: Iterable[Sequence[Any]], note: str | None = None) -> None:
        """Show these rows instead."""
        with self._lock:
            self._rows = [list(row) for row in rows]
            self._tell("reset", self._rows, note)

    def _tell(self, operation: str, rows: list[list[Any]], note: str | None) -> None:
        if note is not None:
            self._note = note
        said = {} if note is None else {"note": note}
        self.send({"op": operation, "rows": rows, **said})

    def _answer(self, _widget: Any, content: dict[str, Any], _buffers: Any) -> None:
        if content.get("op") == "need-bundle" and content.get("packed"):
            self.send({"op": "bundle"}, buffers=[packed_vega_bundle()])
        elif content.get("op") == "need-bundle":
            self.send({"op": "bundle", "source": vega_bundle()})
        elif content.get("op") == "need-rows":
            with self._lock:
                self._tell("reset", self._rows, self._note or None)
