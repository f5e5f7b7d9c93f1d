"""Tracebacks at a tenth of their price: the same text, without looking the same things up again and again.

Every failing cell shows a traceback. With torch imported, IPython spends most of a small notebook's processor time on
it: `inspect` goes through all modules for every line of a cell, which belongs to none, and Pygments compares the same
twenty colours with 256 others each time.
"""

from __future__ import annotations

import inspect
from typing import Any

NO_MODULE = "<a cell belongs to no module>"


def make_cheap(shell: Any) -> None:
    """Teach this process the two answers; called once, in the zygote."""
    _know_cells(shell.compile)
    _remember_colours()


def _know_cells(compiler: Any) -> None:
    """Enter each cell into `inspect`'s own table of files, under a name that is no module's: it then finds None."""
    cache, files = compiler.cache, inspect.modulesbyfile

    def cache_and_enter(*args: Any, **kwargs: Any) -> Any:
        name = cache(*args, **kwargs)
        files[name] = NO_MODULE
        return name

    compiler.cache = cache_and_enter


def _remember_colours() -> None:
    """The nearest of the terminal's colours depends on nothing but the colour."""
    from pygments.formatters.terminal256 import Terminal256Formatter

    find: Any = Terminal256Formatter._closest_color
    known: dict[tuple[int, int, int], int] = {}

    def closest(self: Any, red: int, green: int, blue: int) -> int:
        colour = (red, green, blue)
        if colour not in known:
            known[colour] = find(self, *colour)
        return known[colour]

    Terminal256Formatter._closest_color = closest
