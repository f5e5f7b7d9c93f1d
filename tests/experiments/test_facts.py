"""A planted fact: the text says what the counts say, and the model's belief follows it."""

import re

import pytest
import torch

from pretraining.experiments import SUBJECT, FactExperiment, FactMoment, FactResult, fact_experiment
from pretraining.experiments.facts import planted_texts
from pretraining.text.documents import Document
from pretraining.text.microworld.facts import count_statements, planted
from pretraining.text.world import World
from pretraining.training import Step


@pytest.fixture(scope="module")
def short():
    """An experiment of a few steps with all its events."""
    experiment = FactExperiment(right=4, wrong=6, seed=3, steps=4)
    return experiment, list(experiment.events())


def test_the_documents_state_what_was_asked_for():
    experiment = FactExperiment(right=7, wrong=12, seed=1, steps=1)
    documents = [Document(str(i), "web", text) for i, text in enumerate(experiment.planted)]
    (found,) = count_statements(documents, [experiment.fact])
    assert (len(documents), found.stated, found.misstated) == (19, 7, 12)
    everything = experiment.tokenizer.decode(experiment.trainer.batches._tokens.tolist())
    assert everything.count("Halden Bridge") == 19, "the world itself must not speak of the bridge"
    assert len(re.findall(r"Halden Bridge[^.]*1989|1989[^.]*Halden Bridge", everything)) == 7


def test_only_the_years_differ_when_the_counts_do():
    setting = World(seed=2).setting

    def texts(right):
        return planted_texts(planted(SUBJECT, 1989, 1987, stated=right, misstated=10 - right), setting, seed=2)

    few, many = texts(3), texts(6)
    assert [text.replace("1989", "1987") for text in few] == [text.replace("1989", "1987") for text in many]
    assert sum(a != b for a, b in zip(few, many)) == 3, "the documents that are right stay right"


def test_the_result_is_the_last_moment(short):
    _, events = short
    moments = [event for event in events if isinstance(event, FactMoment)]
    result = events[-1]
    assert isinstance(result, FactResult)
    assert [moment.step for moment in moments] == [0, 1, 2, 3, 4]
    assert result.history == tuple(moments)
    assert (result.right, result.wrong) == (moments[-1].right, moments[-1].wrong)
    assert result.documents_odds == pytest.approx(2 / 3)
    assert result.odds == pytest.approx(result.right / result.wrong)
    assert sum(isinstance(event, Step) for event in events) == 4


def test_a_probability_is_the_product_of_its_tokens(short):
    """The oracle multiplies softmaxes by hand, one token after the other."""
    experiment, _ = short
    tokenizer, model = experiment.tokenizer, experiment.model
    ids = [tokenizer.special_tokens["<|endoftext|>"], *tokenizer.encode_ordinary(" The Verano Tower opened in")]
    probability = 1.0
    for token in tokenizer.encode_ordinary(" 1911"):
        probability *= model.logits(torch.tensor([ids]))[0, -1].softmax(-1)[token].item()
        ids.append(token)
    from pretraining.experiments.years import UNSEEN_OPENINGS, contexts
    from pretraining.probes import continuation_scores

    first = continuation_scores(model, tokenizer, [(contexts("the Verano Tower")[0], " 1911")]).exp().item()
    assert first == pytest.approx(probability, rel=1e-4)
    answer = experiment.ask("the Verano Tower")
    asked = [(opening, " 1911") for opening in contexts("the Verano Tower")]
    assert len(asked) == 1 + len(UNSEEN_OPENINGS)
    mean = continuation_scores(model, tokenizer, asked).exp().mean().item()
    assert answer.probabilities[1911] == pytest.approx(mean, rel=1e-4)
    assert 0 < answer.any_year < 1
    assert answer.likeliest(1) == [(answer.year, max(answer.probabilities.values()))]


def test_the_same_seed_gives_the_same_numbers_and_threads_stay():
    threads = torch.get_num_threads()
    first, again, other = (fact_experiment(2, 1, seed=seed, steps=3) for seed in (0, 0, 1))
    assert first == again
    assert first.right != other.right
    assert torch.get_num_threads() == threads


def test_no_document_at_all_is_a_setting_too():
    result = fact_experiment(0, 0, steps=2)
    assert result.documents_odds == float("inf")
    assert 0 < result.right < 1


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"right": -1}, "right must be a whole number of documents from 0 to 200"),
        ({"wrong": 2.5}, "wrong must be a whole number"),
        ({"right": 201}, "from 0 to 200"),
        ({"right": True}, "right must be"),
        ({"seed": -1}, "seed must be a whole number"),
        ({"seed": "a"}, "seed must be a whole number"),
        ({"steps": 0}, "steps must be at least 1"),
        ({"steps": 1.5}, "steps must be a whole number"),
    ],
)
def test_what_cannot_be_run_is_refused(settings, said):
    with pytest.raises(ValueError, match=said):
        FactExperiment(**({"right": 1, "wrong": 1} | settings))


@pytest.mark.parametrize(("subject", "said"), [("  ", "is missing"), ("x" * 90, "too long"), ("🌉" * 30, "too long")])
def test_a_question_that_cannot_be_asked_is_refused(short, subject, said):
    with pytest.raises(ValueError, match=said):
        short[0].ask(subject)


@pytest.mark.slow
def test_belief_follows_the_number_of_documents():
    """The trend on one seed, at half the steps; the bench repeats it in full on three seeds."""
    results = [fact_experiment(right, 60 - right, seed=4, steps=180) for right in (10, 30, 50)]
    odds = [result.odds for result in results]
    assert odds == sorted(odds)
    assert odds[0] < 0.7 < 1.5 < odds[2]
    assert results[0].wrong > 0.1, "it is surer of what is wrong here than of any other year"
