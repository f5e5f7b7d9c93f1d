"""The log of grading runs, one JSON object a line: what became of each submission, and where to go on after a stop."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FOLDER = "grading_log"


class Journal:
    """The log of one assignment; entries are added, never changed.

    Args:
        root: the course directory.
        assignment: the assignment's name.
    """

    def __init__(self, root: Path, assignment: str) -> None:
        self.path = root / FOLDER / f"{assignment}.jsonl"
        self.run = uuid.uuid4().hex[:12]

    def unfinished(self, digest: str) -> dict[str, dict[str, Any]]:
        """Student -> entry of what an interrupted run of the same assignment has already recorded; empty if none.

        Args:
            digest: the snapshot's; if the assignment changed, nothing of the old run counts.
        """
        start: dict[str, Any] = {}
        done: dict[str, dict[str, Any]] = {}
        for entry in self.entries():
            if entry.get("event") == "start":
                start, done = entry, {}
            elif entry.get("event") == "end":
                start, done = {}, {}
            elif entry.get("event") == "submission" and entry.get("outcome") == "graded":
                done[str(entry.get("student"))] = entry
        if not start or start.get("snapshot") != digest:
            return {}
        self.run = str(start["run"])
        return done

    def entries(self) -> list[dict[str, Any]]:
        """All entries that can be read; a line cut off by a crash cannot."""
        entries = []
        try:
            lines = self.path.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return []
        for line in lines:
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if isinstance(entry, dict):
                entries.append(entry)
        return entries

    def write(self, *entries: dict[str, Any]) -> None:
        """Add entries, and make sure that they are on the disk."""
        self.path.parent.mkdir(exist_ok=True)
        stamp = {"run": self.run, "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
        with self.path.open("ab") as file:
            if file.tell() and not self._ends_a_line():
                file.write(b"\n")
            for entry in entries:
                file.write(json.dumps({**entry, **stamp}).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _ends_a_line(self) -> bool:
        with self.path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"


@contextmanager
def no_interrupt() -> Iterator[None]:
    """Let a Ctrl-C wait until the end of the block; nothing is then written twice or by half."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
    if came:
        signal.raise_signal(signal.SIGINT)
