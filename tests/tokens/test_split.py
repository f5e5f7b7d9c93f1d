"""Splitting: the same words as tiktoken and Hugging Face's tokenizers, whole and from a stream."""

import sys

import pytest
import tiktoken
import tokenizers
from hypothesis import given, settings
from hypothesis import strategies as st

from pretraining.tokens import GPT2_PATTERN, GPT4_PATTERN
from pretraining.tokens.split import CHUNK, chunks, name_finder, read_pieces, words
from tokens.oracles import NAMES, PIECES, TRICKY, bytes_only, published_pattern

PATTERNS = [pytest.param(GPT2_PATTERN, id="gpt2"), pytest.param(GPT4_PATTERN, id="gpt4")]
VALID = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]


def tiktoken_words(text, pattern):
    """How tiktoken splits: with every word of the text in its vocabulary, one token is one word."""
    pieces = {text[a:b].encode() for a in range(len(text)) for b in range(a + 1, len(text) + 1)}
    guess = pieces | {bytes([i]) for i in range(256)}
    ranks = {piece: rank for rank, piece in enumerate(sorted(guess, key=lambda piece: (len(piece), piece)))}
    encoding = tiktoken.Encoding(name="words", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
    return [encoding.decode_single_token_bytes(i).decode() for i in encoding.encode_ordinary(text)]


def onig_words(text, pattern):
    cut = tokenizers.pre_tokenizers.Split(tokenizers.Regex(pattern), "isolated")
    return [piece for piece, _ in cut.pre_tokenize_str(text)]


@pytest.mark.parametrize("pattern", PATTERNS)
@settings(max_examples=150, deadline=None)
@given(text=TRICKY.map(lambda text: text[:30]))
def test_words_are_tiktokens_and_hugging_faces(pattern, text):
    assert words(text, pattern) == tiktoken_words(text, pattern) == onig_words(text, pattern)


@pytest.mark.parametrize(
    ("ours", "name"), [(GPT2_PATTERN, "gpt2"), (GPT4_PATTERN, "cl100k_base")], ids=["gpt2", "gpt4"]
)
def test_our_patterns_split_as_the_published_ones(ours, name, monkeypatch):
    theirs = published_pattern(name, monkeypatch)

    @settings(max_examples=300, deadline=None)
    @given(text=PIECES.map("".join))
    def same(text):
        assert words(text, ours) == words(text, theirs)

    same()
    assert words("It'll cost 12345!\n\n  Yes \n", ours) == tiktoken_words("It'll cost 12345!\n\n  Yes \n", theirs)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [r"\p{L}", r"\p{N}", r"\s"])
def test_every_character_is_of_the_same_kind_for_all_three(kind):
    text = "".join(VALID)
    ours = set(words(text, kind))
    theirs = bytes(bytes_only(kind).encode_ordinary(text)).decode()
    assert ours == set(theirs)
    removed = tokenizers.pre_tokenizers.Split(tokenizers.Regex(kind), "removed").pre_tokenize_str(text)
    assert ours == set(VALID) - set("".join(piece for piece, _ in removed))


@pytest.mark.parametrize("pattern", PATTERNS)
@settings(max_examples=400, deadline=None)
@given(
    text=PIECES.map("".join),
    small=st.integers(1, 12),
    step=st.integers(1, 5),
    names=st.lists(st.sampled_from(NAMES), unique=True),
)
def test_chunks_hold_the_words_of_the_whole_text(pattern, text, small, step, names):
    whole, start = [], 0
    for match in name_finder(names).finditer(text):
        whole += [*words(text[start : match.start()], pattern), match.group()]
        start = match.end()
    whole += words(text[start:], pattern)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pretraining.tokens.split.CHUNK", small)
        found = list(chunks([text[i : i + step] for i in range(0, len(text), step)], pattern, names))
    assert [word for chunk in found for word in ([chunk] if chunk in names else words(chunk, pattern))] == whole


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("text", ["some words, and 12 more.\r\n", "一二三。", "!!! !!", "?!\n", "x", "--- \n"])
def test_ordinary_text_comes_in_small_chunks(pattern, text):
    endless = text * (4 * CHUNK // len(text))
    found = list(chunks([endless], pattern))
    assert "".join(found) == endless
    if text != "x":  # one word has no place to cut
        assert max(map(len, found)) <= CHUNK + 2 * len(text)


def test_an_own_pattern_gives_one_chunk():
    assert list(chunks(["one two"] * CHUNK, r"\w+|\W+")) == ["one two" * CHUNK]


def test_what_is_no_text_is_refused():
    with pytest.raises(ValueError, match="must be a string, got bytes"):
        list(chunks([b"one"]))


def test_a_file_is_read_with_its_line_ends(tmp_path):
    path = tmp_path / "text.txt"
    path.write_bytes("é\r\n".encode() * CHUNK)
    assert "".join(read_pieces(path)) == "é\r\n" * CHUNK


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    (tmp_path / "latin.txt").write_bytes(b"a" * 100_000 + "é".encode("latin-1"))
    with pytest.raises(ValueError, match=r"latin\.txt is not UTF-8"):
        list(read_pieces(tmp_path / "latin.txt"))
    for path in (tmp_path / "missing.txt", tmp_path):
        with pytest.raises(ValueError, match="cannot be read"):
            list(read_pieces(path))
