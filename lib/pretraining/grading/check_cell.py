"""The last cell of a graded notebook: `check_my_work()` offers a button, and is silent while grading runs."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

LOOK_ELSEWHERE = "Or use a terminal: pretraining check NOTEBOOK.ipynb"


class Sentence:
    """Something that a notebook shows as one plain sentence."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def check_my_work(after: Callable[..., str] | None = None) -> Any:
    """A button that runs the saved notebook as grading does, and shows what each part earns.

    While nbgrader or our engine runs the notebook there is nothing to press; where ipywidgets is missing, a sentence
    says what to do.

    Args:
        after: told of each check: the notebook's name, the points, the points possible, its folder. What it returns is
            shown, unless it is empty.
    """
    if os.environ.get("NBGRADER_EXECUTION"):
        return Sentence("Here is the button that checks your work, when you open this notebook in JupyterLab.")
    try:
        from .button import CheckMyWork
    except ImportError:
        return Sentence(f"For a button here, install ipywidgets and start the kernel again. {LOOK_ELSEWHERE}")
    return CheckMyWork(after=after)
