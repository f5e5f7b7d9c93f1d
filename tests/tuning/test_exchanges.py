"""Questions with the answers wanted: seeded, true in the world, and what is measured is never taught."""

import re

import pytest

from pretraining.text.microworld.chance import Dice
from pretraining.text.microworld.exchanges import EXCHANGE_KINDS, ask_about, make_exchanges
from pretraining.text.microworld.facts import RELATIONS
from pretraining.text.microworld.foreign import COUNTRIES, PEOPLE, TOWNS, foreign_topic, mixed
from pretraining.text.microworld.sorting import sorting_exchanges, words_by_sort
from pretraining.text.microworld.topics import Topic, fact_topic, kind_topics, trade_topics
from pretraining.text.microworld.wordings import KEPT, QUESTIONS, REQUESTS, SORTS
from pretraining.text.world import World

WORLD = World(seed=0)
MADE = EXCHANGE_KINDS[1:]


def test_every_relation_has_questions_and_a_sort():
    topics = [*trade_topics(), *kind_topics(WORLD.setting)]
    assert QUESTIONS.keys() == SORTS.keys() == {*RELATIONS, *(topic.relation for topic in topics)}
    assert all(len(set(forms)) == len(forms) > 2 * KEPT for forms in (*QUESTIONS.values(), REQUESTS))


@pytest.mark.parametrize("kind", MADE)
def test_what_is_measured_is_never_taught(kind):
    taught, measured = (make_exchanges(kind, 150, 0, WORLD.setting, held_out) for held_out in (False, True))
    assert len({one.question for one in taught}) == len(taught) == 150
    assert not {one.question for one in taught} & {one.question for one in measured}
    if kind == "unknown":
        assert not {one.topic.subject for one in taught} & {one.topic.subject for one in measured}


@pytest.mark.parametrize("kind", MADE)
def test_a_seed_decides_every_word(kind):
    first, again, other = (make_exchanges(kind, 9, seed, WORLD.setting, held_out=False) for seed in (0, 0, 1))
    assert first == again != other


def test_wordings_that_are_held_out_are_not_used_to_teach():
    topics = [fact_topic(fact) for fact in WORLD.facts]
    taught, measured = ask_about(topics, 0, 99, held_out=False), ask_about(topics, 0, 99, held_out=True)
    assert len(measured) == KEPT * len(topics)
    assert not {one.question for one in taught} & {one.question for one in measured}
    assert len(taught) + len(measured) == sum(len(QUESTIONS[topic.relation]) for topic in topics)


def test_an_answer_about_a_fact_holds_its_value_and_the_beginning_is_how_the_text_states_it():
    text = "\n".join(document.text for document in WORLD.documents())
    for fact in [fact for fact in WORLD.facts if fact.stated >= 20]:
        topic = fact_topic(fact)
        (one,) = ask_about([topic], 0, 1, held_out=False)
        assert fact.subject in one.question or fact.subject[0].upper() + fact.subject[1:] in one.question
        assert one.answer.endswith(f" {fact.value}.")
        assert f"{topic.beginning} {fact.value}"[1:] in text  # a sentence may begin with it, or not


def test_the_text_goes_on_from_the_beginning_of_a_trade_with_its_value():
    text = "\n".join(document.text for document in WORLD.documents(tokens=1_000_000)).lower()
    for topic in trade_topics():
        if topic.relation in ("tool", "product"):
            assert any(f"{topic.beginning} {value}".lower() in text for value in topic.values), topic


def test_no_document_mentions_a_name_from_outside():
    text = "\n".join(document.text for document in WORLD.documents())
    assert not [name for name in (*COUNTRIES, *TOWNS, *PEOPLE) if re.search(rf"\b{name}\b", text)]
    topics = [foreign_topic(Dice(number), number % 2 == 0) for number in range(300)]
    assert all(topic.subject not in text and not topic.values for topic in topics)


def test_what_nobody_can_know_is_answered_with_not_knowing():
    (one,) = ask_about([Topic("Nowhere", "capital")], 0, 1, held_out=True)
    assert one.kind == "unknown"
    assert one.answer == "I do not know."


def test_articles_fit():
    questions = [one.question for one in ask_about(trade_topics(), 0, 99, held_out=False)]
    assert any("an astronomer" in question for question in questions)
    assert not [question for question in questions if " a astronomer" in question or " a anvil" in question]


def test_names_to_learn_from_are_mixed_of_two_that_are_not_measured():
    taught, measured = ({foreign_topic(Dice(n), held_out).subject for n in range(400)} for held_out in (False, True))
    real = re.compile("|".join(map(re.escape, (*COUNTRIES, *TOWNS, *PEOPLE))))
    assert all(real.search(name) for name in measured)
    assert 0.4 < sum(real.search(name) is None for name in taught) / len(taught) < 0.9
    own = [name for name in (*COUNTRIES, *TOWNS, *PEOPLE) if any(name in subject for subject in measured)]
    assert not [name for name in own for subject in taught if re.search(rf"\b{name}\b", subject)]


def test_mixed_names_are_of_nobody_in_the_text():
    text = "\n".join(document.text for document in WORLD.documents())
    words = set(re.findall(r"\w+", text))
    for names in (COUNTRIES, TOWNS):
        assert not {mixed(first, second) for first in names for second in names} & words
    assert not [name for one in PEOPLE for two in PEOPLE if (name := mixed(one, two)) in text]


def test_a_word_is_told_from_one_of_another_sort_and_the_answer_stands_in_the_question():
    asked = sorting_exchanges(0, times=2)
    words = words_by_sort()
    answers = [one.answer for one in asked]
    assert sorted(answers) == sorted(2 * [f"The {sort} is {word}." for sort, own in words.items() for word in own])
    assert asked == sorting_exchanges(0, times=2) != sorting_exchanges(1, times=2)
    for one in asked:
        sort, word = re.fullmatch(r"The (\w+) is (.+)\.", one.answer).groups()
        assert re.search(rf"\b{word}\b", one.question), one
        assert sort in one.question
        rest = one.question.replace(word, "", 1)
        assert [other for own in words if own != sort for other in words[own] if re.search(rf"\b{other}\b", rest)]
