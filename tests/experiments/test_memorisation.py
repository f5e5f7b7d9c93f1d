"""Passages in copies: the text holds what was asked for, a recital is what the model writes, copies are removed."""

import pytest

from pretraining.experiments import MemorisationExperiment, MemorisationMoment, MemorisationResult
from pretraining.experiments.passages import copies_of, recite
from pretraining.generate import generate

SMALL = {"copies": (1, 16), "passages": 3, "seed": 2}


def text_of(experiment):
    return experiment.tokenizer.decode(experiment.trainer.batches._tokens.tolist())


@pytest.fixture(scope="module")
def trained():
    """Long enough for the first words of the most frequent passages to be learned."""
    experiment = MemorisationExperiment(copies=(1, 64), passages=2, seed=2, steps=60)
    return experiment, list(experiment.events())


def test_every_passage_stands_in_the_text_as_often_as_asked():
    experiment = MemorisationExperiment(**SMALL, steps=1)
    text = text_of(experiment)
    assert [text.count(passage.text) for passage in experiment.passages] == [1, 16, 1, 16, 1, 16]
    assert len(copies_of(experiment.passages)) == 51


def test_deduplication_leaves_each_passage_once_and_all_else():
    dirty, clean = (MemorisationExperiment(**SMALL, deduplicate=one, steps=1) for one in (False, True))
    assert [text_of(clean).count(passage.text) for passage in clean.passages] == [1] * 6
    assert dirty.removed == 0
    assert clean.removed == 45
    assert clean.documents == dirty.documents - 45
    assert clean.passages == dirty.passages


def test_a_recital_is_what_the_model_writes(trained):
    """The oracle lets the model write, token by token, and compares."""
    experiment, _ = trained
    tokenizer = experiment.tokenizer
    counts = []
    for recital in recite(experiment.model, tokenizer, experiment.passages):
        passage = recital.passage
        truth = tokenizer.encode_ordinary(passage.truth)
        prompt = [tokenizer.special_tokens["<|endoftext|>"], *tokenizer.encode_ordinary(passage.prompt)]
        wrote = list(generate(experiment.model, prompt, len(truth), temperature=0))
        matched = next((i for i, (a, b) in enumerate(zip(wrote, truth)) if a != b), len(truth))
        assert (recital.matched, recital.length) == (matched, len(truth))
        assert recital.verbatim == (tokenizer.decode(wrote) == passage.truth)
        assert experiment.written(passage) == tokenizer.decode(wrote)
        assert passage.text.startswith(passage.prompt + passage.truth)
        counts.append(matched)
    assert max(counts) > 0, "else nothing was compared"


def test_events_lead_to_the_result(trained):
    _, events = trained
    moments = [event for event in events if isinstance(event, MemorisationMoment)]
    result = events[-1]
    assert isinstance(result, MemorisationResult)
    assert moments[0].step == 0
    assert moments[0].rates == {1: 0.0, 64: 0.0}
    assert result.rates == moments[-1].rates
    assert result.tokens == 60 * 480


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"copies": (0, 2)}, "copies must be a whole number from 1 to 256, got 0"),
        ({"copies": ()}, "copies must be different numbers, at least one"),
        ({"copies": (2, 2)}, "copies must be different numbers"),
        ({"passages": 0}, "passages must be a whole number from 1 to 256"),
        ({"seed": 0.5}, "seed must be a whole number"),
    ],
)
def test_what_cannot_be_run_is_refused(settings, said):
    with pytest.raises(ValueError, match=said):
        MemorisationExperiment(**settings)


@pytest.mark.slow
def test_copies_are_recited_and_deduplication_ends_it():
    """The trend on one seed, with fewer passages; the bench repeats it in full on three seeds."""

    def rates(deduplicate):
        *_, result = MemorisationExperiment(deduplicate, seed=4, steps=220, copies=(1, 4, 64), passages=3).events()
        return result

    dirty, clean = rates(False), rates(True)
    assert dirty.rates[1] == 0
    assert dirty.rates[64] == 1
    assert set(clean.rates.values()) == {0}
    assert clean.loss < dirty.loss, "copies waste a part of the budget"
