"""The tests inside the graded notebooks: right answers pass however they are written, each wrong one is caught."""

import importlib
from functools import cache
from pathlib import Path

import pytest

from helpers.notebooks import GradedNotebook
from notebooks.library import LIBRARY

ROOT = Path(__file__).parents[2]
UNITS = [
    "1-data",
    "2-tokens",
    "3-targets",
    "4-model",
    "5-training",
    "6-scale",
    "7-base-model",
    "8-check-your-understanding",
]


@cache
def notebook(unit):
    return GradedNotebook(ROOT / "assignments" / "source" / unit / f"{unit}.ipynb")


def wrong(unit):
    return importlib.import_module(f"notebooks.wrong_{unit.replace('-', '_')}").WRONG


ALL_WRONG = [
    pytest.param(unit, *entry, id=f"{unit}: {entry[0]}: {entry[1]}") for unit in UNITS for entry in wrong(unit)
]
ALL_HIDDEN = [
    pytest.param(unit, test, source, id=f"{unit}: {test} {i}")
    for unit in UNITS
    for test in notebook(unit).tests
    for i, source in enumerate(notebook(unit).hidden_statements(test), start=1)
]


@pytest.mark.parametrize("unit", UNITS)
def test_the_reference_solution_earns_everything(unit):
    graded = notebook(unit)
    for test, cell in graded.tests.items():
        assert graded.earned(test, {}) == cell.metadata.nbgrader.points, test


@pytest.mark.parametrize("unit", UNITS)
def test_the_library_passes_the_learners_tests(unit):
    graded = notebook(unit)
    for test, cell in graded.tests.items():
        assert graded.earned(test, LIBRARY[unit]) == cell.metadata.nbgrader.points, test


@pytest.mark.parametrize(("unit", "function", "mistake", "answer"), ALL_WRONG)
def test_a_wrong_answer_loses_points(unit, function, mistake, answer):
    graded = notebook(unit)
    asks_for = (f"student.{function}", f'student.value("{function}")')
    likely_first = sorted(graded.tests, key=lambda test: not any(ask in graded.tests[test].source for ask in asks_for))
    assert not all(graded.earns_everything(test, {function: answer}) for test in likely_first)


@pytest.mark.parametrize(("unit", "test", "source"), ALL_HIDDEN)
def test_a_hidden_test_alone_catches_some_wrong_answer(unit, test, source):
    graded = notebook(unit)
    points = graded.tests[test].metadata.nbgrader.points
    assert graded.earned(test, {}, source) == points
    likely_first = sorted(wrong(unit), key=lambda entry: f"student.{entry[0]}" not in source)
    assert not all(graded.earns_everything(test, {function: answer}, source) for function, _, answer in likely_first)
