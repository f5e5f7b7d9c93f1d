"""The model that trains in a second, and the rehearsal that only counts: against brute force, and by properties."""

import math
from collections import Counter

import pytest
import torch
import torch.nn.functional as F

from pretraining.training import quick
from pretraining.training.quick import BLOCK_SIZE, QuickModel, quick_text, quick_train
from pretraining.training.rehearsal import CountingModel

DOCUMENTS = [f"The bridge of {town} opened in {year}." for year, town in enumerate(("Ashby", "Brill"), 1984)] * 10


def test_it_learns_what_most_documents_say():
    model = quick_train(DOCUMENTS)
    for town, digit in (("Ashby", "4"), ("Brill", "5")):
        probabilities = model.next_logits(list(f"The bridge of {town} opened in 198".encode())).softmax(-1)
        assert probabilities[ord(digit)] > 0.9
    assert model.loss("".join(f"{document}\n" for document in DOCUMENTS)) < 0.5 < 3 < model.loss("def f(x): return x")


def test_the_same_texts_and_seed_give_the_same_model_and_another_seed_another():
    threads = torch.get_num_threads()
    first = quick_train(DOCUMENTS)
    assert quick_train(list(DOCUMENTS)) is first
    asked = list(b"The bridge of ")
    assert not torch.allclose(quick_train(DOCUMENTS, seed=1).next_logits(asked), first.next_logits(asked))
    assert torch.get_num_threads() == threads


def test_the_same_run_again_gives_the_same_numbers():
    from pretraining.training.quick import _trained

    first = quick_train(DOCUMENTS)
    _trained.forget()
    again = quick_train(DOCUMENTS)
    assert again is not first
    torch.testing.assert_close(again.next_logits([65]), first.next_logits([65]))


def test_the_loss_is_the_mean_surprise_byte_by_byte():
    model = quick_train(DOCUMENTS)
    text = "The bridge of Ashby opened in 1985."
    tokens = list(text.encode())
    assert len(tokens) <= BLOCK_SIZE
    surprises = [F.cross_entropy(model.next_logits(tokens[:i]), torch.tensor(tokens[i])) for i in range(1, len(tokens))]
    assert model.loss(text) == pytest.approx(torch.stack(surprises).mean().item(), abs=1e-4)


def test_only_the_last_tokens_are_read():
    model = quick_train(DOCUMENTS)
    tokens = list("".join(DOCUMENTS[:3]).encode())
    torch.testing.assert_close(model.next_logits(tokens), model.next_logits(tokens[-BLOCK_SIZE:]))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: quick_train("one long string, longer than forty bytes are"), "list of texts"),
        (lambda: quick_train([]), "too short"),
        (lambda: quick_train(["x" * (BLOCK_SIZE - 1)]), "more than 40 bytes"),
        (lambda: quick_train(DOCUMENTS).next_logits([]), "at least one token"),
        (lambda: quick_train(DOCUMENTS).next_logits([65, 256]), "from 0 to 255"),
        (lambda: quick_train(DOCUMENTS).next_logits([-1]), "from 0 to 255"),
        (lambda: quick_train(DOCUMENTS).loss("x"), "at least 2"),
        (lambda: quick_text("poems"), "unknown domain"),
        (lambda: CountingModel(["x"]).loss(""), "at least one byte"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_nothing_held_out_is_in_the_text_to_learn_from():
    for domain in ("code", "books"):
        learned, held_out = quick_text(domain)
        assert held_out not in learned
        assert len(learned) > 100_000


@pytest.mark.parametrize("context", ["a", "ab", "aba", "b", "x", "a\n", "abab"])
def test_counting_agrees_with_looking_at_every_place(context):
    texts = ["abab", "abaa", "ba", "aaaa"]
    whole = "".join(f"{text}\n" for text in texts)
    followers = Counter(
        whole[i + len(context)] for i in range(len(whole) - len(context)) if whole[i : i + len(context)] == context
    )
    probabilities = CountingModel(texts).next_logits(list(context.encode())).softmax(-1)
    for byte in range(256):
        expected = followers[chr(byte)] / followers.total() if followers else 1 / 256
        assert probabilities[byte].item() == pytest.approx(expected, abs=1e-6)


def test_the_counting_loss_is_that_of_the_smoothed_frequencies():
    model = CountingModel(["aab"])  # four bytes with the line end
    expected = -(math.log(3 / 260) + math.log(2 / 260) + math.log(1 / 260)) / 3
    assert model.loss("abc") == pytest.approx(expected)
    assert isinstance(quick_train(DOCUMENTS), QuickModel)


def test_mixtures_that_were_begun_are_those_that_are_asked_for(monkeypatch):
    begun = []
    monkeypatch.setattr(quick._trained, "begin", begun.extend)
    code, prose = "def f(): pass\n" * 20, "It was a cold morning. " * 20
    quick.begin_mixtures(code, prose, 200, lambda: [0.0, 0.25])
    asked = []
    monkeypatch.setattr(quick, "_trained", lambda *call: asked.append(call))
    for cut in (0, 50):
        quick_train([code[:cut], prose[: 200 - cut]], seed=0)
    assert begun == asked
    quick.begin_mixtures(code, prose, 200, lambda: ["a"])
    quick.begin_mixtures(code, prose, 200, lambda: 1 / 0)
    assert len(begun) == 2
