"""Byte-pair encoding against a naive trainer, tiktoken and Hugging Face's tokenizers."""

import json
from collections import Counter

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from pretraining.text import load
from pretraining.tokens import END_OF_TEXT, GPT2_PATTERN, Tokenizer, merge_pair, train_bpe

TEXT = next(load("python-docs")).text
# Pieces that splitting and merging may stumble over.
TRICKY = st.text(alphabet=st.one_of(st.characters(codec="utf-8"), st.sampled_from("aab  \n\r\t'é中🐍0")), max_size=60)


def naive_merges(text, count):
    """Recount every pair of every word at every merge."""
    words = [list(word.encode()) for word in regex.findall(GPT2_PATTERN, text)]
    strings = {i: bytes([i]) for i in range(256)}
    merges = []
    for new_id in range(256, 256 + count):
        pairs = Counter(pair for word in words for pair in zip(word, word[1:]))
        if not pairs:
            break
        best = max(pairs, key=lambda pair: (pairs[pair], (strings[pair[0]], strings[pair[1]])))
        strings[new_id] = strings[best[0]] + strings[best[1]]
        merges.append(best)
        words = [merge_pair(word, best, new_id) for word in words]
    return merges


@pytest.fixture(scope="module")
def tokenizer():
    return train_bpe((document.text for document in load("python-docs")), 700)


@settings(max_examples=60, deadline=None)
@given(st.lists(TRICKY, max_size=4).map(" ".join))
def test_training_equals_recounting_everything(text):
    assert train_bpe(text, 300, special_tokens=[]).merges == naive_merges(text, 44)


def test_training_equals_recounting_on_real_text():
    assert train_bpe(TEXT, 500, special_tokens=[]).merges == naive_merges(TEXT, 244)


@settings(max_examples=300, deadline=None)
@given(text=TRICKY)
def test_decoding_gives_the_text_back(tokenizer, text):
    ids = tokenizer.encode(text)
    assert tokenizer.decode(ids) == text
    assert b"".join(tokenizer.token_bytes(i) for i in ids) == text.encode()


@settings(max_examples=300, deadline=None)
@given(text=TRICKY)
def test_encoding_equals_applying_the_merges_in_order(tokenizer, text):
    ids = []
    for word in regex.findall(GPT2_PATTERN, text):
        pieces = list(word.encode())
        for i, pair in enumerate(tokenizer.merges):
            pieces = merge_pair(pieces, pair, 256 + i)
        ids += pieces
    assert tokenizer.encode(text) == ids


def hugging_face(tokenizer):
    """The same merges in an independent implementation."""
    import tokenizers

    alphabet = dict(zip(range(256), bytes_to_unicode()))
    names = ["".join(alphabet[b] for b in tokenizer.token_bytes(i)) for i in range(256 + len(tokenizer.merges))]
    model = tokenizers.models.BPE(
        vocab={name: i for i, name in enumerate(names)}, merges=[(names[a], names[b]) for a, b in tokenizer.merges]
    )
    other = tokenizers.Tokenizer(model)
    other.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    return other


def bytes_to_unicode():
    """GPT-2's printable stand-ins for the 256 bytes, in the order of the bytes."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    spare = iter(range(256, 512))
    return [chr(b) if b in printable else chr(next(spare)) for b in range(256)]


@settings(max_examples=300, deadline=None)
@given(text=TRICKY)
def test_encoding_equals_hugging_face(tokenizer, text):
    assert tokenizer.encode(text) == hugging_face(tokenizer).encode(text).ids


def test_the_special_token_is_last_and_never_comes_from_text(tokenizer):
    assert tokenizer.special_tokens == {END_OF_TEXT: tokenizer.vocab_size - 1}
    assert tokenizer.vocab_size - 1 not in tokenizer.encode(f"a{END_OF_TEXT}b")
    assert tokenizer.decode([tokenizer.vocab_size - 1]) == END_OF_TEXT


@given(st.binary(max_size=20))
def test_any_bytes_decode(content):
    assert Tokenizer([]).decode(content) == content.decode(errors="replace")


def test_training_stops_when_no_pair_is_left():
    assert train_bpe("aaaa", 1000, special_tokens=[]).vocab_size == 258
    assert train_bpe("", 1000).vocab_size == 257


def test_a_vocabulary_without_room_for_the_bytes_is_refused():
    with pytest.raises(ValueError, match="at least 257"):
        train_bpe("abc", 256)
    assert train_bpe("abc", 256, special_tokens=[]).merges == []


def test_ids_outside_the_vocabulary_are_refused(tokenizer):
    for token in (-1, tokenizer.vocab_size):
        with pytest.raises(ValueError, match="outside the vocabulary"):
            tokenizer.decode([token])


def test_saving_and_loading_keeps_everything(tokenizer, tmp_path):
    tokenizer.save(tmp_path / "tokenizer.json")
    again = Tokenizer.load(tmp_path / "tokenizer.json")
    assert again.encode(TEXT) == tokenizer.encode(TEXT)
    assert (again.vocab_size, again.special_tokens) == (tokenizer.vocab_size, tokenizer.special_tokens)


@pytest.mark.parametrize("content", ["", "{}", "[1]", json.dumps({"format": "other"})])
def test_a_foreign_file_is_refused(tmp_path, content):
    (tmp_path / "x.json").write_text(content)
    with pytest.raises(ValueError, match="not a tokenizer"):
        Tokenizer.load(tmp_path / "x.json")
