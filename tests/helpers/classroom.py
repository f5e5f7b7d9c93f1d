"""A class whose work is already graded: gradebook, graded notebooks and log, made without running anything."""

import functools
import json
import math
import os
import random
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from helpers.nbcourse import CONFIG

ASSIGNMENT = "words"
TESTS = [("test-split", 2), ("test-count", 3), ("test-top", 4), ("test-entropy", 3)]
STUB = "def {name}(text):\n    # Write your code here.\n    raise NotImplementedError"
NAMES = ["split", "count", "top", "entropy"]
IDEAS = {
    "test-split": "punctuation is not part of a word",
    "test-count": "upper and lower case count as one word",
    "test-top": "what decides between words of the same count",
    "test-entropy": "the entropy of one certain word is zero",
}
WORDS = "bad wrong no odd text word empty must not be is too short long here sorry expected need never value"
LOGIC = [  # ways to write the four functions that differ, not only in names
    ["re.findall(r'\\w+', text.lower())", "text.translate(str.maketrans('', '', string.punctuation)).split()",
     "[word.strip('.,;:!?') for word in text.split()]", "''.join(c if c.isalnum() else ' ' for c in text).split()"],
    ["Counter(split(text))", "{word: split(text).count(word) for word in set(split(text))}",
     "dict(zip(*np.unique(split(text), return_counts=True)))", "functools.reduce(add_one, split(text), {})"],
    ["sorted(count(text).items(), key=lambda pair: (-pair[1], pair[0]))[:10]", "count(text).most_common(10)",
     "heapq.nlargest(10, count(text).items(), key=operator.itemgetter(1))",
     "list(itertools.islice(descending(count(text)), 10))"],
    ["-sum(p * math.log2(p) for p in shares(text))", "scipy.stats.entropy(list(count(text).values()), base=2)",
     "np.dot(probabilities(text), -np.log2(probabilities(text)))",
     "math.log2(total(text)) - sum(n * math.log2(n) for n in count(text).values()) / total(text)"],
]  # fmt: skip


def honest_code(random: random.Random) -> list[str]:
    """Four functions as one student writes them: one of four ways each, in their own words and steps."""
    number = random.randint
    cells = []
    for name, ways in zip(NAMES, LOGIC):
        steps = []
        for _ in range(number(3, 7)):
            a, b = random.sample("abcdefghklmnrstuvwxyz", 2)
            kinds = [
                f"{a} = {random.choice(['len', 'sum', 'max', 'list', 'set'])}({b})",
                f"for {a} in range({number(1, 99)}):\n        {b} += {a} ** {number(2, 9)}",
                f"if {a} > {number(1, 99)} and not {b}:\n        return {b}[{number(0, 9)}:]",
                f"{a}, {b} = {b}, {a} % {number(2, 99)}",
                f"raise ValueError('{' '.join(random.choices(WORDS.split(), k=3))}')",
                f"while {a} is not None:\n        {a} = {b}.get({a}, {number(0, 99)})",
                f"assert {a} != {number(0, 9)}, '{random.choice(['odd', 'never', 'strange'])} {a}'",
            ]
            steps.append("    " + random.choice(kinds))
        cells.append("\n".join([f"def {name}(text):", *steps, f"    return {random.choice(ways)}"]))
    return cells


def judged(part: str, random: random.Random) -> str:
    """What a test of `expect` says."""
    return (
        f"\n  you called   {part.removeprefix('test-')}('a text {random.randint(1, 99)}')\n"
        f"  it gave      {random.randint(1, 999)}\n  expected     {random.randint(1, 999)}\n"
        f"  think about  {IDEAS[part]}"
    )


def cell(source, name=None, kind="code", outputs=(), **mark):
    """A cell as plain JSON."""
    metadata = {"nbgrader": {"grade_id": name, "schema_version": 3, **mark}} if name else {}
    made = {"cell_type": kind, "id": name or "free", "metadata": metadata, "source": source}
    return {**made, "outputs": list(outputs), "execution_count": 1} if kind == "code" else made


def error(name, words, traceback=()):
    return {"output_type": "error", "ename": name, "evalue": words, "traceback": list(traceback)}


def notebook(cells) -> str:
    metadata = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def source_notebook() -> str:
    """The instructor's version."""
    cells = [cell("# Words", kind="markdown")]
    for name, (test, points) in zip(NAMES, TESTS):
        cells.append(cell(STUB.format(name=name), name, solution=True, grade=False, locked=False))
        cells.append(cell(f"assert {name}('')", test, solution=False, grade=True, locked=True, points=points))
    cells.append(cell("Why?", "essay", "markdown", solution=True, grade=True, locked=False, points=4))
    return notebook(cells)


@functools.cache
def empty_gradebook() -> bytes:
    """What nbgrader makes when it first opens a gradebook; that takes seconds, so it is made once."""
    from pretraining.grading.zygote import block_slow_grammar

    block_slow_grammar()
    from nbgrader.api import Gradebook

    before = os.environ["PATH"]
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{before}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gradebook.db"
        try:
            Gradebook(f"sqlite:///{path}", "small").close()
        finally:
            os.environ["PATH"] = before
        return path.read_bytes()


def make_class(root: Path, students: int = 60, seed: int = 1, log: bool = True) -> Path:
    """A course directory with one graded assignment.

    Student s0001 copied s0000 with other names and comments; two have no marks; one in five awaits a grade by hand.
    """
    (root / "source" / ASSIGNMENT).mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(CONFIG)
    (root / "source" / ASSIGNMENT / "text.ipynb").write_text(source_notebook())
    (root / "gradebook.db").write_bytes(empty_gradebook())
    _fill(root, students, random.Random(seed), log)
    return root


def _fill(root: Path, students: int, random: random.Random, log: bool) -> None:
    from nbgrader import api

    with api.Gradebook(f"sqlite:///{root / 'gradebook.db'}", "small") as book:
        book.add_assignment(ASSIGNMENT, duedate=datetime(2030, 1, 1))
        book.add_notebook("text", ASSIGNMENT)
        for test, points in TESTS:
            book.add_grade_cell(test, "text", ASSIGNMENT, max_score=points, cell_type="code")
        book.add_grade_cell("essay", "text", ASSIGNMENT, max_score=4, cell_type="markdown")
        for name in [*NAMES, "essay"]:
            book.add_solution_cell(name, "text", ASSIGNMENT)
            text = "Why?" if name == "essay" else STUB.format(name=name)
            book.add_source_cell(
                name, "text", ASSIGNMENT, source=text, cell_type="markdown" if name == "essay" else "code"
            )
        entry = book.find_notebook("text", ASSIGNMENT)
        cells = {one.name: one.id for one in entry.grade_cells}
        people = [
            api.Student(id=f"s{n:04d}", first_name=f"Given{n}", last_name=f"Family{n}", email=f"s{n}@example.org")
            for n in range(students + 1)  # the last hands in nothing
        ]
        book.db.add_all(people)
        entries, copied = [], []
        for n, person in enumerate(people[:-1]):
            handed_in = api.SubmittedAssignment(
                assignment=entry.assignment, student=person, timestamp=datetime(2029, 12, 30)
            )
            page = api.SubmittedNotebook(notebook=entry, assignment=handed_in)
            book.db.add_all([handed_in, page])
            failed = n in (students - 1, students - 2)
            code = honest_code(random)
            if n == 0:
                copied = code
            elif n == 1:
                code = [disguised(text) for text in copied]
            marks, said = outcome(random)
            for name, points in marks.items():
                by_hand = name == "essay"
                grade = api.Grade(cell_id=cells[name], notebook=page, auto_score=None if by_hand or failed else points)
                grade.manual_score = points if by_hand and n % 5 and not failed else None
                grade.needs_manual_grade = grade.auto_score is None and grade.manual_score is None
                book.db.add(grade)
            if n % 17 == 3 and not failed:
                page.late_submission_penalty = 1.5
            _write(root, person.id, code, said, "submitted" if failed else "autograded", essay(random))
            entries.append(log_entry(person.id, failed, random))
        book.db.commit()
    if log:
        (root / "grading_log").mkdir()
        text = "\n".join(json.dumps(one) for one in [{"event": "start"}, *entries, {"event": "end"}])
        (root / "grading_log" / f"{ASSIGNMENT}.jsonl").write_text(text + "\n")


def outcome(random: random.Random) -> tuple[dict[str, float], dict[str, list]]:
    """(points of each part, outputs of each test) of one student."""
    ability = random.gauss(0, 1)
    marks, said = {}, {}
    for (name, points), hard in zip(TESTS, (-1.5, -0.7, 0.3, 1.4)):
        if ability + random.gauss(0, 0.7) > hard:
            marks[name], said[name] = float(points), []
        elif name == "test-top" and random.random() < 0.6:
            marks[name] = 1.0
            text = f"not yet (3 points): ties - {judged(name, random)}\n"
            said[name] = [{"output_type": "stream", "name": "stdout", "text": text}]
        else:
            marks[name] = 0.0
            said[name] = [
                random.choice(
                    [
                        error("AssertionError", judged(name, random)),
                        error("NotImplementedError", ""),
                        error("NameError", "name 'Counter' is not defined"),
                        error("CellTimeoutError", ""),
                        error(
                            "AssertionError", "", [f"\x1b[0;32m----> {random.randint(1, 9)}\x1b[0m assert {name}('')"]
                        ),
                    ]
                )
            ]
    marks["essay"] = float(min(4, max(0, round(2 + ability))))
    return marks, said


def essay(random: random.Random) -> str:
    """Prose of a student's own."""
    return "Because " + " ".join(f"{random.choice('abcdefgh')}{random.randint(0, 400)}" for _ in range(90))


def disguised(code: str) -> str:
    """A copy with other names, comments and layout."""
    import re

    code = re.sub(r"\b([a-z])\b", r"my_\1_value", code)
    return f"{code.replace(' = ', '  =  ')}\n\n# all my own work\n".replace("(text):\n", '(text):\n    """Mine."""\n')


def _write(root: Path, student: str, code: list[str], said: dict, step: str, words: str) -> None:
    cells = [cell("# Words", kind="markdown")]
    for name, text, (test, points) in zip(NAMES, code, TESTS):
        cells.append(cell(text, name, solution=True, grade=False, locked=False))
        outputs = said.get(test, [])
        cells.append(
            cell(f"assert {name}('')", test, outputs=outputs, solution=False, grade=True, locked=True, points=points)
        )
    cells.append(cell(words, "essay", "markdown", solution=True, grade=True, locked=False, points=4))
    folder = root / step / student / ASSIGNMENT
    folder.mkdir(parents=True)
    (folder / "text.ipynb").write_text(notebook(cells))


def log_entry(student: str, failed: bool, random: random.Random) -> dict:
    """A line of the engine's log."""
    return {
        "event": "submission", "student": student, "outcome": "failed" if failed else "graded",
        "error": "text.ipynb: it does not appear to be a notebook" if failed else "", "notes": [],
        "seconds": round(random.lognormvariate(-1, 0.8), 3), "cpu_seconds": round(random.lognormvariate(-1.4, 0.8), 3),
        "peak_memory_bytes": int(random.lognormvariate(19.3, 0.3)), "isolation": "namespaces",
    }  # fmt: skip


ATTACKS = [
    "<script>window.pwned=1</script>", '"><img src=x onerror=window.pwned=1>', "' onmouseover='window.pwned=1",
    "</pre></style><svg onload=window.pwned=1>",
    "<iframe src='https://example.org'></iframe>", "{{ 7 * 191 }}{% raw %}",
    "</title><meta http-equiv=refresh content='0;url=https://example.org'>",
    "<a href='javascript:window.pwned=1'>x</a>",
]  # fmt: skip


def poison(course):
    """Put markup wherever a student, or a careless instructor, can put text."""
    from nbgrader import api
    from sqlalchemy import update

    everything = " ".join(ATTACKS)
    with api.Gradebook(f"sqlite:///{course / 'gradebook.db'}", "small") as gradebook:
        gradebook.db.execute(update(api.Student).values(first_name=everything[:120], last_name=ATTACKS[1]))
        gradebook.db.execute(update(api.BaseCell).where(api.BaseCell.name == "test-top").values(name=ATTACKS[0]))
        gradebook.db.execute(update(api.SubmittedNotebook).values(flagged=True))
        gradebook.db.commit()
    for student in ("s0000", "s0001", "s0002", "s0003", "s0004"):
        path = course / "autograded" / student / ASSIGNMENT / "text.ipynb"
        content = json.loads(path.read_text())
        for cell in content["cells"]:
            name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
            if name in NAMES:
                cell["source"] += f"\n# {everything}\nx = {everything!r}\n\ud800\u202e"
            if name.startswith("test-"):
                cell["metadata"]["nbgrader"]["grade_id"] = name.replace("test-top", ATTACKS[0])
                cell["outputs"] = [
                    {"output_type": "error", "ename": attack, "evalue": everything + "\ud800", "traceback": [attack]}
                    for attack in ATTACKS
                ]
        path.write_text(json.dumps(content))
    log = course / "grading_log" / f"{ASSIGNMENT}.jsonl"
    bad = {"event": "submission", "student": "s0005", "error": everything, "isolation": ATTACKS[0]}
    bad |= {"seconds": 99, "notes": ATTACKS, "cpu_seconds": "many", "peak_memory_bytes": math.inf}
    log.write_text(log.read_text() + json.dumps(bad) + "\nnull\n[]\n{\n")
