"""A large notebook without its outputs, made by a process of its own: whoever grades never holds it as a whole.

Nearly all of a notebook that is tens of megabytes long is outputs, which are made anew anyway. This file is also the
program that the process runs: its standard input is the notebook, its output what is left of it, or a sentence that
says why there is nothing.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from typing import Any

NOT_JSON = "it is not valid JSON: open it in JupyterLab and save it again"
TOO_DEEP = "it is nested too deeply to be a notebook"
TOO_MUCH = "there is too much in it to be read: clear its outputs and hand it in again"
MEMORY_BYTES, SECONDS = 1_200_000_000, 120
REFUSED = 3  # exit status: the output is the reason


class TooMuch(Exception):
    """What is left cannot be graded; the message says why."""


def slim(descriptor: int, largest: int) -> str:
    """The notebook as JSON text without outputs and states of widgets.

    Args:
        descriptor: an open file, at its beginning.
        largest: how long the text may be, in characters.

    Raises:
        TooMuch: it is no JSON, or what is left is too long.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", __file__, str(largest)], stdin=descriptor, capture_output=True, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        raise TooMuch(TOO_MUCH) from None
    if done.returncode:
        raise TooMuch(done.stdout.decode() if done.returncode == REFUSED else TOO_MUCH)
    return done.stdout.decode("ascii")


def without_outputs(notebook: Any) -> Any:
    """Take away outputs and states of widgets, in place, of formats 3 and 4; anything else stays as it is.

    Example:
        >>> without_outputs({"cells": [{"source": "1", "outputs": ["..."]}], "metadata": {"widgets": {}}})
        {'cells': [{'source': '1', 'outputs': []}], 'metadata': {}}
    """
    if not isinstance(notebook, dict):
        return notebook
    if isinstance(notebook.get("metadata"), dict):
        notebook["metadata"].pop("widgets", None)
    sheets = notebook.get("worksheets")
    for sheet in [notebook, *(sheets if isinstance(sheets, list) else [])]:
        cells = sheet.get("cells") if isinstance(sheet, dict) else None
        for cell in cells if isinstance(cells, list) else []:
            if isinstance(cell, dict) and "outputs" in cell:
                cell["outputs"] = []
    return notebook


def main(largest: int) -> int:
    """Read, take away, write; returns the exit status."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    problem = ""
    try:
        text = json.dumps(without_outputs(json.loads(sys.stdin.buffer.read().decode("utf-8-sig", "replace"))))
        if len(text) > largest:
            problem = (
                f"even without outputs it has {len(text) / 1e6:,.0f} MB; at most {largest / 1e6:,.0f} MB are graded"
            )
    except RecursionError:
        problem = TOO_DEEP
    except ValueError:
        problem = NOT_JSON
    except MemoryError:
        problem = TOO_MUCH
    sys.stdout.write(problem or text)
    return REFUSED if problem else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
