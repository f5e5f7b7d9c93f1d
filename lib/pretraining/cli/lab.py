"""`pretraining lab`: lay out the learner's folder and open JupyterLab in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from ..machine import usable_cores

FIRST_NOTEBOOK = "0-start-here.ipynb"


def lab(
    work: Annotated[Path, typer.Option(help="Your folder; made if it is not there.")] = Path("work"),
    layout_only: Annotated[
        bool, typer.Option("--layout-only", help="Prepare the folder, do not open JupyterLab.")
    ] = False,
    browser: Annotated[bool, typer.Option(help="Open a browser, where there is a screen.")] = True,
    port: Annotated[int, typer.Option(help="Where JupyterLab listens; it takes the next free port.")] = 8888,
) -> None:
    """Open the course in JupyterLab, in your own copy. What you changed there is never overwritten."""
    from ..workspace import find_root, lay_out

    print(f"Preparing your copy of the course in {work}/ ...", flush=True)
    done = lay_out(find_root(), work)
    if done.written:
        print(f"New or updated: {', '.join(done.written)}")
    for name in done.kept:
        print(f"Kept your changed {name} (for the course's newer version, rename yours and run this again).")
    if layout_only:
        return
    show = browser and has_screen()
    print(f"Starting JupyterLab in {work.resolve()} (stop it with Ctrl-C) ...", flush=True)
    if not show:
        print("No screen found: copy the address below into a browser.", flush=True)
    command = jupyterlab_command(work, show, port)
    os.chdir(work)
    if os.name == "nt":
        sys.exit(subprocess.call(command, env=environment()))
    os.execve(command[0], command, environment())


def jupyterlab_command(work: Path, browser: bool, port: int) -> list[str]:
    """The command line that starts JupyterLab in a folder, without news, and quiet but for its address."""
    settings = Path(__file__).parents[1] / "assets" / "jupyterlab"
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={work.resolve()}", f"--port={port}"]
    command += [f"--LabApp.app_settings_dir={settings}", f"--LabApp.default_url=/lab/tree/{FIRST_NOTEBOOK}"]
    command += ["--Application.log_level=ERROR"]
    if not browser:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # a container's only user
    return command


def environment() -> dict[str, str]:
    """The server's environment: our programs on the PATH, and no more threads than a container has cores."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    cores = usable_cores()
    pinned = {"OMP_NUM_THREADS": str(cores)} if cores < (os.cpu_count() or 1) else {}
    return {**pinned, **os.environ, "PATH": path}


def has_screen() -> bool:
    """Whether a browser window could appear."""
    if os.environ.get("CI"):
        return False
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
