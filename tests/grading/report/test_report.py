"""A graded class from gradebook to page and table, without running a notebook."""

import csv
import hashlib
import html.parser
import io
import json
import os
import re
import shutil
import sys

import pytest

from helpers.classroom import ASSIGNMENT, ATTACKS, TESTS, make_class, poison
from pretraining.grading.report import make_report
from pretraining.grading.report.gather import gather
from pretraining.grading.report.scores import COLUMNS, safe, scores_csv

STUDENTS = 40


@pytest.fixture(scope="module")
def classroom(tmp_path_factory):
    """A graded course, which no test changes."""
    return make_class(tmp_path_factory.mktemp("class") / "course", STUDENTS)


@pytest.fixture
def course(classroom, tmp_path):
    """A copy to change."""
    return shutil.copytree(classroom, tmp_path / "course")


@pytest.fixture(scope="module")
def report(classroom):
    return gather(classroom, ASSIGNMENT)


def fingerprint(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.parent.name != "reports"
    }


def book(course):
    from nbgrader.api import Gradebook

    return Gradebook(f"sqlite:///{course / 'gradebook.db'}", "small")


def run(monkeypatch, *arguments):
    """The command line, in this process."""
    from pretraining.cli import main

    monkeypatch.setattr(sys, "argv", ["pretraining", "report", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code or 0


def test_scores_are_nbgraders_own(classroom, report):
    with book(classroom) as gradebook:
        for entry in gradebook.assignment_submissions(ASSIGNMENT):
            mine = report.records.submissions[entry.student.id]
            assert mine.raw_score == pytest.approx(entry.score)
            assert mine.penalty == pytest.approx(entry.late_submission_penalty)
            assert bool(mine.waiting) == entry.needs_manual_grade
        assert report.records.max_score == gradebook.find_assignment(ASSIGNMENT).max_score
    assert len(report.records.submissions) == STUDENTS
    assert len(report.graded) == STUDENTS - 2
    assert [part.name for part in report.records.parts] == [*(name for name, _ in TESTS), "essay"]
    assert [part.by_hand for part in report.records.parts] == [False] * 4 + [True]


def test_the_table_agrees_with_nbgraders_export(classroom, report, tmp_path):
    from nbgrader.plugins.export import CsvExportPlugin

    with book(classroom) as gradebook:
        CsvExportPlugin(to=str(tmp_path / "theirs.csv")).export(gradebook)
    theirs = {row["student_id"]: row for row in csv.DictReader((tmp_path / "theirs.csv").open())}
    mine = {row["student_id"]: row for row in csv.DictReader(io.StringIO(scores_csv(report)))}
    assert set(mine) == set(theirs)
    for student, row in mine.items():
        assert [row[name] for name in ("first_name", "last_name", "email", "assignment")] == [
            theirs[student][name] for name in ("first_name", "last_name", "email", "assignment")
        ]
        if row["status"] in ("graded", "in part"):
            for ours, name in (
                ("score", "score"),
                ("late_penalty", "late_submission_penalty"),
                ("raw_score", "raw_score"),
            ):
                assert float(row[ours]) == pytest.approx(float(theirs[student][name]))
    assert any(float(row["late_penalty"] or 0) for row in mine.values())
    absent = mine[f"s{STUDENTS:04d}"]
    assert (absent["status"], absent["score"], absent["look_at"]) == ("not handed in", "", "")
    failed = mine[f"s{STUDENTS - 1:04d}"]
    assert (failed["status"], failed["score"]) == ("not graded", "")
    assert "does not appear to be a notebook" in failed["look_at"]


def test_canvas_gets_its_own_columns(report):
    rows = list(csv.reader(io.StringIO(scores_csv(report, "canvas"))))
    assert rows[0] == ["Student", "ID", "SIS Login ID", "Section", ASSIGNMENT]
    assert rows[1][0].strip() == "Points Possible"
    assert rows[1][4] == "16"
    first = report.records.students[0]
    assert rows[2][:4] == [f"{first.last_name}, {first.first_name}", "", first.id, ""]
    assert len(rows) == 2 + STUDENTS + 1


def test_failures_are_counted_in_the_notebooks(classroom, report):
    def outputs(student, test):
        path = classroom / "autograded" / student / ASSIGNMENT / "text.ipynb"
        cells = json.loads(path.read_text())["cells"]
        return next(cell["outputs"] for cell in cells if cell["metadata"].get("nbgrader", {}).get("grade_id") == test)

    (unwritten,) = [f for f in report.failures if f.message == "not written yet" and f.part == "test-entropy"]
    expected = [
        student
        for student in report.graded
        if [output.get("ename") for output in outputs(student, "test-entropy")] == ["NotImplementedError"]
    ]
    assert sorted(unwritten.students) == sorted(expected) != []
    assert [len(f.students) for f in report.failures] == sorted(
        (len(f.students) for f in report.failures), reverse=True
    )
    top = report.failures[0]
    assert "think about" in top.message
    assert len(top.students) == len(set(top.students)) > 5


def test_who_needs_a_person(report):
    assert {"s0000", "s0001"} <= set(report.reasons)
    assert "almost the same as that of s0001" in " ".join(report.reasons["s0000"])
    assert [group.students for group in report.copies] == [("s0000", "s0001")]
    waiting = {student for student, why in report.reasons.items() if any("by hand: essay" in one for one in why)}
    assert waiting == {f"s{n:04d}" for n in range(0, STUDENTS - 2, 5)}
    assert set(report.ungraded) == {f"s{STUDENTS - 1:04d}", f"s{STUDENTS - 2:04d}"}
    assert "s0002" not in report.reasons


def test_time_and_memory_are_the_logs(classroom, report):
    lines = [json.loads(line) for line in (classroom / "grading_log" / f"{ASSIGNMENT}.jsonl").read_text().splitlines()]
    entries = {line["student"]: line for line in lines if line["event"] == "submission"}
    assert set(report.measured) == set(entries)
    for student, log in report.measured.items():
        assert (log.seconds, log.peak_memory_bytes) == (
            entries[student]["seconds"],
            entries[student]["peak_memory_bytes"],
        )


def test_a_report_changes_nothing_but_its_own_files(course, monkeypatch, capsys):
    before = fingerprint(course)
    assert run(monkeypatch, ASSIGNMENT, "--course", course) == 0
    said = capsys.readouterr().out
    assert fingerprint(course) == before
    assert sorted(path.name for path in (course / "reports").iterdir()) == [
        ".written.json", f"{ASSIGNMENT}-report.csv", f"{ASSIGNMENT}-report.html",
    ]  # fmt: skip
    assert f"{STUDENTS - 2} graded" in said
    assert str(course / "reports" / f"{ASSIGNMENT}-report.html") in said
    assert run(monkeypatch, ASSIGNMENT, "--course", course, "--lms", "canvas") == 0
    assert (course / "reports" / f"{ASSIGNMENT}-report.csv").read_text().startswith("Student,ID,")


@pytest.mark.parametrize("name", [f"{ASSIGNMENT}-report.csv", f"{ASSIGNMENT}-report.html"])
def test_what_somebody_made_or_changed_is_never_overwritten(course, name):
    (course / "reports").mkdir()
    path = course / "reports" / name
    path.write_text("mine")
    with pytest.raises(ValueError, match=f"{name} was made or changed by somebody"):
        make_report(course, ASSIGNMENT)
    assert path.read_text() == "mine"
    assert [one.name for one in (course / "reports").iterdir()] == [name]
    path.unlink()
    done = make_report(course, ASSIGNMENT)
    make_report(course, ASSIGNMENT)  # over its own files it may
    with path.open("a") as file:
        file.write("a note of mine")
    page = done.page.read_bytes()
    with pytest.raises(ValueError, match="made or changed"):
        make_report(course, ASSIGNMENT)
    assert path.read_text().endswith("a note of mine")
    assert name.endswith("html") or done.page.read_bytes() == page


def test_a_link_is_never_written_through(course, tmp_path):
    (course / "reports").mkdir()
    (tmp_path / "precious").write_text("precious")
    os.symlink(tmp_path / "precious", course / "reports" / f"{ASSIGNMENT}-report.html")
    with pytest.raises(ValueError, match="made or changed"):
        make_report(course, ASSIGNMENT)
    assert (tmp_path / "precious").read_text() == "precious"


@pytest.mark.parametrize("students", [3, 8])
def test_a_tiny_class_has_a_page_too(tmp_path, students):
    """Of which two have no marks: with one and six students in the statistics."""
    course = make_class(tmp_path / "course", students)
    text = make_report(course, ASSIGNMENT).page.read_text()
    assert ("are hints, no more" in text) == (students == 8)
    assert "nan" not in text.lower().replace("nan_", "")


def test_what_is_missing_is_said_in_a_sentence(course, monkeypatch, capsys):
    def sentence(*arguments):
        assert run(monkeypatch, *arguments, "--course", course) == 2
        said = capsys.readouterr().err
        assert "Traceback" not in said
        return said

    assert f"no assignment 'nothing': choose one of {ASSIGNMENT}" in sentence("nothing")
    assert "is not the name of an assignment" in sentence("../words")
    assert "no table of scores for 'lotus'" in sentence(ASSIGNMENT, "--lms", "lotus")
    with book(course) as gradebook:
        gradebook.add_assignment("empty")
    assert "nothing of empty is graded yet: run `pretraining grade empty`" in sentence("empty")
    config = (course / "nbgrader_config.py").read_text()
    (course / "nbgrader_config.py").write_text(config + "c.CourseDirectory.db_url = 'sqlite:///none.db'\n")
    assert f"there is no gradebook at {course / 'none.db'}" in sentence(ASSIGNMENT)
    assert not (course / "none.db").exists()
    (course / "none.db").write_text("this is not a database, but it is long enough to look at" * 20)
    assert "cannot be read" in sentence(ASSIGNMENT)
    (course / "none.db").write_text("")
    assert "cannot be read" in sentence(ASSIGNMENT)
    address = "postgresql+nodriver://ada:secret@localhost:1/grades"
    (course / "nbgrader_config.py").write_text(config + f"c.CourseDirectory.db_url = '{address}'\n")
    said = sentence(ASSIGNMENT)
    assert "database driver" in said
    assert "secret" not in said


def test_a_gradebook_elsewhere_and_other_folders(course, report):
    """What stock nbgrader lets a course set: db_url, the folders' names; no log."""
    config = (course / "nbgrader_config.py").read_text()
    config += (
        "c.CourseDirectory.db_url = 'sqlite:///books/grades.db'\nc.CourseDirectory.autograded_directory = 'done'\n"
    )
    (course / "nbgrader_config.py").write_text(config)
    (course / "books").mkdir()
    (course / "gradebook.db").rename(course / "books" / "grades.db")
    (course / "autograded").rename(course / "done")
    shutil.rmtree(course / "grading_log")
    found = gather(course, ASSIGNMENT)
    assert found.scores.tolist() == report.scores.tolist()
    assert [(f.message, f.students) for f in found.failures] == [(f.message, f.students) for f in report.failures]
    assert found.measured == {}
    assert set(found.ungraded.values()) == {"handed in, but not graded"}
    assert "There is no log" in make_report(course, ASSIGNMENT).page.read_text()


def test_without_notebooks_the_gradebook_is_enough(course):
    for name in ("autograded", "submitted", "source", "grading_log"):
        shutil.rmtree(course / name)
    found = gather(course, ASSIGNMENT)
    assert len(found.graded) == STUDENTS - 2
    assert found.failures == found.copies == []
    assert "No graded notebook tells of a failed test" in make_report(course, ASSIGNMENT).page.read_text()


class Elements(html.parser.HTMLParser):
    """All tags and attributes of a page, and its text."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.text, self.labels = set(), set(), [], []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {(name, value) for name, value in attrs}
        if tag == "figure":
            self.labels.append(dict(attrs).get("aria-label", ""))

    def handle_data(self, data):
        self.text.append(data)


def test_nothing_from_students_is_live(course):
    poison(course)
    text = make_report(course, ASSIGNMENT).page.read_text(encoding="utf-8")
    page = Elements()
    page.feed(text)
    assert not page.tags & {"script", "img", "iframe", "object", "embed", "form", "input", "base", "foreignobject"}
    assert not [name for name, _ in page.attributes if name.startswith("on") or name in ("src", "srcdoc", "xlink:href")]
    links = {value for name, value in page.attributes if name == "href"}
    assert all(re.fullmatch(rf"#[a-z]+|data:,|{ASSIGNMENT}-report\.csv", link) for link in links)
    assert "1337" not in text
    said = "".join(page.text)
    for attack in ATTACKS:
        assert attack in said
    assert "default-src 'none'" in text
    assert not re.search("[\ud800\u202e]", text)


def test_the_page_stands_alone_and_can_be_heard(classroom, tmp_path):
    course = shutil.copytree(classroom, tmp_path / "c")
    text = make_report(course, ASSIGNMENT).page.read_text()
    page = Elements()
    page.feed(text)
    assert not re.search(r"https?://(?!www\.w3\.org/)", text)
    assert len(page.labels) == 3
    assert all(len(label) > 60 for label in page.labels)
    anchors = {value[1:] for name, value in page.attributes if name == "href" and value.startswith("#")}
    assert anchors <= {value for name, value in page.attributes if name == "id"}
    assert len(anchors) == 8


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", " =x", "\t=x", "\n@y", "|x"])
def test_no_cell_of_the_table_is_a_formula(text):
    assert safe(text).startswith("'") or not safe(text).lstrip().startswith(("=", "+", "-", "@", "|"))


def test_the_table_survives_hostile_names(course):
    poison(course)
    with book(course) as gradebook:
        gradebook.update_or_create_student("s0004", first_name='=HYPERLINK("x"),\n"b"', last_name='O\'Brien, "Tim"')
    rows = list(csv.reader(io.StringIO(scores_csv(gather(course, ASSIGNMENT)))))
    assert tuple(rows[0]) == COLUMNS
    assert all(len(row) == len(COLUMNS) for row in rows)
    row = next(dict(zip(COLUMNS, row)) for row in rows if row[0] == "s0004")
    assert row["last_name"] == 'O\'Brien, "Tim"'
    assert row["first_name"] == '\'=HYPERLINK("x"), "b"'


@pytest.mark.parametrize(
    "content",
    [
        "", "null", "[" * 100_000, '{"cells": 3}', '{"cells": [1, {}, {"metadata": 2}]}',
        '{"cells": [{"source": 1, "metadata": {"nbgrader": []}, "outputs": 1}]}',
    ],
)  # fmt: skip
def test_a_notebook_of_any_kind_is_read_or_left_out(course, content):
    path = course / "autograded" / "s0003" / ASSIGNMENT / "text.ipynb"
    path.write_text(content)
    assert len(gather(course, ASSIGNMENT).graded) == STUDENTS - 2


def test_no_link_in_a_submission_is_followed(course, tmp_path):
    secret = tmp_path / "secret.ipynb"
    path = course / "autograded" / "s0003" / ASSIGNMENT / "text.ipynb"
    path.rename(secret)
    path.symlink_to(secret)
    assert not any("s0003" in failure.students for failure in gather(course, ASSIGNMENT).failures)
