"""Every attack gains nothing and harms nothing, all in one batch with honest submissions among them."""

import ctypes
import hashlib
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_output

from grading.attacks.submissions import ALL, EASY
from helpers.nbcourse import answer, check, gradebook, hand_in, make_course, released
from pretraining.grading.course import start
from pretraining.grading.outcome import Options
from pretraining.grading.sandbox import best_level

pytestmark = pytest.mark.slow
JUDGE = "# judge\nfrom pretraining.grading import Credit, expect, student\n"
TASK = [
    answer("work", EASY + "def hard(x):\n    return {'p': 7 * x}"),
    check("test-easy", JUDGE + "expect(student.easy, 1).gives(2, 'one more')", 1),
    check(
        "test-hard",
        JUDGE + "### BEGIN HIDDEN TESTS\nsecret = 'SECRET-TEST'\n### END HIDDEN TESTS\n"
        "expect(student.hard, 1).gives({'p': 7}, 'seven')\nexpect(student.hard, 2).gives({'p': 14}, 'seven times')",
        2,
    ),
    check(
        "test-credit",
        JUDGE + "credit = Credit()\nfor x in (3, 4):\n    with credit.part(1, 'hard'):\n"
        "        expect(lambda: student.hard(x)['p'] + 0.0).is_close(7.0 * x, 'seven')\ncredit.total()",
        2,
    ),
]
CONFIG = """c.Execute.timeout = 3
c.GradingLimits.total_seconds = 25
c.GradingLimits.memory_bytes = 400_000_000
c.GradingLimits.disk_bytes = 50_000_000
"""
SECRET = "canary-7f3a"


class Canaries:
    """Things outside that no submission may read, change, reach or end."""

    def __init__(self, root: Path) -> None:
        self.file = root / "home" / "secret.txt"
        self.file.parent.mkdir()
        self.file.write_text(SECRET)
        self.name = f"grading-canary-{os.getpid()}"
        self.tcp, self.udp = socket.create_server(("127.0.0.1", 0)), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.port = self.tcp.getsockname()[1]
        self.udp.bind(("127.0.0.1", self.port))
        self.unix, self.abstract = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
        self.unix.bind(str(root / "u"))
        self.abstract.bind("\0" + self.name)
        self.unix.listen()
        self.abstract.listen()
        self.process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        self.root = root

    def fill(self, code: str, course: Path) -> str:
        for name, value in (
            ("COURSE", course), ("CANARYNAME", self.name), ("CANARY", self.file), ("PORT", self.port),
            ("UNIXSOCKET", self.root / "u"),
        ):  # fmt: skip
            code = code.replace(name, str(value))
        return code

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        for end in (self.tcp, self.udp, self.unix, self.abstract):
            end.close()


def fingerprint(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


LEVELS = ("namespaces", "landlock")


@pytest.fixture(scope="module", params=LEVELS)
def batch(request, tmp_path_factory):
    """All attacks and two honest submissions, graded at one level of isolation."""
    if LEVELS.index(request.param) < LEVELS.index(best_level().name):
        pytest.skip(f"{request.param} is not offered here")
    root = tmp_path_factory.mktemp("attacks")
    course = make_course(root / "course", "task", {"nb": TASK}, CONFIG)
    canaries = Canaries(root)
    solved = {"work": EASY + "def hard(x):\n    return {'p': 7 * x}"}
    hand_in(course, "task", "honest", "nb", solved)
    hand_in(course, "task", "zz-honest", "nb", solved)
    for name, code in ALL.items():
        hand_in(course, "task", name, "nb", {"work": EASY + canaries.fill(code, course)})
    link = course / "submitted" / "link" / "task"
    link.mkdir(parents=True)
    (link / "nb.ipynb").symlink_to(course / "submitted" / "honest" / "task" / "nb.ipynb")
    (course / "submitted" / "link-folder").mkdir()
    (course / "submitted" / "link-folder" / "task").symlink_to(course / "submitted" / "honest" / "task")
    for name, change in NOTEBOOKS.items():
        notebook = released(course, "task", "nb")
        change(notebook.cells, canaries.file)
        hand_in(course, "task", name, "nb", {}, notebook)
    os.environ["GRADER_PASSWORD"] = SECRET
    before = {name: fingerprint(course / name) for name in ("source", "release", "submitted")}
    before["modes"] = modes(course, canaries)
    before["memory"] = forgotten_memory()
    before["config"] = (course / "nbgrader_config.py").read_text()
    temporary, children = set(os.listdir("/tmp")), own_children()
    began = time.monotonic()
    try:
        with start(course, "task", options=Options(jobs=2, isolation=request.param)) as run:
            level = run.level.name
            outcomes = {outcome.student: outcome for outcome in run.outcomes()}
    finally:
        del os.environ["GRADER_PASSWORD"]
    yield {
        "course": course, "canaries": canaries, "outcomes": outcomes, "before": before, "level": level,
        "new": {name for name in set(os.listdir("/tmp")) - temporary if f"grading-{os.getpid()}-" in name},
        "children": children, "seconds": time.monotonic() - began,
    }  # fmt: skip
    canaries.close()


def marked(cells, name):
    return next(entry for entry in cells if entry.metadata.get("nbgrader", {}).get("grade_id") == name)


def raise_points(cells, _):
    for entry in cells:
        mark = entry.metadata.nbgrader
        if mark.grade:
            mark.points, mark.locked, entry.source = 100, False, "100.0"


def judge_of_my_own(cells, canary):
    """Cells that ask to be run by the judge, outside the sandbox."""
    code = f"# judge\nopen({str(canary)!r}, 'w').write('changed')\n100.0"
    marks = [
        {**marked(cells, "test-hard").metadata.nbgrader, "grade_id": name} for name in ("mine", "work", "test-hard")
    ]
    for mark in marks:
        cells.append(new_code_cell(code, metadata={"nbgrader": mark}))
    marked(cells, "work").source = code
    for entry in cells:
        if entry.metadata.nbgrader.grade_id == "work":
            entry.metadata.nbgrader.update(grade=True, solution=False, locked=True, points=100)


def swap_names(cells, _):
    """The answer bears a test's name, and the test that of the answer."""
    work, test = marked(cells, "work"), marked(cells, "test-hard")
    work.metadata.nbgrader, test.metadata.nbgrader = test.metadata.nbgrader, work.metadata.nbgrader
    work.source, work["id"], test["id"] = "# judge\n2.0", test["id"], work["id"]


def call_tests_answers(cells, _):
    """Each test is said to be an answer, a text, or somebody else's."""
    marked(cells, "test-easy").metadata.nbgrader.update(solution=True, locked=False)
    marked(cells, "test-hard").metadata.nbgrader.update(schema_version=1, grade=False, task=True)
    marked(cells, "test-credit").cell_type = "markdown"
    for entry in cells:
        entry.source = "2.0"
        entry.metadata.update(trusted=True, tags=["remove-cell", "skip-execution", "raises-exception"])


def outputs_made_before(cells, _):
    """The file holds outputs of full marks, in cells that are not to be run."""
    for entry in cells:
        entry.outputs = [new_output("execute_result", {"text/plain": "2.0"}, execution_count=1)]
        entry.execution_count = 1
        entry.metadata.update(editable=False, deletable=False, jupyter={"source_hidden": True})


NOTEBOOKS = {
    "points": raise_points, "judge-of-my-own": judge_of_my_own, "swap-names": swap_names,
    "tests-as-answers": call_tests_answers, "outputs-made-before": outputs_made_before,
}  # fmt: skip


def test_there_are_enough_attacks():
    assert len(ALL) >= 100


def test_honest_submissions_are_right(batch):
    for student in ("honest", "zz-honest"):
        assert batch["outcomes"][student].score == 5, batch["outcomes"][student]


@pytest.mark.parametrize("name", [*ALL, *NOTEBOOKS])
def test_an_attack_gains_nothing(batch, name):
    outcome = batch["outcomes"][name]
    assert outcome.outcome == "graded", outcome
    assert outcome.score <= 1, outcome


@pytest.mark.parametrize("name", ["link", "link-folder"])
def test_links_are_named_and_not_followed(batch, name):
    assert batch["outcomes"][name].score is None
    assert "links are not followed" in batch["outcomes"][name].error


def test_attacks_that_do_nothing_to_themselves_keep_their_honest_point(batch):
    for name in ("read-source", "read-environment", "write-home", "always-equal", "forge-result", "script-in-output"):
        assert batch["outcomes"][name].score == 1, batch["outcomes"][name]


def test_no_attack_costs_the_grader_much(batch):
    """What it writes stays small, and no worker is lost: cleaning, decoding and judging all have their limits."""
    for name in batch["outcomes"]:
        assert batch["outcomes"][name].cpu_seconds < 60, batch["outcomes"][name]
    for path in (batch["course"] / "autograded").rglob("*.ipynb"):
        assert path.stat().st_size < 3_000_000, path


def test_the_gradebook_holds_what_was_said(batch):
    for student, notebooks in gradebook(batch["course"], "task").items():
        assert notebooks["nb"]["score"] == batch["outcomes"][student].score, student


def test_nothing_outside_was_read(batch):
    for path in (batch["course"] / "autograded").rglob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        said = json.dumps([cell.get("outputs") for cell in notebook.cells])
        assert SECRET not in said, path
        assert "SECRET-TEST" not in said, path
        assert "root:" not in said, path


def test_nothing_outside_was_changed(batch):
    course, canaries = batch["course"], batch["canaries"]
    for name in ("source", "release", "submitted"):
        assert fingerprint(course / name) == batch["before"][name]
    assert (course / "nbgrader_config.py").read_text() == batch["before"]["config"]
    assert canaries.file.read_text() == SECRET
    for folder in ("/tmp", "/dev/shm"):
        assert not (Path(folder) / canaries.name).exists()
    assert not Path("/usr/evil").exists()


def modes(course, canaries):
    paths = [canaries.file, course / "gradebook.db", *(course / "submitted").rglob("*")]
    return {path: (path.lstat().st_mode, path.lstat().st_mtime if path == canaries.file else 0) for path in paths}


def forgotten_memory():
    """The segments of shared memory that nobody uses and whose maker is gone, unlike those of a browser beside us."""
    segments = [line.split() for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:]]
    return {
        number
        for _, number, _, _, maker, _, users, *_ in segments
        if users == "0" and not Path("/proc", maker).exists()
    }


def test_memory_that_somebody_forgets_is_seen():
    make = "import ctypes; print(ctypes.CDLL(None).shmget(0, 4096, 0o1600))"
    before = forgotten_memory()
    made = subprocess.run([sys.executable, "-c", make], capture_output=True, text=True, check=True).stdout.strip()
    new = forgotten_memory() - before
    ctypes.CDLL(None).shmctl(int(made), 0, None)  # IPC_RMID
    assert made in new


def test_no_mode_or_time_outside_was_changed_and_no_memory_is_left(batch):
    assert modes(batch["course"], batch["canaries"]) == batch["before"]["modes"]
    assert not forgotten_memory() - batch["before"]["memory"]
    assert os.getpriority(os.PRIO_PROCESS, batch["canaries"].process.pid) == os.getpriority(os.PRIO_PROCESS, 0)


def test_memory_that_is_hidden_from_counting_is_refused(batch):
    for name in ("memory-files", "forgotten-shared-pages", "shared-zero-pages"):
        text = (batch["course"] / "autograded" / name / "task" / "nb.ipynb").read_text()
        assert re.search("PermissionError|FileNotFoundError|AttributeError", text), name


def test_nothing_outside_was_reached_or_ended(batch):
    canaries = batch["canaries"]
    for end in (canaries.tcp, canaries.udp, canaries.unix, canaries.abstract):
        end.setblocking(False)
        with pytest.raises(BlockingIOError):
            end.recv(10) if end is canaries.udp else end.accept()
    assert canaries.process.poll() is None


def own_children() -> set[int]:
    """The process ids of this thread's children."""
    return set(map(int, Path(f"/proc/{os.getpid()}/task/{threading.get_native_id()}/children").read_text().split()))


def test_no_process_and_no_file_is_left(batch):
    assert not batch["new"]
    assert own_children() - batch["children"] <= {batch["canaries"].process.pid}


def test_what_is_shown_later_runs_nothing(batch):
    text = (batch["course"] / "autograded" / "script-in-output" / "task" / "nb.ipynb").read_text()
    outputs = [output for cell in nbformat.reads(text, 4).cells for output in cell.get("outputs", [])]
    said = json.dumps([output.get("data") for output in outputs])
    for harmful in ("<script", "onclick", "<iframe", "javascript:evil", "application/javascript", "<svg", "<img src=x"):
        assert harmful not in said
