"""The instructor's path on a real JupyterHub: release, fetch, submit, collect, grade, feedback, export.

Two learners and an instructor have Unix users of their own, as the hub's machine would give them; what each does goes
through their own server, as the buttons in JupyterLab do, or through a terminal of theirs.
"""

import csv
import json
import sys
import time
from datetime import datetime, timezone
from types import SimpleNamespace

import nbformat
import pytest
from nbgrader.api import Gradebook

from helpers.course import essay_course
from helpers.hub import jupyterhub, why_not
from helpers.nbcourse import answer, check
from pretraining.grading.withheld import lines_in, withheld_lines

pytestmark = pytest.mark.slow
COURSE, UNIT = "pretraining", "essay"
EVERYBODY = f"""c = get_config()
c.CourseDirectory.course_id = "{COURSE}"
c.Exchange.root = "{{exchange}}"
"""
INSTRUCTOR = """c = get_config()
c.CourseDirectory.root = "{course}"
"""
A_POINT_A_DAY = """
import math

from nbgrader.plugins import LateSubmissionPlugin


class PointADay(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return min(score, 1.0 * math.ceil(total_seconds_late / 86_400))


c.AssignLatePenalties.plugin_class = PointADay
"""
FORMGRADER = "nbgrader.server_extensions.formgrader"
# Nobody looks at a page in this test: without these, a server starts in half the time.
PAGES = ("jupyterlab", "notebook", "notebook_shim", "jupyter_lsp", "jupyterlab_jupytext", "jupyter_server_terminals")
HIDDEN = "assert double(double(5)) == 20"
DOUBT = 'can: found in "It goes on writing." (confidence 0.70)'


def prepare(hub):
    """What an administrator and an instructor set up: see docs/instructors.md."""
    home, everybody = hub.home("grader"), hub.base / "etc" / "jupyter"
    (home / ".jupyter").mkdir()
    switch(everybody, {FORMGRADER: False, **dict.fromkeys(PAGES, False)})
    switch(home / ".jupyter", {FORMGRADER: True})
    (everybody / "nbgrader_config.py").write_text(EVERYBODY.format(exchange=hub.base / "exchange"))
    (home / ".jupyter" / "nbgrader_config.py").write_text(INSTRUCTOR.format(course=home / "course"))
    course = essay_course(home / "course")
    with (course / "nbgrader_config.py").open("a") as file:
        file.write(A_POINT_A_DAY)
    path = course / "source" / UNIT / f"{UNIT}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    hidden = f"assert double(2) == 4\n### BEGIN HIDDEN TESTS\n{HIDDEN}\n### END HIDDEN TESTS"
    notebook.cells += [
        answer("double", "def double(x):\n    return x + x"),
        check("test-double", hidden, points=3),
    ]
    nbformat.write(notebook, path)
    hub.give("grader", home)


def switch(folder, extensions):
    """Turn server extensions on or off for whoever reads their configuration from a folder."""
    settings = {"ServerApp": {"jpserver_extensions": extensions}}
    (folder / "jupyter_server_config.json").write_text(json.dumps(settings))


@pytest.fixture(scope="module")
def room():
    """The hub and its three people, logged in."""
    pytest.importorskip("jupyterhub", reason="the hub is in the test extra: pip install 'pretraining-course[test]'")
    if reason := why_not():
        pytest.skip(reason)
    with jupyterhub(["grader", "ada", "bob"], prepare) as hub:
        yield SimpleNamespace(hub=hub, course=hub.home("grader") / "course", **hub.log_in())


def terminal(room, name, *command, cwd=None):
    done = room.hub.run(name, *command, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def graded(room, student):
    """What the gradebook holds of a student's submission."""
    with Gradebook(f"sqlite:///{room.course / 'gradebook.db'}", COURSE) as book:
        entry = book.find_submission(UNIT, student)
        return SimpleNamespace(
            score=entry.score,
            late=entry.total_seconds_late,
            penalty=entry.late_submission_penalty,
            manual=entry.needs_manual_grade,
            id=entry.notebooks[0].id,
            grades={grade.name: (grade.auto_score, grade.manual_score) for grade in entry.notebooks[0].grades},
        )


def fill_in(person, answers):
    """Write answers into the fetched notebook and save it, through the person's server."""
    path = f"api/contents/{UNIT}/{UNIT}.ipynb"
    model = person.does("GET", path)
    for cell in model["content"]["cells"]:
        cell["source"] = answers.get(cell["metadata"].get("nbgrader", {}).get("grade_id"), cell["source"])
    person.does("PUT", path, json={"type": "notebook", "format": "json", "content": model["content"]})


def test_the_whole_way_and_back(room):
    released(room)
    fetched(room)
    submitted_and_collected(room)
    autograded(room)
    graded_by_hand(room)
    given_back(room)
    exported(room)


def released(room):
    """The instructor makes the student version and puts it into the exchange; the solution stays at home."""
    terminal(room, "grader", sys.executable, "-m", "pretraining.cli", "release", UNIT, cwd=room.course)
    assert room.grader.does("POST", f"formgrader/api/assignment/{UNIT}/release")["success"]
    place = room.hub.base / "exchange" / COURSE / "outbound" / UNIT
    assert [path.name for path in place.iterdir()] == [f"{UNIT}.ipynb"]
    withheld = withheld_lines([room.course / "source" / UNIT / f"{UNIT}.ipynb"])
    assert HIDDEN in withheld
    assert not withheld.intersection(lines_in(f"{UNIT}.ipynb", (place / f"{UNIT}.ipynb").read_bytes()))
    with Gradebook(f"sqlite:///{room.course / 'gradebook.db'}", COURSE) as book:
        assert book.find_assignment(UNIT).max_score == 5


def fetched(room):
    """Both learners see the assignment and get a copy of their own; neither can look into another's home."""
    for person in (room.ada, room.bob):
        assert person.does("GET", "courses")["value"] == [COURSE]
        (listed,) = person.does("GET", f"assignments?course_id={COURSE}")["value"]
        assert (listed["assignment_id"], listed["status"]) == (UNIT, "released")
        person.does("POST", "assignments/fetch", json={"course_id": COURSE, "assignment_id": UNIT})
        mine = person.home / UNIT / f"{UNIT}.ipynb"
        assert mine.stat().st_uid == room.hub.uids[person.name]
    assert room.ada.ask("GET", "formgrader/").status_code == 404
    assert room.ada.ask("GET", "api/contents", of="bob").status_code == 403
    for secret in (room.course / "gradebook.db", room.course / "source", room.bob.home / UNIT):
        assert "Permission denied" in room.hub.run("ada", "ls", str(secret)).stderr


def submitted_and_collected(room):
    """Ada hands in before the deadline and Bob after it; neither can list what others handed in."""
    fill_in(room.ada, {UNIT: f"about, doubt = 'essay', {DOUBT!r}", "double": "def double(x):\n    return 2 * x"})
    fill_in(room.bob, {UNIT: "about, doubt = 'essay', ''", "double": "def double(x):\n    return {2: 4, 5: 0}[x]"})
    work = {"course_id": COURSE, "assignment_id": UNIT}
    room.ada.does("POST", "assignments/submit", json=work)
    time.sleep(1.1)  # time stamps have whole seconds, or nearly so
    due = datetime.now(timezone.utc).replace(tzinfo=None).isoformat(timespec="seconds")
    deadline = {"duedate_notimezone": due, "duedate_timezone": "+0000"}
    room.grader.does("PUT", f"formgrader/api/assignment/{UNIT}", json=deadline)
    time.sleep(1.1)
    room.bob.does("POST", "assignments/submit", json=work)
    inbound = room.hub.base / "exchange" / COURSE / "inbound"
    assert sorted(path.name.split("+")[0] for path in inbound.iterdir()) == ["ada", "bob"]
    assert "Permission denied" in room.hub.run("bob", "ls", str(inbound)).stderr
    assert room.grader.does("POST", f"formgrader/api/assignment/{UNIT}/collect")["success"]
    for name in ("ada", "bob"):
        assert (room.course / "submitted" / name / UNIT / "timestamp.txt").exists()


def autograded(room):
    """`pretraining grade` gives points, asks for a person where the scorer doubts, and takes off for lateness."""
    said = terminal(room, "grader", sys.executable, "-m", "pretraining.cli", "grade", UNIT, cwd=room.course)
    assert "needs a manual grade" in said
    ada, bob = graded(room, "ada"), graded(room, "bob")
    assert (ada.grades, ada.manual, ada.late) == ({"test-essay": (1.5, None), "test-double": (3, None)}, True, 0)
    assert (bob.grades, bob.manual) == ({"test-essay": (1.5, None), "test-double": (0, None)}, False)
    assert bob.late > 0
    assert (ada.penalty, bob.penalty) == (0, 1), "a point for the first day"
    for name in ("ada", "bob"):
        path = room.course / "autograded" / name / UNIT / f"{UNIT}.ipynb"
        assert HIDDEN not in path.read_text()
        assert path.stat().st_uid == room.hub.uids["grader"]


def graded_by_hand(room):
    """The formgrader shows the doubt; what the instructor enters there counts."""
    ada = graded(room, "ada")
    assert DOUBT.split('"')[1] in room.grader.ask("GET", f"formgrader/submissions/{ada.id}/").text
    grades = room.grader.does("GET", f"formgrader/api/grades?submission_id={ada.id}")
    (doubtful,) = [grade for grade in grades if grade["needs_manual_grade"]]
    room.grader.does("PUT", f"formgrader/api/grade/{doubtful['id']}", json={"manual_score": 2})
    comments = room.grader.does("GET", f"formgrader/api/comments?submission_id={ada.id}")
    (comment,) = [entry for entry in comments if entry["name"] == UNIT]
    room.grader.does("PUT", f"formgrader/api/comment/{comment['id']}", json={"manual_comment": "Well argued."})
    after = graded(room, "ada")
    assert (after.score, after.manual, after.grades["test-essay"]) == (5, False, (1.5, 2))


def given_back(room):
    """Each learner fetches feedback of their own, with points and comment, and nobody else's."""
    for step in ("generate_feedback", "release_feedback"):
        assert room.grader.does("POST", f"formgrader/api/assignment/{UNIT}/{step}")["success"]
    pages = {}
    for person in (room.ada, room.bob):
        person.does("POST", "assignments/fetch_feedback", json={"course_id": COURSE, "assignment_id": UNIT})
        (page,) = (person.home / UNIT / "feedback").glob(f"*/{UNIT}.html")
        assert page.stat().st_uid == room.hub.uids[person.name]
        pages[person.name] = page.read_text()
        assert pages[person.name] == (room.course / "feedback" / person.name / UNIT / f"{UNIT}.html").read_text()
        assert HIDDEN not in pages[person.name]
    assert "Well argued." in pages["ada"]
    assert "(Score: 5.0 / 5.0)" in pages["ada"]
    assert "Well argued." not in pages["bob"]
    assert "(Score: 0.5 / 5.0)" in pages["bob"]
    assert "Late submission penalty (Score: -1.0)" in pages["bob"]
    feedback = room.hub.base / "exchange" / COURSE / "feedback"
    assert "Permission denied" in room.hub.run("bob", "ls", str(feedback)).stderr


def exported(room):
    """The class's scores as tables: nbgrader's own, and the one for a learning management system."""
    terminal(room, "grader", sys.executable, "-m", "nbgrader", "export", cwd=room.course)
    rows = list(csv.DictReader((room.course / "grades.csv").open()))
    assert {row["student_id"]: float(row["score"]) for row in rows} == {"ada": 5.0, "bob": 0.5}
    terminal(room, "grader", sys.executable, "-m", "pretraining.cli", "report", UNIT, cwd=room.course)
    text = (room.course / "reports" / f"{UNIT}-report.csv").read_text(encoding="utf-8-sig")
    assert {line.split(",")[0] for line in text.splitlines()[1:]} >= {"ada", "bob"}
