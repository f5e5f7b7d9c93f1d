"""Messages between processes: JSON objects, each behind its length, read with a limit on size and on time.

The other end may be hostile: what is too large is refused before it is decoded, and what is not JSON closes the
channel.
"""

from __future__ import annotations

import contextlib
import json
import select
import socket
import struct
import time
from typing import Any

LARGEST_BYTES = 32_000_000
MOST_PARTS = 1_000_000  # lists and dicts in one message: decoded, small ones take thirty times their length
LENGTH = struct.Struct("!I")


class ChannelClosed(ConnectionError):
    """The other end is gone, or sent what no honest end would send; the message says which."""


class Channel:
    """One end of a stream socket that carries messages.

    Args:
        connection: a connected stream socket; the channel owns it from now on.
        largest: the longest message accepted, in bytes.
        most_parts: how many lists, dicts and other values one may have; None for messages of our own processes.
    """

    def __init__(
        self, connection: socket.socket, largest: int = LARGEST_BYTES, most_parts: int | None = MOST_PARTS
    ) -> None:
        self.socket, self.largest, self.most_parts = connection, largest, most_parts
        self.received = 0
        self._buffer = bytearray()
        connection.setblocking(False)

    def fileno(self) -> int:
        """The socket's file descriptor, so that the channel can be waited for."""
        return self.socket.fileno()

    def send(self, message: dict[str, Any], seconds: float = 60.0) -> None:
        """Send one message.

        Raises:
            ChannelClosed: the other end is gone, or did not read it in time.
        """
        data = json.dumps(message, separators=(",", ":")).encode("utf-8", "surrogatepass")
        rest, deadline = memoryview(LENGTH.pack(len(data)) + data), time.monotonic() + seconds
        while rest:
            try:
                rest = rest[self.socket.send(rest) :]
            except BlockingIOError:
                if not _ready(self.socket, select.POLLOUT, deadline):
                    raise ChannelClosed("the other process does not read what it is sent") from None
            except OSError as error:
                raise ChannelClosed(f"the other process is gone ({error.strerror})") from None

    def receive(self, deadline: float | None = None) -> dict[str, Any]:
        """The next message.

        Args:
            deadline: until when to wait, on `time.monotonic`'s clock; None waits for ever.

        Raises:
            TimeoutError: nothing complete arrived in time; what arrived is kept for the next call.
            ChannelClosed: the other end is gone or broke the rules.
        """
        while (message := self.take()) is None:
            if not _ready(self.socket, select.POLLIN, deadline):
                raise TimeoutError
            self.read()
        return message

    def read(self) -> None:
        """Take in what has arrived, without waiting.

        Raises:
            ChannelClosed: the other end is gone.
        """
        try:
            data = self.socket.recv(1 << 18)
        except BlockingIOError:
            return
        except OSError as error:
            raise ChannelClosed(f"the other process is gone ({error.strerror})") from None
        if not data:
            raise ChannelClosed("the other process ended")
        self.received += len(data)
        self._buffer += data

    def take(self) -> dict[str, Any] | None:
        """A message that has fully arrived, or None.

        Raises:
            ChannelClosed: it is larger than allowed, or not a JSON object.
        """
        if len(self._buffer) < LENGTH.size:
            return None
        length = LENGTH.unpack_from(self._buffer)[0]
        if length > self.largest:
            raise ChannelClosed(f"a message of {length:,} bytes was refused: at most {self.largest:,} may pass")
        if len(self._buffer) < LENGTH.size + length:
            return None
        data = bytes(self._buffer[LENGTH.size : LENGTH.size + length])
        del self._buffer[: LENGTH.size + length]
        if self.most_parts is not None and _parts(data) > self.most_parts:
            raise ChannelClosed(f"a message of more than {self.most_parts:,} parts was refused")
        try:
            message = json.loads(data)
        except (ValueError, RecursionError):
            raise ChannelClosed("a message was not JSON") from None
        if not isinstance(message, dict):
            raise ChannelClosed("a message was not a JSON object")
        return message

    def close(self) -> None:
        """Close this end."""
        with contextlib.suppress(OSError):
            self.socket.close()


def _parts(data: bytes) -> int:
    """About how many values JSON holds; a number or string in a list counts a quarter of a list."""
    return data.count(b"{") + data.count(b"[") + data.count(b",") // 4


def pair() -> tuple[socket.socket, socket.socket]:
    """Two connected stream sockets that no other process can reach."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)


def _ready(connection: socket.socket, event: int, deadline: float | None) -> bool:
    """Wait until a socket can be read or written; False if the deadline passes first."""
    poll = select.poll()
    poll.register(connection, event)
    wait = None if deadline is None else max(0.0, deadline - time.monotonic()) * 1000
    return bool(poll.poll(wait))
