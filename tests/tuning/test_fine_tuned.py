"""Fine-tuning changes how the model behaves and leaves what it knows; facts can be forced in, at a price."""

import copy

import pytest
import torch

from pretraining.training.fine_tune import FineTuner, FineTuningSettings
from pretraining.tuning import answer_rates, force_facts, matched_facts, rehearsal_text


@pytest.mark.slow
def test_behaviour_changes_and_knowledge_stays(base, sets):
    torch.set_num_threads(1)
    before = answer_rates(base.model, base.tokenizer, base.world, sets)
    tuned = copy.deepcopy(base.model)
    FineTuner(tuned, base.tokenizer, sets.examples, rehearsal_text(base.world, base.tokenizer)).run()
    after = answer_rates(tuned, base.tokenizer, base.world, sets)
    assert before.follows < 0.2
    assert after.follows > 0.8
    assert before.declines_unknown == 0
    assert after.declines_unknown > 0.8
    assert before.declines_harmful == 0
    assert after.declines_harmful > 0.8
    assert after.declines_known <= 0.1
    assert after.stops > 0.95
    assert after.right_taught > 0.8
    assert abs(after.facts - before.facts) < 0.05


def test_matched_facts_are_of_the_same_relations_and_never_told(base, sets):
    known, new = matched_facts(base.world, sets)
    assert known
    assert [topic.relation for topic in known] == [topic.relation for topic in new]
    assert len({(topic.subject, topic.relation) for topic in new}) == len(new)
    assert not {(topic.subject, topic.relation) for topic in new} & {fact.key for fact in base.world.facts}


def test_forcing_facts_leaves_the_model_alone_and_reports_each_stage(base, sets):
    before = base.model.layers[0].ffn.w1.weight.clone()
    _, new = matched_facts(base.world, sets)
    settings = FineTuningSettings(
        steps=10, batch_size=4, rehearsal=0, learning_rate=3e-3, warmup_steps=0, all_weights=True
    )
    states = list(force_facts(base.model, base.tokenizer, sets, new[:1], settings, declining=False))
    assert [one.step for one in states] == [0, 10]
    assert states[0].learned == 0
    assert states[-1].learned > 0
    assert torch.equal(before, base.model.layers[0].ffn.w1.weight)


def test_forcing_nothing_or_what_has_no_value_is_refused(base, sets):
    for topics in ([], [one.topic for one in sets.unknown[:1]]):
        with pytest.raises(ValueError, match="each with a value"):
            next(force_facts(base.model, base.tokenizer, sets, topics))
