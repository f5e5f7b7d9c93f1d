"""The lab's challenges, judged on made-up runs: each can be met, and just missed."""

import pytest

from pretraining.training import Evaluation, Step, judge_run


def run(*points):
    """Events of a run from (step, training loss, held-out loss) at 100 tokens a step."""
    return [Evaluation(0, 6.9)] + [
        event
        for step, loss, heldout in points
        for event in (Step(step, loss, 0.01, 1.0, 100 * step, 0.01), Evaluation(step, heldout))
    ]


def met(history):
    return [challenge.met for challenge in judge_run(history, vocab_size=1024, bigram=3.0)]


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ([], [False, False, False]),
        ([Evaluation(0, 6.9)], [False, False, False]),
        (run((500, 2.1, 2.0)), [True, False, True]),
        (run((501, 2.1, 2.0)), [False, False, True]),
        (run((500, 2.1, 2.01)), [False, False, True]),
        (run((5, 7.3, 7.5), (100, 4.0, 4.9)), [False, True, False]),
        (run((5, 7.3, 7.5), (100, 4.0, 5.1)), [False, False, False]),
        (run((5, 7.0, 7.0), (100, 4.0, 4.9)), [False, False, False]),
        (run((1500, 3.0, 2.99)), [False, False, True]),
        (run((1501, 3.0, 2.99)), [False, False, False]),
        (run((100, 3.1, 3.0)), [False, False, False]),
    ],
)
def test_a_run_meets_what_it_should(history, expected):
    assert met(history) == expected


def test_nothing_trained_is_said_kindly():
    assert all("nothing was trained yet" in str(challenge) for challenge in judge_run([], 1024, 3.0))
