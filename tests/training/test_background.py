import threading
import time
from contextvars import ContextVar

import torch

from pretraining.training import BackgroundRun, Step, choose_device, usable_cores


def steps(count=10_000, seconds=0.002):
    for i in range(1, count + 1):
        time.sleep(seconds)
        yield Step(i, 0.0, 0.0, 0.0, i, seconds)


def until(condition):
    for _ in range(1000):
        if condition():
            return
        time.sleep(0.005)
    raise AssertionError("it did not happen")


def test_a_run_plays_to_the_end():
    seen, ended = [], []
    run = BackgroundRun(steps(20), seen.append, ended.append).start().wait()
    assert [event.step for event in seen] == list(range(1, 21))
    assert ended == [None]
    assert not run.running


def test_pause_waits_and_resume_goes_on():
    seen = []
    run = BackgroundRun(steps(), seen.append).start()
    until(lambda: len(seen) > 5)
    run.pause()
    time.sleep(0.05)
    count = len(seen)
    time.sleep(0.05)
    assert len(seen) == count
    assert run.paused
    run.resume()
    until(lambda: len(seen) > count)
    run.stop()
    run.wait()
    assert not run.running


def test_stop_ends_a_paused_run():
    run = BackgroundRun(steps(), lambda event: None).start()
    run.pause()
    run.stop()
    run.wait(5)
    assert not run.running


def test_a_new_run_replaces_the_one_before():
    first = BackgroundRun(steps(), lambda event: None).start()
    second = BackgroundRun(steps(), lambda event: None).start()
    assert not first.running
    assert sum(thread.name == "pretraining-run" for thread in threading.enumerate()) == 1
    second.stop()
    second.wait()


def test_an_error_reaches_the_listener():
    def broken():
        yield from steps(2)
        raise ValueError("no text")

    ended = []
    run = BackgroundRun(broken(), lambda event: None, ended.append).start().wait()
    assert ended == [run.error]
    assert str(run.error) == "no text"


def test_a_core_stays_free_in_the_run_only():
    here, there = torch.get_num_threads(), []
    BackgroundRun(steps(1), lambda event: there.append(torch.get_num_threads())).start().wait()
    assert there == [max(1, usable_cores() - 1)]
    assert torch.get_num_threads() == here


def test_auto_finds_a_device_that_computes():
    assert torch.ones(2, device=choose_device()).sum().item() == 2


def test_a_run_belongs_to_the_request_that_started_it():
    request, seen = ContextVar("request", default="none"), []
    request.set("the cell that trains")
    run = BackgroundRun(steps(3), lambda _: seen.append(request.get()))
    request.set("a later cell")
    run.start().wait()
    assert set(seen) == {"the cell that trains"}
