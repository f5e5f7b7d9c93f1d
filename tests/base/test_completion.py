"""Texts after prompts: many at once as one by one, settings that leave one token, prompts of every kind."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pretraining.base import complete, complete_each, continuations, read_prompt
from pretraining.model import ModelConfig, Transformer
from pretraining.tokens import END_OF_TEXT, Tokenizer

TOKENIZER = Tokenizer([(116, 104), (256, 101)], [END_OF_TEXT])
MODEL = Transformer(ModelConfig(TOKENIZER.vocab_size, block_size=24, layers=2, heads=2, width=16), seed=1).double()
with torch.no_grad():
    for weight in MODEL.parameters():
        weight.mul_(8 if weight.ndim == 2 else 1)  # a context that matters
SEPARATOR = TOKENIZER.special_tokens[END_OF_TEXT]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.text("the cat", max_size=8), min_size=1, max_size=5), st.integers(1, 9), st.integers(0, 9))
def test_many_at_once_are_the_texts_that_come_one_by_one(prompts, count, seed):
    dials = {"temperature": 0.9, "top_k": 50, "top_p": 0.95}
    alone = [complete(MODEL, TOKENIZER, p, count, seed=seed + i, **dials) for i, p in enumerate(prompts)]
    assert complete_each(MODEL, TOKENIZER, prompts, count, seed=seed, **dials) == alone


def test_nothing_to_write_after_gives_nothing():
    assert complete_each(MODEL, TOKENIZER, []) == []


@pytest.mark.parametrize("prompt", ["", "the", "a long prompt, longer than the context is", "日本 🦉 \x00", "\ud800"])
def test_any_text_can_be_a_prompt(prompt):
    greedy = complete(MODEL, TOKENIZER, prompt, 5, temperature=0)
    for dials in ({"temperature": 1e-9}, {"top_k": 1}, {"top_p": 1e-9}, {"temperature": 0, "top_k": 7, "top_p": 0.5}):
        assert complete(MODEL, TOKENIZER, prompt, 5, seed=3, **dials) == greedy
    read = read_prompt(TOKENIZER, prompt, 24)
    expected, ids = [], list(read.ids)
    for _ in range(5):
        expected.append(MODEL.logits(torch.tensor([ids[-24:]]))[0, -1].argmax().item())
        ids.append(expected[-1])
    kept = expected[: expected.index(SEPARATOR)] if SEPARATOR in expected else expected
    assert greedy.text == TOKENIZER.decode(kept)
    assert greedy.ended == (SEPARATOR in expected)


def test_a_prompt_tells_what_was_special_about_it():
    assert read_prompt(TOKENIZER, "the", 24) == read_prompt(TOKENIZER, "the", 4)
    assert read_prompt(TOKENIZER, "", 24).ids == (SEPARATOR,)
    assert read_prompt(TOKENIZER, "the", 24).note == ""
    long = read_prompt(TOKENIZER, "x" * 30, 24)
    assert len(long.ids) == 24
    assert "the first 8 tokens are not read" in long.note
    assert "No token holds é" in read_prompt(TOKENIZER, "été", 24).note


def test_a_word_is_read_as_in_the_middle_of_a_paragraph():
    assert read_prompt(TOKENIZER, "a", 24).ids == (SEPARATOR, 32, 97)
    assert read_prompt(TOKENIZER, "\na", 24).ids == (SEPARATOR, 10, 97)


def test_the_name_of_the_separator_in_a_prompt_is_text():
    assert SEPARATOR not in read_prompt(TOKENIZER, f"a{END_OF_TEXT}", 99).ids[1:]


def test_writing_ends_where_the_model_ends_the_document():
    model = Transformer(ModelConfig(TOKENIZER.vocab_size, block_size=24, layers=1, heads=1, width=8), seed=1)
    with torch.no_grad():
        model.lm_head.weight.zero_()
    texts = complete_each(model, TOKENIZER, ["a"] * 400, 3, seed=0)  # every token equally likely
    ended = [text for text in texts if text.ended]
    assert 0 < len(ended) < 20
    assert all(len(text.text) < 3 for text in ended)
    assert str(ended[0]).endswith(END_OF_TEXT)
    assert not any(END_OF_TEXT in text.text for text in texts)


def test_each_seed_gives_its_own_text():
    texts = continuations(MODEL, TOKENIZER, "the", 4, 12, seed=5)
    assert texts[1] == complete(MODEL, TOKENIZER, "the", 12, seed=6)
    assert len({text.text for text in texts}) == 4


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"temperature": -1.0}, "temperature must be 0 or more"),
        ({"temperature": float("nan")}, "temperature must be 0 or more"),
        ({"top_k": 0}, "top_k must be at least 1"),
        ({"top_p": 0.0}, "top_p must be above 0"),
        ({"top_p": 1.5}, "top_p must be above 0 and at most 1"),
        ({"max_new_tokens": 0}, "at least 1 token"),
    ],
)
def test_bad_settings_are_refused_in_words(bad, said):
    with pytest.raises(ValueError, match=said):
        complete(MODEL, TOKENIZER, "the", **bad)


def test_bad_prompts_are_refused_in_words():
    with pytest.raises(ValueError, match="a prompt is a text, got int"):
        complete(MODEL, TOKENIZER, 7)
    with pytest.raises(ValueError, match="type a word"):
        read_prompt(Tokenizer([]), "", 8)
    with pytest.raises(ValueError, match="do not fit into the context of 24"):
        complete_each(MODEL, TOKENIZER, ["the", "x" * 20], 9)
