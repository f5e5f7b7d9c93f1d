"""The committed notebooks: clean, complete, and running from top to bottom."""

import ast
import json
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from helpers.server import BROWSERS

ROOT = Path(__file__).parents[2]
LESSONS = sorted((ROOT / "course").glob("*.ipynb"))
GRADED = sorted((ROOT / "assignments" / "source").glob("*/*.ipynb"))
every_notebook = pytest.mark.parametrize("path", LESSONS + GRADED, ids=lambda path: path.stem)
every_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
every_graded = pytest.mark.parametrize("path", GRADED, ids=lambda path: path.stem)
RUN_IN_THE_BROWSER = re.compile(r'^    open_notebook\("([\w-]+)\.ipynb"\)\n    run_all\(\)\n', re.MULTILINE)
# Tests with nothing to hide: own words go to the scorer, and own measurements are compared with the learner's own runs.
OPEN = ("judge_answer(", "def measured(", "student.step_losses()", "student.surprises(")


def cells(path, kind=None):
    return [cell for cell in nbformat.read(path, as_version=4).cells if kind in (None, cell.cell_type)]


@every_notebook
def test_no_outputs_counts_or_editor_noise(path):
    raw = json.loads(path.read_text(encoding="utf-8"))
    assert set(raw["metadata"]) == {"kernelspec", "language_info"}
    assert raw["metadata"]["kernelspec"]["name"] == "python3"
    assert raw["metadata"]["language_info"] == {"name": "python"}
    for cell in raw["cells"]:
        assert set(cell["metadata"]) <= {"nbgrader"}
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None
    nbformat.validate(nbformat.from_dict(raw))


@every_notebook
def test_cell_ids_are_names_that_stay(path):
    ids = [cell.id for cell in cells(path)]
    assert len(set(ids)) == len(ids)
    assert all(len(name) >= 3 and not name.isdigit() and name == name.lower() for name in ids)


@every_lesson
def test_lesson_cells_are_short_and_define_nothing(path):
    for cell in cells(path, "code"):
        assert len(cell.source.splitlines()) <= 12, cell.id
        defined = [n for n in ast.walk(ast.parse(cell.source)) if isinstance(n, ast.FunctionDef | ast.ClassDef)]
        assert not defined, f"{cell.id}: logic belongs in lib/"


@every_lesson
def test_lessons_keep_the_rhythm(path):
    text = "\n".join(cell.source for cell in cells(path, "markdown"))
    assert "redict" in text
    assert "xplain" in text
    assert "**Takeaway" in text


def only_headless():
    """The lessons that no browser test runs from top to bottom; all of them where there is no browser."""
    if not any(map(shutil.which, BROWSERS)):
        return LESSONS
    tests = (path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "browser").glob("test_*.py"))
    run = {name for source in tests for name in RUN_IN_THE_BROWSER.findall(source)}
    assert run <= {path.stem for path in LESSONS}
    return [path for path in LESSONS if path.stem not in run]


@pytest.mark.slow
@pytest.mark.parametrize("path", only_headless(), ids=lambda path: path.stem)
def test_lessons_run_from_top_to_bottom(path, tmp_path):
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook, timeout=150, store_widget_state=False, resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    warned = [
        (cell.id, output.text)
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream" and output.name == "stderr"
    ]
    assert not warned


@every_graded
def test_graded_cells_follow_the_conventions(path):
    found = cells(path)
    names = [cell.metadata.nbgrader.grade_id for cell in found if "nbgrader" in cell.metadata]
    assert len(set(names)) == len(names)
    tests = [cell for cell in found if cell.metadata.get("nbgrader", {}).get("grade")]
    assert all(cell.source.startswith("# judge\n") and cell.metadata.nbgrader.locked for cell in tests)
    visible = [cell.source.split("### BEGIN HIDDEN")[0] for cell in tests]
    assert all("expect(" in source or "judge_answer(" in source for source in visible), "each has a visible test"
    closed = [cell for cell in tests if not any(sign in cell.source for sign in OPEN)]
    assert sum("### BEGIN HIDDEN TESTS" in cell.source for cell in closed) >= len(closed) - 1
    assert any("credit.total()" in cell.source for cell in tests), "at least one part gives partial credit"
    solutions = [cell for cell in found if cell.metadata.get("nbgrader", {}).get("solution")]
    assert all("### BEGIN SOLUTION" in cell.source for cell in solutions)


def stored(source):
    """The names that a cell's own statements give a value, outside of its functions and comprehensions."""
    scopes = ast.FunctionDef | ast.ClassDef | ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
    found, queue = set(), list(ast.parse(source).body)
    while queue:
        node = queue.pop()
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Name) and not isinstance(
            getattr(node, "ctx", None), ast.Load
        ):
            found.add(getattr(node, "id", None) or node.name)
        if not isinstance(node, scopes):
            queue += ast.iter_child_nodes(node)
    return found


@every_graded
def test_test_cells_leave_the_learners_functions_as_they_are(path):
    found = [cell for cell in cells(path, "code") if "%%" not in cell.source]  # an answer in own words is no code
    marks = {cell.id: cell.metadata.get("nbgrader", {}) for cell in found}
    functions = {
        node.name
        for cell in found
        if not marks[cell.id].get("grade")
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    for cell in found:
        if marks[cell.id].get("grade"):
            assert not functions & stored(cell.source), f"{cell.id} would replace what the learner wrote"


@every_graded
def test_the_unit_has_a_lesson_of_the_same_name(path):
    assert path.parent.name == path.stem
    assert path.stem in {lesson.stem for lesson in LESSONS}
