"""The command `pretraining`, also `python -m pretraining`. The doctor starts where the rest cannot."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; with a library missing, say how to find out which."""
    if sys.argv[1:2] == ["doctor"]:
        from .doctor import main as doctor

        sys.exit(doctor(sys.argv[2:]))
    try:
        from .cli import main as command_line
    except ImportError as error:
        sys.exit(f'Error: the installation is broken ({error}). What to do: "{sys.executable}" -m pretraining.doctor')
    command_line()


if __name__ == "__main__":
    main()
