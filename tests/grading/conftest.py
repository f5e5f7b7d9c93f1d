"""What several tests of grading share."""

import shutil
import tempfile
from pathlib import Path

import pytest


@pytest.fixture
def private(monkeypatch):
    """A folder of this test's own for the process that stays ready for checks; without the folder that process ends."""
    folder = Path(tempfile.mkdtemp(prefix="warm-"))  # pytest's own names can be too long for a socket
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
