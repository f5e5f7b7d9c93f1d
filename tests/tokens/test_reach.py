"""GPT-2's vocabulary: one attempt in a run, no error and no long wait, whatever the network does."""

import threading
import time

import pytest
import requests

from pretraining.tokens import Tokenizer, reach
from pretraining.tokens.reach import try_gpt2


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setattr(reach, "_attempt", None)


@pytest.mark.parametrize("error", [requests.ConnectionError, ConnectionError, TimeoutError, ValueError])
def test_without_a_network_there_is_a_sentence(error):
    tries = []

    def fetch():
        tries.append(1)
        raise error("no such host")

    for _ in range(3):
        found, sentence = try_gpt2(fetch=fetch)
        assert found == {}
        assert "go on without it" in sentence
        assert "host" not in sentence
    assert len(tries) == 1, "one attempt in a run"


def test_a_network_that_never_answers_costs_only_the_wait():
    answer, encoding = threading.Event(), Tokenizer([]).tiktoken

    def fetch():
        answer.wait(30)
        return encoding

    started = time.monotonic()
    found, sentence = try_gpt2(seconds=0.1, fetch=fetch)
    assert time.monotonic() - started < 5
    assert found == {}
    assert "run this cell again" in sentence
    answer.set()
    found, sentence = try_gpt2(seconds=10, fetch=fetch)
    assert found == {"GPT-2": encoding}
    assert "here" in sentence


def test_a_mistake_in_our_own_code_is_not_taken_for_a_missing_network(monkeypatch):
    """It shows as a traceback of the thread; here it is caught to look at it."""
    seen = []
    monkeypatch.setattr(threading, "excepthook", lambda arguments: seen.append(arguments.exc_type))
    try_gpt2(fetch=lambda: {}["no such key"])
    assert seen == [KeyError]
