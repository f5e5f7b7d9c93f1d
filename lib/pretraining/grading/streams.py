"""Standard output and error of the learner's process, as messages: what Python prints and what other programs write."""

from __future__ import annotations

import contextlib
import io
import os
import threading
import time
from collections.abc import Callable
from typing import Any

FLUSH_CHARACTERS, FLUSH_SECONDS = 8192, 0.2
Send = Callable[[str, dict[str, Any]], None]


class Stream(io.TextIOBase):
    """`sys.stdout` or `sys.stderr`: collects text and sends it as a stream message.

    Args:
        name: "stdout" or "stderr".
        descriptor: where other programs' output of the same kind goes.
        send: sends a message of some type.
    """

    encoding, errors = "UTF-8", "replace"

    def __init__(self, name: str, descriptor: int, send: Send) -> None:
        self._stream, self._descriptor, self._send = name, descriptor, send
        self._parts: list[str] = []
        self._size, self._since, self._lock, self._process = 0, 0.0, threading.RLock(), os.getpid()
        self.other: Stream | None = None

    @property
    def name(self) -> str:
        """As ipykernel names it."""
        return f"<{self._stream}>"

    def writable(self) -> bool:
        """It can be written to."""
        return True

    def isatty(self) -> bool:
        """It is no terminal."""
        return False

    def fileno(self) -> int:
        """For other programs: their output is collected, too."""
        return self._descriptor

    def set_parent(self, _: Any) -> None:
        """Output belongs to the cell that runs when it is read."""

    def write(self, text: str) -> int:
        """Take text in; it is sent soon."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if os.getpid() != self._process:  # a forked child of the learner's
            os.write(self._descriptor, text.encode("utf-8", "replace"))
            return len(text)
        if self.other is not None and self.other._parts:
            self.other.flush()
        with self._lock:
            self._since = self._since if self._parts else time.monotonic()
            self._parts.append(text)
            self._size += len(text)
            if self._size > FLUSH_CHARACTERS or time.monotonic() - self._since > FLUSH_SECONDS:
                self.flush()
        return len(text)

    def flush(self) -> None:
        """Send what has been collected."""
        with self._lock:
            if self._parts and os.getpid() == self._process:
                text = "".join(self._parts)
                self._parts, self._size = [], 0
                self._send("stream", {"name": self._stream, "text": text})


class Capture:
    """Collects what programs and C libraries write to descriptors 1 and 2."""

    def __init__(self, streams: tuple[Stream, Stream]) -> None:
        self._lock, self._ends = threading.Lock(), []
        for descriptor, stream in zip((1, 2), streams, strict=True):
            end, written = os.pipe()
            os.dup2(written, descriptor)
            os.close(written)
            os.set_inheritable(descriptor, True)
            os.set_blocking(end, False)
            self._ends.append((end, stream))
        threading.Thread(target=self._collect, name="capture", daemon=True).start()

    def drain(self) -> None:
        """Send what has been written so far."""
        with self._lock:
            for end, stream in self._ends:
                with contextlib.suppress(BlockingIOError):
                    while data := os.read(end, 1 << 16):
                        stream.write(data.decode("utf-8", "replace"))

    def _collect(self) -> None:
        import select

        poll = select.poll()
        for end, _ in self._ends:
            poll.register(end, select.POLLIN)
        while True:
            poll.poll()
            self.drain()
            time.sleep(0.02)
