"""What the tests compare with: a naive trainer, Hugging Face's tokenizers, text that splitting may stumble over."""

import os
from collections import Counter
from pathlib import Path

import pytest
import tiktoken
import tokenizers
from hypothesis import strategies as st

from pretraining.text.fetch import cache_folder
from pretraining.tokens import merge_pair
from pretraining.tokens.split import words

NAMES = ("<|endoftext|>", "<|end|>", "<|endof", "a|endoftext|>")
TRICKY = st.text(
    alphabet=st.one_of(
        st.characters(codec="utf-8"),
        st.sampled_from("aab  \n\r\t'séſ中🐍0٣_!\U000323b0\u0300\xa0\u0558"),
    ),
    max_size=60,
)
# Contractions, white space and names of special tokens, whole and cut.
PIECES = st.lists(
    st.one_of(
        st.sampled_from(["'ll", "'", "l", "'S", "  ", " \n", "\r\n", "\n", "\n\n ", "!", "?!\n", "12", "345", "ab"]),
        st.sampled_from([*NAMES, "<|", "endoftext", "|>"]),
        st.sampled_from(["\ud83d", "\udc0d", "🐍", "\U000323b0", "\u200d", "\xa0", "中文"]),
        TRICKY,
    ),
    max_size=14,
)


def naive_merges(text, count, pattern):
    """Recount every pair of every word at every merge."""
    pieces = [list(word.encode()) for word in words(text, pattern)]
    strings = {i: bytes([i]) for i in range(256)}
    merges = []
    for new_id in range(256, 256 + count):
        pairs = Counter(pair for word in pieces for pair in zip(word, word[1:]))
        if not pairs:
            break
        best = max(pairs, key=lambda pair: (pairs[pair], (strings[pair[0]], strings[pair[1]])))
        strings[new_id] = strings[best[0]] + strings[best[1]]
        merges.append(best)
        pieces = [merge_pair(word, best, new_id) for word in pieces]
    return merges


def hugging_face(tokenizer, byte_level_pattern=True):
    """The same merges in an independent implementation."""
    alphabet = dict(zip(range(256), bytes_to_unicode()))
    names = ["".join(alphabet[b] for b in tokenizer.token_bytes(i)) for i in range(256 + len(tokenizer.merges))]
    model = tokenizers.models.BPE(
        vocab={name: i for i, name in enumerate(names)}, merges=[(names[a], names[b]) for a, b in tokenizer.merges]
    )
    other = tokenizers.Tokenizer(model)
    before = tokenizers.pre_tokenizers
    if byte_level_pattern:  # their own copy of GPT-2's pattern
        other.pre_tokenizer = before.ByteLevel(add_prefix_space=False)
    else:
        cut = before.Split(tokenizers.Regex(tokenizer.pattern), "isolated")
        other.pre_tokenizer = before.Sequence([cut, before.ByteLevel(add_prefix_space=False, use_regex=False)])
    return other


def bytes_to_unicode():
    """GPT-2's printable stand-ins for the 256 bytes, in the order of the bytes."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    spare = iter(range(256, 512))
    return [chr(b) if b in printable else chr(next(spare)) for b in range(256)]


def published_pattern(name, monkeypatch):
    """The split pattern that tiktoken itself uses for a published vocabulary; no file is needed for that."""
    from tiktoken_ext import openai_public

    monkeypatch.setattr(openai_public, "data_gym_to_mergeable_bpe_ranks", lambda **_: {})
    monkeypatch.setattr(openai_public, "load_tiktoken_bpe", lambda *_, **__: {})
    return getattr(openai_public, name)()["pat_str"]


def bytes_only(pattern):
    return tiktoken.Encoding(
        name="bytes", pat_str=pattern, mergeable_ranks={bytes([i]): i for i in range(256)}, special_tokens={}
    )


def tinyshakespeare():
    """The text, if it is on this machine: in the cache of this course, or where $TINYSHAKESPEARE says."""
    path = Path(os.environ.get("TINYSHAKESPEARE") or cache_folder() / "tinyshakespeare.txt")
    if not path.exists():
        pytest.skip("tinyshakespeare is not on this machine")
    return path
