"""Bytes per token: against counting by hand, and one training against many."""

import random

import pytest

from pretraining.tokens import Tokenizer, train_bpe
from pretraining.tokens.compression import bytes_per_token, growth, smaller
from pretraining.tokens.samples import STORY, measured_texts, numbers, paragraphs, training_texts

TEXT = "the cat sat on the mat, then the rat sat on the cat. " * 20


def test_bytes_per_token_counts_bytes_not_characters():
    bytes_only = Tokenizer([]).tiktoken
    assert bytes_per_token(bytes_only, "中é") == 1.0
    assert bytes_per_token(Tokenizer([(0xC3, 0xA9)]).tiktoken, "éa") == 1.5
    assert bytes_per_token(bytes_only, "") == 0.0


def test_names_of_special_tokens_are_ordinary_text():
    assert bytes_per_token(Tokenizer([], ["<|x|>"]).tiktoken, "<|x|>") == 1.0


@pytest.mark.parametrize("size", [256, 257, 265, 271])
def test_a_smaller_vocabulary_is_what_a_shorter_training_gives(size):
    large = train_bpe(TEXT, 271, special_tokens=())
    assert smaller(large, size).merges == train_bpe(TEXT, size, special_tokens=()).merges


@pytest.mark.parametrize("size", [255, 272])
def test_sizes_that_are_not_inside_are_refused(size):
    with pytest.raises(ValueError, match="256 to 271"):
        smaller(train_bpe(TEXT, 271, special_tokens=()), size)


def test_growth_has_a_row_for_every_size_and_text():
    tokenizer = train_bpe(TEXT, 271, special_tokens=())
    rows = growth(tokenizer, [256, 265, 271], {"same": TEXT, "other": "xyz"})
    assert [(size, name) for size, name, _ in rows] == [
        (size, name) for size in (256, 265, 271) for name in ("same", "other")
    ]
    same = [carried for _, name, carried in rows if name == "same"]
    assert same[0] == 1.0 < same[1] < same[2]
    assert {carried for _, name, carried in rows if name == "other"} == {1.0}


@pytest.fixture(scope="module")
def training():
    return training_texts()


@pytest.fixture(scope="module")
def measured():
    return measured_texts()


def test_no_vocabulary_is_measured_on_what_it_was_learned_from(training, measured):
    for kind in ("prose", "code"):
        long_ones = [text for text in training[kind] if len(text) > 200]
        assert len(long_ones) > 20
        assert not any(text in measured[kind] for text in long_ones)


def test_the_texts_to_learn_from_are_of_one_size(training):
    sizes = {kind: sum(map(len, texts)) for kind, texts in training.items()}
    assert 70_000 < sizes["code"] <= sizes["prose"]
    assert sizes["code"] > 0.9 * sizes["prose"]
    assert abs(sizes["prose and code"] / sizes["prose"] - 1) < 0.1


def test_prose_is_sentences_without_examples(training):
    assert not any("\n" in text or "::=" in text or ">>>" in text[:10] for text in training["prose"])
    assert all(text[0].isupper() and text.endswith(".") for text in training["prose"])


def test_paragraphs_pass_over_code_and_headings():
    from pretraining.text import Document

    sentence = "This is a paragraph that is long enough to be taken for a sentence of prose, and it ends with a stop."
    page = f"Heading\n*******\n\n{sentence}\n\n{sentence}\n\n   >>> print(1)\n   1\n\nexpr ::= a | b.\n\nShort."
    assert paragraphs([Document("x", "docs", page)]) == [sentence]


def test_numbers_are_the_same_every_time_and_hold_no_letters():
    state = random.getstate()
    assert numbers() == numbers() != numbers(seed=1)
    assert random.getstate() == state
    assert not any(character.isalpha() for character in numbers())


def test_the_story_is_told_in_several_scripts(measured):
    assert {round(len(story.encode()) / len(story)) for story in STORY.values()} == {1, 2, 3}
    assert STORY.items() <= measured.items()


def test_what_the_lesson_says_about_prose_code_and_languages(training, measured):
    """Trends, with room for another version of Python: its manual and its modules are the texts."""
    carried = {}
    for kind, texts in training.items():
        rows = growth(train_bpe(texts, 4096, special_tokens=()), [4096], measured)
        carried[kind] = {name: value for _, name, value in rows}
    prose, code, both = carried["prose"], carried["code"], carried["prose and code"]
    assert prose["prose"] > 1.8 * prose["code"]
    assert code["code"] > 1.4 * prose["code"]
    assert prose["prose"] > 1.1 * code["prose"]
    assert both["prose"] > 0.95 * prose["prose"]
    assert both["code"] > 0.95 * code["code"]
    assert prose["numbers"] < 1.4
    assert prose["English"] < 0.7 * prose["prose"]
    for language in ("Greek", "Arabic", "Hindi", "Chinese", "Japanese"):
        assert all(found[language] < 1.05 for found in carried.values())
