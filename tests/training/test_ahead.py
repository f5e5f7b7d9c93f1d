"""Work begun ahead: done once, never in the way, the same result."""

import threading

import pytest
import torch

from pretraining import recap
from pretraining.training import ahead


@pytest.fixture
def two_cores(monkeypatch):
    """Two cores, and torch on one of them."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    monkeypatch.setattr(ahead, "usable_cores", lambda: 2)
    yield
    torch.set_num_threads(before)


def test_each_result_is_computed_once_whoever_comes_first(two_cores):
    begun, go, calls = threading.Event(), threading.Event(), []

    @ahead.Ahead
    def slow(number):
        calls.append((number, threading.current_thread().name))
        begun.set()
        assert go.wait(10)
        return -number

    slow.begin([(1,), (2,)])
    assert begun.wait(10)
    go.set()
    assert [slow(2), slow(1), slow(2)] == [-2, -1, -2]
    assert sorted(number for number, _ in calls) == [1, 2]
    assert (1, "ahead") in calls


def test_an_error_is_told_to_whoever_asks(two_cores):
    @ahead.Ahead
    def broken(number):
        raise ValueError(f"no {number}")

    broken.begin([(1,)])
    with pytest.raises(ValueError, match="no 1"):
        broken(1)


@pytest.mark.parametrize(("threads", "cores"), [(2, 2), (1, 1)])
def test_where_no_core_is_idle_nothing_is_begun(two_cores, monkeypatch, threads, cores):
    torch.set_num_threads(threads)
    monkeypatch.setattr(ahead, "usable_cores", lambda: cores)
    calls = []
    ahead.Ahead(calls.append).begin([(1,)])
    assert not [thread for thread in threading.enumerate() if thread.name == "ahead"]
    assert not calls


def test_the_numbers_of_unit_8_do_not_depend_on_who_trained(two_cores, monkeypatch):
    """The thread's models are those of a run without it, to the last bit, and torch's own generator is left alone."""
    shorter = lambda **settings: recap_settings(**{**settings, "steps": 8, "evaluate_every": 8})  # noqa: E731
    recap_settings = recap.TrainingSettings
    monkeypatch.setattr(recap, "TrainingSettings", shorter)
    weights = []
    for cores in (2, 1):
        monkeypatch.setattr(ahead, "usable_cores", lambda cores=cores: cores)
        fresh = ahead.Ahead(recap._mixed._remembered.__wrapped__)
        monkeypatch.setattr(recap, "_mixed", fresh)
        torch.manual_seed(0)
        recap._base.__wrapped__(5)
        models = [fresh(5, mixture) for mixture in recap.MIXTURES]
        weights.append([parameter for model in models for parameter in model.parameters()])
        assert torch.rand(1).item() == torch.rand(1, generator=torch.Generator().manual_seed(0)).item()
    assert all(torch.equal(one, other) for one, other in zip(*weights, strict=True))
