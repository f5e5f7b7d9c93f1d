"""The machine: Python, cores, memory, disk, folders, and whether there is a network."""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from ..machine import free_memory_bytes, memory_bytes, usable_cores
from .finding import MEND, NOTE, OK, Finding, judged

NEEDED_MEMORY_GB, COMFORTABLE_MEMORY_GB = 1.0, 2.0
NEEDED_DISK_GB = 0.5
# Where the texts come from that are fetched on request; nothing is sent there, only a connection is opened.
ONLINE = ("raw.githubusercontent.com", 443)
NETWORK_SECONDS = 3.0


def surroundings(network: bool = True) -> Iterator[Finding]:
    """Everything that can be told without loading a library."""
    yield python()
    yield cores()
    yield memory()
    yield disk()
    yield folder()
    yield from hiding_files()
    yield home()
    if network:
        yield online()


def python() -> Finding:
    """Its version, and where it is."""
    good = sys.version_info >= (3, 10)
    found = f"{platform.python_version()}, {64 if sys.maxsize > 2**32 else 32}-bit, at {sys.executable}"
    means = "the course runs on it" if good else "the course needs Python 3.10 or newer"
    mend = "install Python 3.12 from python.org or your system's packages, then: make PYTHON=python3.12 lab"
    if good and sys.maxsize < 2**32:
        return Finding("Python", MEND, found, "PyTorch needs a 64-bit Python", mend)
    return judged("Python", good, found, means, mend)


def cores() -> Finding:
    """How many this process may use, and whether threads outnumber them."""
    usable, there = usable_cores(), os.cpu_count() or 1
    found = f"{usable} to use" + (f" of {there} (this container's or process's limit)" if usable < there else "")
    threads = os.environ.get("OMP_NUM_THREADS", "")
    if threads.isdigit() and int(threads) > usable:
        means = f"OMP_NUM_THREADS={threads} starts more threads than cores, and training crawls"
        return Finding("cores", NOTE, found, means, f"export OMP_NUM_THREADS={usable}")
    if usable == 1:
        return Finding("cores", NOTE, found, "everything works; training takes about twice as long as on two cores")
    return Finding("cores", OK, found, "enough for every lesson")


def memory() -> Finding:
    """What this process may hold, and what is free now."""
    most, free = memory_bytes(), free_memory_bytes()
    if most is None:
        return Finding("memory", NOTE, "unknown", "one open notebook needs about 1 GB")
    found = f"{most / 1e9:.1f} GB" + (f", {free / 1e9:.1f} GB free now" if free is not None else "")
    if most < NEEDED_MEMORY_GB * 1e9:
        mend = "use a machine (or container) with 2 GB; on JupyterHub ask for a larger memory limit"
        return Finding("memory", MEND, found, "one open notebook needs about 1 GB, so kernels will be killed", mend)
    if most < COMFORTABLE_MEMORY_GB * 0.95e9 or (free is not None and free < NEEDED_MEMORY_GB * 1e9):
        advice = "shut down kernels that you do not need: in JupyterLab, Kernel > Shut Down All Kernels"
        return Finding("memory", NOTE, found, "keep one notebook open at a time", advice)
    return Finding("memory", OK, found, "enough: one open notebook needs about 1 GB")


def disk() -> Finding:
    """Room for notebooks and checkpoints here."""
    try:
        free = shutil.disk_usage(os.getcwd()).free / 1e9
    except OSError as error:
        return Finding("disk", MEND, str(error), "this folder cannot be looked at", "go to a folder of your own: cd ~")
    means = f"notebooks and checkpoints need about {NEEDED_DISK_GB} GB"
    mend = "free some space: empty the trash, or delete old training runs in runs/"
    return judged("disk", free >= NEEDED_DISK_GB, f"{free:.1f} GB free here", means, mend)


def folder() -> Finding:
    """Whether this folder takes files."""
    try:
        here = os.getcwd()
    except OSError:
        return Finding(
            "folder", MEND, "it no longer exists", "nothing can be saved", "go to a folder of your own: cd ~"
        )
    if error := refused(here):
        means, mend = "your work cannot be saved here", "go to a folder of your own: cd ~"
        return Finding("folder", MEND, f"{here} cannot be written to ({error})", means, mend)
    return Finding("folder", OK, f"{here} can be written to", "your work can be saved here")


def refused(place: str) -> str:
    """Why a folder takes no file; empty if it does. Asked by writing one, because permissions alone do not tell."""
    try:
        with tempfile.TemporaryFile(dir=place):
            return ""
    except OSError as error:
        return error.strerror or str(error)


def hiding_files() -> Iterator[Finding]:
    """Files of yours that Python would load in the place of a library of the same name."""
    libraries = getattr(sys, "stdlib_module_names", frozenset()) | {
        "torch",
        "numpy",
        "altair",
        "tiktoken",
        "pretraining",
    }
    with contextlib.suppress(OSError):
        for path in sorted(Path.cwd().iterdir()):
            package = path.is_dir() and (path / "__init__.py").exists()
            if (path.suffix == ".py" or package) and path.stem in libraries:
                means = f"notebooks here load it in the place of Python's or the course's own {path.stem!r}"
                yield Finding("your files", MEND, str(path), means, f"mv '{path.name}' 'my_{path.name}'")


def home() -> Finding:
    """The home folder, where Jupyter keeps its settings and the running kernels' addresses."""
    named = os.environ.get("HOME") or os.environ.get("USERPROFILE")
    place = Path(os.path.expanduser("~"))
    mend = 'export HOME="$PWD"   (or any folder that you may write to)'
    means = "Jupyter keeps its settings and running kernels there"
    if error := refused(str(place)):
        return Finding("home", MEND, f"{place} cannot be written to ({error})", means, mend)
    if not named:
        return Finding("home", NOTE, f"HOME is not set; {place} is taken", means, f'export HOME="{place}"')
    return Finding("home", OK, f"{place} can be written to", means)


def online() -> Finding:
    """Whether the outside answers. Nothing needs it but what is fetched on request."""
    answered = threading.Event()

    def knock() -> None:
        with contextlib.suppress(OSError), socket.create_connection(ONLINE, timeout=NETWORK_SECONDS):
            answered.set()

    # A name look-up cannot be interrupted, so it runs in a thread that nobody waits for.
    threading.Thread(target=knock, daemon=True).start()
    if answered.wait(NETWORK_SECONDS):
        return Finding("network", OK, "there is one", "needed only for the texts and GPT-2's tokenizer, on request")
    means = "all notebooks work without; only tiny Shakespeare, TinyStories and GPT-2's tokenizer need it"
    return Finding("network", NOTE, "none, or the download server is blocked", means)
