"""A Linux network namespace without routes: its programs reach themselves and nothing else, whatever they try.

    python tests/helpers/offline.py COMMAND ...      # runs the command in there

Needs no rights of its own where users may make namespaces; `possible()` says whether that is so.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys

GET_FLAGS, SET_FLAGS, UP = 0x8913, 0x8914, 0x1  # linux/sockios.h, linux/if.h


def possible() -> bool:
    """Whether this machine lets us make such a namespace."""
    unshare = shutil.which("unshare")
    return unshare is not None and subprocess.run([unshare, "-rn", "true"], capture_output=True).returncode == 0


def cut_off(command: list[str]) -> list[str]:
    """The command line that runs a command in there."""
    return ["unshare", "-rn", sys.executable, __file__, *command]


def loopback_up() -> None:
    """In the new namespace: switch on the network of this machine with itself."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as channel:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(channel, GET_FLAGS, request))[1]
        fcntl.ioctl(channel, SET_FLAGS, struct.pack("16sh14x", b"lo", flags | UP))


if __name__ == "__main__":
    loopback_up()
    os.execvp(sys.argv[1], sys.argv[1:])
