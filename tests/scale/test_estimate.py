"""The whole estimate against published runs, and the memory of training against the paper that counts it."""

import pytest

from pretraining.scale import accelerator, accelerators_to_hold, estimate, published_runs, training_state

WITH_HOURS = [run for run in published_runs() if run.gpu_hours]


@pytest.mark.parametrize("run", WITH_HOURS, ids=lambda run: run.name)
def test_an_estimate_with_a_run_s_own_utilization_gives_its_hours(run):
    count = round(run.accelerators.value) if run.accelerators else 1
    parameters, tokens = run.parameters.value, run.tokens.value
    found = estimate(parameters, tokens, accelerator(run.accelerator), run.utilization.value, count, 2.0)
    assert found.gpu_hours == pytest.approx(run.gpu_hours.value, rel=0.13 if run.name == "Gopher 280B" else 0.03)
    assert found.dollars == pytest.approx(2 * found.gpu_hours)
    assert found.days * 24 * count == pytest.approx(found.gpu_hours)
    assert found.energy_kwh == pytest.approx(found.gpu_hours * accelerator(run.accelerator).watts.value / 1000)


def test_memory_is_that_of_the_paper():
    """arXiv 1910.02054, section 3.1: at least 24 GB for the 1.5 billion parameters of GPT-2."""
    assert sum(training_state(1.5e9).values()) == 24e9


@pytest.mark.parametrize(("size", "memory", "count"), [(0, 80, 0), (79, 80, 1), (80, 80, 1), (81, 80, 2)])
def test_accelerators_are_whole(size, memory, count):
    assert accelerators_to_hold(size, memory) == count


def test_bad_numbers_are_refused():
    for call in (
        lambda: training_state(0), lambda: training_state(-1), lambda: accelerators_to_hold(-1, 80),
        lambda: accelerators_to_hold(1, 0), lambda: accelerators_to_hold(float("nan"), 1),
        lambda: estimate(7e9, 2e12, accelerator("A100"), 35, 8, 2.0),
        lambda: estimate(7e9, 2e12, accelerator("A100"), 0.35, 0, 2.0),
    ):  # fmt: skip
        with pytest.raises(ValueError, match="must be"):
            call()
