"""Two hundred honest submissions graded by stock `nbgrader autograde` and by the engine; the gradebooks compared.

    python tests/bench/bench_grading_honest.py [--count 200] [--seed 1]

Full, partial, wrong, crashing, slow and late work; several notebooks, some missing; cells for a person; extra credit,
scores and comments of a person from an earlier round. Every difference is printed, with the trap of stock nbgrader that
explains it. Ends with an error if one is unexplained.
"""

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from nbformat.v4 import new_code_cell, new_markdown_cell

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "lib")]

from helpers.nbcourse import answer, cell, check, hand_in, make_course, released, stock_autograde  # noqa: E402
from pretraining.grading.course import grade, release  # noqa: E402
from pretraining.grading.outcome import Options  # noqa: E402

CONFIG = """c.Execute.timeout = 20
c.AssignLatePenalties.plugin_class = "late.PointAnHour"
"""
LATE = """from nbgrader.plugins import BasePlugin

class PointAnHour(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return min(score, round(total_seconds_late / 3600)) if total_seconds_late < 36_000 else None
"""
JUDGE = "# judge\nfrom pretraining.grading import Credit, expect, student\n"
HIDDEN = "### BEGIN HIDDEN TESTS\n{}\n### END HIDDEN TESTS"
FUNCTIONS = [
    cell("given", "import math\nimport warnings\nTABLE = [1, 2, 3]", locked=True),
    answer("double", "def double(x):\n    return 2 * x"),
    check("test-double", "assert double(2) == 4\n" + HIDDEN.format("assert double(-1) == -2"), 2),
    answer("root", "def root(x):\n    return math.sqrt(x)"),
    check("test-root", "points = 0\nif root(4) == 2:\n    points += 1\n"
          "if root(9) == 3:\n    points += 1.5\npoints", 2.5),
    answer("greet", "def greet(name):\n    return f'hello {name}'"),
    check("test-greet", JUDGE + "credit = Credit()\n"
          "with credit.part(1, 'one'):\n    expect(student.greet, 'Ada').gives('hello Ada', 'a greeting')\n"
          "with credit.part(2, 'two'):\n    expect(student.greet, '').gives('hello ', 'also nobody')\n"
          "credit.total()", 3),
    answer("share", "def share(rows):\n    return sum(rows) / len(rows)"),
    check("test-share", "2 * share([0.5, 1])", 1.5),
    answer("lines", "def lines():\n    return open('data.csv').read().split()"),
    check("test-lines", "assert lines() == ['1,2', '3,4']", 1),
]  # fmt: skip
WORDS = [
    cell("essay", "Why?", "markdown", grade=True, solution=True, points=4),
    cell("essay-code", "# your experiment\n", grade=True, solution=True, points=1),
    cell("project", "Do a project.", "markdown", task=True, points=5),
    answer("plus", "def plus(a, b):\n    return a + b"),
    check("test-plus", "assert plus(1, 1) == 2", 1),
]
TORCH = [
    cell("given", "import torch", locked=True),
    answer("softmax", "def softmax(x):\n    return torch.softmax(x, -1)"),
    check("test-softmax", "got = softmax(torch.zeros(2))\nassert torch.allclose(got, torch.tensor([0.5, 0.5]))", 2),
    answer("loss", "def loss(logits, targets):\n    return torch.nn.functional.cross_entropy(logits, targets).item()"),
    check("test-loss", JUDGE + "import math, torch\nexpect(student.loss, torch.zeros(2, 4), torch.tensor([0, 1]))"
          ".is_close(math.log(4), 'uniform')", 2),
]  # fmt: skip
ASSIGNMENTS = {
    "one": {"functions": FUNCTIONS},
    "several": {"functions": FUNCTIONS, "words": WORDS},
    "torch": {"tensors": TORCH},
    "again": {"functions": FUNCTIONS, "words": WORDS},
}
WARNING = "a warning on standard error costs no points"
NUMBER = "a result that is no plain number waits for a person"
LARGE = "a result above the cell's points waits for a person"
EXIT = "after exit() the next cells run"
STOPS = (EXIT, LARGE)  # stock nbgrader then leaves the rest of that submission without a grade
# What an honest learner may write: question -> (how often, code, the trap of stock nbgrader that it meets).
GENERAL = [
    (4, "", ""),  # left as it was
    (2, "def {name}(*_):\n    raise RuntimeError('no idea')", ""),
    (2, "def {name}(:", ""),
    (2, "def {name}(*_):\n    return 'no'", ""),
    (1, "{name} = None", ""),
]
WRITTEN = {
    "double": [
        (20, "def double(x):\n    return 2 * x", ""), (4, "def double(x):\n    return x * x", ""),
        (3, "print('x' * 5000)\ndouble = lambda x: x + x\ndisplay(double)\n1 / 0", ""),
        (2, "import time\ndef double(x):\n    time.sleep(0.3)\n    return x + x", ""),
        (0.7, "def double(x):\n    while True:\n        pass", ""),
        (3, "def double(x):\n    warnings.warn('slow')\n    return 2 * x", WARNING),
        (1, "def double(x): return 2 * x\nexit()", EXIT),
    ],
    "root": [
        (20, "def root(x):\n    return math.sqrt(x)", ""), (6, "def root(x):\n    return {4: 2}.get(x)", ""),
        (3, "def root(x):\n    return x ** 0.5 if x < 5 else 1 / 0", ""),
        (2, "def root(x):\n    print('root of', x)\n    return x ** 0.5", ""),
    ],
    "greet": [
        (20, "def greet(name):\n    print('called')\n    return f'hello {{name}}'", ""),
        (6, "def greet(n): return 'hello ' + (n or 'you')", ""),
        (3, "class Greeting(str): pass\ndef greet(n): return Greeting('hello ' + n)", ""),
    ],
    "share": [
        (20, "def share(rows):\n    return sum(rows) / len(rows)", ""), (4, "def share(rows):\n    return rows[0]", ""),
        (3, "import numpy as np\ndef share(rows):\n    return np.mean([rows[0]])", NUMBER),
        (1, "def share(rows):\n    return float('nan')", NUMBER),
        (1, "def share(rows):\n    return sum(rows)", LARGE),
    ],
    "lines": [(20, "def lines():\n    return open('data.csv').read().split()", ""),
              (3, "open('mine.txt', 'w').write('1')\ndef lines():\n    return open('mine.txt').read().split()", "")],
    "plus": [(20, "def plus(a, b): return a + b", ""), (5, "def plus(a, b): return a - b", "")],
    "essay": [(9, "Because **so**, and $x < y$.", ""), (3, "", ""), (2, "short", "")],
    "essay-code": [(9, "sum(range(10))", ""), (3, "", ""), (2, "1 / 0", "")],
    "softmax": [(9, "def softmax(x):\n    return torch.softmax(x, -1)", ""), (2, "def softmax(x):\n    return x", "")],
    "loss": [
        (9, "def loss(logits, targets):\n    return torch.nn.functional.cross_entropy(logits, targets).item()", ""),
        (2, "def loss(logits, targets):\n    return torch.nn.functional.cross_entropy(logits, targets)", ""),
        (1, "def loss(logits, targets):\n    return 0.0", ""),
    ],
}  # fmt: skip


def write(draw: random.Random, notebook) -> tuple[dict[str, str], dict[str, str]]:
    """(answers, question -> trap) of one learner for one notebook."""
    answers, traps = {}, {}
    for name in [entry.metadata.nbgrader.grade_id for entry in notebook.cells if entry.metadata.nbgrader.solution]:
        choices = WRITTEN[name] + (GENERAL if not name.startswith("essay") else [])
        weight, code, trap = draw.choices(choices, [choice[0] for choice in choices])[0]
        del weight
        if code:
            answers[name] = code.replace("{{", "{").replace("}}", "}") if "{{" in code else code.replace("{name}", name)
        if name == "share" and code.endswith("return 'no'"):  # the test ends with 'nono'
            trap = NUMBER
        if trap:
            traps[name] = trap
    return answers, traps


def submit(root: Path, assignment: str, student: str, draw: random.Random) -> dict[tuple, str]:
    """Hand in one learner's work; returns (assignment, student, notebook, question) -> trap."""
    met = {}
    names = list(ASSIGNMENTS[assignment])
    for name in names if draw.random() > 0.15 else draw.sample(names, 1):
        notebook = released(root, assignment, name)
        answers, traps = write(draw, notebook)
        if draw.random() < 0.3:  # cells of their own
            notebook.cells.insert(draw.randrange(len(notebook.cells) + 1), new_code_cell("tried = 1\ntried"))
            notebook.cells.append(new_markdown_cell("My notes"))
        hand_in(root, assignment, student, name, answers, notebook)
        met |= {(assignment, student, name, question): trap for question, trap in traps.items()}
    folder = root / "submitted" / student / assignment
    if draw.random() < 0.3:
        when = datetime(2030, 1, 1) + timedelta(hours=draw.choice((-5, -1, 1, 2, 3, 40)))
        (folder / "timestamp.txt").write_text(f"{when} UTC")
    if draw.random() < 0.1:
        (folder / "data.csv").write_text("9,9\n")  # the assignment's own file wins
    return met


def build(root: Path, count: int, draw: random.Random) -> dict[tuple, str]:
    """The course and all submissions; returns the traps that they meet."""
    from nbgrader.api import Gradebook

    assignments = list(ASSIGNMENTS)
    make_course(root, "one", ASSIGNMENTS["one"], CONFIG)
    for name in assignments[1:]:
        make_course_part(root, name)
    (root / "late.py").write_text(LATE)
    for name in assignments:
        (root / "source" / name / "data.csv").write_text("1,2\n3,4\n")
        with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "small") as book:
            book.update_or_create_assignment(name, duedate="2030-01-01 00:00:00 UTC")
    met: dict[tuple, str] = {}
    for number in range(count):
        # 45 % in one notebook, 40 % in two, 8 % import torch, 7 % are graded twice, with a person's work in between
        place = 100 * number / count
        name = assignments[sum(place >= edge for edge in (45, 85, 93))]
        met |= submit(root, name, f"s{number:03d}", draw)
    return met


def make_course_part(root: Path, name: str) -> None:
    """One more assignment of the same course."""
    with tempfile.TemporaryDirectory() as other:
        make_course(Path(other), name, ASSIGNMENTS[name])
        shutil.copytree(Path(other) / "source" / name, root / "source" / name)
    release(root, name)


def by_hand(root: Path, assignment: str, seed: int) -> None:
    """What a person enters in the formgrader between two rounds, and new work of some learners."""
    from nbgrader.api import Gradebook

    draw = random.Random(seed)
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "small") as book:
        for entry in sorted(book.assignment_submissions(assignment), key=lambda entry: entry.student.id):
            for notebook in entry.notebooks:
                for grade_ in sorted(notebook.grades, key=lambda grade_: grade_.name):
                    if draw.random() < 0.25:
                        grade_.manual_score, grade_.needs_manual_grade = draw.choice((0, 0.5, 1)), False
                    if draw.random() < 0.25:
                        grade_.extra_credit = draw.choice((0.5, 2))
                for comment in sorted(notebook.comments, key=lambda comment: comment.name):
                    if draw.random() < 0.25:
                        comment.manual_comment = "see me"
        book.db.commit()


def entries(root: Path, assignment: str) -> dict[tuple, object]:
    """(student, notebook, part, field) -> value, of all that grading enters and all that follows from it."""
    from nbgrader.api import Gradebook

    found: dict[tuple, object] = {}
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "small") as book:
        for entry in book.assignment_submissions(assignment):
            place = (entry.student.id, "", "")
            for field in ("score", "max_score", "needs_manual_grade", "timestamp", "total_seconds_late"):
                found[(*place, field)] = getattr(entry, field)
            for notebook in entry.notebooks:
                place = (entry.student.id, notebook.name, "")
                for field in ("score", "late_submission_penalty", "needs_manual_grade", "failed_tests"):
                    found[(*place, field)] = getattr(notebook, field)
                for grade_ in notebook.grades:
                    for field in ("auto_score", "manual_score", "extra_credit", "needs_manual_grade", "score"):
                        found[(*place[:2], grade_.name, field)] = getattr(grade_, field)
                for comment in notebook.comments:
                    for field in ("auto_comment", "manual_comment"):
                        found[(*place[:2], comment.name, field)] = getattr(comment, field)
    return found


def adds_up(mine: dict[tuple, object], theirs: dict[tuple, object], key: tuple) -> bool:
    """Whether a sum of points differs by what its parts differ by."""
    sums = [
        sum(book[entry] for entry in book if entry[0] == key[0] and key[1] in ("", entry[1])
            and entry[2] and entry[3] == "score") for book in (mine, theirs)
    ]  # fmt: skip
    return abs(mine.get(key, 0) - theirs.get(key, 0) - sums[0] + sums[1]) < 1e-9


def compare(ours: Path, stock: Path, assignment: str, met: dict[tuple, str]) -> tuple[int, Counter, list[str]]:
    """(entries compared, trap -> parts that differ because of it, what differs without a reason)."""
    mine, theirs = entries(ours, assignment), entries(stock, assignment)
    explained, unexplained = Counter(), []
    failed = {student for (student, *_), _ in theirs.items()} ^ {student for (student, *_), _ in mine.items()}
    for key in sorted(set(mine) | set(theirs)):
        if mine.get(key, "absent") == theirs.get(key, "absent"):
            continue
        student, notebook, part, field = key
        if field == "score" and not part and not adds_up(mine, theirs, key):
            unexplained.append(f"{assignment} {'/'.join(key)}: its difference is not that of its parts")
        here = [trap for (_, who, where, question), trap in met.items()
                if who == student and (not notebook or where == notebook or trap in STOPS)
                and (not part or part == f"test-{question}" or trap in STOPS)]  # fmt: skip
        what = f"{assignment} {'/'.join(key)}: {mine.get(key, 'absent')!r} here, {theirs.get(key, 'absent')!r} by stock"
        if here:
            explained[here[0]] += bool(part)
            print(f"  {what}: {here[0]}")
        else:
            unexplained.append(what + (" (only one of both graded this student)" if student in failed else ""))
    return len(mine), explained, unexplained


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ours, stock = Path(folder) / "ours", Path(folder) / "stock"
        met = build(ours, options.count, random.Random(options.seed))
        shutil.copytree(ours, stock)
        total, explained, unexplained = 0, Counter(), []
        for assignment in ASSIGNMENTS:
            for round_ in range(2 if assignment == "again" else 1):
                if round_:
                    by_hand(ours, assignment, options.seed), by_hand(stock, assignment, options.seed)
                began = time.perf_counter()
                stock_autograde(stock, assignment)
                between = time.perf_counter()
                outcomes = list(grade(ours, assignment, options=Options(resume=False)))
                ended = time.perf_counter()
                number, reasons, strange = compare(ours, stock, assignment, met)
                total, explained, unexplained = total + number, explained + reasons, unexplained + strange
                print(f"{assignment}: {len(outcomes)} submissions, {number} entries; "
                      f"stock {between - began:.0f} s, engine {ended - between:.0f} s", flush=True)  # fmt: skip
    print(f"{total} entries compared; parts that differ, by reason: {dict(explained)}")
    print(f"unexplained: {len(unexplained)}", *unexplained, sep="\n  ")
    sys.exit(bool(unexplained))


if __name__ == "__main__":
    main()
