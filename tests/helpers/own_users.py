"""Runs a command in a mount namespace with accounts that the machine does not have, where all can read Python.

`unshare --mount --propagation private python own_users.py BASE COMMAND...`, as root: the files `BASE/etc/passwd` and
`BASE/etc/group` lie over the machine's own, `BASE/etc/jupyter` over the installation's settings, and folders that
Python needs are laid bare if they are inside one that is closed to others (such as `/root`). All of it is gone with the
last process of the namespace. Standard library only.
"""

import os
import subprocess
import sys
from pathlib import Path


def bind(source: Path, target: Path) -> None:
    subprocess.run(["mount", "--rbind", str(source), str(target)], check=True)


def closed_ancestor(path: Path) -> Path | None:
    """The outermost folder on the way to `path` that other users may not enter."""
    return next((folder for folder in reversed(path.parents) if folder.stat().st_mode & 0o5 != 0o5), None)


def lay_bare(needed: set[Path], spare: Path) -> None:
    """Make each folder readable by others, by binding it into an open stand-in for the closed folder around it."""
    closed: dict[Path, list[Path]] = {}
    for path in sorted(needed):
        around = closed_ancestor(path)
        if around and not any(other in path.parents for other in closed.get(around, [])):
            closed.setdefault(around, []).append(path)
    for number, (around, paths) in enumerate(closed.items()):
        stand_in = spare / str(number)
        for path in paths:
            place = stand_in / path.relative_to(around)
            place.mkdir(parents=True)
            bind(path, place)
        bind(stand_in, around)


def main() -> None:
    base, command = Path(sys.argv[1]), sys.argv[2:]
    for name in ("passwd", "group"):
        bind(base / "etc" / name, Path("/etc") / name)
    bind(base / "etc" / "jupyter", Path(sys.prefix) / "etc" / "jupyter")
    libraries = {Path(entry).resolve() for entry in sys.path[1:] if os.path.isdir(entry)}
    lay_bare({Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve(), *libraries}, base / "bare")
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
