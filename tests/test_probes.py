"""Scores of continuations, compared with a model whose probabilities are known and with one sequence at a time."""

import math

import pytest
import torch

from pretraining.model import ModelConfig, Transformer
from pretraining.probes import continuation_scores, passed_probes, score_probes
from pretraining.text.world import Probe, World
from pretraining.tokens import Tokenizer, train_bpe


@pytest.fixture(scope="module")
def tokenizer():
    return train_bpe([document.text for document in World().documents("web", 20_000)], 400)


@pytest.fixture(scope="module")
def model(tokenizer):
    return Transformer(ModelConfig(tokenizer.vocab_size, layers=2, heads=2, width=32), seed=1)


def test_scores_equal_those_of_one_token_at_a_time(model, tokenizer):
    pairs = [(p.context, end) for p in World().probes("reasoning", count=9) for end in (p.right, *p.wrong)]
    for (context, end), score in zip(pairs, continuation_scores(model, tokenizer, pairs).tolist(), strict=True):
        ids = [tokenizer.special_tokens["<|endoftext|>"], *tokenizer.encode(" " + context)]
        expected = 0.0
        for token in tokenizer.encode(end):
            expected += model(torch.tensor([ids]))[0, -1].log_softmax(-1)[token].item()
            ids.append(token)
        assert score == pytest.approx(expected, abs=1e-4)


def test_a_uniform_model_gives_every_token_the_same(tokenizer):
    model = Transformer(ModelConfig(tokenizer.vocab_size, layers=1, heads=1, width=8))
    torch.nn.init.zeros_(model.lm_head.weight)
    score = continuation_scores(model, tokenizer, [("The", " cat sat on the mat")]).item()
    assert score == pytest.approx(-len(tokenizer.encode(" cat sat on the mat")) * math.log(tokenizer.vocab_size))


def test_a_model_that_prefers_one_letter_passes_where_it_is_right():
    tokenizer = Tokenizer([])
    model = Transformer(ModelConfig(256, layers=1, heads=1, width=8))
    torch.nn.init.zeros_(model.lm_head.weight)
    with torch.no_grad():
        model.ln_final.weight.zero_()  # all logits equal ...
    probes = [
        Probe("syntax", "x", " a", (" b",)),
        Probe("syntax", "x", " ab", (" a",)),
        Probe("syntax", "x", "b", ("bb",)),
    ]
    # ... so that only the length decides, and a tie is not passed.
    assert passed_probes(model, tokenizer, probes) == [False, False, True]
    assert score_probes(model, tokenizer, probes) == pytest.approx(1 / 3)


def test_what_cannot_be_scored_is_refused(model, tokenizer):
    with pytest.raises(ValueError, match="no probes"):
        score_probes(model, tokenizer, [])
    with pytest.raises(ValueError, match="context is 64"):
        continuation_scores(model, tokenizer, [("word " * 100, " end")])
    with pytest.raises(ValueError, match="needs a context"):
        continuation_scores(model, tokenizer, [("The", "")])
