"""Item statistics against numpy's and scipy's own."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from pretraining.grading.report.statistics import alpha, difficulty, discrimination, item, remark, spread


def class_of(students, parts, seed=0, right_or_wrong=False):
    """Marks that depend on an ability, as a class has them."""
    generator = np.random.default_rng(seed)
    ability = generator.normal(size=(students, 1))
    marks = np.clip(ability + generator.normal(size=(students, parts)) + 1.5, 0, 3)
    return (marks > 1.5).astype(float) if right_or_wrong else np.round(marks, 1)


@pytest.mark.parametrize("seed", range(5))
def test_discrimination_is_pearsons_correlation_with_the_rest(seed):
    marks = class_of(40, 6, seed)
    for part in range(6):
        rest = marks.sum(axis=1) - marks[:, part]
        assert discrimination(marks, part) == pytest.approx(scipy.stats.pearsonr(marks[:, part], rest).statistic)


@pytest.mark.parametrize("seed", range(5))
def test_for_right_or_wrong_it_is_the_point_biserial_correlation(seed):
    marks = class_of(40, 6, seed, right_or_wrong=True)
    for part in range(6):
        rest = marks.sum(axis=1) - marks[:, part]
        expected = scipy.stats.pointbiserialr(marks[:, part].astype(bool), rest).statistic
        assert discrimination(marks, part) == pytest.approx(expected)
        assert difficulty(marks[:, part], 1.0) == pytest.approx(marks[:, part].mean())


def test_undecided_marks_are_left_out_pair_by_pair():
    marks = class_of(30, 4)
    marks[:7, 2] = np.nan
    rest = marks[:, [1, 3]].sum(axis=1)
    expected = np.corrcoef(marks[:, 0], rest)[0, 1]  # part 2 is not decided for all, so it is in nobody's rest
    assert discrimination(marks, 0) == pytest.approx(expected)
    theirs = marks[7:]
    expected = np.corrcoef(theirs[:, 2], theirs[:, [0, 1, 3]].sum(axis=1))[0, 1]
    assert discrimination(marks, 2) == pytest.approx(expected)
    assert item(marks, 2, 3.0).decided == 23


@pytest.mark.parametrize("seed", range(5))
def test_alpha_from_covariances(seed):
    marks = class_of(50, 5, seed)
    covariances = np.cov(marks.T)  # alpha = k/(k-1) (1 - trace / sum), the other way to write it
    assert alpha(marks) == pytest.approx(5 / 4 * (1 - np.trace(covariances) / covariances.sum()))


def test_equal_parts_are_perfectly_consistent():
    marks = np.repeat(class_of(20, 1), 4, axis=1)
    assert alpha(marks) == pytest.approx(1)
    assert discrimination(marks, 0) == pytest.approx(1)
    marks[:, 0] = 3 - marks[:, 0]
    assert discrimination(marks, 0) == pytest.approx(-1)
    assert "worse here" in remark(item(marks, 0, 3.0))


@pytest.mark.parametrize(
    "marks",
    [
        np.ones((2, 3)),
        np.ones((9, 3)),
        np.full((9, 3), np.nan),
        np.ones((9, 1)),
        np.zeros((0, 3)),
        np.full((5, 2), 0.1),
    ],
)
def test_what_cannot_be_told_is_not_told(marks):
    assert discrimination(marks, 0) is None
    assert alpha(marks) is None
    item(marks, 0, 2.0)


def test_no_marks_and_no_points():
    assert difficulty(np.array([np.nan]), 2.0) is None
    assert difficulty(np.array([0.0]), 0.0) is None
    empty = item(np.full((4, 2), np.nan), 0, 2.0)
    assert (empty.decided, empty.full, empty.none, empty.partly) == (0, 0, 0, 0)
    assert remark(empty) == "no marks yet"


def test_counts_and_remarks():
    marks = np.array([[2.0, 1], [2, 0], [1, 1], [0, 0], [0, 1]])
    found = item(marks, 0, 2.0)
    assert (found.full, found.partly, found.none, found.decided) == (2, 1, 2, 5)
    assert remark(item(np.array([[0.0, 1], [0, 2], [0, 3], [1, 9]]), 0, 1.0)).startswith("very hard")
    assert remark(item(np.ones((4, 2)), 0, 1.0)) == "nearly everybody has it"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 100), min_size=1, max_size=40))
def test_spread(scores):
    found = spread(np.array(scores))
    assert found.mean == pytest.approx(np.mean(scores))
    assert found.median == pytest.approx(np.median(scores))
    assert found.deviation == pytest.approx(np.std(scores, ddof=1) if len(scores) > 1 else 0)
    assert found.lowest <= found.lower_quartile <= found.median <= found.upper_quartile <= found.highest
