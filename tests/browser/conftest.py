"""A JupyterLab server on a fresh copy of the course, and a Chromium page that notes every request and error."""

import os
import shutil
from pathlib import Path

import nbformat
import pytest

from helpers.notes import LISTEN, Notes
from helpers.server import ARGUMENTS, BROWSERS, READY, RUN_ALL, WARNED, jupyterlab
from pretraining.workspace import lay_out

ROOT = Path(__file__).parents[2]
SCREENSHOTS = Path(__file__).parent / "screenshots"


@pytest.fixture(scope="session")
def chromium_path():
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None and os.environ.get("CI"):
        pytest.fail("continuous integration must have chromium: see .ci/run")
    if found is None:
        pytest.skip("no Chromium on this machine (Debian: sudo apt install chromium)")
    return found


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """`pretraining lab` as a learner starts it, in a folder of its own and away from the user's Jupyter settings."""
    base = tmp_path_factory.mktemp("lab")
    lay_out(ROOT, base / "work")
    with jupyterlab(base) as server:
        yield server


@pytest.fixture
def page(chromium_path, server):
    """A browser page; at the end, nothing outside the server was asked for, and no script and no kernel failed."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(60_000)
        notes = Notes(page)
        yield page
        kernel_said = notes.kernel_said()
        browser.close()
    server.end_kernels()
    assert notes.asked, "the page asked for nothing: it was never opened"
    assert not notes.outside(server)
    assert not notes.errors(server)
    assert not kernel_said


@pytest.fixture
def expect():
    """Playwright's assertions: they wait for what a busy machine shows late."""
    from playwright.sync_api import expect

    expect.set_options(timeout=60_000)
    return expect


@pytest.fixture
def open_notebook(page, server):
    """Open a notebook of the work folder and wait until its kernel answers."""

    def open_it(name: str) -> None:
        page.goto(f"{server.url}/doc/tree/{name}?reset&token={server.token}")
        for _ in range(240):
            if page.evaluate(READY):
                page.evaluate(LISTEN)
                return
            page.wait_for_timeout(250)
        pytest.fail(f"the kernel of {name} did not become ready")

    return open_it


@pytest.fixture
def open_cells(server, open_notebook):
    """Open a new notebook with these code cells."""

    def open_it(name: str, *sources: str) -> None:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
        notebook.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        nbformat.write(notebook, server.work / name)
        open_notebook(name)

    return open_it


@pytest.fixture
def run_all(page, screenshot):
    """Run every cell; all must succeed, and none may warn: no other test runs those lessons from top to bottom."""

    def run() -> None:
        if not page.evaluate(RUN_ALL):
            screenshot("failed-run-all")
            errors = page.locator(".jp-OutputArea-output[data-mime-type*='error']").all_inner_texts()
            pytest.fail(f"a cell failed: {errors}")
        assert not page.evaluate(WARNED), "a cell wrote to stderr"

    return run


@pytest.fixture
def screenshot(page):
    """Save a picture of the page for a person to look at."""
    SCREENSHOTS.mkdir(exist_ok=True)
    return lambda name: page.screenshot(path=SCREENSHOTS / f"{name}.png")
