"""Binder without docker: `binder/` run as repo2docker runs it, opened in a browser, with 2 GB for everything."""

import sys
from pathlib import Path

import pytest

from helpers import binder_route
from helpers.browser import cell, wait_for_rows
from helpers.server import READY
from pretraining.grading.sandbox.limits import family

pytestmark = pytest.mark.browser
LIB = binder_route.ROOT / "lib"


@pytest.fixture(scope="module")
def binder(tmp_path_factory):
    """The steps of the image, with this environment's libraries in the place of a fresh installation."""
    base = tmp_path_factory.mktemp("binder")
    place = binder_route.stage(base / "repository")
    (base / "home").mkdir()
    variables = binder_route.environment(
        base / "home", Path(sys.executable).parent, CPU_LIMIT="1.0", PYTHONPATH=str(LIB)
    )
    built = binder_route.post_build(place, variables)
    assert built.returncode == 0, built.stdout + built.stderr
    assert "Everything is in place." in built.stdout
    watch, server = binder_route.start(place, variables, base / "server.log")
    yield watch, server
    watch.stop()
    assert not watch.over, f"more than 2 GB, held by {watch.limited_by}"


@pytest.fixture(scope="module")
def server(binder):
    return binder[1]


def test_the_first_lesson_opens_by_itself_and_trains_in_2_gb(binder, page, run_all, screenshot):
    watch, server = binder
    page.goto(f"{server.url}/?token={server.token}")
    page.wait_for_url("**/lab/tree/0-start-here.ipynb*")
    for _ in range(240):
        if page.evaluate(READY):
            break
        page.wait_for_timeout(250)
    run_all()
    lab = cell(page, "TrainingLab")
    lab.get_by_role("button", name="Train", exact=True).click()
    wait_for_rows(page, lab.get_by_role("figure"), 20)
    lab.get_by_role("button", name="Stop").click()
    screenshot("binder-start-here")

    names = page.locator(".jp-DirListing-itemText").all_inner_texts()
    assert "assignments" in names
    assert "source" not in names
    kernels = [pid for pid in family(watch.process.pid) if b"ipykernel" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    assert kernels
    for kernel in kernels:
        assert b"OMP_NUM_THREADS=1\0" in Path(f"/proc/{kernel}/environ").read_bytes()
    print(f"peak {watch.peak_bytes / 1e9:.2f} GB, held by {watch.limited_by}")
    assert 0 < watch.peak_bytes < binder_route.LIMIT_BYTES
