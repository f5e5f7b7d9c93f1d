"""Hostile folders, names and texts stop no batch: each is one submission among honest ones."""

import io
import json
import os

import pytest
from rich.console import Console

from helpers.nbcourse import answer, check, gradebook, hand_in, make_course, released
from pretraining.cli.grade import show
from pretraining.grading.clean import clean_text
from pretraining.grading.course import start
from pretraining.grading.outcome import Options
from pretraining.grading.provisional import MARK

JUDGE = "# judge\nfrom pretraining.grading import expect, provisional, student\n"
SOLUTION = "def easy(x):\n    return x + 1"
TASK = [
    answer("work", SOLUTION),
    check(
        "test", JUDGE + "expect(student.easy, 1).gives(2, 'one more')\nprovisional('work', 'a person reads this')", 1
    ),
]
CONFIG = """from pretraining.grading.flags import with_flags
c.Autograde.autograde_preprocessors = with_flags()
c.Execute.timeout = 10
"""
SPEAKING = {
    "speaks-in-front": "print('x', end='')",
    "speaks-too-much": "print('x' * 200_000)",
    "speaks-as-judge": f"print('{MARK[:9]}', end='')\n    print('{MARK[9:]} work: full marks \\ud800 \\x00')",
}


def names(folder):
    os.close(os.open(os.fsencode(folder) + b"/a\xff.txt", os.O_CREAT | os.O_WRONLY))
    (folder / "two\nlines.txt").write_text("x")


def deep(folder):
    here = os.getcwd()
    try:
        os.chdir(folder)
        for _ in range(60):
            os.mkdir("d" * 100)
            os.chdir("d" * 100)
        open("file", "w").close()
    finally:
        os.chdir(here)


FOLDERS = {
    "names": names,
    "deep": deep,
    "file-over-folder": lambda folder: (folder / "data").write_text("x"),
    "folder-over-file": lambda folder: ((folder / "given.py").mkdir(), (folder / "given.py" / "x").write_text("x")),
    "no-time": lambda folder: (folder / "timestamp.txt").write_text("99999-99-99 nowhere"),
    "hard-link": lambda folder: os.link(folder.parents[2] / "nbgrader_config.py", folder / "mine.txt"),
    "large-file": lambda folder: (folder / "more.bin").write_bytes(bytes(26_000_000)),  # more than a message may have
    "many-links": lambda folder: [os.symlink("/etc/passwd", folder / f"l{n}") for n in range(60)],
}
IDS = ["two\nlines", os.fsdecode(b"no-text-\xff"), "\x1b[31mred", "l" * 200]
HTML_ID = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    root = tmp_path_factory.mktemp("folders") / "course"
    (root / "source" / "task" / "data").mkdir(parents=True)
    (root / "source" / "task" / "data" / "x.csv").write_text("given")
    (root / "source" / "task" / "given.py").write_text("a = 1")
    course = make_course(root, "task", {"nb": TASK}, CONFIG)
    for student in ("aa-honest", "zz-honest", HTML_ID, *FOLDERS, *IDS):
        path = hand_in(course, "task", student, "nb", {"work": SOLUTION})
        FOLDERS.get(student, lambda folder: None)(path.parent)
    for student, speech in SPEAKING.items():
        hand_in(course, "task", student, "nb", {"work": f"def easy(x):\n    {speech}\n    return x + 1"})
    many = released(course, "task", "nb")
    many.cells += [{"cell_type": "code", "metadata": {}, "source": "1", "outputs": [], "execution_count": None}] * 5001
    folder = course / "submitted" / "many-cells" / "task"
    folder.mkdir(parents=True)
    (folder / "nb.ipynb").write_text(json.dumps(many))
    with start(course, "task", options=Options(jobs=2)) as run:
        outcomes = {outcome.student: outcome for outcome in run.outcomes()}
    return course, outcomes


def test_all_are_graded_as_if_the_folder_were_tidy(batch):
    _, outcomes = batch
    for student in ("aa-honest", "zz-honest", HTML_ID, *FOLDERS, *SPEAKING):
        assert outcomes[student].outcome == "graded", outcomes[student]
        assert outcomes[student].score == 1, outcomes[student]


@pytest.mark.parametrize(
    ("student", "said"),
    [("names", "cannot be used"), ("deep", "folders more than"), ("no-time", "holds no time"),
     ("hard-link", "is a hard link"), ("many-links", "40 more of the same kind")],
)  # fmt: skip
def test_what_was_odd_is_named(batch, student, said):
    notes = batch[1][student].notes
    assert any(said in note for note in notes), notes
    assert all(note.isprintable() for note in notes)


def test_ids_that_no_gradebook_can_hold_are_named(batch):
    for student in IDS:
        assert batch[1][student].score is None
        assert "no proper student id" in batch[1][student].error
    assert "cells" in batch[1]["many-cells"].error


def test_the_final_table_can_be_printed_and_steers_no_terminal(batch):
    file = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    show(Console(file=file, highlight=False, markup=False, width=300), "task", list(batch[1].values()))
    file.seek(0)
    assert "\x1b" not in file.read()


def test_given_files_win_and_no_foreign_file_is_copied(batch):
    course, _ = batch
    for student in ("file-over-folder", "folder-over-file"):
        assert (course / "autograded" / student / "task" / "data" / "x.csv").read_text() == "given"
        assert (course / "autograded" / student / "task" / "given.py").read_text() == "a = 1"
    assert not (course / "autograded" / "hard-link" / "task" / "mine.txt").exists()


def test_a_learner_cannot_hide_or_forge_that_a_person_should_look(batch):
    course, _ = batch
    book = gradebook(course, "task")
    for student in ("aa-honest", *SPEAKING):
        assert book[student]["nb"]["grades"]["test"][2], student
        assert book[student]["nb"]["comments"]["work"][0] == "Points are provisional. a person reads this", student


def test_a_comment_made_of_a_learners_words_runs_nothing():
    assert "<script" not in clean_text("<script>f()</script>")
