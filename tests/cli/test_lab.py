"""The server's environment that `pretraining lab` prepares."""

import importlib
import os

import pytest

lab = importlib.import_module("pretraining.cli.lab")  # the package's `lab` is the command


@pytest.mark.parametrize(("cores", "there", "threads"), [(1, 16, "1"), (4, 4, None)])
def test_a_share_of_the_cores_gets_as_many_threads(monkeypatch, cores, there, threads):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr(lab, "usable_cores", lambda: cores)
    monkeypatch.setattr(os, "cpu_count", lambda: there)
    assert lab.environment().get("OMP_NUM_THREADS") == threads


def test_what_the_learner_chose_stays(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    monkeypatch.setattr(lab, "usable_cores", lambda: 1)
    assert lab.environment()["OMP_NUM_THREADS"] == "3"
