"""The vocabularies of GPT-2 and GPT-4, through tiktoken, which downloads them once and keeps them."""

from __future__ import annotations

import tiktoken


def gpt2() -> tiktoken.Encoding:
    """GPT-2's tokenizer: 50,257 tokens."""
    return tiktoken.get_encoding("gpt2")


def cl100k() -> tiktoken.Encoding:
    """GPT-4's tokenizer, cl100k_base: 100,277 ids."""
    return tiktoken.get_encoding("cl100k_base")
