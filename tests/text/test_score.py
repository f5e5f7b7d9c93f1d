"""Mistakes of a cleaning, counted by rule: they agree with precision and recall."""

import pytest

from pretraining.text import Document
from pretraining.text.clean import CleaningSettings
from pretraining.text.quality import QualitySettings
from pretraining.text.report import Removal
from pretraining.text.score import Outcome, outcomes, score, wrongly_removed
from pretraining.text.survey import Survey
from pretraining.text.world import World

DOCUMENTS = [
    Document("a", "web", "one"),
    Document("b", "web", "one", frozenset({"exact-copy"}), copy_of="a"),
    Document("c", "web", "two"),
    Document("d", "web", "ONE", frozenset({"shouting"})),
]


def test_one_of_a_group_of_copies_should_stay():
    copy = Removal("b", "web", ("exact-copy",), "", "a")
    original = Removal("a", "web", ("exact-copy",), "", "b")
    other = Removal("c", "web", ("near-copy",), "", "a")
    assert wrongly_removed([copy, other], DOCUMENTS) == [other]
    assert wrongly_removed([original], DOCUMENTS) == []
    assert wrongly_removed([original, copy], DOCUMENTS) == [copy]


def test_good_text_called_junk_is_a_mistake_and_so_is_dirt_that_stays():
    removals = [Removal("c", "web", ("top-word", "shouting"), ""), Removal("b", "web", ("exact-copy",), "", "a")]
    assert outcomes(removals, DOCUMENTS) == [
        Outcome("kept", right=1, wrong=1),
        Outcome("top-word", right=0, wrong=1),
        Outcome("exact-copy", right=1, wrong=0),
    ]


def test_nothing_in_nothing_out():
    assert outcomes([], []) == [Outcome("kept", 0, 0)]


@pytest.fixture(scope="module")
def survey():
    return Survey(list(World(seed=4).documents("web", clean=False))[:250])


@pytest.mark.parametrize(("similarity", "words"), [(0.7, 20), (0.04, 20), (0.9, 200), (0.05, 240), (1.0, 0)])
def test_outcomes_agree_with_precision_and_recall(survey, similarity, words):
    removals = survey.clean(CleaningSettings(QualitySettings({"too-few-words": words}), similarity)).removals
    found, scores = outcomes(removals, survey.documents), score(removals, survey.documents)
    assert sum(part.right + part.wrong for part in found) == len(survey.documents)
    copies = sum(part.right for part in found[1:] if part.name.endswith("-copy"))
    junk = sum(part.right for part in found[1:] if not part.name.endswith("-copy"))
    assert (copies, junk) == (scores["copies"].right, scores["junk"].right)
    assert found[0].wrong == sum(part.labelled - part.gone for part in scores.values())
