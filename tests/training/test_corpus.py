import warnings

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from pretraining.text import Document, load
from pretraining.training import prepare
from pretraining.training.corpus import split


@given(st.lists(st.text(alphabet="ab \n", max_size=40), max_size=8))
def test_splitting_loses_and_repeats_nothing(texts):
    train, heldout = split(texts)
    assert "".join(train + heldout) == "".join(texts)


def test_about_a_tenth_is_held_out_also_of_a_single_text():
    for texts in (["word " * 2000], ["word " * 20] * 100):
        train, heldout = split(texts)
        assert sum(map(len, heldout)) == pytest.approx(sum(map(len, texts)) / 10, rel=0.02)
        assert not train[-1].endswith("wor")


def test_a_corpus_is_its_documents():
    documents = list(load("python-docs"))
    corpus = prepare(documents, 600, seed=3)
    text = corpus.tokenizer.decode(torch.cat([corpus.train, corpus.heldout]).tolist())
    pieces = text.split("<|endoftext|>")
    assert sorted("".join(pieces)) == sorted("".join(document.text for document in documents))
    assert sum(document.text in text for document in documents) >= len(documents) - 1
    heldout = corpus.tokenizer.decode(corpus.heldout.tolist()).replace("<|endoftext|>", "")
    assert corpus.heldout_bytes == len(heldout.encode())


def test_the_seed_decides_what_is_held_out():
    first, again, other = (prepare(load("python-docs"), 300, seed) for seed in (1, 1, 2))
    assert first.fingerprint == again.fingerprint != other.fingerprint
    assert torch.equal(first.heldout, again.heldout)


def test_the_tokenizer_never_sees_held_out_text():
    corpus = prepare([Document("a", "x", "ab" * 900 + " " + "zq" * 100)], 300)
    assert not any(b"z" in corpus.tokenizer.token_bytes(i) for i in range(256, corpus.tokenizer.vocab_size - 1))


@pytest.mark.parametrize("text", ["", "a", "ab"])
def test_a_text_that_is_too_short_is_refused(text):
    with pytest.raises(ValueError, match="too short"):
        prepare([Document("a", "x", text)] if text else [], 300)


def test_bad_settings_are_refused_before_reading():
    def never():
        raise AssertionError("read")
        yield

    with pytest.raises(ValueError, match="vocabulary"):
        prepare(never(), 100)
    with pytest.raises(ValueError, match="longer than the text"):
        prepare([Document("a", "x", "some words " * 9)], 300).check_block(10_000)


def test_a_short_text_with_a_separator_in_it_is_read_in_silence():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        corpus = prepare([Document("a", "x", "one <|endoftext|> two " * 9)], 1000)
    assert corpus.tokenizer.vocab_size < 1000
    separator = corpus.tokenizer.special_tokens["<|endoftext|>"]
    assert corpus.train.tolist().count(separator) == corpus.heldout.tolist().count(separator) == 1
