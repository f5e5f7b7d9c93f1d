"""What all tests share: one torch thread, so that two test runs on two cores do not spin against each other."""

import os
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def root():
    """The checkout."""
    return ROOT
