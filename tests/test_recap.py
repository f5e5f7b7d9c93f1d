"""Unit 8's small runs: the same for everybody with the same seed, and they show what the unit says they show."""

import math
from statistics import mean

import pytest
import torch

from pretraining import recap
from pretraining.model import Transformer
from pretraining.probes import continuation_scores

SEEDS = [8, pytest.param(3, marks=pytest.mark.slow), pytest.param(70, marks=pytest.mark.slow)]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_runs_show_what_unit_8_says(seed):
    run = recap.own_run(seed)
    assert abs(run.step_losses[0] - math.log(run.vocab_size)) < 0.1, "it starts by guessing blindly"
    assert mean(run.step_losses[-10:]) < run.step_losses[0] / 2
    untrained, base, tuned = (mean(run.passed("word order", name)) for name in recap.MODELS)
    assert max(untrained + 0.1, 0.75) < min(base, tuned), "pre-training teaches word order"
    known = [mean(run.passed("facts", name)) for name in recap.MODELS]
    assert known[1] > known[0] + 0.15, "pre-training teaches facts"
    assert abs(known[2] - known[1]) < 0.25, "fine-tuning on eight answers leaves them about as they are"
    assert [mean(run.passed("answers", name)) for name in ("base", "fine-tuned")] == pytest.approx([0, 1], abs=0.2)
    right, wrong = (math.prod(run.chances("The Old Bridge opened in", f" {year}")) for year in (1989, 1987))
    assert wrong > right, "three times as many documents say so"
    little, much = ({d: mean(run.surprises(m, d)) for d in ("code", "prose")} for m in recap.MIXTURES)
    assert much["code"] < little["code"] - 0.3
    assert much["prose"] > little["prose"] + 0.1


def test_the_world_states_the_bridge_as_the_unit_says():
    world, _ = recap._text()
    (fact,) = [fact for fact in world.count_facts(world.documents()) if fact.subject == "the Old Bridge"]
    assert (fact.value, fact.stated, fact.wrong_value, fact.misstated) == ("1989", 6, "1987", 18)


def test_the_fine_tuning_never_saw_the_questions_that_are_asked():
    world, _ = recap._text()
    towns = [fact.subject for fact in world.facts if fact.relation == "country"]
    asked = {probe.context for probe in recap._probes()["answers"]}
    assert len(asked) == 16
    assert asked.isdisjoint(recap.question(town) for town in towns[: recap.TAUGHT_QUESTIONS])
    assert not any("Question:" in document.text for document in world.documents())


def test_chances_multiply_to_the_score_of_the_whole():
    run, (_, corpus) = recap.own_run(8), recap._text()
    for end in (" 1989", " Castistan.", " the"):
        (score,) = continuation_scores(run.model(), corpus.tokenizer, [("The town of Elby lies in", end)]).tolist()
        assert sum(map(math.log, run.chances("The town of Elby lies in", end))) == pytest.approx(score, abs=1e-3)


def test_the_same_seed_gives_the_same_run_and_another_seed_another():
    again = Transformer(recap._shape(recap.own_run(8).vocab_size), seed=8)
    assert torch.equal(again.lm_head.weight, recap.own_run(8).model("untrained").lm_head.weight)
    first = recap.own_run(8).step_losses
    recap._base.cache_clear()
    assert recap.own_run(8).step_losses == pytest.approx(first, abs=1e-6)
    assert recap.own_run(9).passed("word order", "untrained") != recap.own_run(8).passed("word order", "untrained")


def test_what_does_not_exist_is_refused_by_name():
    run = recap.own_run(8)
    for call in (
        lambda: run.passed("word order", "tuned"),
        lambda: run.passed("grammar"),
        lambda: run.surprises("some code", "code"),
        lambda: run.surprises("much code", "poems"),
    ):
        with pytest.raises(ValueError, match="choose one of"):
            call()
    with pytest.raises(ValueError, match="continuation"):
        run.chances("The town", "")
    for seed in (-1, 1.5, True, "8", 10**6):
        with pytest.raises(ValueError, match="my_seed must be a whole number"):
            recap.own_run(seed)
