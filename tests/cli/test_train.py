"""`pretraining train` as a person types it."""

import os
import subprocess
import sys

import pytest

from pretraining.cli import main

COMMAND = [sys.executable, "-m", "pretraining.cli"]


def pretraining(*args, cwd, **env):
    environment = {**os.environ, "OMP_NUM_THREADS": "1", **env}
    return subprocess.run([*COMMAND, *args], cwd=cwd, capture_output=True, text=True, timeout=300, env=environment)


@pytest.fixture
def typed(tmp_path, monkeypatch, capfd):
    """The command line without a process of its own: the same entry point, in a folder of its own."""

    def run(*args):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["pretraining", *args])
        capfd.readouterr()
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code
        return subprocess.CompletedProcess(args, code, *capfd.readouterr())

    return run


def refused(done):
    """A refusal is one sentence on standard error, exit code 2, no traceback; gives the sentence."""
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr + done.stdout
    assert len(done.stderr.strip().splitlines()) == 1
    return done.stderr


QUICK = ["--size", "nano", "--steps", "3", "--vocab-size", "300", "--batch-size", "2"]


def test_a_run_trains_compares_and_writes(tmp_path, typed):
    done = pretraining("train", *QUICK, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for part in ("held-out loss", "bits per byte", "bigram", "A sample:", "runs/python-docs-01"):
        assert part in done.stdout
    assert typed("train", *QUICK).stdout.count("python-docs-02")
    assert "parameters" in typed("train", "--resume", "runs/python-docs-01").stdout


def test_a_folder_of_ones_own_is_trained_on(tmp_path, typed):
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("the quick brown fox jumps over the lazy dog. " * 200)
    (tmp_path / "texts" / "photo.png").write_bytes(b"\0\1")
    done = typed("train", *QUICK, "--source", "folder", "--path", "texts")
    assert done.returncode == 0, done.stderr
    assert "skipped photo.png" in done.stdout


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--vocab-size", "255"], "vocabulary"),
        (["--block-size", "10000000"], "longer than the text"),
        (["--source", "folder", "--path", "empty"], "no text found"),
        (["--source", "folder", "--path", "binary.bin"], "not text"),
        (["--source", "folder", "--path", "nowhere"], "nowhere"),
        (["--source", "folder"], "needs a path"),
        (["--source", "nothing"], "unknown source"),
        (["--size", "huge"], "unknown size"),
        (["--steps", "0"], "steps"),
        (["--learning-rate", "nan"], "learning_rate"),
        (["--device", "abacus"], "no device"),
        (["--out", "full"], "not empty"),
        (["--resume", "nowhere"], "no checkpoint"),
        (["--resume", "nowhere", "--steps", "3"], "leave out --steps"),
    ],
)
def test_what_cannot_work_is_one_sentence(tmp_path, typed, args, said):
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine")
    (tmp_path / "binary.bin").write_bytes(b"\0\1\2")
    assert said in refused(typed("train", *args))
    assert (tmp_path / "full" / "thesis.txt").read_text() == "mine"


def test_an_online_source_without_a_network_names_the_offline_ones(tmp_path):
    cut = {name: "http://127.0.0.1:9" for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")}
    done = pretraining("train", "--source", "tinyshakespeare", cwd=tmp_path, PRETRAINING_CACHE=str(tmp_path), **cut)
    assert "python-docs" in refused(done)


def test_a_changed_text_is_not_resumed(tmp_path, typed):
    (tmp_path / "a.txt").write_text("one two three four " * 300)
    args = [*QUICK, "--source", "folder", "--path", "a.txt", "--out", "run"]
    assert typed("train", *args).returncode == 0
    (tmp_path / "a.txt").write_text("five six seven eight " * 300)
    assert "not what this run began with" in refused(typed("train", "--resume", "run"))


def test_divergence_ends_with_advice(typed):
    done = typed("train", *QUICK[:2], "--steps", "40", "--learning-rate", "1e30")
    assert done.returncode == 1
    assert "learning rate" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_three_hundred_steps_on_the_python_docs_beat_the_bigram_baseline(tmp_path):
    done = pretraining("train", "--source", "python-docs", "--steps", "300", cwd=tmp_path, OMP_NUM_THREADS="2")
    assert done.returncode == 0, done.stderr
    assert "The model beats the bigram baseline" in done.stdout


def test_doctor_and_help(tmp_path, typed):
    done = pretraining("doctor", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert "Everything is in place" in done.stdout
    assert pretraining("--help", cwd=tmp_path).returncode == 0
    for command in ("lab", "train", "clean", "check", "release", "grade"):
        assert typed(command, "--help").returncode == 0
