"""The playground without a browser: each dial moves what may be drawn, texts come side by side, any prompt is taken."""

import re

import pytest
import torch

from pretraining import charts
from pretraining.base import continuations, load_base_model
from pretraining.widgets import CompletionPlayground

BASE = load_base_model()
PROMPT = "The capital of Zanona is"


@pytest.fixture
def playground():
    return CompletionPlayground(BASE, prompt=PROMPT)


def bars(playground, whose):
    return {token: probability for _, token, who, probability, _ in playground.chart.rows if who == whose}


def said(playground):
    return re.sub("<[^>]+>", "", playground.note.value)


def test_the_light_bars_are_the_models_own_probabilities(playground):
    end = BASE.tokenizer.special_tokens["<|endoftext|>"]
    ids = [end, *BASE.tokenizer.encode(" " + PROMPT)]
    with torch.no_grad():
        own = BASE.model(torch.tensor([ids]))[0, -1].softmax(-1)
    shown = bars(playground, charts.OWN)
    assert len(shown) == 8
    assert sorted(shown.values()) == pytest.approx(sorted(own.topk(8).values.tolist()), abs=1e-5)
    assert list(shown.values()) == sorted(shown.values(), reverse=True)


@pytest.mark.parametrize(("dial", "value"), [("temperature", 0), ("top_k", 1), ("top_p", 0.01)])
def test_a_dial_at_its_lowest_leaves_the_likeliest_token(playground, dial, value):
    playground.temperature.value = 1
    assert sum(p > 0 for p in bars(playground, charts.DRAWN).values()) > 1
    getattr(playground, dial).value = value
    drawn = bars(playground, charts.DRAWN)
    assert sorted(drawn.values()) == [0] * 7 + [1]
    assert next(iter(drawn.values())) == 1
    assert "1 of 2,048 tokens can be drawn" in said(playground)
    assert ("every text is the same" in said(playground)) == (dial != "top_p")
    playground.write_button.click()
    assert len({text.text for text in playground.texts}) == 1 or dial == "top_p"


def test_a_higher_temperature_flattens_and_top_k_cuts(playground):
    playground.temperature.value = 0.5
    sharp = bars(playground, charts.DRAWN)
    playground.temperature.value = 2
    flat = bars(playground, charts.DRAWN)
    best = next(iter(sharp))
    assert flat[best] < bars(playground, charts.OWN)[best] < sharp[best]
    playground.top_k.value = 3
    assert sum(p > 0 for p in bars(playground, charts.DRAWN).values()) == 3
    assert "3 of 2,048 tokens" in said(playground)
    assert "now out" in playground.chart.description


def test_write_puts_three_texts_side_by_side(playground):
    playground.length.value = 12
    playground.write_button.click()
    first = [text.text for text in playground.texts]
    assert len(set(first)) == 3
    assert playground.view.value.count("<section") == 3
    assert "role='status'" in playground.view.value
    assert playground.texts == continuations(BASE.model, BASE.tokenizer, PROMPT, 3, 12, seed=3, **playground.settings)
    playground.write_button.click()
    assert [text.text for text in playground.texts] != first


def test_one_token_becomes_part_of_the_prompt(playground):
    playground.temperature.value = 0
    expected = PROMPT + BASE.complete(PROMPT, 2, temperature=0).text
    playground.one_button.click()
    assert playground.prompt.value.startswith(PROMPT)
    assert len(playground.prompt.value) > len(PROMPT)
    playground.one_button.click()
    assert playground.prompt.value == expected


@pytest.mark.parametrize(
    ("prompt", "note"),
    [
        ("", ""),
        ("<script>alert(1)</script>", ""),
        ("日本 and 🦉", "byte by byte"),
        ("the baker baked bread and " * 40, "longer than the context"),
    ],
)
def test_any_prompt_is_taken(playground, prompt, note):
    playground.length.value = 5
    playground.prompt.value = prompt
    playground.write_button.click()
    assert note in said(playground)
    assert "<script>" not in playground.view.value
    assert len(playground.texts) == 3


def test_half_of_a_character_breaks_nothing(playground):
    playground.length.value = 5
    playground.prompt.value = "half \ud83d"
    playground.write_button.click()
    playground.view.value.encode()
