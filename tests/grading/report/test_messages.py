"""Failures: what a test said, and which messages tell of the same failure."""

import pytest

from pretraining.grading.expect import Credit, expect
from pretraining.grading.report.messages import LONGEST, NOT_WRITTEN, SILENT, grouped, pattern, what_was_said
from pretraining.grading.report.work import plain, plain_outputs


def said_by(outputs):
    return what_was_said(list(plain_outputs(outputs)))


def error(name, words="", traceback=()):
    return {"output_type": "error", "ename": name, "evalue": words, "traceback": list(traceback)}


def judged(function, argument, expected, idea):
    with pytest.raises(AssertionError) as caught:
        expect(function, argument).gives(expected, idea)
    return str(caught.value)


def double(x):
    return 3 * x


def half(x):
    return x / 3


def test_the_idea_decides_when_expect_judged():
    one, two = judged(double, 1, 2, "twice is two times"), judged(double, 40, 80, "twice is two times")
    assert one != two
    assert pattern(one) == pattern(two)
    assert pattern(one) != pattern(judged(double, 1, 2, "zero stays zero"))
    assert pattern(one) != pattern(judged(half, 1, 2, "twice is two times"))


def test_each_part_of_partial_credit_is_a_message(capsys):
    credit = Credit()
    with credit.part(1, "adds"):
        expect(double, 2).gives(4, "twice")
    with credit.part(2, "subtracts"):
        raise NotImplementedError
    with credit.part(1, "is right"):
        pass
    text = "a print of the student's\n" + capsys.readouterr().out
    said = said_by([{"output_type": "stream", "name": "stdout", "text": text}])
    assert [message.splitlines()[0] for message in said] == [
        "not yet (1 point): adds - ",
        "not yet (2 points): subtracts - not written yet",
    ]
    assert "think about  twice" in said[0]


@pytest.mark.parametrize(
    ("output", "message"),
    [
        (error("NotImplementedError"), NOT_WRITTEN),
        (error("NotImplementedError", "not for lists"), "NotImplementedError: not for lists"),
        (error("CellTimeoutError"), "ran out of time"),
        (error("AssertionError", "one is not two"), "one is not two"),
        (error("AssertionError"), "AssertionError, without a message"),
        (error("AssertionError", "", ["\x1b[1;31mA\x1b[0m", "\x1b[0;32m----> 3\x1b[0m assert f(2) == 4\n      4 x"]),
         "AssertionError at: assert f(2) == 4"),
        (error("ZeroDivisionError", "division by zero"), "ZeroDivisionError: division by zero"),
        ({"output_type": "execute_result", "data": {"text/plain": "1.5"}}, SILENT),
        ({"output_type": "stream", "name": "stdout", "text": ["hello\n", "you"]}, SILENT),
    ],
)  # fmt: skip
def test_what_a_test_said(output, message):
    assert said_by([output]) == [message]


def test_a_time_out_is_one_failure_with_the_interrupt_that_ended_it():
    assert said_by([error("KeyboardInterrupt"), error("CellTimeoutError")]) == ["ran out of time"]


def test_numbers_addresses_and_long_quotations_do_not_tell_failures_apart():
    assert pattern("got <f at 0x7f3a>, 12.5e3 of 3") == pattern("got <f at 0x1b>, 1 of -4")
    long = "cannot read '{}'"
    assert pattern(long.format("a" * 50)) == pattern(long.format("b" * 70))
    assert pattern("name 'Counter' is not defined") != pattern("name 'deque' is not defined")


def test_each_student_counts_once_and_the_commonest_example_is_shown():
    said = [("a", "nb", "t1", ["got 1", "got 2"]), ("b", "nb", "t1", ["got 2"]), ("b", "nb", "t2", ["got 2"])]
    first, second = grouped(said)
    assert (first.part, first.students, first.message) == ("t1", ("a", "b"), "got 2")
    assert (second.part, second.students) == ("t2", ("b",))
    assert grouped([]) == []


@pytest.mark.parametrize(
    "outputs",
    [[None, 1, "x", []], [{}], [{"output_type": "error"}], [{"output_type": "error", "ename": 3, "traceback": "x"}],
     [{"output_type": "stream", "name": "stdout", "text": {"a": 1}}], [{"output_type": "stream"}]],
)  # fmt: skip
def test_outputs_of_any_shape_can_be_read(outputs):
    assert all(isinstance(message, str) for message in said_by(outputs))


def test_messages_are_plain_and_not_endless():
    assert plain("\x1b[31mred\x1b[0m\x00\x07 \u202eevil\u202c \ud800\tx") == "red evil    x"
    assert len(said_by([error("E", "x" * 10**6)])[0]) <= LONGEST
