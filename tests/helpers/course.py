"""A small nbgrader course with one essay, whose judge cell gives 1.5 of 2 points and may be in doubt."""

import shutil
from pathlib import Path

import nbformat
from nbgrader.preprocessors import ComputeChecksums

ROOT = Path(__file__).parents[2]
JUDGE = """# judge
from pretraining.grading import provisional, student

provisional(student.value("about"), student.value("doubt"))
1.5"""


def marked(source, name, **settings):
    cell = nbformat.v4.new_code_cell(source, id=name)
    cell.metadata.nbgrader = {"grade_id": name, "schema_version": 3, "task": False, **settings}
    return cell


def essay(answer):
    """The essay's notebook with something in the answer cell."""
    cells = [
        nbformat.v4.new_markdown_cell("Write an essay.", id="task"),
        marked(answer, "essay", grade=False, solution=True, locked=False),
        marked(JUDGE, "test-essay", grade=True, solution=False, locked=True, points=2),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def essay_course(folder):
    """A course directory with this project's settings and the assignment `essay`; returns its folder."""
    (folder / "source" / "essay").mkdir(parents=True)
    shutil.copy(ROOT / "assignments" / "nbgrader_config.py", folder)
    source = essay('### BEGIN SOLUTION\nabout, doubt = "essay", ""\n### END SOLUTION')
    nbformat.write(source, folder / "source" / "essay" / "essay.ipynb")
    return folder


def hand_in(course, student, doubt, about="essay"):
    """Put a student's essay where nbgrader collects it; an earlier one is replaced."""
    notebook, _ = ComputeChecksums().preprocess(essay(f"about, doubt = {about!r}, {doubt!r}"), {})
    folder = course / "submitted" / student / "essay"
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / "essay.ipynb")
