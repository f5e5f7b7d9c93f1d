"""Sets up `.venv` beside pyproject.toml: `python3 lib/pretraining/bootstrap.py [EXTRA]`.

Runs before anything is installed, so it uses the standard library only, and syntax that an old Python can still read
far enough to be told that it is too old. A stamp in `.venv` makes the second run quick.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys

OLDEST_PYTHON = (3, 10)
NEEDED_GB = 3.0
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VENV = os.path.join(ROOT, ".venv")
BIN = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin")
STAMP = os.path.join(VENV, "course-installed.txt")
LOG = os.path.join(VENV, "install.log")
NETWORK_SIGNS = (
    "NewConnectionError",
    "Temporary failure in name resolution",
    "Name or service not known",
    "Network is unreachable",
    "ConnectTimeoutError",
    "Max retries exceeded",
    "Failed to establish a new connection",
    "getaddrinfo failed",
)


def fail(sentence):
    """End with one clear line."""
    sys.exit("\nCannot go on: " + sentence)


def say(sentence):
    """Tell what is happening, at once."""
    print(sentence, flush=True)


def stamp(extra):
    """What an up-to-date installation was made from: this folder, this Python, these versions."""
    digest = hashlib.sha256()
    for name in ("pyproject.toml", "constraints.txt"):
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return "\n".join([ROOT, sys.executable, sys.version.split()[0], extra, digest.hexdigest()])


def installed(extra):
    """Whether `.venv` is there, works, and holds what this checkout asks for (with at least this extra)."""
    try:
        with open(STAMP, encoding="utf-8") as file:
            found = file.read()
    except OSError:
        return False
    return found in (stamp(extra), stamp("test")) and os.path.exists(os.path.join(BIN, python_name()))


def python_name():
    """The interpreter's file name inside a virtual environment."""
    return "python.exe" if os.name == "nt" else "python"


def check_machine():
    """Refuse what cannot work, before anything is written."""
    if sys.version_info < OLDEST_PYTHON:
        fail(
            f"this course needs Python 3.10 or newer, and {sys.executable} is {sys.version.split()[0]}. "
            "Install a newer one and name it: make PYTHON=python3.12 lab"
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        fail(
            f"Python's venv module is missing. On Debian or Ubuntu: sudo apt install python3.{sys.version_info[1]}-venv"
        )
    free_gb = shutil.disk_usage(ROOT).free / 1e9
    if free_gb < NEEDED_GB and not os.path.exists(STAMP):
        fail(f"{free_gb:.1f} GB of disk are free in {ROOT}, and the installation needs {NEEDED_GB:.0f} GB.")
    if not os.access(ROOT, os.W_OK):
        fail(f"the folder {ROOT} cannot be written to.")


def make_venv():
    """Create `.venv` anew, unless a working one of this very folder and Python is there."""
    python = os.path.join(BIN, python_name())
    marker = os.path.join(VENV, "made-for.txt")
    made_for = f"{ROOT}\n{sys.executable}\n{sys.version.split()[0]}"
    try:
        with open(marker, encoding="utf-8") as file:
            usable = (
                file.read() == made_for
                and subprocess.call([python, "-m", "pip", "--version"], stdout=subprocess.DEVNULL) == 0
            )
    except OSError:
        usable = False
    if usable:
        return
    say("Creating a virtual environment in .venv ...")
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", VENV], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if made.returncode:
        fail("the virtual environment could not be made: " + last_line(made.stdout.decode(errors="replace")))
    with open(marker, "w", encoding="utf-8") as file:
        file.write(made_for)


def install(extra):
    """Install the course and what it needs, at the pinned versions; the details go to a log."""
    say(
        "Installing the course and its libraries (the first time takes a few minutes; details in .venv/install.log) ..."
    )
    target = ROOT + (f"[{extra}]" if extra else "")
    command = [os.path.join(BIN, python_name()), "-m", "pip", "install", "--disable-pip-version-check"]
    command += ["--constraint", os.path.join(ROOT, "constraints.txt"), "--editable", target]
    with open(LOG, "w", encoding="utf-8") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for raw in process.stdout or ():
            line = raw.decode(errors="replace")
            log.write(line)
            if line.startswith("Collecting ") and sys.stdout.isatty():
                print("\r  " + line.split()[1][:60].ljust(64), end="", flush=True)
    if sys.stdout.isatty():
        print("\r".ljust(68), end="\r")
    if process.wait():
        explain_failure()


def explain_failure():
    """Say in one line why pip failed, as far as its log tells."""
    with open(LOG, encoding="utf-8") as file:
        log = file.read()
    if "No space left on device" in log:
        fail(f"the disk is full. Free about {NEEDED_GB:.0f} GB and run the same command again.")
    if any(sign in log for sign in NETWORK_SIGNS):
        fail(
            "the libraries could not be downloaded. The first run needs a network; run the same command again with one."
        )
    errors = [line.strip() for line in log.splitlines() if re.match(r"\s*(ERROR|error|\w+Error): ", line)]
    fail(f"pip failed: {errors[0] if errors else last_line(log)} (all of it in {LOG})")


def last_line(text):
    """The last line that says something."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no output"


def main():
    """Make the installation match this checkout, and do nothing if it does already."""
    extra = sys.argv[1] if len(sys.argv) > 1 else ""
    if installed(extra):
        return
    check_machine()
    make_venv()
    install(extra)
    with open(STAMP, "w", encoding="utf-8") as file:
        file.write(stamp(extra))
    say("Installed.")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        fail("interrupted. Nothing is lost; run the same command again.")
    except OSError as error:
        fail(f"{error}")
