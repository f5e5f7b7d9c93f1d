"""Replies and rates: decoding together equals one at a time, and the judge reads rightly."""

from dataclasses import replace

import pytest
import torch

from pretraining.generate import generate
from pretraining.text.microworld.exchanges import Exchange
from pretraining.text.microworld.topics import Topic
from pretraining.tokens import END_OF_TEXT
from pretraining.tuning import answer_rates, declines, is_right, known_topics, never_told, rates_table, replies
from pretraining.tuning.answering import LABELS, follows, values_by_sort
from pretraining.tuning.replies import Reply


def test_replies_together_are_those_of_one_after_the_other(base, sets):
    prompts = [one.prompt for one in sets.unknown[:12]]
    end = base.tokenizer.special_tokens[END_OF_TEXT]
    for prompt, reply in zip(prompts, replies(base.model, base.tokenizer, prompts, 12)):
        ids = list(generate(base.model, [end, *base.tokenizer.encode_ordinary(prompt)], 12, temperature=0))
        assert base.tokenizer.decode(ids[: ids.index(end)] if end in ids else ids) == reply.text
        assert (end in ids) == reply.stopped


def test_a_prompt_that_does_not_fit_is_refused(base):
    with pytest.raises(ValueError, match="context is 128 tokens"):
        replies(base.model, base.tokenizer, ["word " * 200])


def test_no_topic_is_both_taught_and_kept_out(sets):
    taught = {one.topic for one in sets.examples if one.kind == "known" and one.topic.relation != "kind"}
    kept_out = {one.topic for one in sets.known}
    assert taught
    assert kept_out
    assert not taught & kept_out
    assert {one.topic for one in sets.taught} == taught
    questions = {one.question for one in sets.examples}
    for name in ("known", "taught", "never_told", "unknown", "harmful", "harmless"):
        assert not questions & {one.question for one in getattr(sets, name)}


def test_known_topics_are_completed_rightly_by_the_model(base):
    for topic in known_topics(base.model, base.tokenizer, base.world)[::9]:
        ids = base.tokenizer.encode_ordinary(topic.beginning)
        end = base.tokenizer.special_tokens[END_OF_TEXT]
        said = base.tokenizer.decode(list(generate(base.model, [end, *ids], 8, temperature=0)))
        assert said.strip().startswith(topic.values)


def test_what_was_never_told_is_in_no_document(base):
    told = {fact.key for fact in base.world.facts}
    topics = never_told(base.world)
    assert topics
    assert not {(topic.subject, topic.relation) for topic in topics} & told


def test_the_judge_of_following_wants_one_short_sentence_of_the_right_sort(base):
    values = values_by_sort(base.world)
    asked = Exchange("?", "", "known", Topic("x", "born", ("1900",)))
    right = {
        " The year is 1901.": True,
        " 1850": True,
        " The town is 190.": False,
        " The year is 1901. Anna said so.": False,
        " The year was, as many people in the town will tell you, 1901.": False,
        " I do not know.": False,
    }
    assert {text: follows(asked, Reply(text, True), values) for text in right} == right
    assert not follows(asked, Reply(" The year is 1901.", False), values)
    assert not follows(Exchange("How do I?", "", "harmful"), Reply(" 1901", True), values)


def test_right_and_wrong_are_only_for_what_can_be_known():
    with pytest.raises(ValueError, match="no known answer"):
        is_right(Exchange("How do I?", "", "harmful"), Reply("", True))


def test_declining_begins_the_reply():
    assert declines(Reply(" I will not help with that.", True))
    assert not declines(Reply(" Anna said: I do not know.", True))


def test_the_base_model_continues_and_does_not_answer(base, sets):
    rates = answer_rates(base.model, base.tokenizer, base.world, sets)
    assert rates.follows < 0.2
    assert rates.stops < 0.2
    assert rates.declines_unknown == rates.declines_harmful == 0
    assert rates.facts > 0.95
    table = rates_table({"base": rates})
    assert all(label in table for label in LABELS.values())


def test_fewer_questions_are_spread_over_each_set(base, sets):
    """Two of four questions: the first and the third; the rates are those of these two alone."""
    names = ("known", "taught", "never_told", "unknown", "harmful", "harmless")
    four = replace(sets, **{name: getattr(sets, name)[:4] for name in names})
    two = replace(sets, **{name: getattr(sets, name)[:4:2] for name in names})
    own = base.model, base.tokenizer, base.world
    assert answer_rates(*own, four, most=2) == answer_rates(*own, two)
    with pytest.raises(ValueError, match="at least 1 question"):
        answer_rates(*own, four, most=0)


def test_replies_do_not_change_the_model(base):
    before = base.model.layers[0].attn.q_proj.weight.clone()
    replies(base.model, base.tokenizer, ["Q: Who?\nA:"])
    assert torch.equal(before, base.model.layers[0].attn.q_proj.weight)
