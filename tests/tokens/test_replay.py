"""Replaying: the same merges as training, and nothing of the text lost."""

import pytest
from hypothesis import given, settings

from pretraining.tokens import GPT2_PATTERN, GPT4_PATTERN, reference_encode, replay, train_bpe
from pretraining.tokens.split import words
from tokens.oracles import TRICKY


@pytest.mark.parametrize("pattern", [GPT2_PATTERN, GPT4_PATTERN], ids=["gpt2", "gpt4"])
@settings(max_examples=60, deadline=None)
@given(text=TRICKY)
def test_a_replay_is_the_training(pattern, text):
    steps = replay(text, 12, pattern)
    tokenizer = train_bpe(text, 268, special_tokens=[], pattern=pattern, on_short=lambda message: None)
    assert [step.pair for step in steps] == [None, *tokenizer.merges]
    for done, step in enumerate(steps):
        ids = reference_encode(text, tokenizer.merges[:done], pattern)
        assert [piece for word in step.pieces for piece in word] == [tokenizer.token_bytes(i) for i in ids]
        assert [b"".join(word).decode() for word in step.pieces] == words(text, pattern)


def test_candidates_say_why_a_pair_was_chosen():
    start, first, second = replay("low lower", 2)
    assert (start.pair, start.count, start.candidates) == (None, 0, ())
    assert first.candidates[:2] == ((b"o", b"w", 2), (b"l", b"o", 2))
    assert first.count == 2
    assert second.candidates[0] == (b"l", b"ow", 2)
    counts = [count for *_, count in first.candidates]
    assert counts == sorted(counts, reverse=True)
    assert len(replay("abcdefghijklmnop", 1)[1].candidates) == 8


def test_a_replay_stops_when_no_pair_is_left():
    assert len(replay("aaaa", 50)) == 3
    assert [step.pieces for step in replay("", 5)] == [()]
    with pytest.raises(ValueError, match="at least 0"):
        replay("abc", -1)
