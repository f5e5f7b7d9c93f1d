"""The lab's parts: texts by domain, the mixture, curves that thin themselves, a run to take away, estimates."""

import contextlib
import csv
import io
import re
import time

import pytest
import torch

from pretraining import charts
from pretraining.model import ModelConfig, Transformer, count_flops
from pretraining.text import load
from pretraining.training import Evaluation, Step, TrainingSettings
from pretraining.training.plan import Speed, flops_per_token, measure_speed, plan, step_seconds
from pretraining.widgets import TrainingLab
from pretraining.widgets.lab import corpora
from pretraining.widgets.lab.corpora import first_documents, lab_corpus
from pretraining.widgets.lab.export import as_csv, as_python
from pretraining.widgets.lab.pulse import Cadence, Pulse
from pretraining.widgets.lab.record import Record, Thinned, curve_rows
from pretraining.widgets.lab.settings import LabSettings, default_heads, possible_heads

TINY = {"layers": 1, "width": 32, "block_size": 8, "batch_size": 4, "vocab_size": 300}


def until(condition):
    for _ in range(4000):
        if condition():
            return
        time.sleep(0.005)
    raise AssertionError("it did not happen")


@pytest.fixture
def lab():
    lab = TrainingLab(steps=40, **TINY)
    yield lab
    lab.release()


def test_the_last_texts_are_kept_and_only_those():
    first = lab_corpus("python-docs", 300)
    assert lab_corpus("python-docs", 300) is first
    for size in range(301, 301 + corpora.KEPT):
        lab_corpus("python-docs", size)
    assert not corpora.is_kept("python-docs", 300, 0)
    assert len(corpora._kept) == corpora.KEPT


def test_a_large_source_is_read_in_part():
    characters = sum(len(document.text) for document in first_documents(load("python-code")))
    assert 2_000_000 <= characters < 3_000_000


def test_the_mixture_acts_at_the_next_step(lab, monkeypatch):
    assert set(lab.dials.weights) == {"books", "code", "encyclopedia", "forum", "papers", "web"}
    drawn = []
    lab.start(steps=100_000)
    draw = lab.trainer.batches.draw
    monkeypatch.setattr(lab.trainer.batches, "draw", lambda *a: drawn.append(a[2]) or draw(*a))
    until(lambda: len(drawn) > 2)
    assert drawn[-1] is None
    for domain, control in lab.dials.weights.items():
        control.value = 100 if domain == "code" else 0
    until(lambda: drawn[-1] == {d: 100.0 * (d == "code") for d in lab.dials.weights})
    lab.dials.weights["code"].value = 0
    assert "at least one domain" in lab.dials.notes["mixture"].value
    count = lab.record.last_step.step
    until(lambda: lab.record.last_step.step > count + 2)
    assert lab.trainer.settings.mixture["code"] == 100.0


def test_the_python_of_a_run_repeats_it_with_all_its_turns(lab):
    lab.start()
    until(lambda: lab.record.last_step and lab.record.last_step.step >= 2)
    lab.set(learning_rate=0.01, dropout=0.2)
    until(lambda: len(lab.record.changes) == 2)
    lab.dials.weights["code"].value = 90
    until(lambda: len(lab.record.changes) == 3)
    lab.wait()
    assert all(step < 40 for step, *_ in lab.record.changes)
    program = as_python(lab.record)
    names = {}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(program, names)
    last = float(re.findall(r"loss=([\d.]+)", printed.getvalue())[-1])
    assert last == pytest.approx(lab.record.last_evaluation.loss, abs=1e-3)
    assert names["settings"].learning_rate == 0.01
    assert names["model"].dropout == 0.2
    assert names["settings"].mixture["code"] == 90.0


def test_the_python_of_an_unturned_run_gives_the_same_loss(lab):
    lab.start().wait()
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(as_python(lab.record), {})
    last = float(re.findall(r"loss=([\d.]+)", printed.getvalue())[-1])
    assert last == pytest.approx(lab.record.last_evaluation.loss, abs=1e-4)


def test_the_table_of_a_run_holds_its_events(lab):
    lab.start().wait()
    rows = list(csv.DictReader(io.StringIO(as_csv(lab.record))))
    assert [int(row["step"]) for row in rows if row["event"] == "step"] == list(range(1, 41))
    losses = [float(row["loss_nats_per_token"]) for row in rows if row["event"] == "evaluation"]
    assert losses[-1] == lab.record.last_evaluation.loss
    assert lab.record.samples[-1].text in [row["text"] for row in rows]


def test_taking_a_run_along_writes_no_file(lab, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lab.start(steps=2).wait()
    lab.run_list.csv_button.click()
    assert "download='run-1.csv' href='data:text/csv;base64," in lab.run_list.note.value
    lab.run_list.python_button.click()
    assert "Trainer(" in lab.run_list.code.value
    assert not list(tmp_path.iterdir())


def test_only_so_many_runs_are_kept_and_drawn(lab):
    for _ in range(14):
        lab.start(steps=1).wait()
    assert [run.number for run in lab.runs] == list(range(3, 15))
    assert [run.number for run in lab.run_list.drawn] == [11, 12, 13, 14]
    assert len(lab.run_list.rows.children) == 12


def steps(count):
    return [Step(i, 5.0, 0.01, 1.0, i, 0.01) for i in range(1, count + 1)]


def test_a_thinned_curve_keeps_its_shape():
    curve = Thinned(100)
    for step in steps(10_000):
        curve.add(step)
    kept = [step.step for step in curve.kept]
    assert 40 <= len(kept) <= 100
    assert {b - a for a, b in zip(kept, kept[1:])} == {curve.stride}
    assert kept[-1] + curve.stride > 10_000


def test_a_record_always_ends_with_the_latest():
    record = Record(1, LabSettings())
    record.steps.most = 10
    for step in steps(57):
        record.add(step)
    record.add(Evaluation(57, float("inf")))
    assert [event.step for event in record.events][-2:] == [57, 57]
    assert curve_rows(record.events[-1]) == []


def test_the_chart_of_a_long_run_reaches_further_as_it_goes():
    record, spans = Record(1, LabSettings(steps=100_000), lines={"uniform": 6.9}), set()
    for step in steps(2500):
        record.add(step)
        assert step.step <= record.span <= max(500, 2 * step.step)
        spans.add(record.span)
    assert spans == {500, 1000, 2000, 4000}
    assert record.line_rows()[-1][0] == 4000
    assert Record(1, LabSettings(steps=300)).span == 300


def test_reports_grow_rarer_and_come_at_once_after_a_change():
    assert Pulse.interval(5) == 0.125
    assert Pulse.interval(60) == pytest.approx(0.3)
    assert Pulse.interval(10_000) == 4.0
    pulse = Pulse()
    assert pulse.due()
    assert not pulse.due()
    pulse._due_at = time.monotonic() + 100
    pulse.quicken()
    time.sleep(0.13)
    assert pulse.due()


def test_something_costly_takes_its_share_only():
    cadence = Cadence(0.0, share=0.1)
    done = []
    ends = time.monotonic() + 1.0
    while time.monotonic() < ends:
        cadence.run(lambda: done.append(time.sleep(0.02)))
    assert 1 <= len(done) <= 6


def test_heads_that_fit():
    for width in (32, 48, 64, 96, 192):
        for heads in possible_heads(width):
            ModelConfig(vocab_size=9, width=width, heads=heads)
        assert default_heads(width) in possible_heads(width)
    assert possible_heads(30) == [1, 3, 5, 15]


def test_flops_agree_with_torchs_own_count():
    config = ModelConfig(vocab_size=300, block_size=32, layers=2, heads=2, width=64)
    model, tokens = Transformer(config), torch.zeros(4, 32, dtype=torch.long)
    with count_flops() as counter:
        model(tokens).sum().backward()
    assert flops_per_token(config) * tokens.numel() == pytest.approx(counter.get_total_flops(), rel=0.1)


@pytest.mark.slow
def test_the_estimate_is_right_within_a_factor_of_three():
    speed = measure_speed()
    for shape in ({"layers": 4, "heads": 4, "width": 128}, {"layers": 1, "heads": 1, "width": 32}):
        config = ModelConfig(vocab_size=1024, block_size=64, **shape)
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        real = step_seconds(config, 16, "cpu", 5)
        torch.set_num_threads(threads)
        assert 1 / 3 < speed.seconds_per_step(config, 16) / real < 3


def test_a_plan_adds_up():
    config = ModelConfig(vocab_size=300, block_size=8, layers=1, heads=1, width=32)
    settings = TrainingSettings(steps=10, batch_size=4)
    found = plan(config, settings, Speed(1.0, 1e30), free_bytes=10_000_000)
    assert found.parameters == Transformer(config).parameter_count
    assert found.tokens == 320
    assert found.seconds == pytest.approx(20)
    assert found.fits
    assert not found.is_long
    assert not plan(config, settings, Speed(1.0, 1e30), free_bytes=1000).fits
    assert plan(config, TrainingSettings(steps=1000), Speed(1.0, 1e30), 10**9).is_long


def test_the_chart_draws_every_kind_of_row():
    record = Record(1, LabSettings(), lines={"uniform": 6.9, "unigram": 5.9, "bigram": 3.0})
    for step in steps(3):
        record.add(step)
    record.add(Evaluation(3, 4.5))
    rows = record.rows() + Record(2, LabSettings(), evaluations=record.evaluations).earlier_rows()
    picture = charts.svg_figure(charts.training_curves(rows).to_dict())
    assert "gradient norm" in picture
    assert "earlier run" in picture
    said = charts.training_description(rows)
    for part in ("held-out loss 4.50 at step 3", "bigram guesser 3.00", "run 2 4.50", "gradient norm, now 1"):
        assert part in said
