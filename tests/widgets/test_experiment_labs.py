"""The labs of unit 7 without a browser: what they show is what the experiments found."""

import html
import re
import threading
import time

import pytest

from pretraining import charts
from pretraining.experiments import FactResult, MemorisationMoment
from pretraining.widgets import CodeOrProseLab, FactLab, MemorisationLab
from pretraining.widgets.lab import cells


def plain(value):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", value)).split())


def threads():
    return sum(thread.name == "pretraining-run" for thread in threading.enumerate())


@pytest.fixture
def facts():
    lab = FactLab(right=3, wrong=5, steps=4)
    yield lab
    lab.release()


def test_the_fact_lab_shows_its_run(facts):
    assert "Ready" in plain(facts.note.value)
    assert not facts.results
    facts.train_button.click()
    facts.wait()
    (result,) = facts.results
    assert (result.right_documents, result.wrong_documents) == (3, 5)
    expected = [
        [m.step, p, name] for m in result.history for p, name in ((m.right, charts.TRUE), (m.wrong, charts.FALSE))
    ]
    assert facts.chart.rows == expected
    assert f"{charts.TRUE} {result.right:.0%}" in facts.chart.description
    assert f"3 : 5 0.60 {result.right:.1%} {result.wrong:.1%} {result.odds:.2f}" in plain(facts.table.value)
    assert not facts.train_button.disabled
    assert facts.stop_button.disabled


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [(0.6, 0.1, "1989 is the likelier"), (0.1, 0.6, "1987 is the likelier"), (0.001, 0.0009, "learned neither year")],
)
def test_the_fact_lab_says_which_year_is_believed_if_any(facts, right, wrong, said):
    facts.took(FactResult(1, 1, right, wrong, (), 2.0, 0))
    assert said in plain(facts.note.value)


def test_a_second_run_begins_a_new_curve_and_keeps_the_table(facts):
    facts.start().wait()
    facts.start(right=0, wrong=2).wait()
    assert (facts.right.value, facts.wrong.value) == (0, 2)
    assert len(facts.results) == 2
    assert len(facts.chart.rows) == 2 * len(facts.results[1].history)
    assert "0 : 2" in plain(facts.table.value)
    assert "3 : 5" in plain(facts.table.value)


def test_asking_needs_a_trained_model_and_a_subject(facts):
    facts.ask_button.click()
    assert "no trained model yet" in plain(facts.answer.value)
    facts.start().wait()
    facts.ask("the <b>Tower")
    answer = facts.experiment.ask("the <b>Tower")
    assert "&lt;b&gt;Tower" in facts.answer.value
    assert f"The model says {answer.year}" in plain(facts.answer.value)
    assert [row[:2] for row in facts.answers.rows] == [[str(year), value] for year, value in answer.likeliest(5)]
    facts.ask(" ")
    assert "is missing" in plain(facts.answer.value)


def test_settings_that_cannot_be_used_are_refused_and_change_nothing(facts):
    with pytest.raises(ValueError, match="right must be a whole number"):
        facts.start(right=-1)
    assert facts.right.value == 3
    assert not facts.train_button.disabled


def test_stop_ends_the_run_without_a_result():
    lab = FactLab(right=3, wrong=5, steps=5000)
    lab.start()
    while not lab.chart.rows:
        time.sleep(0.01)
    assert lab.train_button.disabled
    lab.stop_button.click()
    lab.wait()
    assert "Stopped" in plain(lab.note.value)
    assert not lab.results
    assert not lab.train_button.disabled
    lab.release()
    assert lab.children == ()


def test_running_the_cell_again_leaves_no_second_thread(monkeypatch):
    monkeypatch.setattr(cells, "running_cell", lambda: ("a-cell", "first"))
    first = CodeOrProseLab(steps=5000).start(0.5)
    assert threads() == 1
    monkeypatch.setattr(cells, "running_cell", lambda: ("a-cell", "second"))
    second = CodeOrProseLab(steps=2)
    assert threads() == 0
    assert first.children == ()
    second.release()


def test_the_mixture_lab_shows_shares_in_order():
    lab = CodeOrProseLab(steps=2)
    lab.share.value = 75
    lab.train_button.click()
    lab.wait()
    lab.start(0.0, 0.75).wait()
    assert [run.code_share for run in lab.results] == [0.0, 0.75], "a share that is trained again is replaced"
    assert lab.chart.rows == [
        [100 * run.code_share, loss, kind]
        for run in lab.results
        for loss, kind in ((run.code_loss, charts.CODE), (run.prose_loss, charts.PROSE))
    ]
    assert f"75% {lab.results[1].code_loss:.2f} {lab.results[1].prose_loss:.2f}" in plain(lab.table.value)
    with pytest.raises(ValueError, match="share of code"):
        lab.start(2.0)
    lab.release()


def test_the_button_trains_all_five_shares():
    lab = CodeOrProseLab(steps=1)
    lab.all_button.click()
    lab.wait()
    assert [run.code_share for run in lab.results] == [0, 0.25, 0.5, 0.75, 1]
    lab.release()


def test_the_memorisation_lab_compares_both_texts_and_shows_a_passage():
    lab = MemorisationLab(steps=3, copies=(1, 4), passages=2)
    lab.train_button.click()
    lab.wait()
    lab.deduplicate.value = True
    lab.train_button.click()
    lab.wait()
    dirty, clean = lab.results
    assert {row[2] for row in lab.chart.rows} == {charts.WITH_COPIES, charts.DEDUPLICATED}
    assert len(lab.chart.rows) == 4
    assert f"with copies {dirty.documents}" in plain(lab.table.value)
    assert f"deduplicated {clean.documents} 0 of 4 {clean.loss:.2f}" in plain(lab.table.value)
    assert "6 copies were removed" in plain(lab.note.value)
    lab.copies.value = 4
    passage = next(recital.passage for recital in clean.recitals if recital.passage.copies == 4)
    assert passage.prompt in plain(lab.passage.value)
    finished = lab.chart.rows
    lab.took(MemorisationMoment(0, {1: 0.5, 4: 0.5}))
    assert lab.chart.rows != finished
    lab.ended(None)
    assert lab.chart.rows == finished, "a run that was stopped does not take the place of a finished one"
    lab.release()


def test_every_control_has_a_label(facts):
    mixture, memory = CodeOrProseLab(steps=1), MemorisationLab(steps=1)
    controls = [facts.right, facts.wrong, facts.subject, facts.ask_button, mixture.share, mixture.all_button]
    controls += [memory.deduplicate, memory.copies, facts.train_button, facts.stop_button]
    assert all(control.description for control in controls)
