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


def pytest_addoption(parser):
    """`--alone=skip` and `--alone=only` split the suite into what may run side by side and what may not."""
    parser.addoption("--alone", choices=("skip", "only"), help="leave out, or run only, the tests marked `alone`")


def pytest_configure(config):
    """`--alone=only` imports only files that name the mark, and no examples of the library: all would take 20 s."""
    if config.getoption("--alone") == "only":
        config.option.doctestmodules = False


def pytest_ignore_collect(collection_path, config):
    """See `pytest_configure`; files that nobody collects are not looked into."""
    if config.getoption("--alone") == "only" and collection_path.suffix == ".py":
        return True if "mark.alone" not in collection_path.read_text(encoding="utf-8") else None
    return None


def pytest_collection_modifyitems(config, items):
    wanted = config.getoption("--alone")
    if wanted is None:
        return
    kept = [item for item in items if (item.get_closest_marker("alone") is not None) == (wanted == "only")]
    config.hook.pytest_deselected(items=list(set(items) - set(kept)))
    items[:] = kept
