"""Starting JupyterLab and a browser for it, away from the user's own settings."""

import contextlib
import json
import shutil
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

from pretraining.cli.lab import environment, jupyterlab_command

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
WARNED = """() => [...window.jupyterapp.shell.currentWidget.content.model.cells].flatMap(
  cell => (cell.outputs?.toJSON() ?? []).filter(output => output.name === 'stderr')
    .map(output => `${cell.id}: ${[output.text].flat().join('')}`))"""
RUN_ALL = "() => window.jupyterapp.commands.execute('notebook:run-all-cells').then(done => done === true)"


class Server:
    """A running JupyterLab: its address, token and work folder; what its pages may ask for elsewhere and fail at."""

    expected_outside: frozenset[str] = frozenset()
    expected_errors: frozenset[str] = frozenset()

    def __init__(self, url: str, token: str, work: Path) -> None:
        self.url, self.token, self.work = url, token, work

    def end_kernels(self) -> None:
        """Shut down every kernel, so that none trains on while the next page is looked at."""
        for kernel in json.load(self._ask("/api/kernels")):
            self._ask(f"/api/kernels/{kernel['id']}", "DELETE")

    def _ask(self, path: str, method: str = "GET"):
        headers = {"Authorization": f"token {self.token}"}
        return urllib.request.urlopen(urllib.request.Request(self.url + path, None, headers, method=method), timeout=60)


@contextlib.contextmanager
def jupyterlab(base, **extra_environment):
    """`pretraining lab` as a learner starts it, on the folder `work` in `base`."""
    work, token = base / "work", "browser-test"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    private = {
        f"JUPYTER{name}": str(base / name.strip("_").lower())
        for name in ("LAB_WORKSPACES_DIR", "LAB_SETTINGS_DIR", "_CONFIG_DIR", "_RUNTIME_DIR", "_DATA_DIR")
    }
    private["XDG_RUNTIME_DIR"] = str(base / "run")
    (base / "run").mkdir(mode=0o700)
    command = [*jupyterlab_command(work, browser=False, port=port)]
    command += [f"--IdentityProvider.token={token}", "--LabApp.expose_app_in_browser=True"]
    log = (base / "server.log").open("wb")
    process = subprocess.Popen(
        command,
        cwd=work,
        env={**environment(), **private, **extra_environment},
        stdout=log,
        stderr=subprocess.STDOUT,
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
        log.close()
        shutil.rmtree(base / "run", ignore_errors=True)  # the process that stays ready for checks ends without it
