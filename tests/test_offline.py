"""With the network cut, the course opens, teaches, grades and reports; tests/bench/bench_offline.py does all units."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import offline

ROOT = Path(__file__).parents[1]


@pytest.mark.slow
@pytest.mark.skipif(not offline.possible(), reason="this machine does not let us make a network namespace")
def test_lab_lesson_grading_and_report_need_no_network():
    command = [sys.executable, str(ROOT / "tests" / "bench" / "bench_offline.py"), "--quick"]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ})
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the network is gone" in done.stdout
    assert "Everything works without a network." in done.stdout
