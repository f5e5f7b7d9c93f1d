"""Encoding, decoding, special tokens, streams and files."""

import itertools
import json
import tracemalloc

import pytest
import tiktoken
from hypothesis import given, settings
from hypothesis import strategies as st

from pretraining.text import load
from pretraining.tokens import END_OF_TEXT, GPT2_PATTERN, GPT4_PATTERN, Tokenizer, train_bpe
from pretraining.tokens.tokenizer import LONG_SPACE
from tokens.oracles import NAMES, PIECES, TRICKY

TEXT = next(load("python-docs")).text


@pytest.fixture(scope="module", params=[GPT2_PATTERN, GPT4_PATTERN], ids=["gpt2", "gpt4"])
def tokenizer(request):
    texts = (document.text for document in load("python-docs"))
    return train_bpe(texts, 700, special_tokens=NAMES, pattern=request.param)


@pytest.fixture(scope="module")
def two(tokenizer):
    """Without the name that is the beginning of another: there tiktoken's own choice is an accident."""
    return Tokenizer(tokenizer.merges, NAMES[:2], tokenizer.pattern)


@settings(max_examples=200, deadline=None)
@given(text=st.one_of(TRICKY, st.lists(st.one_of(TRICKY, st.sampled_from(NAMES)), max_size=6).map("".join)))
def test_decoding_gives_the_text_back(tokenizer, text):
    ids = tokenizer.encode_ordinary(text)
    assert tokenizer.decode(ids) == text
    assert tokenizer.decode(tokenizer.encode(text, allowed_special="all")) == text
    assert b"".join(tokenizer.token_bytes(i) for i in ids) == text.encode()


@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=40))
def test_any_bytes_decode(tokenizer, content):
    assert Tokenizer([]).decode(content) == content.decode(errors="replace")
    tokenizer.decode([i * 2 for i in content])


@settings(max_examples=200, deadline=None)
@given(text=PIECES.map("".join), allowed=st.sets(st.sampled_from(NAMES[:2])))
def test_special_tokens_are_as_in_tiktoken(two, text, allowed):
    try:
        expected = two.tiktoken.encode(text, allowed_special=allowed)
    except ValueError:
        with pytest.raises(ValueError, match="special token"):
            two.encode(text, allowed)
    else:
        assert two.encode(text, allowed) == expected
        assert list(two.encode_iterable(text, allowed)) == expected
    assert two.encode_ordinary(text) == two.tiktoken.encode_ordinary(text)
    assert not set(two.encode_ordinary(text)) & set(two.special_tokens.values())


def test_special_tokens_come_last_and_only_when_allowed(tokenizer):
    assert list(tokenizer.special_tokens.values()) == list(range(700 - len(NAMES), 700))
    with pytest.raises(ValueError, match=r"contains '<\|end\|>'.*allowed_special=.*encode_ordinary"):
        tokenizer.encode("a<|end|>b")
    with pytest.raises(ValueError, match=r"contains '<\|end\|>'"):
        tokenizer.encode("a<|endoftext|>b<|end|>", allowed_special={END_OF_TEXT})
    with pytest.raises(ValueError, match=r"contains '<\|end\|>'"):
        list(tokenizer.encode_iterable(["a<|e", "nd|>b"]))
    assert tokenizer.encode("a<|end|>b", {"<|end|>"}) == [97, tokenizer.special_tokens["<|end|>"], 98]
    assert tokenizer.encode("<|endoftext|>", "all") == [tokenizer.special_tokens[END_OF_TEXT]]  # the longer name counts
    assert tokenizer.decode(tokenizer.special_tokens.values()) == "".join(NAMES)


@pytest.mark.parametrize("allowed", [{"<|other|>"}, "<|end|>", ["<|end|>", "x"]])
def test_an_unknown_name_cannot_be_allowed(tokenizer, allowed):
    for encode in (tokenizer.encode, lambda *given: list(tokenizer.encode_iterable(*given))):
        with pytest.raises(ValueError, match="allowed_special is"):
            encode("text", allowed)


@settings(max_examples=300, deadline=None)
@given(text=PIECES.map("".join), small=st.integers(1, 12), cuts=st.lists(st.integers(0, 200), max_size=30))
def test_a_stream_gives_the_ids_of_the_whole_text(tokenizer, text, small, cuts):
    borders = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [text[a:b] for a, b in zip(borders, borders[1:])]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pretraining.tokens.split.CHUNK", small)
        found = list(tokenizer.encode_iterable(iter(pieces), allowed_special="all"))
    assert found == tokenizer.encode(text, allowed_special="all")


def test_a_file_is_encoded_line_by_line_and_byte_by_byte(tokenizer, tmp_path):
    text = TEXT.replace("\n", "\r\n") + " don't  \n\n"
    (tmp_path / "text.txt").write_bytes(text.encode())
    with open(tmp_path / "text.txt", encoding="utf-8", newline="") as file:
        assert list(tokenizer.encode_iterable(file)) == tokenizer.encode(text)
    assert list(tokenizer.encode_iterable(text)) == tokenizer.encode(text)
    assert list(tokenizer.encode_iterable([])) == []


def test_a_stream_stays_small(tokenizer):
    """The benchmark measures the memory of a 100 MB file; here, that nothing piles up."""
    text = "Some words, and 12 more: été 中文.\r\n" * 250
    peaks = []
    for repeats in (20, 60):
        tracemalloc.start()
        assert sum(1 for _ in tokenizer.encode_iterable(itertools.repeat(text, repeats))) > 2_500 * repeats
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0] < 20e6


@pytest.mark.timeout(60)
def test_a_very_long_word_in_small_pieces(tokenizer):
    word = "ab" * 500_000
    assert list(tokenizer.encode_iterable(word[i : i + 50] for i in range(0, len(word), 50))) == tokenizer.encode(word)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("text", [" " * 2 * LONG_SPACE, " " * 3 * LONG_SPACE + "a", "\n " * LONG_SPACE + "a"])
def test_a_million_spaces_do_not_crash(tokenizer, text):
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_long_spaces_are_cut_as_by_tiktoken(tokenizer, monkeypatch):
    texts = [TEXT, "a  \n\n   b 'll 123456", "\U000323b0  \U000323b0 "]
    expected = [tokenizer.encode_ordinary(text) for text in texts]
    monkeypatch.setattr("pretraining.tokens.tokenizer.LONG_SPACE", 2)
    assert [tokenizer.encode_ordinary(text) for text in texts] == expected


def test_half_characters_become_the_replacement_character(tokenizer):
    assert tokenizer.decode(tokenizer.encode("a\ud83d b")) == "a\ufffd b"
    assert list(tokenizer.encode_iterable(["\ud83d", "\udc0d"])) == tokenizer.encode("🐍")


def test_ids_outside_the_vocabulary_are_refused(tokenizer):
    for token in (-1, tokenizer.vocab_size):
        with pytest.raises(ValueError, match="outside the vocabulary"):
            tokenizer.decode([token])


@pytest.mark.parametrize(
    ("merges", "message"),
    [
        ([(97, 256)], "merge 0 .* 0 to 255 exist"),
        ([(97, 98), (257, 97)], "merge 1 .* 0 to 256 exist"),
        ([(-1, 98)], "merge 0"),
        ([(97, 98), (97, 98)], "merges 0 and 1 both make b'ab'"),
        ([(97, 98), (98, 99), (256, 99), (97, 257)], "merges 2 and 3 both make b'abc'"),
        ([(97,)], "merge 0 must be a pair"),
        ([97], "merge 0 must be a pair"),
        ([("a", "b")], "merge 0 must be a pair"),
        ([(97.0, 98)], "merge 0 must be a pair"),
        ([(True, 98)], "merge 0 must be a pair"),
        (None, "list of pairs"),
        ("ab", "list of pairs"),
        ({(97, 98): 256}, "list of pairs"),
    ],
)
def test_merges_that_cannot_be_are_refused(merges, message):
    with pytest.raises(ValueError, match=message):
        Tokenizer(merges)


@pytest.mark.parametrize("pattern", ["(", None, 3])
def test_a_pattern_that_is_none_is_refused(pattern):
    with pytest.raises(ValueError, match="not a regular expression"):
        Tokenizer([], pattern=pattern)


def test_the_export_is_a_tiktoken_encoding(tokenizer):
    assert isinstance(tokenizer.tiktoken, tiktoken.Encoding)
    assert tokenizer.tiktoken.n_vocab == tokenizer.vocab_size
    for i in range(tokenizer.vocab_size):
        assert tokenizer.tiktoken.decode_bytes([i]) == tokenizer.token_bytes(i)


def test_saving_and_loading_keeps_everything(tokenizer, tmp_path):
    tokenizer.save(tmp_path / "tokenizer.json")
    again = Tokenizer.load(tmp_path / "tokenizer.json")
    assert again.encode(TEXT) == tokenizer.encode(TEXT)
    assert (again.merges, again.special_tokens, again.pattern) == (
        tokenizer.merges,
        tokenizer.special_tokens,
        tokenizer.pattern,
    )
    assert (tmp_path / "tokenizer.json").stat().st_size < 10_000


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"format": "other"}', b"\xff", b"[" * 100_000])
def test_a_foreign_file_is_refused(tmp_path, content):
    (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(ValueError, match="not a tokenizer"):
        Tokenizer.load(tmp_path / "x.json")


@pytest.mark.parametrize(
    "change",
    [
        {"merges": None},
        {"merges": [[97, 98], [97, 98]]},
        {"merges": [[97, 999]]},
        {"merges": [["a", "b"]]},
        {"merges": {"a": 1}},
        {"special_tokens": "<|end|>"},
        {"special_tokens": ["a", "a"]},
        {"special_tokens": [1]},
        {"pattern": "("},
        {"pattern": 1},
        {"pattern": ...},
    ],
)
def test_a_tampered_file_is_refused(tokenizer, tmp_path, change):
    path = tmp_path / "x.json"
    tokenizer.save(path)
    content = {name: value for name, value in {**json.loads(path.read_text()), **change}.items() if value is not ...}
    path.write_text(json.dumps(content))
    with pytest.raises(ValueError, match=r"x\.json is damaged"):
        Tokenizer.load(path)


def test_a_truncated_file_is_refused_wherever_it_ends(tokenizer, tmp_path):
    tokenizer.save(tmp_path / "x.json")
    whole = (tmp_path / "x.json").read_bytes()
    for end in range(0, len(whole), 97):
        (tmp_path / "x.json").write_bytes(whole[:end])
        with pytest.raises(ValueError, match="not a tokenizer"):
            Tokenizer.load(tmp_path / "x.json")
