"""Training against a naive trainer that recounts everything, and everything a learner may hand to it."""

import random
import warnings
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pretraining.text import load
from pretraining.tokens import END_OF_TEXT, GPT2_PATTERN, GPT4_PATTERN, Tokenizer, train_bpe
from pretraining.tokens.bpe import count_words, learn_merges
from pretraining.tokens.split import CHUNK, words
from tokens.oracles import TRICKY, naive_merges

TEXT = next(load("python-docs")).text
PATTERNS = [pytest.param(GPT2_PATTERN, id="gpt2"), pytest.param(GPT4_PATTERN, id="gpt4")]
FEW = st.text(alphabet="aab ", max_size=200)  # many ties, runs and overlaps


def learned(text, vocab_size, pattern=GPT2_PATTERN):
    return train_bpe(text, vocab_size, special_tokens=[], pattern=pattern, on_short=lambda message: None).merges


@pytest.mark.parametrize("pattern", PATTERNS)
@settings(max_examples=100, deadline=None)
@given(text=st.one_of(FEW, st.lists(TRICKY, max_size=4).map(" ".join)))
def test_training_equals_recounting_everything(pattern, text):
    assert learned(text, 300, pattern) == naive_merges(text, 44, pattern)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_training_equals_recounting_on_real_text(pattern):
    assert learned(TEXT, 500, pattern) == naive_merges(TEXT, 244, pattern)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([b"a", b"b", b"ab", b"aa", b"ba"]), max_size=60).map(b"".join))
def test_one_long_word_equals_recounting(word):
    pieces, merges = list(word), []
    while len(pieces) > 1 and len(merges) < 20:
        strings = vocabulary_of(merges)
        pairs = Counter(zip(pieces, pieces[1:]))
        best = max(pairs, key=lambda pair: (pairs[pair], (strings[pair[0]], strings[pair[1]])))
        merges.append(best)
        i = 0
        while i < len(pieces) - 1:
            if (pieces[i], pieces[i + 1]) == best:
                pieces[i : i + 2] = [255 + len(merges)]
            i += 1
    assert learn_merges({word: 3}, 20) == merges


def vocabulary_of(merges):
    strings = [bytes([i]) for i in range(256)]
    for left, right in merges:
        strings.append(strings[left] + strings[right])
    return strings


def test_a_tie_goes_to_the_greater_pair_of_byte_strings():
    assert learned("ab ba", 257) == [(98, 97)]
    assert learned("ax ay", 257) == [(97, 121)]
    # After the first merge "ab"+"ab", "a"+"z" and " "+"a" are there once each; "ab" is greater than its beginning "a".
    assert learned("abab az", 258) == [(97, 98), (256, 256)]


@settings(max_examples=100, deadline=None)
@given(texts=st.lists(TRICKY, max_size=5))
def test_each_text_is_a_text_of_its_own(texts):
    joined = Counter(word for text in texts for word in words(text))
    assert count_words(iter(texts), []) == {word.encode(): count for word, count in joined.items()}


def test_a_file_is_streamed_without_cutting_words(tmp_path):
    text = (TEXT + "\r\nL'été, 東京タワー 🐍 12345 ") * (4 * CHUNK // len(TEXT) + 1)
    path = tmp_path / "text.txt"
    path.write_bytes(text.encode())
    assert count_words(path, []) == {word.encode(): count for word, count in Counter(words(text)).items()}
    assert train_bpe(path, 300).merges == train_bpe(text, 300).merges == train_bpe([text], 300).merges


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(ValueError, match="cannot be read"):
        train_bpe(tmp_path / "missing.txt", 300)
    (tmp_path / "bad.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(ValueError, match="not UTF-8"):
        train_bpe(tmp_path / "bad.txt", 300)


@pytest.mark.parametrize("texts", [[b"bytes"], [1], b"bytes", [None]])
def test_what_is_no_text_is_refused(texts):
    with pytest.raises(ValueError, match="must be a string"):
        train_bpe(texts, 300)


def test_names_of_special_tokens_do_not_become_merges():
    counted = count_words(f"ab{END_OF_TEXT}cd{END_OF_TEXT}", [END_OF_TEXT])
    assert counted == {b"ab": 1, b"cd": 1}
    with pytest.warns(UserWarning, match="2 merges were found"):
        tokenizer = train_bpe(f"ab{END_OF_TEXT}cd{END_OF_TEXT}" * 50, 300)
    assert [tokenizer.token_bytes(i) for i in (256, 257)] == [b"cd", b"ab"]


def test_a_short_text_gives_a_smaller_vocabulary_and_a_warning():
    with pytest.warns(UserWarning, match="2 merges were found, 744 asked for, so the vocabulary has 258 tokens"):
        assert train_bpe("aaaa", 1000, special_tokens=[]).vocab_size == 258
    for nothing in ("", [], [""]):
        with pytest.warns(UserWarning, match="0 merges were found"):
            assert train_bpe(nothing, 1000).vocab_size == 257


def test_the_warning_points_at_the_caller_and_can_be_taken_over():
    with pytest.warns(UserWarning, match="short") as caught:
        train_bpe("ab", 300)
    assert caught[0].filename == __file__
    said = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        train_bpe("ab", 300, on_short=said.append)
        train_bpe("", 257)  # all that was asked for
    assert len(said) == 1
    assert "1 merges were found, 43 asked for" in said[0]


def test_a_file_name_given_as_text_is_noticed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "book.txt").write_text("words " * 1000)
    with pytest.warns(UserWarning, match=r"give pathlib\.Path\('book\.txt'\)"):
        train_bpe("book.txt", 1000)
    for text in ("no file", "a\0b", "x" * 10_000):
        with pytest.warns(UserWarning, match="merges were found") as caught:
            train_bpe(text, 1000)
        assert "pathlib" not in str(caught[0].message)


def test_a_vocabulary_without_room_for_the_bytes_is_refused():
    with pytest.raises(ValueError, match="at least 257"):
        train_bpe("abc", 256)
    with pytest.raises(ValueError, match="whole number"):
        train_bpe("abc", 300.0)
    assert train_bpe("abc", 256, special_tokens=[]).merges == []


@pytest.mark.parametrize("names", [["a", "a"], [""], [None], "<|end|>", 3, ["\ud83d"]])
def test_bad_names_of_special_tokens_are_refused(names):
    with pytest.raises(ValueError, match="special"):
        train_bpe("abc", 300, special_tokens=names)
    with pytest.raises(ValueError, match="special"):
        Tokenizer([], names)


def test_half_characters_are_read_as_tiktoken_reads_them():
    with pytest.warns(UserWarning, match="short"):
        tokenizer = train_bpe("\ud83d\udc0d \udc0d", 300)
    assert tokenizer.encode("🐍") == tokenizer.encode("\ud83d\udc0d")
    assert len(tokenizer.encode("🐍")) == 1


@pytest.mark.timeout(60)
def test_a_long_word_does_not_take_minutes():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert len(train_bpe("a" * 300_000, 1000).encode("a" * 300_000)) == 1
    word = "".join(random.Random(0).choices("abcdefgh", k=100_000))
    assert train_bpe(word, 1000).vocab_size == 1000
