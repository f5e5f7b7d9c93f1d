"""The engine's gradebook equals stock nbgrader's, cell by cell, where stock is right."""

import re
import shutil
import subprocess
import sys

import nbformat
import pytest

from helpers.nbcourse import answer, cell, check, environment, gradebook, hand_in, make_course, stock_autograde
from pretraining.grading.course import grade
from pretraining.grading.outcome import Options

pytestmark = pytest.mark.slow

CODE = [
    cell("given", "import math\nTABLE = [1, 2, 3]", locked=True),
    answer("double", "def double(x):\n    return 2 * x"),
    check(
        "test-double", "assert double(2) == 4\n### BEGIN HIDDEN TESTS\nassert double(-1) == -2\n### END HIDDEN TESTS", 2
    ),
    answer("root", "def root(x):\n    return math.sqrt(x)"),
    check(
        "test-root", "points = 0\nif root(4) == 2:\n    points += 1\nif root(9) == 3:\n    points += 1.5\npoints", 2.5
    ),
    answer("greet", "def greet(name):\n    return f'hello {name}'"),
    check(
        "test-greet",
        "# judge\nfrom pretraining.grading import Credit, expect, student\n\ncredit = Credit()\n"
        "with credit.part(1, 'one'):\n    expect(student.greet, 'Ada').gives('hello Ada', 'a greeting')\n"
        "with credit.part(2, 'two'):\n    expect(student.greet, '').gives('hello ', 'also nobody')\ncredit.total()",
        3,
    ),
]
WORDS = [
    cell("essay", "Why?", "markdown", grade=True, solution=True, points=4),
    cell("essay-code", "# your experiment\n", grade=True, solution=True, points=1),
    cell("project", "Do a project.", "markdown", task=True, points=5),
    answer("plus", "def plus(a, b):\n    return a + b"),
    check("test-plus", "assert plus(1, 1) == 2", 1),
]
FULL = {"double": "def double(x):\n    return 2 * x", "root": "def root(x):\n    return math.sqrt(x)",
        "greet": "def greet(name):\n    print('called')\n    return f'hello {name}'"}  # fmt: skip
STUDENTS = {
    "full": (FULL, {"essay": "Because **so**.", "plus": "def plus(a, b): return a + b", "essay-code": "1 + 1"}),
    "partial": (
        {**FULL, "root": "def root(x): return {4: 2}.get(x)", "greet": "def greet(n): return 'hello ' + (n or 'you')"},
        {"essay": "short"},
    ),
    "wrong": ({name: f"def {name}(x): return 'no'" for name in FULL}, {"plus": "def plus(a, b): return a - b"}),
    "crash": ({**FULL, "double": "def double(x):\n    raise RuntimeError('no idea')", "root": "def root(:"}, {}),
    "slow": ({**FULL, "double": "def double(x):\n    while True: pass"}, {"plus": "def plus(a, b): return a + b"}),
    "untouched": ({}, {}),
    "noisy": ({**FULL, "double": FULL["double"] + "\nprint('x' * 3000)\ndisplay(double)\n1 / 0"}, {}),
    "late": (FULL, {}),
    "half": (FULL, None),
}


@pytest.fixture(scope="module")
def courses(tmp_path_factory):
    """The same course twice, graded by both."""
    ours = tmp_path_factory.mktemp("ours") / "course"
    config = "c.Execute.timeout = 3\nc.LateSubmissionPlugin.penalty_method = 'zero'\n"
    make_course(ours, "mix", {"code": CODE, "words": WORDS}, config)
    for student, (code, words) in STUDENTS.items():
        hand_in(ours, "mix", student, "code", code)
        if words is not None:
            hand_in(ours, "mix", student, "words", words)
    (ours / "submitted" / "late" / "mix" / "timestamp.txt").write_text("2030-01-02 00:00:00 UTC")
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{ours / 'gradebook.db'}", "small") as book:
        book.update_or_create_assignment("mix", duedate="2030-01-01 00:00:00 UTC")
    stock = ours.parent / "stock"
    shutil.copytree(ours, stock)
    done = stock_autograde(stock, "mix")
    assert done.returncode == 0, done.stderr[-3000:]
    outcomes = {outcome.student: outcome for outcome in grade(ours, "mix", options=Options(show_hidden_tests=True))}
    return ours, stock, outcomes


def test_every_grade_comment_and_penalty_is_the_same(courses):
    ours, stock, outcomes = courses
    mine, theirs = gradebook(ours, "mix"), gradebook(stock, "mix")
    assert set(mine) == set(theirs) == set(STUDENTS)
    for student in STUDENTS:
        assert mine[student] == theirs[student], student
        assert outcomes[student].score == pytest.approx(
            sum(part["score"] - (part["penalty"] or 0) for part in mine[student].values())
        )
    assert mine["full"]["code"]["score"] == 7.5
    assert mine["partial"]["code"]["score"] == 4
    assert mine["slow"]["code"]["score"] == 5.5
    assert mine["late"]["code"]["penalty"] == 7.5


def test_the_graded_notebooks_say_the_same(courses):
    ours, stock, _ = courses
    for student in STUDENTS:
        for name in ("code", "words"):
            path = f"autograded/{student}/mix/{name}.ipynb"
            if not (stock / path).exists():
                assert not (ours / path).exists()
                continue
            mine, theirs = (nbformat.read(root / path, as_version=4) for root in (ours, stock))
            nbformat.validate(mine)
            for entry in theirs.cells:
                entry.metadata.pop("execution", None)  # nbclient's time stamps
            assert [(c.cell_type, c.source, c.metadata) for c in mine.cells] == [
                (c.cell_type, c.source, c.metadata) for c in theirs.cells
            ]
            for one, other in zip(mine.cells, theirs.cells):
                assert kinds(one) == kinds(other), (student, one.source)


def kinds(entry):
    """What a cell put out, without the texts of judge cells and of tracebacks, and with joined streams."""
    if entry.source.startswith("# judge"):
        return [output.data for output in entry.outputs if output.output_type == "execute_result"]
    found = []
    for output in entry.get("outputs", []):
        if output.output_type == "stream" and found and found[-1][:2] == ["stream", output.name]:
            found[-1][2] += output.text
        elif output.output_type == "stream":
            found.append(["stream", output.name, output.text])
        elif output.output_type == "error":
            found.append(["error", output.ename, output.evalue])
        else:
            found.append([output.output_type, *sorted(output.data.items())])
    return found


def test_feedback_and_export_say_the_same(courses):
    ours, stock, _ = courses
    for root in (ours, stock):
        for command in (["generate_feedback", "mix"], ["export"]):
            done = subprocess.run(
                [sys.executable, "-m", "nbgrader", *command],
                cwd=root,
                env=environment(),
                capture_output=True,
                text=True,
            )
            assert done.returncode == 0, done.stderr[-2000:]
    rows, others = (sorted((root / "grades.csv").read_text().splitlines()) for root in (ours, stock))
    assert rows == others  # in the order in which they were graded, which says nothing
    assert len(rows) == 1 + len(STUDENTS)
    assert "hello" in (ours / "feedback" / "full" / "mix" / "code.html").read_text()
    pages = sorted(path.relative_to(stock) for path in (stock / "feedback").rglob("*.html"))
    assert len(pages) == 2 * len(STUDENTS) - 1
    for page in pages:
        mine, theirs = (scores_said(root / page) for root in (ours, stock))
        assert mine == theirs, page
        assert len(mine) > 3, page


def scores_said(page):
    """Every score that a page of feedback names, and that nobody answered."""
    return re.findall(r"\(Score: [^)]*\)|No response\.", page.read_text())


def test_a_task_that_a_person_graded_does_not_wait_again(courses):
    """As under stock nbgrader, which leaves tasks alone; last in this file, for it grades a second time."""
    from nbgrader.api import Gradebook

    ours, _, _ = courses
    place = ("project", "words", "mix", "full")
    with Gradebook(f"sqlite:///{ours / 'gradebook.db'}", "small") as book:
        assert book.find_grade(*place).needs_manual_grade
        book.find_grade(*place).manual_score, book.find_grade(*place).needs_manual_grade = 4, False
        book.db.commit()
    list(grade(ours, "mix", "full"))
    with Gradebook(f"sqlite:///{ours / 'gradebook.db'}", "small") as book:
        found = book.find_grade(*place)
        assert (found.manual_score, found.auto_score, found.needs_manual_grade) == (4, None, False)
        assert book.find_grade("essay", *place[1:]).needs_manual_grade
