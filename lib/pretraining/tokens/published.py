"""The vocabularies of GPT-2 and GPT-4, through tiktoken, which downloads them once and keeps them."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import tiktoken
from tiktoken import registry

from ..text.fetch import OfflineError

SERVER = "https://openaipublic.blob.core.windows.net"
# What tiktoken's openai_public.py downloads: GPT-2's merges and ids, or the ranks of all of GPT-4's tokens.
GPT2_FILES = (f"{SERVER}/gpt-2/encodings/main/vocab.bpe", f"{SERVER}/gpt-2/encodings/main/encoder.json")
CL100K_FILES = (f"{SERVER}/encodings/cl100k_base.tiktoken",)


def gpt2() -> tiktoken.Encoding:
    """GPT-2's tokenizer: 50,257 tokens. The first use downloads 1.5 MB.

    Raises:
        OfflineError: the files are not on this machine and cannot be fetched.
    """
    return _published("gpt2", GPT2_FILES)


def cl100k() -> tiktoken.Encoding:
    """GPT-4's tokenizer, cl100k_base: ids up to 100,276. The first use downloads 1.7 MB.

    Raises:
        OfflineError: the file is not on this machine and cannot be fetched.
    """
    return _published("cl100k_base", CL100K_FILES)


def _published(name: str, urls: tuple[str, ...], timeout_seconds: float = 10) -> tiktoken.Encoding:
    import requests

    try:
        if name not in registry.ENCODINGS and not all(cached_file(url).exists() for url in urls):
            # tiktoken waits for an answer without a limit, so we first ask whether there is one.
            requests.get(urls[0], stream=True, timeout=timeout_seconds).close()
        return tiktoken.get_encoding(name)
    except requests.RequestException as error:
        raise OfflineError(_advice(name, f"could not be fetched ({type(error).__name__})")) from error
    except ValueError as error:  # tiktoken compares checksums
        raise OfflineError(_advice(name, "did not arrive as expected")) from error


def _advice(name: str, what: str) -> str:
    return (
        f"the vocabulary {name} {what}: use a tokenizer that you trained yourself. A folder that already holds the "
        "downloaded file works without a network, if the environment variable TIKTOKEN_CACHE_DIR names it."
    )


def cached_file(url: str) -> Path:
    """Where tiktoken keeps what it downloaded from `url`: its load.py names the file by the SHA-1 of the address."""
    folder = os.environ.get("TIKTOKEN_CACHE_DIR", os.environ.get("DATA_GYM_CACHE_DIR"))
    if folder is None:
        folder = os.path.join(tempfile.gettempdir(), "data-gym-cache")
    return Path(folder) / hashlib.sha1(url.encode()).hexdigest()
