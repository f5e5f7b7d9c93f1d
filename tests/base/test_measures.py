"""Knowledge, bits per byte, calibration: compared with brute force and with models whose answers are known."""

import math
import random

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from pretraining.base import (
    bits_per_byte,
    bits_per_byte_by_domain,
    expected_calibration_error,
    fact_scores,
    held_out_texts,
    next_token_answers,
    other_texts,
    probe_answers,
    probe_scores,
    reliability_bins,
)
from pretraining.model import ModelConfig, Transformer
from pretraining.text import World
from pretraining.text.world import DOMAINS
from pretraining.tokens import END_OF_TEXT, Tokenizer, train_bpe
from pretraining.training import prepare

TOKENIZER = Tokenizer([(116, 104)], [END_OF_TEXT])
WORLD = World(3)
ANSWERS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40)


def uniform(vocab_size, block_size=16):
    model = Transformer(ModelConfig(vocab_size, block_size=block_size, layers=1, heads=1, width=8))
    torch.nn.init.zeros_(model.lm_head.weight)
    return model


def test_a_uniform_model_needs_the_bits_of_its_vocabulary():
    text = "no pair of letters here is merged " * 5
    assert bits_per_byte(uniform(258), TOKENIZER, [text]) == pytest.approx(math.log2(258), rel=1e-5)


def test_bits_per_byte_agree_with_counting_by_hand():
    model = Transformer(ModelConfig(258, block_size=8, layers=1, heads=1, width=8), seed=2).double()
    texts = ["the moth and the bath", "that path"]
    separator = TOKENIZER.special_tokens[END_OF_TEXT]
    ids = [*TOKENIZER.encode(texts[0]), separator, *TOKENIZER.encode(texts[1]), separator]
    nats = size = 0.0
    for start in range(0, (len(ids) - 1) // 8 * 8, 8):
        logits = model.logits(torch.tensor([ids[start : start + 8]]))[0]
        for place, target in enumerate(ids[start + 1 : start + 9]):
            if target != separator:
                nats += F.cross_entropy(logits[place], torch.tensor(target)).item()
                size += len(TOKENIZER.token_bytes(target))
    assert bits_per_byte(model, TOKENIZER, texts) == pytest.approx(nats / math.log(2) / size)
    assert bits_per_byte_by_domain(model, TOKENIZER, {"x": texts}) == {"x": bits_per_byte(model, TOKENIZER, texts)}


def test_too_short_a_text_is_refused():
    with pytest.raises(ValueError, match="more than 16 tokens"):
        bits_per_byte(uniform(258), TOKENIZER, ["short"])


def test_held_out_texts_are_those_that_training_never_saw():
    corpus = prepare(WORLD.documents(), vocab_size=300, seed=7)
    trained = corpus.tokenizer.decode(corpus.train.tolist())
    texts = held_out_texts(WORLD, seed=7, documents=3)
    assert tuple(texts) == DOMAINS
    every = [text for some in texts.values() for text in some]
    assert len(every) > 10
    assert not [text for text in every if text in trained]
    heldout = corpus.tokenizer.decode(corpus.heldout.tolist())
    assert all(text in heldout for text in every)


def test_other_texts_come_from_this_machine():
    texts = other_texts(characters=5_000)
    assert all(len("".join(some)) == 5_000 for some in texts.values())
    assert "def " in texts["real code"][0]


@given(ANSWERS, st.integers(1, 12))
def test_the_calibration_error_is_that_of_brute_force(answers, bins):
    confidences, correct = [c for c, _ in answers], [right for _, right in answers]
    gap = 0.0
    for number in range(bins):
        low, high = number / bins, (number + 1) / bins
        inside = [(c, r) for c, r in answers if low < c <= high or (number == 0 and c == 0)]
        if inside:
            gap += abs(sum(c for c, _ in inside) - sum(r for _, r in inside))
    assert expected_calibration_error(confidences, correct, bins) == pytest.approx(gap / len(answers), abs=1e-9)
    found = reliability_bins(confidences, correct, bins)
    assert sum(one.count for one in found) == len(answers)


def test_who_is_as_often_right_as_they_say_is_calibrated():
    dice = random.Random(0)
    confidences = [dice.random() for _ in range(20_000)]
    honest = [dice.random() < c for c in confidences]
    assert expected_calibration_error(confidences, honest) < 0.02
    assert expected_calibration_error(confidences, [dice.random() < c * c for c in confidences]) > 0.1


@pytest.mark.parametrize(
    ("confidences", "correct", "bins", "said"),
    [
        ([], [], 10, "each answer needs one verdict"),
        ([0.5], [True, False], 10, "each answer needs one verdict"),
        ([1.5], [True], 10, "from 0 to 1"),
        ([float("nan")], [True], 10, "from 0 to 1"),
        ([0.5], [True], 0, "at least 1"),
    ],
)
def test_what_cannot_be_binned_is_refused(confidences, correct, bins, said):
    with pytest.raises(ValueError, match=said):
        reliability_bins(confidences, correct, bins)


def test_a_uniform_model_is_never_sure():
    texts = ["a text that is long enough for one window"]
    answers = next_token_answers(uniform(258), TOKENIZER, texts)
    assert answers.confidences == pytest.approx([1 / 258] * len(answers.confidences))
    assert len(answers.correct) == 32
    tokenizer = train_bpe([document.text for document in WORLD.documents("web", 20_000)], 400)
    probes = WORLD.probes("reasoning", count=6)
    blank = probe_answers(uniform(400, block_size=64), tokenizer, probes)
    assert all(1 / 3 - 1e-6 <= confidence <= 1 for confidence in blank.confidences)
    with pytest.raises(ValueError, match="no probes"):
        probe_answers(uniform(400), tokenizer, [])


def test_confidence_and_accuracy_agree_with_the_scores(base):
    probes = [probe for probe in base.world.probes("facts", draw=2) if probe.stated == 192][:24]
    answers = probe_answers(base.model, base.tokenizer, probes)
    assert answers.accuracy > 0.9
    assert answers.confidence > 0.8
    rare = [probe for probe in base.world.probes("facts", draw=2) if probe.stated == 1][:24]
    assert probe_answers(base.model, base.tokenizer, rare).accuracy < 0.5


def test_scores_stand_beside_those_of_guessing():
    tokenizer = train_bpe([document.text for document in WORLD.documents("web", 20_000)], 400)
    model = Transformer(ModelConfig(400, block_size=96, layers=1, heads=1, width=8))
    scores = {score.name: score for score in probe_scores(model, tokenizer, WORLD, count=20)}
    assert {name: round(score.chance, 3) for name, score in scores.items()} == {
        "syntax": 0.5, "meaning": 0.25, "facts stated 50 times or more": 0.125, "reasoning": 0.333,
    }  # fmt: skip
    rare = fact_scores(model, tokenizer, WORLD, most=8)
    assert [int(score.name) for score in rare] == sorted({fact.stated for fact in WORLD.facts})
    assert all(8 <= score.count < 16 for score in rare)
