"""Costs against published figures, against each other, and with units mixed up."""

import math

import pytest

from pretraining.scale import energy_kwh, gpu_hours, training_cost, training_days, training_flops, utilization


def test_published_runs_come_out():
    """GPT-3: arXiv 2005.14165, table D.1. Llama 3 405B: arXiv 2407.21783, and its model card's GPU-hours."""
    assert training_flops(175e9, 300e9) == pytest.approx(3.14e23, rel=0.03)
    assert training_flops(405e9, 15.6e12) == pytest.approx(3.8e25, rel=0.03)
    assert utilization(training_flops(405e9, 15.6e12), 30.84e6, 989e12) == pytest.approx(0.35, rel=0.03)


@pytest.mark.parametrize("share", [0.01, 0.35, 1.0])
def test_hours_and_utilization_undo_each_other(share):
    assert utilization(1e20, gpu_hours(1e20, 3e14, share), 3e14) == pytest.approx(share)


def test_money_days_and_energy():
    assert training_cost(30, 2.0) == 60.0
    assert training_days(24 * 7 * 16, 16) == 7.0
    assert energy_kwh(10, 500, pue=1.2) == pytest.approx(6.0)


@pytest.mark.parametrize("bad", [-1, math.nan, math.inf, "7", True, None])
def test_numbers_that_are_none_are_refused(bad):
    for call in (
        lambda: training_flops(bad, 10), lambda: training_flops(10, bad), lambda: gpu_hours(bad, 1, 1),
        lambda: gpu_hours(1, bad, 1), lambda: gpu_hours(1, 1, bad), lambda: utilization(1, bad, 1),
        lambda: training_cost(bad, 1), lambda: training_cost(1, bad), lambda: training_days(1, bad),
        lambda: energy_kwh(1, bad), lambda: energy_kwh(1, 1, bad),
    ):  # fmt: skip
        with pytest.raises(ValueError, match="must be"):
            call()


def test_mixed_units_are_named():
    with pytest.raises(ValueError, match="35 per cent"):
        gpu_hours(1e20, 1e14, 35)
    with pytest.raises(ValueError, match="989e12, not 989"):
        utilization(3.8e25, 30.84e6, 989)
    with pytest.raises(ValueError, match="written out in full"):
        training_flops(0.4, 15e12)
    with pytest.raises(ValueError, match="whole number of GPUs"):
        training_days(10, 2.5)
