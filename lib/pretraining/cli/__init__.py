"""The command `pretraining`: lab, train, clean, check, solution, pack, unpack, release, grade, report, doctor.

Each command imports what it needs when it runs, so that help is instant and `doctor` works on a broken installation.
What a person can mend ends in one sentence and exit code 2, without a traceback (`PRETRAINING_TRACEBACK=1` shows it).
"""

from __future__ import annotations

import os
import sys

import typer

from .clean import clean
from .course import check, release
from .doctor import doctor
from .grade import grade
from .lab import lab
from .learner import pack, solution, unpack
from .report import report
from .train import train

app = typer.Typer(
    help="A hands-on course on pre-training language models.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
for command in (lab, train, clean, check, solution, pack, unpack, release, grade, report, doctor):
    app.command()(command)


def main() -> None:
    """Run the command line; the entry point of `pretraining`."""
    from ..grading.course import CourseError

    try:
        app()
    except (ValueError, OSError, CourseError) as error:
        if os.environ.get("PRETRAINING_TRACEBACK"):
            raise
        sentence = f"{error.strerror}: {error.filename}" if isinstance(error, OSError) and error.filename else error
        print(f"Error: {sentence}", file=sys.stderr)
        sys.exit(2)
