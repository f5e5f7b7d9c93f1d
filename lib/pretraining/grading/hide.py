"""The graded notebook as its learner may see it: hidden tests are out of it, in cells and in whatever was put out.

What a hidden test says to the learner (the message of an assertion, the idea of an expectation) stays, for that is its
purpose. Its code, what it called and what it expected do not.
"""

from __future__ import annotations

import copy
import re
from typing import Any

from .snapshot import HIDDEN_NOTE

ANSI = re.compile(r"\x1b\[[0-9;]*m")
NUMBERED = re.compile(r"^\s*(-+>)?\s*\d*\s")  # how a traceback begins a line of code
EXPECTATION = re.compile(r"(?s)\n  you called   .*?\n  think about  ([^\n]*)")
TELLING = 8  # shorter lines, such as a bracket, tell nothing, and stand in honest output, too


class Hider:
    """Takes hidden tests out of one notebook's copy.

    Args:
        cells: the notebook's cells in the snapshot.
    """

    def __init__(self, cells: list[dict[str, Any]]) -> None:
        self._shown = {cell["name"]: cell["shown"] for cell in cells if cell["source"] != cell["visible"]}
        given = "\n".join(cell["visible"] for cell in cells)
        seen = {line.strip() for line in given.split("\n")}
        lines = {line.strip() for cell in cells for line in cell["source"].split("\n")} - seen
        self._lines = {line for line in lines if line}
        self._long = [line for line in self._lines if len(line) >= TELLING]
        self._given, self._hidden = given, "\n".join(self._lines)

    def copy(self, node: Any) -> Any:
        """The notebook without hidden tests; the one given stays as it is."""
        if not self._shown:
            return node
        node = copy.deepcopy(node)
        for cell in node.cells:
            mark = cell.metadata.get("nbgrader", {})
            if cell.cell_type == "code":
                for output in cell.get("outputs", []):
                    self._clean(output, mark.get("grade_id") in self._shown)
            if mark.get("grade_id") in self._shown and mark.get("locked"):
                cell.source = self._shown[mark.grade_id]
        return node

    def _clean(self, output: Any, of_hidden: bool) -> None:
        for field in ("text", "evalue"):
            if field in output:
                output[field] = self.text(output[field])
        if "traceback" in output:
            output.traceback = [self.text(part) for part in output.traceback]
        if of_hidden and output.output_type == "error":  # its traceback shows the failing lines
            output.traceback = [f"{output.ename}: {output.evalue}"]
        for kind, value in output.get("data", {}).items():
            if isinstance(value, str) and kind.startswith("text/"):
                output.data[kind] = self.text(value)

    def text(self, text: str) -> str:
        """What was put out, without lines of hidden tests and without what their expectations called."""
        text = EXPECTATION.sub(self._expectation, text)
        plain = ANSI.sub("", text)
        if not any(line in plain for line in self._lines):
            return text
        return "\n".join(HIDDEN_NOTE if self._tells(line) else line for line in text.split("\n"))

    def _tells(self, line: str) -> bool:
        line = ANSI.sub("", line)
        return NUMBERED.sub("", line).strip() in self._lines or any(hidden in line for hidden in self._long)

    def _expectation(self, found: re.Match) -> str:
        """An expectation's message; of a hidden one, or one that may be, the idea alone."""
        idea = found[1].strip()
        visible = idea in self._given and idea not in self._hidden
        return found[0] if visible else f"\n  in a hidden test\n  think about  {idea}"
