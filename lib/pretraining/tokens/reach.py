"""GPT-2's vocabulary if it can be had, a sentence if not: never an error, never a long wait, one attempt in a run."""

from __future__ import annotations

import threading
from collections.abc import Callable

import tiktoken

from . import gpt2


class Attempt:
    """One attempt to fetch, in a thread of its own, because a network that swallows packets never answers.

    Args:
        fetch: gives an encoding, or raises `OSError` or `ValueError`.
    """

    def __init__(self, fetch: Callable[[], tiktoken.Encoding]) -> None:
        self.found: tiktoken.Encoding | None = None
        self._fetch = fetch
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Whether the attempt has ended, after at most so many seconds."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self.found = self._fetch()
        except (OSError, ValueError):  # no network, or something else that answers in its place
            self.found = None


_attempt: Attempt | None = None


def try_gpt2(
    seconds: float = 6, fetch: Callable[[], tiktoken.Encoding] = gpt2
) -> tuple[dict[str, tiktoken.Encoding], str]:
    """GPT-2's vocabulary under its name, or nothing; and a sentence for the learner.

    Args:
        seconds: how long to wait; a later call waits for the same attempt again.
        fetch: where to get it.
    """
    global _attempt
    if _attempt is None:
        _attempt = Attempt(fetch)
    ended = _attempt.wait(seconds)
    if _attempt.found is not None:
        return {"GPT-2": _attempt.found}, "GPT-2's vocabulary is here too."
    if not ended:
        return {}, "GPT-2's vocabulary is slow to arrive. Go on without it, or run this cell again in a minute."
    return {}, "GPT-2's vocabulary needs a network once, and there is none now. Ours is enough: go on without it."
