"""Questions asked in another Python process, so that a library that breaks or crashes takes nothing with it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

PATIENCE_SECONDS = 240
MARK = "the-doctor-hears:"
# Tells an answer apart from whatever a library prints when it loads.
TELL = f"""
def tell(answer):
    import json
    print({MARK!r} + json.dumps(answer), flush=True)
"""


def ask(code: str, *arguments: str, seconds: float = PATIENCE_SECONDS) -> tuple[list[Any], str]:
    """Run code that calls `tell(answer)`.

    Args:
        code: Python source; `sys.argv[1:]` holds the arguments.
        arguments: passed on.
        seconds: how long to wait.

    Returns:
        The answers, and why there are no more of them: empty if the code reached its end.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-c", TELL + code, *arguments],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        return list(_answers(error.stdout or b"")), f"no answer within {seconds:.0f} seconds"
    except OSError as error:
        return [], str(error)
    return list(_answers(done.stdout)), _reason(done.returncode, done.stderr)


def _answers(output: bytes) -> Iterator[Any]:
    for line in output.decode(errors="replace").splitlines():
        if line.startswith(MARK):
            yield json.loads(line[len(MARK) :])


def _reason(code: int, errors: bytes) -> str:
    if not code:
        return ""
    if code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = str(-code)
        return f"the process was ended by {name}"
    lines = [line.strip() for line in errors.decode(errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else f"exit code {code}"
