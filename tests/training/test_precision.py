"""The number format is measured, not assumed."""

import time

import pytest
import torch

from pretraining.training import precision
from pretraining.training.precision import choose_precision, product_seconds

CPU = torch.device("cpu")


def never(_):
    raise AssertionError("timed the model")


def test_a_named_format_is_taken_as_it_is():
    assert choose_precision("float32", CPU, never) == torch.float32
    assert choose_precision("bfloat16", CPU, never) == torch.bfloat16


def sleeping(plain_seconds, half_seconds):
    return lambda dtype: time.sleep(plain_seconds if dtype == torch.float32 else half_seconds)


@pytest.mark.parametrize(("half_seconds", "wanted"), [(0.002, torch.bfloat16), (0.02, torch.float32)])
def test_the_faster_one_wins_where_products_are_faster(monkeypatch, half_seconds, wanted):
    monkeypatch.setattr(precision, "product_seconds", lambda dtype, device: 2.0 if dtype == torch.float32 else 1.0)
    assert choose_precision("auto", CPU, sleeping(0.01, half_seconds)) == wanted


def test_the_model_is_not_timed_where_products_are_not_faster(monkeypatch):
    monkeypatch.setattr(precision, "product_seconds", lambda dtype, device: 1.0)
    assert choose_precision("auto", CPU, never) == torch.float32


def test_measuring_here_gives_times():
    assert all(product_seconds(dtype, CPU) > 0 for dtype in (torch.float32, torch.bfloat16))
