"""A JupyterHub on this machine: accounts with Unix users of their own, and what each does through its own server."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import requests

BIN = Path(sys.executable).parent
FIRST_UID = 61_001
# Accounts and processes of its own: when `unshare` ends, so does everything that the hub started.
NAMESPACES = ["unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--mount-proc"]
CONFIG = """
c.JupyterHub.bind_url, c.JupyterHub.hub_bind_url = "http://127.0.0.1:{public}", "http://127.0.0.1:{hub}"
c.ConfigurableHTTPProxy.api_url, c.ConfigurableHTTPProxy.command = "http://127.0.0.1:{api}", "{proxy}"
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allowed_users = {accounts}
c.JupyterHub.spawner_class = "jupyterhub.spawner.LocalProcessSpawner"
c.Spawner.cmd = ["{python}", "-m", "jupyterhub.singleuser"]
c.Spawner.environment = {environment}
c.JupyterHub.services = [{{"name": "test", "api_token": "{token}"}}]
SCOPES = ["admin:users", "admin:servers", "tokens"]
c.JupyterHub.load_roles = [{{"name": "test", "services": ["test"], "scopes": SCOPES}}]
c.Spawner.start_timeout = c.Spawner.http_timeout = 180
c.JupyterHub.tornado_settings = {{"slow_spawn_timeout": 0}}
c.Application.log_level = "WARN"
"""


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def why_not() -> str:
    """Why a hub with real accounts cannot run here; empty if it can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "it takes root on Linux to give each account a Unix user of its own"
    if missing := [name for name in ("unshare", "nsenter", "setpriv", "mount") if not shutil.which(name)]:
        return f"the machine has no {missing[0]} (Debian: apt install util-linux mount)"
    tried = subprocess.run([*NAMESPACES, "mount", "--bind", "/mnt", "/mnt"], capture_output=True, text=True)
    return f"this machine gives root no namespaces of its own: {tried.stderr.strip()}" if tried.returncode else ""


class Hub:
    """A running hub.

    Attributes:
        base: its folder: `home/NAME` for each account, `exchange/`, `hub.log`, and `etc/jupyter`, which lies over the
            settings of the installation, those that `--sys-prefix` writes.
    """

    def __init__(self, base: Path, accounts: list[str]) -> None:
        self.base, self.token = base, "a-token-of-the-test-itself"
        self.uids = {name: FIRST_UID + i for i, name in enumerate(accounts)}
        public, hub, api = free_ports(3)
        self.url = f"http://127.0.0.1:{public}"
        self._make_accounts()
        (base / "jupyterhub_config.py").write_text(
            CONFIG.format(
                public=public, hub=hub, api=api, proxy=BIN / "configurable-http-proxy", accounts=set(accounts),
                token=self.token, python=sys.executable, environment={"SHELL": "/bin/sh"},
            )
        )  # fmt: skip

    def home(self, name: str) -> Path:
        return self.base / "home" / name

    def _make_accounts(self) -> None:
        shutil.copytree(Path(sys.prefix) / "etc" / "jupyter", self.base / "etc" / "jupyter")
        (self.base / "exchange").mkdir()
        (self.base / "exchange").chmod(0o777)
        passwd, group = Path("/etc/passwd").read_text(), Path("/etc/group").read_text()
        for name, uid in self.uids.items():
            self.home(name).mkdir(parents=True)
            self.give(name, self.home(name), 0o700)
            passwd += f"{name}:x:{uid}:{uid}::{self.home(name)}:/bin/sh\n"
            group += f"{name}:x:{uid}:\n"
        (self.base / "etc" / "passwd").write_text(passwd)
        (self.base / "etc" / "group").write_text(group)

    def give(self, name: str, path: Path, mode: int | None = None) -> None:
        """Make `path` and all below it the account's own."""
        for each in [path, *path.rglob("*")]:
            os.chown(each, self.uids[name], self.uids[name])
        if mode is not None:
            path.chmod(mode)

    def start(self) -> None:
        """Start the hub and its proxy, and wait until it answers."""
        inside = [sys.executable, str(Path(__file__).with_name("own_users.py")), str(self.base)]
        command = [
            *NAMESPACES,
            *inside,
            sys.executable,
            str(BIN / "jupyterhub"),
            "--config",
            str(self.base / "jupyterhub_config.py"),
        ]
        environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
        with (self.base / "hub.log").open("wb") as log:
            self.process = subprocess.Popen(command, cwd=self.base, env=environment, stdout=log, stderr=log)
        self._wait(lambda: self.api("GET", "").ok, "the hub did not start")

    def _wait(self, ready, otherwise: str, seconds: float = 180) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(requests.ConnectionError):
                if ready():
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.3)
        raise AssertionError(f"{otherwise}:\n{(self.base / 'hub.log').read_text()[-6000:]}")

    def api(self, method: str, path: str, **json) -> requests.Response:
        """The hub's own interface, with the test's token."""
        headers = {"Authorization": f"token {self.token}"}
        return requests.request(method, f"{self.url}/hub/api/{path}", headers=headers, json=json or None, timeout=60)

    def log_in(self) -> dict[str, "Account"]:
        """Start everybody's server, and return what speaks to each with a token of the account's own."""
        for name in self.uids:
            assert self.api("POST", f"users/{name}/server").status_code in (201, 202)
        self._wait(lambda: all(map(self._ready, self.uids)), "the servers did not start")
        return {
            name: Account(self, name, self.api("POST", f"users/{name}/tokens").json()["token"]) for name in self.uids
        }

    def _ready(self, name: str) -> bool:
        return self.api("GET", f"users/{name}").json()["servers"].get("", {}).get("ready", False)

    def run(self, name: str, *command: str, cwd: Path | None = None) -> subprocess.CompletedProcess:
        """What the account does in a terminal."""
        uid = str(self.uids[name])
        unshare = self.process.pid
        first = Path(f"/proc/{unshare}/task/{unshare}/children").read_text().strip()
        inside = ["nsenter", "--target", first, "--mount", "--pid", f"--wdns={cwd or self.home(name)}"]
        become = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups"]
        environment = {**os.environ, "HOME": str(self.home(name)), "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
        environment |= {"USER": name, "LOGNAME": name, "COLUMNS": "200"}
        return subprocess.run([*inside, *become, *command], env=environment, capture_output=True, text=True)

    def stop(self) -> None:
        """End the hub, its proxy and everybody's servers, with the namespace that they live in."""
        self.process.kill()
        self.process.wait(40)


class Account:
    """One person at their own server."""

    def __init__(self, hub: Hub, name: str, token: str) -> None:
        self.hub, self.name, self.home = hub, name, hub.home(name)
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"token {token}"

    def ask(self, method: str, path: str, of: str | None = None, **keywords) -> requests.Response:
        """A request to the own server, or to that of somebody else."""
        return self.session.request(method, f"{self.hub.url}/user/{of or self.name}/{path}", timeout=300, **keywords)

    def does(self, method: str, path: str, **keywords):
        """A request that must succeed; returns the answer's JSON."""
        answer = self.ask(method, path, **keywords)
        assert answer.ok, f"{answer.status_code} {path}: {answer.text[:2000]}"
        return answer.json()


@contextlib.contextmanager
def jupyterhub(accounts: list[str], prepare):
    """A hub in a folder of its own that every account may enter; `prepare(hub)` comes before the start."""
    base = Path(tempfile.mkdtemp(prefix="hub-", dir="/tmp"))
    base.chmod(0o755)
    try:
        hub = Hub(base, accounts)
        prepare(hub)
        hub.start()
        try:
            yield hub
        finally:
            hub.stop()
    finally:
        shutil.rmtree(base, ignore_errors=True)
