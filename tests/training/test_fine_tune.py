"""The fine-tuning loop: only answers count, rehearsal is drawn, a seed decides, and what cannot work is refused."""

import pytest
import torch
import torch.nn.functional as F

from pretraining.model import ModelConfig, Transformer
from pretraining.text.microworld.exchanges import Exchange
from pretraining.tokens import END_OF_TEXT, Tokenizer
from pretraining.training.fine_tune import IGNORED, FineTuner, FineTuningSettings, encode_exchange

TOKENIZER = Tokenizer([], [END_OF_TEXT])
EXCHANGES = [Exchange("Who?", "Anna.", "known"), Exchange("Where is it?", "Orsa.", "known")]
SETTINGS = {"all_weights": True, "steps": 60, "batch_size": 4, "rehearsal": 2, "window": 16, "learning_rate": 1e-2}


def tuner(text=None, layers=1, **dials):
    model = Transformer(ModelConfig(TOKENIZER.vocab_size, block_size=32, layers=layers, heads=1, width=32), seed=0)
    text = torch.arange(500) % 200 if text is None else text
    return FineTuner(model, TOKENIZER, EXCHANGES, text, FineTuningSettings(**{**SETTINGS, **dials}))


def test_only_the_answer_and_the_end_are_targets():
    inputs, targets = encode_exchange(TOKENIZER, EXCHANGES[0])
    end = TOKENIZER.special_tokens[END_OF_TEXT]
    assert TOKENIZER.decode(inputs) == END_OF_TEXT + "Q: Who?\nA: Anna."
    counted = [token for token in targets if token != IGNORED]
    assert TOKENIZER.decode(counted[:-1]) == " Anna."
    assert counted[-1] == end
    first = next(place for place, token in enumerate(targets) if token != IGNORED)
    assert TOKENIZER.decode(inputs[: first + 1]).endswith("A:")


def test_the_loss_is_that_of_the_answers_alone():
    one = tuner(rehearsal=0, batch_size=1)
    before = {name: weight.clone() for name, weight in one.model.state_dict().items()}
    loss = one.train_step().loss
    fresh = tuner().model
    fresh.load_state_dict(before)
    expected = []
    for exchange in EXCHANGES:
        inputs, targets = encode_exchange(TOKENIZER, exchange)
        own = F.cross_entropy(fresh(torch.tensor([inputs]))[0], torch.tensor(targets), reduction="none")
        expected.append(own[torch.tensor(targets) != IGNORED].mean().item())
    assert min(abs(loss - one) for one in expected) < 1e-5


def test_it_learns_the_answers():
    one = tuner().run()
    assert one.step == len(one.losses) == 60
    assert one.losses[-1] < 0.3 * one.losses[0]


def test_a_seed_decides_the_run():
    first, again, other = (tuner(steps=5, seed=seed).run().losses for seed in (0, 0, 1))
    assert first == again
    assert first != other


def test_rehearsal_keeps_what_was_known():
    text = torch.arange(500) % 50  # each number is followed by the next: a model can know this

    def loss_on_text(model):
        with torch.no_grad():
            return F.cross_entropy(model.logits(text[None, :32])[0], text[1:33]).item()

    losses = {rehearsal: loss_on_text(tuner(text, rehearsal=rehearsal).run().model) for rehearsal in (0, 4)}
    assert losses[4] < 0.7 * losses[0]


@pytest.mark.parametrize(
    ("dials", "said"),
    [
        ({"steps": 0}, "steps must be at least 1"),
        ({"learning_rate": 0.0}, "positive"),
        ({"optimizer": "sgd"}, "muon or adamw"),
        ({"window": 99}, "context is 32 tokens"),
    ],
)
def test_what_cannot_be_trained_with_is_refused(dials, said):
    with pytest.raises(ValueError, match=said):
        tuner(**dials)


def test_missing_text_questions_and_ends_are_refused():
    model = tuner().model
    with pytest.raises(ValueError, match="at least one question"):
        FineTuner(model, TOKENIZER, [])
    with pytest.raises(ValueError, match="rehearsal needs ordinary text"):
        FineTuner(model, TOKENIZER, EXCHANGES, settings=FineTuningSettings(window=16))
    with pytest.raises(ValueError, match="could not learn to stop"):
        encode_exchange(Tokenizer([]), EXCHANGES[0])


def test_embeddings_first_block_and_output_stay_unless_all_weights_are_to_learn():
    for all_weights in (False, True):
        one = tuner(all_weights=all_weights, layers=2)
        before = {name: weight.clone() for name, weight in one.model.state_dict().items()}
        for _ in range(3):
            one.train_step()
        same = {name for name, weight in one.model.state_dict().items() if torch.equal(weight, before[name])}
        first_block = {name for name in before if name.startswith("layers.0.")}
        assert same == (set() if all_weights else {"token_embeddings.weight", "lm_head.weight", *first_block})


def test_every_question_comes_once_before_any_comes_again():
    one = tuner(batch_size=3)
    one._rows = [([number], [number]) for number in range(10)]
    drawn = [one._next_questions() for _ in range(10)]
    assert {len(batch) for batch in drawn} == {3}
    flat = [place for batch in drawn for place in batch]
    rounds = [flat[start : start + 10] for start in (0, 10, 20)]
    assert all(sorted(places) == list(range(10)) for places in rounds)
    assert rounds[0] != rounds[1]
