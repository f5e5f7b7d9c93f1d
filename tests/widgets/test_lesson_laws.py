"""The scaling lab and the isoFLOP explorer without a browser: what they show is what the ladder and the runs say."""

import json
import re
import threading
import time

import numpy as np
import pytest

from pretraining import charts
from pretraining.scale import shipped_runs
from pretraining.text import load
from pretraining.training import prepare
from pretraining.widgets import IsoFlopExplorer, ScalingLab
from pretraining.widgets.lab import cells

SHORT = {"widths": (8, 16, 24, 32), "next_width": 40, "tokens": 10_000}


def plain(value):
    return " ".join(re.sub(r"<[^>]+>", " ", value).split())


def roles(widget):
    return {row[-1] for row in widget.chart.rows}


def offered(lab):
    return {name for name, button in lab.buttons.items() if not button.disabled}


@pytest.fixture(scope="module")
def corpus():
    return prepare(load("micro-world"), vocab_size=300)


@pytest.fixture
def lab(corpus, tmp_path):
    lab = ScalingLab(corpus, folder=tmp_path, **SHORT)
    yield lab
    lab.release()


def test_a_learner_goes_from_ladder_to_prediction_to_truth(lab, tmp_path):
    assert not lab.history
    assert offered(lab) == {"Train ladder"}
    lab.buttons["Train ladder"].click()
    lab.wait()
    assert [run.width for run in lab.history] == [8, 16, 24, 32]
    assert roles(lab) == {charts.MEASURED, charts.LAW}
    assert offered(lab) == {"Predict"}
    lab.guess.value = 5.5
    lab.buttons["Predict"].click()
    forecast = lab.ladder.forecast
    (file,) = tmp_path.glob("*/prediction.json")
    assert json.loads(file.read_text())["loss"] == forecast.loss
    assert f"{forecast.loss:.3f} nats" in plain(lab.note.value)
    assert lab.guess.disabled, "the guess is made before the truth is known"
    assert roles(lab) == {charts.MEASURED, charts.LAW, charts.PREDICTED}
    assert offered(lab) == {"Train next"}
    lab.buttons["Train next"].click()
    lab.wait()
    truth = lab.history[-1].loss
    assert roles(lab) == {charts.MEASURED, charts.LAW, charts.PREDICTED, charts.TRUTH}
    assert f"truth {truth:.2f}" in lab.chart.description
    assert plain(lab.verdict.value) == (
        f"Truth: {truth:.3f} nats . The law said {forecast.loss:.3f}, off by {abs(forecast.loss - truth):.3f}; "
        f"you said 5.50, off by {abs(5.5 - truth):.2f}."
    )
    assert offered(lab) == set()


def test_the_line_and_its_band_are_the_law_s(lab):
    lab.start().wait()
    line = [row for row in lab.chart.rows if row[-1] == charts.LAW]
    for flops, loss, low, high, _ in line:
        assert loss == pytest.approx(lab.ladder.law(flops))
        assert (low, high) == pytest.approx(lab.ladder.law.band(flops))
    assert line[-1][0] == pytest.approx(lab.ladder.next_rung.expected(lab.ladder.corpus)[2])


def test_the_wrong_order_is_told(lab):
    assert lab.predict() is None
    assert "train the ladder first" in plain(lab.note.value)
    lab.start_next()
    assert "predict first" in plain(lab.note.value)
    assert not lab.history


def test_a_stopped_ladder_goes_on(lab):
    lab.start()
    while not lab.history:
        time.sleep(0.005)
    lab.stop()
    lab.wait()
    assert 0 < len(lab.history) < 4
    assert "Stopped" in plain(lab.note.value)
    assert offered(lab) == {"Train ladder"}
    before = lab.history
    lab.start().wait()
    assert lab.history[: len(before)] == before
    assert len(lab.history) == 4


def test_running_the_cell_again_leaves_no_second_thread(corpus, monkeypatch):
    def threads():
        return sum(thread.name == "pretraining-run" for thread in threading.enumerate())

    monkeypatch.setattr(cells, "running_cell", lambda: ("a-cell", "first"))
    first = ScalingLab(corpus, folder=None, tokens=1e7).start()
    assert threads() == 1
    monkeypatch.setattr(cells, "running_cell", lambda: ("a-cell", "second"))
    second = ScalingLab(corpus, folder=None, **SHORT)
    assert threads() == 0
    assert first.children == ()
    second.release()


def test_a_short_text_is_warned_of(corpus):
    lab = ScalingLab(corpus, folder=None, tokens=1e7)
    assert "The text is short" in plain(lab.note.value)


def test_the_isoflop_verdict_follows_the_size():
    explorer = IsoFlopExplorer()
    for budget, runs in shipped_runs().isoflop.items():
        explorer.budget.value = budget
        square, slope, _ = np.polyfit(np.log([run.parameters for run in runs]), [run.loss for run in runs], 2)
        best = float(np.exp(-slope / 2 / square))
        said = []
        for size in (explorer.size.min, float(np.log10(best)), explorer.size.max):
            explorer.size.value = 10**size
            said.append(plain(explorer.note.value))
        assert "Too small" in said[0]
        assert "Just right" in said[1]
        assert "Too large" in said[2]
        trained = [runs[0].parameters, best, runs[-1].parameters]
        asked = [10**explorer.size.min, best, 10**explorer.size.max]
        for sentence, one, other in zip(said, asked, trained):
            assert ("The nearest size that was trained" in sentence) == (abs(one / other - 1) > 0.01)
        assert f"about {best:,.0f} parameters" in said[0]
        measured = [row for row in explorer.chart.rows if row[-1] == charts.RUN]
        assert [row[:2] for row in measured] == [[run.parameters, run.loss] for run in runs]


def test_every_control_has_a_label(lab):
    explorer = IsoFlopExplorer()
    controls = [*lab.buttons.values(), lab.guess, explorer.budget, explorer.size]
    assert all(control.description for control in controls)
