"""The tests inside the graded notebooks accept every right answer, however it is written."""

import importlib
from pathlib import Path

import pytest

from helpers.notebooks import GradedNotebook

ROOT = Path(__file__).parents[2]
UNITS = ["7-base-model"]


def right(unit):
    return importlib.import_module(f"notebooks.right_{unit.replace('-', '_')}").RIGHT


ALL_RIGHT = [pytest.param(unit, answers, id=f"{unit}: {way}") for unit in UNITS for way, answers in right(unit).items()]


@pytest.mark.parametrize(("unit", "answers"), ALL_RIGHT)
def test_a_right_answer_written_differently_earns_everything(unit, answers):
    graded = GradedNotebook(ROOT / "assignments" / "source" / unit / f"{unit}.ipynb")
    for test, cell in graded.tests.items():
        assert graded.earned(test, answers) == cell.metadata.nbgrader.points, test
