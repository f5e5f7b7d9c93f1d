"""Every figure of the published runs has a source, and agrees with what the formulas make of the others."""

import pytest

from pretraining.scale import (
    accelerator,
    accelerators,
    figures,
    published_run,
    published_runs,
    training_days,
    training_flops,
    utilization,
)

# How each derived figure follows from the others of its run.
FORMULAS = {
    "training_flops": lambda run, _: training_flops(run.parameters.value, run.tokens.value),
    "training_days": lambda run, _: training_days(run.gpu_hours.value, run.accelerators.value),
    "utilization": lambda run, _: utilization(
        run.flops.value, run.gpu_hours.value, accelerator(run.accelerator).peak_flops_per_second.value
    ),
    "sum_of_parts": lambda _, figure: sum(hours * count for hours, count in figure.parts),
}
every_run = pytest.mark.parametrize("run", published_runs(), ids=lambda run: run.name)


@pytest.mark.parametrize("record", [*published_runs(), *accelerators()], ids=lambda record: record.name)
def test_every_figure_has_a_source(record):
    assert figures(record)
    for name, figure in figures(record).items():
        assert figure.value > 0, name
        assert figure.mark in ("published", "derived"), name
        assert len(figure.source.strip()) > 10, name
        assert (figure.formula in FORMULAS) == (figure.mark == "derived"), name


@every_run
def test_every_chip_is_known_and_has_a_source(run):
    assert accelerator(run.accelerator).name == run.accelerator
    assert len(run.accelerator_source) > 10


@every_run
def test_derived_figures_follow_from_the_others(run):
    for name, figure in figures(run).items():
        if figure.mark == "derived":
            assert FORMULAS[figure.formula](run, figure) == pytest.approx(figure.value, rel=1e-3), name


@every_run
def test_published_operations_agree_with_the_rule(run):
    """Gopher's published budget is 14% above the rule; all the others follow it."""
    computed = training_flops(run.parameters.value, run.tokens.value)
    assert computed == pytest.approx(run.flops.value, rel=0.13 if run.name == "Gopher 280B" else 0.03)


def test_the_figures_that_the_course_promises():
    assert published_run("GPT-3 175B").flops.value == 3.14e23
    assert published_run("Chinchilla 70B").flops.value == 5.76e23
    llama = published_run("Llama 3.1 405B")
    assert (llama.flops.value, llama.gpu_hours.value) == (3.8e25, 30.84e6)
    assert llama.utilization.value == pytest.approx(0.35, rel=0.03)


def test_days_that_were_published_agree_with_hours_and_machines():
    run = published_run("LLaMA 65B")
    assert run.days.mark == "published"
    assert training_days(run.gpu_hours.value, run.accelerators.value) == pytest.approx(run.days.value, rel=0.03)


def test_unknown_names_are_refused_with_a_list():
    with pytest.raises(ValueError, match="choose one of .*PaLM 540B"):
        published_run("GPT-9")
    with pytest.raises(ValueError, match="choose one of .*H100"):
        accelerator("abacus")
