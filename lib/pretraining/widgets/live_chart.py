"""A chart whose rows change while it is on the page.

The vega bundle crosses to the page once and is shared by all charts; after that only new rows travel. A page that opens
or reloads asks for all rows, so a curve survives a reload. `append` and `set_rows` may be called from any thread.
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
import traitlets

DATA_NAME = "live"


@functools.cache
def vega_bundle() -> str:
    """The JavaScript module that draws vega-lite charts, as shipped with this package."""
    packed = (resources.files("pretraining") / "assets" / "vega-embed.js.gz").read_bytes()
    return gzip.decompress(packed).decode()


class LiveChart(anywidget.AnyWidget):
    """A chart that takes new rows.

    Args:
        chart: how to draw; its own data are ignored. A layered chart must draw one common table.
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
        spec: dict[str, Any] = chart.to_dict()
        spec.pop("datasets", None)
        for layer in spec.get("layer", []):
            layer.pop("data", None)
        spec["data"] = {"name": DATA_NAME, "values": []}
        spec["autosize"] = {"type": "pad", "resize": True}
        self._lock = threading.RLock()
        self._rows = [list(row) for row in rows]
        text = spec.get("description", "chart") if description is None else description
        super().__init__(spec=spec, columns=list(columns), description=text)
        self.on_msg(self._answer)

    @property
    def rows(self) -> list[list[Any]]:
        """A copy of what the chart shows."""
        with self._lock:
            return [list(row) for row in self._rows]

    def append(self, rows: Iterable[Sequence[Any]]) -> None:
        """Add rows to what is shown."""
        new = [list(row) for row in rows]
        with self._lock:
            self._rows += new
            self.send({"op": "append", "rows": new})

    def set_rows(self, rows: Iterable[Sequence[Any]]) -> None:
        """Show these rows instead."""
        with self._lock:
            self._rows = [list(row) for row in rows]
            self.send({"op": "reset", "rows": self._rows})

    def _answer(self, _widget: Any, content: dict[str, Any], _buffers: Any) -> None:
        if content.get("op") == "need-bundle":
            self.send({"op": "bundle", "source": vega_bundle()})
        elif content.get("op") == "need-rows":
            with self._lock:
                self.send({"op": "reset", "rows": self._rows})
