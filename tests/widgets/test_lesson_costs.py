"""The cost calculator without a browser: published runs come out, every control moves what it should, in words."""

import re

import pytest

from pretraining import charts
from pretraining.scale import published_runs
from pretraining.widgets import CostCalculator
from pretraining.widgets.lesson_costs import NO_RUN, in_days, in_words

RUNS = published_runs()


@pytest.fixture
def calculator():
    return CostCalculator()


def line(calculator, name):
    """The texts of a line of the table: yours, published, ratio, source."""
    row = next(row for row in calculator.table.value.split("<tr>") if name in row)
    return re.findall(r"<td[^>]*>(.*?)</td>", row)


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.name)
def test_every_published_run_comes_out(calculator, run):
    """Gopher's published operations are 14% above the rule, and so are its hours at the utilization they give."""
    near = 0.13 if run.name == "Gopher 280B" else 0.03
    calculator.run.value = run.name
    assert calculator.result.flops == pytest.approx(run.flops.value, rel=near)
    if run.gpu_hours:
        assert calculator.result.gpu_hours == pytest.approx(run.gpu_hours.value, rel=near)
    yours, published, ratio, source = line(calculator, "FLOPs")
    assert float(published) == pytest.approx(run.flops.value, rel=0.01)
    assert float(ratio.split()[0]) == pytest.approx(float(yours) / run.flops.value, abs=0.01)
    assert source.startswith(("published: ", "derived: "))
    assert "the price" in calculator.assumed.value
    assert ("the utilization" in calculator.assumed.value) == (run.utilization is None)
    assert ("how many accelerators" in calculator.assumed.value) == (run.accelerators is None)


def test_llama_3_is_said_in_words(calculator):
    assert "role='status'" in calculator.note.value
    for words in ("3.79e+25 FLOPs", "M GPU-hours", "78.5 days", "16,384 accelerators", "$61.7 M"):
        assert words in calculator.note.value
    assert calculator.utilization.value == pytest.approx(0.35, rel=0.03)
    assert line(calculator, "Memory")[0] == "6.48 TB"
    assert line(calculator, "H100s to hold")[0] == "81"


def test_each_control_moves_what_it_should(calculator):
    calculator.run.value = "Llama 2 70B"
    before = calculator.result
    calculator.count.value *= 2
    assert calculator.result.days == pytest.approx(before.days / 2)
    assert calculator.result.dollars == before.dollars
    calculator.price.value *= 3
    assert calculator.result.dollars == pytest.approx(3 * before.dollars)
    calculator.utilization.value /= 2
    assert calculator.result.gpu_hours == pytest.approx(2 * before.gpu_hours)
    calculator.tokens.value = 4e12
    assert calculator.result.flops == pytest.approx(2 * before.flops)
    assert line(calculator, "FLOPs")[2] == "2.00 ×"
    calculator.parameters.value = 7e9
    assert calculator.result.memory_bytes == pytest.approx(before.memory_bytes / 10)
    calculator.accelerator.value = "V100"
    assert calculator.result.accelerators_to_hold == 4
    assert "V100s to hold" in calculator.table.value


def test_yours_is_on_the_chart_among_the_published(calculator):
    assert len(calculator.chart.rows) == len(RUNS) + 1
    calculator.tokens.value = 1e9
    name, flops, whose, label = calculator.chart.rows[-1]
    assert (name, whose) == ("your run", charts.YOURS)
    assert flops == pytest.approx(6 * 405e9 * 1e9)
    assert float(label) == pytest.approx(flops, rel=0.05)
    assert "your run 2.43e+21" in calculator.chart.description


def test_the_ends_of_all_sliders_give_an_answer_within_the_axis(calculator):
    calculator.run.value = NO_RUN
    for end in (0, -1):
        for control in (calculator.parameters, calculator.tokens, calculator.count):
            control.value = control.options[end][1]
        calculator.utilization.value = calculator.utilization.min if end else calculator.utilization.max
        assert 1e17 < calculator.chart.rows[-1][1] < 1e28
        assert calculator.result.days > 0
    assert line(calculator, "FLOPs")[1] == "–"


def test_sliders_say_their_values_in_the_letters_of_the_field(calculator):
    assert (calculator.parameters.label, calculator.tokens.label) == ("405 B", "15.6 T")
    for control in (calculator.parameters, calculator.tokens):
        assert all(re.fullmatch(r"[\d.]+ [MBT]", text) for text, _ in control.options)
        assert len({text for text, _ in control.options}) == len(control.options)


def test_every_control_has_a_label(calculator):
    assert all(control.description for control in [calculator.run, *calculator._controls])


@pytest.mark.parametrize(("days", "words"), [(0.5, "12 hours"), (1, "1 day"), (998, "998 days"), (36525, "100 years")])
def test_days_in_words(days, words):
    assert in_days(days) == words


def test_numbers_in_words():
    assert [in_words(n) for n in (1, 999, 1000, 1e9, 65.2e9, 540.35e9)] == ["1", "999", "1 k", "1 B", "65.2 B", "540 B"]
