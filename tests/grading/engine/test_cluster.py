"""Grading on a dask cluster: the same gradebook, a lost worker costs nothing, and every refusal says why."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from helpers.nbcourse import answer, check, environment, gradebook, hand_in, make_course, processes_of
from pretraining.grading import cluster
from pretraining.grading.cluster import ClusterPool, connect
from pretraining.grading.cluster_worker import refusal, versions
from pretraining.grading.course import grade, start
from pretraining.grading.outcome import Options
from pretraining.grading.pool import PoolError
from pretraining.grading.sandbox import best_level

TASK = [
    answer("double", "def double(x):\n    return 2 * x"),
    check("test-double", "assert double(3) == 6", 1),
    check("test-judged", "# judge\nfrom pretraining.grading import expect, student\n"
          "expect(student.double, 4).gives(8, 'twice')", 2),
]  # fmt: skip
ANSWERS = ["def double(x):\n    return 2 * x", "def double(x):\n    return 6", "double = 1", "1 / 0"]
WANTED = {"run": "r", "modules": [], "isolation": None, "unsafe": False, "versions": versions([])}


@contextlib.contextmanager
def dask(*words):
    """A program of dask's, with all that it starts."""
    command = [sys.executable, "-m", "dask", *words, "--no-dashboard"]
    process = subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            for child in [*processes_of(process.pid), process.pid]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            process.wait()


def zygotes(parent):
    """The zygotes among a process's descendants."""
    found = []
    for process in processes_of(parent):
        with contextlib.suppress(OSError):
            if b"grading.zygote" in Path(f"/proc/{process}/cmdline").read_bytes():
                found.append(process)
    return found


@pytest.mark.slow
def test_two_workers_give_the_same_gradebook_also_when_one_is_lost(tmp_path, monkeypatch):
    distributed = pytest.importorskip("distributed", reason="dask.distributed is not installed (the extra `dask`)")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    here, there = tmp_path / "here", tmp_path / "there"
    make_course(here, "small", {"nb": TASK})
    for number in range(12):
        code = f"import time\ntime.sleep({0.3 + number % 3 * 0.2})\n{ANSWERS[number % 4]}"
        hand_in(here, "small", f"s{number:02d}", "nb", {"double": code})
    shutil.copytree(here, there)
    assert all(outcome.outcome == "graded" for outcome in grade(here, "small"))
    file = tmp_path / "scheduler.json"
    with dask("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file)):
        until = time.monotonic() + 60
        while not file.exists() and time.monotonic() < until:
            time.sleep(0.1)
        address = json.loads(file.read_text())["address"]
        monkeypatch.setattr(cluster, "WORKERS_SECONDS", 1)
        with pytest.raises(PoolError, match=f"{address} had no worker"):
            ClusterPool(address, None, False).wait_until_ready()
        monkeypatch.setattr(cluster, "WORKERS_SECONDS", 60)
        two = ("--nworkers", "2", "--nthreads", "2", "--local-directory", str(tmp_path / "dask"))
        with dask("worker", address, *two) as workers, distributed.Client(address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
            lost = sorted(client.run(os.getpid).values())[0]
            outcomes = []
            with start(there, "small", options=Options(scheduler=address)) as run:
                for outcome in run.outcomes():
                    if not outcomes:
                        assert zygotes(lost)
                        os.kill(lost, signal.SIGKILL)
                    outcomes.append(outcome)
            assert not zygotes(workers.pid)
    assert sorted(outcome.student for outcome in outcomes) == [f"s{number:02d}" for number in range(12)]
    assert {outcome.isolation for outcome in outcomes} == {best_level().name}
    assert gradebook(there, "small") == gradebook(here, "small")
    entries = map(json.loads, (there / "grading_log" / "small.jsonl").read_text().splitlines())
    logged = [entry["student"] for entry in entries if entry["event"] == "submission"]
    assert sorted(logged) == sorted(set(logged)) == [f"s{number:02d}" for number in range(12)]


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(PoolError, match="pip install distributed"):
        connect("tcp://127.0.0.1:8786")


def test_a_scheduler_that_does_not_answer_is_named_within_seconds(monkeypatch, tmp_path):
    pytest.importorskip("distributed", reason="dask.distributed is not installed (the extra `dask`)")
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    with pytest.raises(PoolError, match=r"answered at tcp://127\.0\.0\.1:9 within 1 seconds"):
        connect("tcp://127.0.0.1:9")
    with pytest.raises(PoolError, match="there is no scheduler file"):
        connect(str(tmp_path / "scheduler.json"))
    with pytest.raises(PoolError, match="answered at nonsense"):
        connect("nonsense://here")


def test_a_worker_refuses_what_would_give_other_scores_or_no_isolation():
    mine = dict(WANTED["versions"])
    assert refusal(WANTED, mine, "namespaces") == refusal(WANTED, mine, "landlock") == ""
    assert "Python 3.9, and this machine" in refusal(WANTED, {**mine, "Python": "3.9"}, "namespaces")
    assert "numpy None" in refusal(WANTED, {name: mine[name] for name in mine if name != "numpy"}, "namespaces")
    assert "no way to isolate" in refusal(WANTED, mine, "none")
    assert "no way to isolate" in refusal({**WANTED, "isolation": "none"}, mine, "namespaces")
    assert refusal({**WANTED, "unsafe": True}, mine, "none") == ""
    assert versions(["json", "numpy.linalg"])["numpy"] == mine["numpy"]
