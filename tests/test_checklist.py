"""What belongs to a unit, and to a release: the lists in docs/maintainers.md, enforced."""

import importlib
import json
import re
from pathlib import Path

import pytest

from notebooks import test_wrong_answers
from notebooks.library import LIBRARY
from pretraining import __version__

ROOT = Path(__file__).parents[1]
UNITS = sorted(path.stem for path in (ROOT / "course").glob("*.ipynb"))
FEWEST_MISTAKES = 10
GRADED = [unit for unit in UNITS if not unit.startswith("0-")]


def text(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def graded_path(unit):
    return ROOT / "assignments" / "source" / unit / f"{unit}.ipynb"


def readme_row(unit):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (row,) = [line for line in readme.splitlines() if line.startswith("|") and f"](course/{unit}.ipynb)" in line]
    return row


def test_units_are_numbered_without_a_gap():
    assert [unit.split("-")[0] for unit in UNITS] == [str(number) for number in range(len(UNITS))]


@pytest.mark.parametrize("unit", UNITS)
def test_a_lesson_has_its_title_its_time_and_its_row_in_the_readme(unit):
    lesson = text(ROOT / "course" / f"{unit}.ipynb")
    assert re.match(rf"# {unit.split('-')[0]} · \w", lesson)
    assert re.search(r"^\*Time: about \S.*(minutes|hour|hours)", lesson, re.M), "say how long it takes"
    assert f"| {unit.split('-')[0]} |" in readme_row(unit)


@pytest.mark.parametrize("unit", GRADED)
def test_a_unit_has_a_graded_notebook_that_the_suite_knows(unit):
    assert text(graded_path(unit)).startswith(f"# {unit.split('-')[0]} · ")
    assert f"](assignments/source/{unit}/{unit}.ipynb)" in readme_row(unit)
    assert unit in test_wrong_answers.UNITS, "add it to UNITS in tests/notebooks/test_wrong_answers.py"
    assert unit in LIBRARY, "add the library's own solution to tests/notebooks/library.py"


@pytest.mark.parametrize("unit", GRADED)
def test_wrong_answers_are_listed_for_a_unit(unit):
    wrong = importlib.import_module(f"notebooks.wrong_{unit.replace('-', '_')}").WRONG
    mistakes = {(function, mistake) for function, mistake, _ in wrong}
    assert len(mistakes) == len(wrong), "each mistake once, under a name of its own"
    assert len(wrong) >= FEWEST_MISTAKES


def test_nothing_is_left_of_a_unit_that_is_gone():
    assert sorted(test_wrong_answers.UNITS) == GRADED
    assert sorted(LIBRARY) == GRADED
    assert sorted(path.name for path in (ROOT / "assignments" / "source").iterdir()) == GRADED
    wrong = [path.stem for path in (ROOT / "tests" / "notebooks").glob("wrong_*.py")]
    assert sorted(wrong) == [f"wrong_{unit.replace('-', '_')}" for unit in GRADED]


def test_the_maintainers_page_names_every_file_of_the_list():
    page = (ROOT / "docs" / "maintainers.md").read_text(encoding="utf-8")
    for name in re.findall(r"`((?:tests|lib|course|assignments|web|docs)/[\w./-]+\.\w+)`", page):
        if "N-name" not in name and "N_name" not in name:
            assert (ROOT / name).exists(), name


def test_the_changelog_begins_with_what_is_not_released_and_then_this_version():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    first, second, *_ = re.findall(r"^## (\S+)", changelog, re.M)
    assert first == "Unreleased"
    assert second == __version__


@pytest.mark.parametrize("page", ["README.md", "docs/instructors.md", "docs/maintainers.md", "CHANGELOG.md"])
def test_links_in_the_pages_lead_somewhere(page):
    path, found = ROOT / page, 0
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8")):
        found += 1
        assert (path.parent / target).exists(), target
    assert found or page == "CHANGELOG.md"
