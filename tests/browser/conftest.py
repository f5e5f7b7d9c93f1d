"""A JupyterLab server on a fresh copy of the course, and a Chromium page that notes every request and error."""

import os
import re
import shutil
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from pretraining.cli.lab import environment, jupyterlab_command
from pretraining.workspace import lay_out

ROOT = Path(__file__).parents[2]
SCREENSHOTS = Path(__file__).parent / "screenshots"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# JupyterLab shows "idle" before its commands work; this waits for the kernel itself.
READY = """async () => {
  const app = window.jupyterapp; if (!app) return false;
  await app.restored;
  const panel = app.shell.currentWidget, context = panel?.sessionContext; if (!context) return false;
  await panel.context?.ready; await context.ready;
  const kernel = context.session?.kernel; if (!kernel) return false;
  await kernel.info;
  return kernel.status === 'idle' && kernel.connectionStatus === 'connected';
}"""
RUN_ALL = "() => window.jupyterapp.commands.execute('notebook:run-all-cells').then(done => done === true)"


class Server:
    """A running JupyterLab: its address, token and work folder."""

    def __init__(self, url: str, token: str, work: Path) -> None:
        self.url, self.token, self.work = url, token, work


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
    work, token = base / "work", "browser-test"
    lay_out(ROOT, work)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    private = {
        f"JUPYTER{name}": str(base / name.strip("_").lower())
        for name in ("LAB_WORKSPACES_DIR", "LAB_SETTINGS_DIR", "_CONFIG_DIR", "_RUNTIME_DIR", "_DATA_DIR")
    }
    command = [*jupyterlab_command(work, browser=False, port=port)]
    command += [f"--IdentityProvider.token={token}", "--LabApp.expose_app_in_browser=True"]
    log = (base / "server.log").open("wb")
    process = subprocess.Popen(
        command, cwd=work, env={**environment(), **private}, stdout=log, stderr=subprocess.STDOUT
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{url}/api?token={token}", timeout=2).read()
                break
            except OSError:
                assert process.poll() is None, (base / "server.log").read_text()
                time.sleep(0.25)
        yield Server(url, token, work)
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def page(chromium_path, server):
    """A browser page; at the end, nothing outside the server was asked for and no script failed."""
    from playwright.sync_api import sync_playwright

    asked: list[str] = []
    failed: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(60_000)
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: failed.append(str(error)))
        yield page
        browser.close()
    outside = [url for url in asked if not re.match(rf"(data|blob|about):|{re.escape(server.url)}|ws", url)]
    assert asked, "the page asked for nothing: it was never opened"
    assert not outside
    assert not failed


@pytest.fixture
def open_notebook(page, server):
    """Open a notebook of the work folder and wait until its kernel answers."""

    def open_it(name: str) -> None:
        page.goto(f"{server.url}/doc/tree/{name}?reset&token={server.token}")
        for _ in range(240):
            if page.evaluate(READY):
                return
            page.wait_for_timeout(250)
        pytest.fail(f"the kernel of {name} did not become ready")

    return open_it


@pytest.fixture
def run_all(page, screenshot):
    """Run every cell; all must succeed."""

    def run() -> None:
        if not page.evaluate(RUN_ALL):
            screenshot("failed-run-all")
            errors = page.locator(".jp-OutputArea-output[data-mime-type*='error']").all_inner_texts()
            pytest.fail(f"a cell failed: {errors}")

    return run


@pytest.fixture
def screenshot(page):
    """Save a picture of the page for a person to look at."""
    SCREENSHOTS.mkdir(exist_ok=True)
    return lambda name: page.screenshot(path=SCREENSHOTS / f"{name}.png")
