"""Files from the network: fetched on request, checked against a pinned SHA-256, kept in a cache."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path

OFFLINE_SOURCES = "micro-world, python-docs, python-code or folder"


class OfflineError(ConnectionError):
    """A file could not be fetched; the message names what works without a network."""


@dataclass(frozen=True)
class Download:
    """A file on the network.

    Attributes:
        name: what the file is called in the cache.
        url: where it lies.
        sha256: the checksum its bytes must have, in hexadecimal.
    """

    name: str
    url: str
    sha256: str


def cache_folder() -> Path:
    """Where fetched files are kept: `$PRETRAINING_CACHE`, or else the system's cache folder."""
    import pooch

    return Path(os.environ.get("PRETRAINING_CACHE") or pooch.os_cache("pretraining-course"))


def fetch(download: Download, timeout_seconds: float = 20) -> Path:
    """Return the path of the cached file, fetching it first if it is not there yet.

    Raises:
        OfflineError: the server could not be reached.
        ValueError: what the server sent does not have the pinned checksum; nothing was kept.
    """
    import pooch
    import requests

    pooch.get_logger().setLevel(logging.WARNING)
    try:
        path = pooch.retrieve(
            download.url,
            known_hash=f"sha256:{download.sha256}",
            fname=download.name,
            path=cache_folder(),
            downloader=pooch.HTTPDownloader(timeout=timeout_seconds, progressbar=False),
        )
    except requests.RequestException as error:
        raise OfflineError(
            f"{download.name} could not be fetched ({type(error).__name__}); "
            f"without a network, use one of the offline sources: {OFFLINE_SOURCES}"
        ) from error
    except ValueError as error:
        raise ValueError(
            f"{download.name} did not arrive as expected (its SHA-256 differs), so it was not kept; "
            f"try again later, or use one of the offline sources: {OFFLINE_SOURCES}"
        ) from error
    return Path(path)
