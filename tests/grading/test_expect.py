import sys
import warnings

import pytest
import torch

from pretraining.grading import Credit, expect, student
from pretraining.grading.student import look_up


@pytest.fixture(autouse=True)
def no_shell(monkeypatch):
    """Another test may have left an IPython shell in this process; names would be looked up there."""
    if "IPython" in sys.modules:
        monkeypatch.setattr(sys.modules["IPython"], "get_ipython", lambda: None)


@pytest.fixture
def notebook(monkeypatch):
    """Defines names as a learner's notebook does."""
    main = sys.modules["__main__"]  # a shell that another test left has put its own module there
    return lambda **names: [monkeypatch.setattr(main, name, value, raising=False) for name, value in names.items()]


def test_a_failure_names_call_result_expectation_and_idea(notebook):
    notebook(double=lambda x, by=2: x)
    with pytest.raises(AssertionError) as failure:
        expect(student.double, [1, 2], by=3).gives([2, 4], "every number twice")
    message = str(failure.value)
    for part in ("double([1, 2], by=3)", "[1, 2]", "[2, 4]", "every number twice"):
        assert part in message


def test_right_answers_pass(notebook):
    notebook(same=lambda x: x)
    expect(student.same, (1, [2])).gives((1, [2]), "idea")
    expect(student.same, 1.0000001).is_close(1.0, "idea")
    expect(student.same, torch.ones(2)).is_close(torch.ones(2), "idea")
    expect(student.same, 3).holds(lambda x: x > 2, "more than 2", "idea")


@pytest.mark.parametrize(
    ("got", "expected"),
    [(float("nan"), 1.0), ("1.0", 1.0), (True, 1.0), (torch.ones(2, 1), torch.ones(2)), ([1.0], torch.ones(1)),
     (torch.tensor([float("nan")]), torch.ones(1)), (None, 1.0), (1.1, 1.0)],
)  # fmt: skip
def test_close_is_not_fooled(notebook, got, expected):
    notebook(f=lambda: got)
    with pytest.raises(AssertionError, match="idea"):
        expect(student.f).is_close(expected, "idea")


def refuse(error):
    def f(x):
        raise error

    return f


def test_raises_wants_the_right_error_with_words(notebook):
    notebook(f=refuse(ValueError("too short")))
    expect(student.f, 1).raises(ValueError, "idea")
    for wrong in (refuse(KeyError("x")), refuse(ValueError()), lambda x: x):
        notebook(f=wrong)
        with pytest.raises(AssertionError, match="idea"):
            expect(student.f, 1).raises(ValueError, "idea")
    notebook(f=refuse(NotImplementedError()))
    with pytest.raises(NotImplementedError):
        expect(student.f, 1).raises(ValueError, "idea")


def test_a_result_that_the_test_cannot_read_fails_kindly(notebook):
    notebook(f=lambda: None)
    with pytest.raises(AssertionError, match="two rows"):
        expect(student.f).holds(lambda x: x.shape == (2, 2), "two rows", "idea")


def test_the_learner_cannot_change_the_judges_data(notebook):
    notebook(f=lambda x: x.clear())
    data = [1, 2]
    expect(student.f, data).gives(None, "idea")
    assert data == [1, 2]


def test_a_missing_function_is_named():
    with pytest.raises(NameError, match="never_written"):
        student.never_written(1)
    with pytest.raises(NameError, match="run that cell"):
        look_up("never_written")


def test_variables_and_things_that_are_not_functions(notebook):
    notebook(answer=[42])
    assert student.value("answer") == [42]
    with pytest.raises(TypeError, match="should be a function"):
        student.answer()


def test_warnings_of_the_learners_code_are_ordinary_output(notebook, capsys):
    def noisy():
        warnings.warn("careful", stacklevel=1)
        return 1

    notebook(noisy=noisy)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = lambda *a, **k: __import__("sys").stderr.write("careful")
        expect(student.noisy).gives(1, "idea")
    said = capsys.readouterr()
    assert "careful" in said.out
    assert not said.err


def test_credit_adds_up_and_says_what_is_missing(capsys):
    credit = Credit()
    with credit.part(1.5, "good"):
        pass
    with credit.part(2, "bad"):
        raise KeyError("x")
    with credit.part(1, "unwritten"):
        raise NotImplementedError
    assert credit.total() == 1.5
    assert type(credit.total()) is float
    said = capsys.readouterr().out
    assert "bad - KeyError" in said
    assert "not written yet" in said


def test_long_values_are_shortened(notebook):
    notebook(f=lambda: list(range(10_000)))
    with pytest.raises(AssertionError) as failure:
        expect(student.f).gives([], "idea")
    assert len(str(failure.value)) < 1500
