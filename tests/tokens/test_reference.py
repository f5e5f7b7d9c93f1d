"""The reference encoder, tiktoken and Hugging Face's tokenizers give the same ids with the same merges."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pretraining.text import load
from pretraining.tokens import GPT2_PATTERN, GPT4_PATTERN, merge_pair, reference_encode, train_bpe
from pretraining.tokens.split import repaired, words
from tokens.oracles import PIECES, TRICKY, hugging_face, tinyshakespeare

TEXTS = st.one_of(TRICKY, st.text(), PIECES.map("".join).map(repaired))


@pytest.fixture(scope="module", params=[GPT2_PATTERN, GPT4_PATTERN], ids=["gpt2", "gpt4"])
def encoders(request):
    """A tokenizer, and two implementations of the same merges from elsewhere."""
    texts = [document.text for document in load("python-docs")]
    tokenizer = train_bpe([*texts, "🐍🐍 é中文 中文 'ſ aaaa    \n\n\n" * 400], 900, pattern=request.param)
    return tokenizer, hugging_face(tokenizer, byte_level_pattern=request.param == GPT2_PATTERN)


def check(encoders, text):
    tokenizer, other = encoders
    ids = tokenizer.encode_ordinary(text)
    assert reference_encode(text, tokenizer.merges, tokenizer.pattern) == ids
    assert other.encode(text).ids == ids
    assert tokenizer.decode(ids) == text


@settings(max_examples=300, deadline=None)
@given(text=TEXTS)
def test_three_encoders_agree(encoders, text):
    check(encoders, text)


@pytest.mark.slow
@settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=TEXTS)
def test_three_encoders_agree_on_ten_thousand_texts(encoders, text):
    check(encoders, text)


@pytest.mark.parametrize(
    "text",
    ["", "a" * 1000, "🐍" * 300, "\r\n" * 50 + " ", " " * 99, "'ſ 'LL'Ll", "한국어 हिन्दी ٣٤٥", "\U000323b0" * 9],
)
def test_three_encoders_agree_on_corner_cases(encoders, text):
    check(encoders, text)


@pytest.mark.slow
@pytest.mark.parametrize("pattern", [GPT2_PATTERN, GPT4_PATTERN], ids=["gpt2", "gpt4"])
def test_three_encoders_agree_on_shakespeare(pattern):
    text = tinyshakespeare().read_text(encoding="utf-8")
    tokenizer = train_bpe(text, 2000, pattern=pattern)
    check((tokenizer, hugging_face(tokenizer, byte_level_pattern=pattern == GPT2_PATTERN)), text)


@settings(max_examples=100, deadline=None)
@given(text=TEXTS)
def test_encoding_equals_applying_the_merges_in_order(encoders, text):
    tokenizer, _ = encoders
    ids = []
    for word in words(text, tokenizer.pattern):
        pieces = list(word.encode())
        for i, pair in enumerate(tokenizer.merges):
            pieces = merge_pair(pieces, pair, 256 + i)
        ids += pieces
    assert tokenizer.encode_ordinary(text) == ids


def test_half_characters_are_read_as_by_tiktoken(encoders):
    tokenizer, _ = encoders
    for text in ("a\ud83d b", "\ud83d\udc0d", "\udc0d\ud83d"):
        assert reference_encode(text, tokenizer.merges, tokenizer.pattern) == tokenizer.encode(text)
