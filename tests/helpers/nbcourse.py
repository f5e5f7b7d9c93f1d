"""Small nbgrader courses made on the spot, submissions to them, and gradebooks as plain data."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

CONFIG = """c = get_config()
c.CourseDirectory.course_id = "small"
c.Execute.shutdown_kernel = "immediate"
"""


def cell(name, source, kind="code", *, grade=False, solution=False, locked=None, points=None, task=False):
    """A cell with nbgrader's mark."""
    mark = {"grade": grade, "solution": solution, "task": task, "grade_id": name, "schema_version": 3}
    mark["locked"] = (not solution) if locked is None else locked
    if points is not None:
        mark["points"] = points
    make = new_code_cell if kind == "code" else new_markdown_cell
    made = make(source, metadata={"nbgrader": mark})
    made["id"] = name
    return made


def answer(name, source):
    """A cell for the learner's code, with the reference solution between nbgrader's marks."""
    return cell(name, f"### BEGIN SOLUTION\n{source}\n### END SOLUTION", solution=True)


def check(name, source, points):
    """A test cell."""
    return cell(name, source, grade=True, points=points)


def make_course(root: Path, assignment: str, notebooks: dict[str, list], config: str = "") -> Path:
    """A course directory with one assignment, released by nbgrader."""
    from pretraining.grading.course import release

    folder = root / "source" / assignment
    folder.mkdir(parents=True, exist_ok=True)
    (root / "nbgrader_config.py").write_text(CONFIG + config)
    for name, cells in notebooks.items():
        metadata = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
        nbformat.write(new_notebook(cells=cells, metadata=metadata), folder / f"{name}.ipynb")
    release(root, assignment)
    return root


def released(root: Path, assignment: str, name: str):
    """The notebook as learners get it."""
    return nbformat.read(root / "release" / assignment / f"{name}.ipynb", as_version=4)


def hand_in(root: Path, assignment: str, student: str, name: str, answers: dict[str, str], notebook=None) -> Path:
    """Submit a notebook with some cells' sources replaced."""
    notebook = notebook or released(root, assignment, name)
    for entry in notebook.cells:
        source = answers.get(entry.metadata.get("nbgrader", {}).get("grade_id"))
        entry.source = entry.source if source is None else source
    folder = root / "submitted" / student / assignment
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.ipynb"
    nbformat.write(notebook, path)
    return path


def environment() -> dict[str, str]:
    """The environment with our programs on the PATH."""
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def stock_autograde(root: Path, assignment: str) -> subprocess.CompletedProcess:
    """`nbgrader autograde` as its command line does it."""
    command = [sys.executable, "-m", "nbgrader", "autograde", assignment, "--force"]
    return subprocess.run(command, cwd=root, env=environment(), capture_output=True, text=True)


def gradebook(root: Path, assignment: str, url: str = "") -> dict:
    """Student -> notebook -> everything that grading enters; `url` says where, if it is no file in the course."""
    from nbgrader.api import Gradebook

    found: dict = {}
    with Gradebook(url or f"sqlite:///{root / 'gradebook.db'}", "small") as book:
        for entry in book.assignment_submissions(assignment):
            for notebook in entry.notebooks:
                grades = {
                    grade.name: (grade.auto_score, grade.manual_score, grade.needs_manual_grade, grade.max_score)
                    for grade in notebook.grades
                }
                comments = {
                    comment.name: (comment.auto_comment, comment.manual_comment) for comment in notebook.comments
                }
                found.setdefault(entry.student.id, {})[notebook.name] = {
                    "grades": grades, "comments": comments, "penalty": notebook.late_submission_penalty,
                    "score": notebook.score,
                }  # fmt: skip
    return found


def processes_of(parent: int) -> set[int]:
    """The process ids of all descendants."""
    from pretraining.grading.sandbox.limits import family

    return set(family(parent)) - {parent}
