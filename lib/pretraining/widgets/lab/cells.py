"""One lab for each notebook cell: running a cell again ends the lab that it made before."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import sys
import threading
import weakref
from typing import Any, Protocol

import ipywidgets as widgets


class Releasable(Protocol):
    """What can be ended and taken off the page."""

    def release(self) -> None:
        """End it."""


_made: list[tuple[str, str, weakref.ref[Any]]] = []
_lock = threading.Lock()


def replace_former(lab: Releasable) -> None:
    """Note that the running cell made `lab`, and release what an earlier run of the same cell made."""
    cell, request = running_cell()
    with _lock:
        former = [entry for entry in _made if entry[0] == cell and entry[1] != request]
        _made[:] = [entry for entry in _made if entry not in former and entry[2]() is not None]
        _made.append((cell, request, weakref.ref(lab)))
    for _, _, reference in former:
        if (old := reference()) is not None:
            old.release()


def running_cell() -> tuple[str, str]:
    """Which cell is being run, by its id or else its code, and by which request; empty outside a notebook."""
    try:
        from IPython import get_ipython

        request = get_ipython().kernel.get_parent("shell")
        cell = request.get("metadata", {}).get("cellId") or request["content"]["code"]
        return str(cell), str(request["header"]["msg_id"])
    except (ImportError, AttributeError, KeyError):
        return "", ""


def close_all(widget: widgets.Widget) -> None:
    """Close a widget and every widget that it holds, in the kernel and on the page.

    It holds its children, its layout and style, and what stands in its attributes: a note that is in no row, a layout
    that waits to be put on. One that stayed open would keep all of them in the page's memory.
    """
    waiting: list[widgets.Widget] = [widget]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        waiting += held_widgets(one)
        one.close()


def return_free_memory() -> None:
    """Hand freed memory back to the system; glibc keeps what threads freed that have ended since."""
    gc.collect()
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError, OSError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)


def held_widgets(widget: widgets.Widget) -> list[widgets.Widget]:
    """The widgets among a widget's attributes and traits, alone or in a list, tuple or dict."""
    found: list[widgets.Widget] = []
    for value in [*vars(widget).values(), *widget._trait_values.values()]:
        several = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else [value]
        found += [one for one in several if isinstance(one, widgets.Widget)]
    return found
