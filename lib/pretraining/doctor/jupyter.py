"""Jupyter: the kernel that runs notebooks, JupyterLab's extensions, nbgrader and its exchange."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .child import ask
from .finding import MEND, NOTE, OK, Finding
from .libraries import first_line, install, version

# (folder under labextensions/, distribution, what it shows)
EXTENSIONS = (
    ("@jupyter-widgets/jupyterlab-manager", "jupyterlab_widgets", "sliders and buttons"),
    ("anywidget", "anywidget", "live charts"),
    ("@jupyter/nbgrader", "nbgrader", "the Validate button"),
)
SERVER_EXTENSION = "nbgrader.server_extensions.validate_assignment"
EXCHANGE = "/usr/local/share/nbgrader/exchange"
KERNEL = """
import sys
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import start_new_kernel
spec = KernelSpecManager().get_kernel_spec("python3")
tell({"place": spec.resource_dir, "python": spec.argv[0]})
manager, client = start_new_kernel(kernel_name="python3", startup_timeout=120)
try:
    said = []

    def hear(message):
        if message["msg_type"] in ("stream", "error"):
            said.append(message["content"].get("text") or message["content"].get("evalue") or "")

    code = "import sys, pretraining; print(sys.executable)"
    answer = client.execute_interactive(code, timeout=60, store_history=False, output_hook=hear)
    tell({"status": answer["content"]["status"], "said": " ".join(said)})
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
"""


def jupyter() -> Iterator[Finding]:
    """Everything between the learner's browser and Python."""
    yield kernel()
    yield from extensions()
    if version("nbgrader"):
        yield grader()
        yield exchange()


def kernel() -> Finding:
    """Whether Jupyter finds the kernel `python3`, starts it, and finds the course in it."""
    answers, reason = ask(KERNEL)
    told: dict[str, Any] = {}
    for answer in answers:
        told.update(answer)
    mend = f'"{sys.executable}" -m ipykernel install --sys-prefix'
    if told.get("status") == "ok":
        return Finding("kernel", OK, f"python3 starts and finds the course ({told['said'].strip()})", "notebooks run")
    if told.get("status") == "error":
        found = f"python3 runs {told['python']}, where the course is missing ({first_line(told.get('said', ''))})"
        return Finding("kernel", MEND, found, "notebooks run in another Python", mend)
    if "PermissionError" in reason or "Read-only" in reason:
        mend = 'export JUPYTER_RUNTIME_DIR="$(mktemp -d)"'
    elif "No module named" in reason or "ImportError" in reason:
        mend = install("ipykernel")
    found = "python3 does not start" if told else "there is no kernel python3"
    return Finding("kernel", MEND, f"{found} ({first_line(reason)})", "no notebook runs", mend)


def extensions() -> Iterator[Finding]:
    """What JupyterLab needs in the browser: each must be there and not be switched off."""
    off = disabled_extensions()
    for name, distribution, shows in EXTENSIONS:
        there = any((place / "labextensions" / name / "package.json").is_file() for place in data_folders())
        if not there:
            found = f"{name} is not in JupyterLab"
            yield Finding("extensions", MEND, found, f"without it there are no {shows}", install(distribution))
        elif any(key == name or key.startswith(name + ":") for key in off):
            mend = f'"{sys.executable}" -m jupyter labextension enable {name}'
            yield Finding("extensions", MEND, f"{name} is switched off", f"without it there are no {shows}", mend)
        else:
            yield Finding("extensions", OK, f"{name} is in JupyterLab", f"it shows {shows}")


def grader() -> Finding:
    """Whether the server answers the Validate button."""
    enabled: dict[str, Any] = {}
    for folder in reversed(config_folders()):
        for path in (
            *sorted((folder / "jupyter_server_config.d").glob("*.json")),
            folder / "jupyter_server_config.json",
        ):
            enabled.update(_json(path).get("ServerApp", {}).get("jpserver_extensions", {}))
    if enabled.get(SERVER_EXTENSION):
        return Finding("nbgrader", OK, f"{version('nbgrader')}, its server part is on", "the Validate button works")
    found = "its server part is switched off" if SERVER_EXTENSION in enabled else "its server part is not set up"
    mend = f'"{sys.executable}" -m jupyter server extension enable --sys-prefix {SERVER_EXTENSION}'
    return Finding("nbgrader", MEND, found, "the Validate button does nothing", mend)


def exchange() -> Finding:
    """The folder through which a class on one server hands work in and gets it back; a lone learner needs none."""
    root = Path(exchange_root())
    if not root.is_dir():
        means = "learning alone needs none; a class on one server does"
        return Finding("exchange", NOTE, f"{root} is not there", means, f"sudo install -d -m 777 {root}")
    if os.access(str(root), os.R_OK | os.W_OK | os.X_OK):
        return Finding("exchange", OK, f"{root} can be written to", "a class can hand work in")
    return Finding(
        "exchange", NOTE, f"{root} cannot be written to", "you cannot hand work in", f"sudo chmod 777 {root}"
    )


def exchange_root() -> str:
    """What nbgrader's configuration names, or its default."""
    for folder in (Path("."), *config_folders()):
        try:
            text = (folder / "nbgrader_config.py").read_text(encoding="utf-8")
        except OSError:
            continue
        if found := re.search(r"""^\s*c\.Exchange\.root\s*=\s*["'](.+?)["']""", text, re.MULTILINE):
            return found.group(1)
    return EXCHANGE


def disabled_extensions() -> set[str]:
    """Names of JupyterLab extensions that some settings file switches off."""
    off: set[str] = set()
    for folder in config_folders():
        for path in (folder / "labconfig" / "page_config.json", *sorted((folder / "labconfig").glob("*.d/*.json"))):
            named = _json(path).get("disabledExtensions", {})
            off.update(name for name in named if not isinstance(named, dict) or named[name])
    return off


def data_folders() -> list[Path]:
    """Where Jupyter looks for extensions, in its order as far as that matters here."""
    own = os.environ.get("JUPYTER_DATA_DIR")
    named = [part for part in os.environ.get("JUPYTER_PATH", "").split(os.pathsep) if part]
    user = (
        [own]
        if own
        else ["~/.local/share/jupyter", "~/Library/Jupyter", os.path.join("~", "AppData", "Roaming", "jupyter")]
    )
    shared = ["/usr/local/share/jupyter", "/usr/share/jupyter"]
    return [Path(os.path.expanduser(place)) for place in (*named, *user, f"{sys.prefix}/share/jupyter", *shared)]


def config_folders() -> list[Path]:
    """Where Jupyter looks for settings; the first wins."""
    named = [part for part in os.environ.get("JUPYTER_CONFIG_PATH", "").split(os.pathsep) if part]
    user = os.environ.get("JUPYTER_CONFIG_DIR") or os.path.expanduser("~/.jupyter")
    return [
        Path(place) for place in (*named, user, f"{sys.prefix}/etc/jupyter", "/usr/local/etc/jupyter", "/etc/jupyter")
    ]


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
