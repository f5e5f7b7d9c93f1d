"""A ladder predicts the next size before it is trained, keeps its word, and repeats; what ships can be made again."""

import dataclasses
import json
from datetime import datetime, timezone

import pytest
import torch

from pretraining.scale import Ladder, Result, Rung, fit_power_law, shipped_runs
from pretraining.text import load
from pretraining.training import Step, prepare

SHORT = {"widths": (8, 16, 24, 32), "next_width": 40, "tokens": 10_000}


@pytest.fixture(scope="module")
def corpus():
    return prepare(load("micro-world"), vocab_size=300)


@pytest.fixture(scope="module")
def climbed(corpus, tmp_path_factory):
    """A ladder with its first events, and the forecast's file as it was when the next size began to train."""
    ladder = Ladder(corpus, folder=tmp_path_factory.mktemp("runs"), **SHORT)
    list(ladder.climb())
    forecast, now = ladder.predict(), datetime.now(timezone.utc)
    seen = [(event, ladder.forecast_file.read_text()) for event in ladder.train_next()]
    return ladder, forecast, now, seen


def test_the_forecast_is_written_before_the_first_step(climbed):
    ladder, forecast, now, seen = climbed
    (_, at_the_start), *_, (result, at_the_end) = seen
    assert at_the_start == at_the_end
    written = json.loads(at_the_start)
    assert written["loss"] == forecast.loss
    assert [run["loss"] for run in written["measured"]] == [run.loss for run in ladder.results]
    assert abs((now - datetime.fromisoformat(written["made_at"])).total_seconds()) < 60
    assert isinstance(result, Result)
    assert json.loads(ladder.forecast_file.with_name("outcome.json").read_text())["loss"] == result.loss


def test_the_forecast_is_what_the_measured_losses_say(climbed):
    ladder, forecast, _, _ = climbed
    law = fit_power_law([run.flops for run in ladder.results], [run.loss for run in ladder.results])
    assert forecast.loss == pytest.approx(law(forecast.flops))
    assert ladder.error == pytest.approx(forecast.loss - ladder.outcome.loss)
    assert ladder.predict() is forecast, "a second call must not change it"
    with pytest.raises(dataclasses.FrozenInstanceError):
        forecast.loss = ladder.outcome.loss


def test_the_runs_are_what_the_rungs_say(climbed, corpus):
    ladder, forecast, _, seen = climbed
    for run in ladder.results:
        assert run.tokens == pytest.approx(10_000, abs=512)
        assert run.flops == pytest.approx(6 * run.parameters * run.tokens, rel=0.6)
        assert run.epochs == pytest.approx(run.tokens / len(corpus.train))
    steps = [event for event, _ in seen if isinstance(event, Step)]
    assert steps[-1].tokens == forecast.tokens == ladder.outcome.tokens
    assert ladder.flops == pytest.approx(sum(run.flops for run in ladder.results) + forecast.flops)


def test_a_rung_is_seeded_and_leaves_the_threads_as_they_were(corpus):
    threads = torch.get_num_threads()

    def train(seed):
        return list(Rung(16, tokens=2000).train(corpus, seed))[-1]

    assert train(1) == train(1)
    assert train(1).loss != train(2).loss
    assert torch.get_num_threads() == threads


def test_training_before_predicting_is_refused(corpus):
    ladder = Ladder(corpus, **SHORT)
    with pytest.raises(ValueError, match="predict first"):
        ladder.train_next()
    with pytest.raises(ValueError, match="train the ladder first: 0 of 4"):
        ladder.predict()
    with pytest.raises(ValueError, match="no error yet"):
        _ = ladder.error


def test_a_ladder_that_was_interrupted_goes_on(corpus):
    ladder = Ladder(corpus, **SHORT)
    for event in ladder.climb():
        if isinstance(event, Result) and event.width == 16:
            break
    assert [run.width for run in ladder.results] == [8, 16]
    assert [event.width for event in ladder.climb() if isinstance(event, Result)] == [24, 32]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"widths": (8, 16, 24)}, "at least 4 widths"),
        ({"next_width": 32}, "larger than the one before"),
        ({"widths": (8, 16, 20, 32)}, "multiple of 8"),
        ({"tokens": 0}, "tokens must be above 0"),
        ({"seed": 1.5}, "seed must be a whole number"),
        ({"seed": "seven"}, "seed must be a whole number"),
        ({"seed": 10**30}, "seed must be a whole number"),
    ],
)
def test_a_ladder_that_cannot_be_climbed_is_refused(corpus, settings, said):
    with pytest.raises(ValueError, match=said):
        Ladder(corpus, **(SHORT | settings))


def test_what_ships_is_a_ladder_and_curves_with_a_bottom():
    runs = shipped_runs()
    losses = [run.loss for run in runs.ladder]
    assert losses == sorted(losses, reverse=True)
    assert "make_ladder.py" in runs.command
    for budget, own in runs.isoflop.items():
        assert all(run.flops == pytest.approx(budget, rel=0.1) for run in own)
        best = min(own, key=lambda run: run.loss)
        assert own[0].parameters < best.parameters < own[-1].parameters


def test_what_ships_can_be_made_again():
    """The shortest run, trained anew with what the file says, comes to the same loss."""
    runs = shipped_runs()
    shortest = min((run for own in runs.isoflop.values() for run in own), key=lambda run: run.tokens)
    corpus = prepare(load(runs.source), runs.vocab_size)
    *_, again = Rung(shortest.width, tokens=shortest.tokens).train(corpus, shortest.seed)
    assert (again.parameters, again.tokens, again.flops) == (shortest.parameters, shortest.tokens, shortest.flops)
    assert again.loss == pytest.approx(shortest.loss, abs=0.03)  # another processor rounds differently
