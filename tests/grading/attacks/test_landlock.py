"""What Landlock leaves open is closed by the filter: tried in a process of its own, as the user who owns the files."""

import ctypes
import json
import os
import resource
import subprocess
import sys

import pytest

from pretraining.grading.sandbox import landlock

pytestmark = pytest.mark.skipif(sys.platform != "linux" or not landlock.version(), reason="this kernel has no Landlock")
CODE = """
import ctypes, json, mmap, os, resource, shutil, sys
from pretraining.grading.sandbox import landlock, seccomp, session
folder, outside, parent = sys.argv[1], sys.argv[2], int(sys.argv[3])
landlock.restrict(landlock.rules(session.readable([]), [folder]))
seccomp.install(alone=False)
said = {}
def attempt(name, f, *a):
    try: said[name] = str(f(*a))
    except Exception as error: said[name] = type(error).__name__
attempt("open", open, outside)
attempt("chmod", os.chmod, outside, 0)
attempt("chown", os.chown, outside, 1, 1)
attempt("utime", os.utime, outside, (1, 1))
attempt("truncate", os.truncate, outside, 0)
attempt("xattr", os.setxattr, outside, "user.x", b"1")
attempt("prlimit", resource.prlimit, parent, resource.RLIMIT_CPU, (1, 1))
attempt("nice", os.setpriority, os.PRIO_PROCESS, parent, 19)
attempt("own limit", resource.setrlimit, resource.RLIMIT_CORE, (0, 0))
attempt("memfd", os.memfd_create, "x")
attempt("mmap", mmap.mmap, -1, 4096)
attempt("private", lambda: len(mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)))
attempt("shm", ctypes.CDLL(None).shmget, 0x7eae, 4096, 0o1666)
open(folder + "/a", "w").write("x")
attempt("copy", shutil.copy, folder + "/a", folder + "/b")
print(json.dumps(said))
"""


def test_modes_times_limits_and_hidden_memory_are_out_of_reach(tmp_path):
    outside, inside = tmp_path / "canary", tmp_path / "in"
    outside.write_text("secret")
    inside.mkdir()
    before, nice = outside.stat(), os.getpriority(os.PRIO_PROCESS, 0)
    limit = resource.getrlimit(resource.RLIMIT_CPU)
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(inside), str(outside), str(os.getpid())], capture_output=True, text=True
    )
    said = json.loads(done.stdout)
    assert said["open"] == "PermissionError"
    after = outside.stat()
    assert (after.st_mode, after.st_uid, after.st_mtime) == (before.st_mode, before.st_uid, before.st_mtime)
    assert outside.read_text() == "secret"
    assert not os.listxattr(outside)
    assert said["prlimit"] == said["nice"] == "PermissionError"
    assert resource.getrlimit(resource.RLIMIT_CPU) == limit
    assert os.getpriority(os.PRIO_PROCESS, 0) == nice
    assert said["memfd"] == said["mmap"] == "PermissionError"
    assert said["shm"] == "-1"
    assert (said["own limit"], said["private"]) == ("None", "4096")
    assert said["copy"].endswith("/b")
    assert (inside / "b").read_text() == "x"
    assert ctypes.CDLL(None).shmget(0x7EAE, 0, 0) == -1
