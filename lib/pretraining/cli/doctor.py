"""`pretraining doctor`: what this machine has, and what to do about what it lacks."""

from __future__ import annotations

from typing import Annotated

import typer


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object, for programs.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Do not look for a network.")] = False,
) -> None:
    """Look at Python, libraries, memory, disk, kernel and network; each problem comes with what mends it."""
    from ..doctor import main

    raise typer.Exit(main(["--json"] * as_json + ["--offline"] * offline))
