"""What a cell put out: a learner's messages turned into notebook outputs, each checked, all within a limit.

The sender may be hostile: what is not a proper message is left out. Beyond the limit only what counts for the grade is
kept: errors, and the short text of a result.
"""

from __future__ import annotations

import json
from typing import Any

SHORT = 2_000
KEPT_CELLS = 20  # a notebook may keep as much as so many cells that are full
LONGEST_NAME, MOST_WIDGETS = 200, 1_000
LARGEST_PICTURE, LARGEST_COUNT = 10_000, 1_000_000  # pixels; cells run


class Outputs:
    """The outputs of the cells of one notebook, one cell at a time.

    Args:
        kept_bytes: how much of each cell's output is kept.
    """

    def __init__(self, kept_bytes: int) -> None:
        self._kept_bytes, self._left = kept_bytes, KEPT_CELLS * kept_bytes
        self._displays: dict[str, list[dict[str, Any]]] = {}
        self._captured: dict[str, str] = {}
        self.start()

    def start(self) -> None:
        """A new cell begins."""
        self.cell: list[dict[str, Any]] = []
        self._size, self._cut, self._clear_first = 0, 0, False

    def take(self, message: dict[str, Any]) -> None:
        """Take in one message of the learner's process."""
        kind, content = message.get("type"), message.get("content")
        if not isinstance(content, dict) or not isinstance(kind, str):
            return
        if kind == "clear_output":
            self._clear_first = bool(content.get("wait"))
            if not self._clear_first:
                self.cell.clear()
        elif kind.startswith("comm"):
            self._watch_output_widget(content)
        elif kind == "update_display_data":
            self._update(content)
        elif (output := as_output(kind, content)) is not None:
            self._add(output, content)

    def add(self, output: dict[str, Any]) -> None:
        """Add an output that must not be lost; what is too long for its cell is shortened."""
        fits = len(json.dumps(output)) <= self._kept_bytes
        self.cell.append(output if fits else shortened(output) or output)

    def finish(self) -> list[dict[str, Any]]:
        """The cell's outputs; if some were left out, a last one says so."""
        if self._cut:
            self.cell.append(stream("stdout", f"\n[{self._cut:,} bytes of output were cut here]\n"))
        return self.cell

    def _add(self, output: dict[str, Any], content: dict[str, Any]) -> None:
        if self._captured and output["output_type"] != "error":
            return  # inside `with Output():` the cell shows nothing
        if self._clear_first:
            self.cell.clear()
            self._clear_first = False
        if not self._fits(output):
            short = shortened(output, SHORT if self._left > 0 else SHORT // 4)
            if short is None or any(other["output_type"] in ("error", "execute_result") for other in self.cell):
                return  # the first error or result decides
            output = short
        last = self.cell[-1] if self.cell else {}
        if output["output_type"] == "stream" and last.get("name") == output["name"]:
            last["text"] += output["text"]
            return
        self.cell.append(output)
        transient = content.get("transient")
        display = transient.get("display_id") if isinstance(transient, dict) else None
        if isinstance(display, str) and len(display) <= LONGEST_NAME:
            self._update(content)
            self._displays.setdefault(display, []).append(output)

    def _fits(self, output: dict[str, Any], times: int = 1) -> bool:
        """Whether there is room for an output, in its cell and in the notebook; if so, it is taken."""
        try:
            size = len(json.dumps(output)) * times
        except RecursionError:
            size = self._kept_bytes + 1
        if size > self._kept_bytes - self._size or size > self._left:
            self._cut += size
            return False
        self._size, self._left = self._size + size, self._left - size
        return True

    def _update(self, content: dict[str, Any]) -> None:
        new = as_output("display_data", content)
        transient = content.get("transient")
        if new is None or not isinstance(transient, dict):
            return
        shown = self._displays.get(str(transient.get("display_id")), [])
        if not shown or not self._fits(new, len(shown)):
            return
        for output in shown:
            output["data"], output["metadata"] = new["data"], new["metadata"]

    def _watch_output_widget(self, content: dict[str, Any]) -> None:
        data = content.get("data")
        state = data.get("state") if isinstance(data, dict) else None
        widget = content.get("comm_id")
        if isinstance(state, dict) and "msg_id" in state and isinstance(widget, str) and len(widget) <= LONGEST_NAME:
            if not state["msg_id"]:
                self._captured.pop(widget, None)
            elif len(self._captured) < MOST_WIDGETS:
                self._captured[widget] = ""


def as_output(kind: str, content: dict[str, Any]) -> dict[str, Any] | None:
    """The notebook output that a message describes; None if it describes none properly."""
    if kind == "stream" and content.get("name") in ("stdout", "stderr") and isinstance(content.get("text"), str):
        return stream(content["name"], content["text"])
    if kind in ("display_data", "execute_result") and _is_bundle(content.get("data")):
        output = {"output_type": kind, "data": content["data"], "metadata": _plain_metadata(content.get("metadata"))}
        if kind == "execute_result":
            count = content.get("execution_count")
            output["execution_count"] = as_count(count)
        return output
    if kind == "error":
        return error(content.get("ename"), content.get("evalue"), content.get("traceback"))
    return None


def as_count(count: Any) -> int | None:
    """A proper execution count, or None."""
    return count if type(count) is int and 0 <= count < LARGEST_COUNT else None


def stream(name: str, text: str) -> dict[str, Any]:
    """A stream output."""
    return {"output_type": "stream", "name": name, "text": text}


def error(ename: Any, evalue: Any, traceback: Any = None) -> dict[str, Any]:
    """An error output."""
    lines = [line for line in traceback if isinstance(line, str)] if isinstance(traceback, list) else []
    return {"output_type": "error", "ename": str(ename)[:200], "evalue": str(evalue)[:50_000], "traceback": lines}


def shortened(output: dict[str, Any], longest: int = SHORT) -> dict[str, Any] | None:
    """What must be kept of an output that is too long for its cell."""
    if output["output_type"] == "error":
        return error(output["ename"], output["evalue"][:longest], [line[:longest] for line in output["traceback"][-3:]])
    text = output.get("data", {}).get("text/plain")
    if output["output_type"] == "execute_result" and isinstance(text, str) and len(text) <= longest:
        return {**output, "data": {"text/plain": text}, "metadata": {}}
    return None


def _is_bundle(data: Any) -> bool:
    """Whether these are representations by MIME type as a notebook may hold them."""
    if not isinstance(data, dict):
        return False
    return all(isinstance(value, str) or kind.endswith("json") for kind, value in data.items())


def _plain_metadata(metadata: Any) -> dict[str, Any]:
    """Sizes of images; nothing else of an output's metadata is needed."""
    if not isinstance(metadata, dict):
        return {}
    kept = {}
    for kind, entry in metadata.items():
        if isinstance(entry, dict):
            sizes = {name: entry[name] for name in ("width", "height") if _is_size(entry.get(name))}
            if sizes and len(kind) <= LONGEST_NAME:
                kept[kind] = sizes
    return kept


def _is_size(value: Any) -> bool:
    """Whether this is a number of pixels; infinity is no JSON, and a page could not be opened."""
    return type(value) in (int, float) and 0 < value <= LARGEST_PICTURE
