"""Running a graded notebook's cells in this process, with other answers in the place of the learner's."""

import ast
import contextlib
import importlib
import io
import sys
import types
from functools import cache
from pathlib import Path
from unittest.mock import patch

import nbformat
from IPython.core.inputtransformer2 import TransformerManager

from pretraining.grading import Credit
from pretraining.grading.notebook import student_version

BEGIN, END = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"


def solved(source: Path, from_cell: int = 0) -> str:
    """A learner's notebook with the course's own answers, from some answer on."""
    notebook = nbformat.reads(student_version(source), as_version=4)
    answers = {cell["id"]: cell.source for cell in nbformat.read(source, as_version=4).cells}
    cells = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("solution")]
    for cell in cells[from_cell:]:
        cell.source = answers[cell["id"]]
    return nbformat.writes(notebook)


class GradedNotebook:
    """The source notebook of a unit: its setup, its reference solutions and its test cells."""

    def __init__(self, path: Path) -> None:
        self.cells = nbformat.read(path, as_version=4).cells
        code = [cell for cell in self.cells if cell.cell_type == "code"]
        for cell in code:
            cell.source = without_magic(cell.source)
        self.tests = {c.metadata.nbgrader.grade_id: c for c in code if c.metadata.get("nbgrader", {}).get("grade")}
        self.given = [c.source for c in code if "nbgrader" in c.metadata and not c.metadata.nbgrader.grade]

    def earned(self, test: str, answers: dict, source: str | None = None) -> float:
        """The points that a test cell gives when `answers` replace functions of the reference solution."""
        cell = self.tests[test]
        points, names = cell.metadata.nbgrader.points, types.ModuleType("__main__")
        names.get_ipython = Shell
        before = sys.modules["__main__"]
        sys.modules["__main__"] = names
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                for given in self.given:
                    exec(compiled(given)[0], vars(names))
                vars(names).update(answers)
                body, last = compiled(cell.source if source is None else source, test)
                exec(body, vars(names))
                value = eval(last, vars(names)) if last else None
        except Exception:
            return 0.0
        finally:
            sys.modules["__main__"] = before
        return float(points if value is None else value)

    def earns_everything(self, test: str, answers: dict, source: str | None = None) -> bool:
        """Whether a test cell gives all its points; ends at the first check that fails, whatever part it is in."""
        with patch.object(Credit, "part", all_or_nothing):
            return self.earned(test, answers, source) == self.tests[test].metadata.nbgrader.points

    def hidden_statements(self, test: str) -> list[str]:
        """For each hidden statement, the cell's source with that one as its only check."""
        lines, hidden, inside = self.tests[test].source.split("\n"), set(), False
        for number, line in enumerate(lines, start=1):
            inside = (inside or BEGIN in line) and END not in line
            if inside:
                hidden.add(number)
        source = self.tests[test].source
        wanted = [node.lineno for node in ast.walk(ast.parse(source)) if is_check(node) and node.lineno in hidden]
        return [ast.unparse(KeepOnly(line).visit(ast.parse(source))) for line in wanted]


@contextlib.contextmanager
def all_or_nothing(credit: Credit, points: float, _: str):
    """`Credit.part` whose first failure fails the whole cell."""
    yield
    credit._earned += points


@cache
def compiled(source: str, name: str = "given") -> tuple[types.CodeType, types.CodeType | None]:
    """A cell's statements, and its last line if that is an expression."""
    body = ast.parse(source)
    last = body.body.pop() if name != "given" and isinstance(body.body[-1], ast.Expr) else None
    code = compile(body, name, "exec")
    return code, compile(ast.Expression(last.value), name, "eval") if last else None


def without_magic(source: str) -> str:
    """A cell as the Python that IPython makes of it, where it begins with magic."""
    return TransformerManager().transform_cell(source) if source.startswith("%") else source


class Shell:
    """As much of IPython's shell as the notebooks use: loading an extension, and calling its cell magics."""

    magics: dict = {}  # noqa: RUF012

    def run_line_magic(self, name: str, line: str) -> None:
        assert name == "load_ext"
        importlib.import_module(line).load_ipython_extension(self)

    def register_magic_function(self, function, _kind: str, name: str) -> None:
        self.magics[name] = function

    def run_cell_magic(self, name: str, line: str, cell: str) -> None:
        self.magics[name](line, cell)


def is_check(node: ast.AST) -> bool:
    """Whether a statement is `expect(...).something(...)`, or a loop of such."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        function = node.value.func
        return isinstance(function, ast.Attribute) and ast.unparse(function.value).startswith("expect(")
    return False


class KeepOnly(ast.NodeTransformer):
    """Removes every check but the one on a given line."""

    def __init__(self, line: int) -> None:
        self.line = line

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        return ast.copy_location(ast.Pass(), node) if is_check(node) and node.lineno != self.line else node
