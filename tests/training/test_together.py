"""Two processes that torchrun starts report the same losses as each other and as one process; failures end in words."""

import subprocess
import sys

import pytest

from pretraining.training import together, train_together

OPTIONS = ["--source", "micro-world", "--size", "nano", "--vocab-size", "300", "--batch-size", "8", "--steps", "20"]
OPTIONS += ["--precision", "float32"]


@pytest.mark.slow
def test_both_ranks_and_one_process_report_the_same_losses():
    two, one = train_together(2, OPTIONS), train_together(1, OPTIONS)
    assert not two.problem
    assert not one.problem
    assert list(two.losses) == [0, 1]
    assert list(two.losses[0]) == ["step 0 held-out", "step 10 training", "step 20 training", "step 20 held-out"]
    assert two.losses[0] == two.losses[1]
    assert two.same_weights
    assert two.losses[0] == pytest.approx(one.losses[0], abs=2e-4)
    assert two.losses[0]["step 20 held-out"] < two.losses[0]["step 0 held-out"] - 0.2
    assert "rank 1" in str(two)
    assert two.command.startswith("torchrun --standalone --nproc-per-node 2 -m pretraining.training")


@pytest.mark.slow
def test_a_mistake_is_told_in_its_own_sentence():
    found = train_together(2, [*OPTIONS, "--batch-size", "7"])
    assert str(found).startswith("Error: the batch size must be divisible by 2")
    assert not found.losses


def test_a_run_that_hangs_is_ended(monkeypatch):
    started = []

    class Sleeper(subprocess.Popen):
        def __init__(self, command, **settings):
            super().__init__([sys.executable, "-c", "import time; time.sleep(600)"], **settings)
            started.append(self)

    monkeypatch.setattr(together.subprocess, "Popen", Sleeper)
    found = train_together(2, OPTIONS, timeout_seconds=0.5)
    assert str(found) == "The processes did not finish within 0.5 seconds."
    assert started[0].poll() is not None


def test_windows_is_told_in_one_sentence(monkeypatch):
    monkeypatch.setattr(together.sys, "platform", "win32")
    assert "Windows" in str(train_together(2, OPTIONS))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [((0, OPTIONS), "processes must be at least 1"), ((2, OPTIONS, 0), "timeout_seconds must be positive")],
)
def test_bad_numbers_are_refused(arguments, said):
    with pytest.raises(ValueError, match=said):
        train_together(*arguments)
