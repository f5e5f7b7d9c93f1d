"""Marked pieces are the text; changed words are those that a copy does not share."""

from hypothesis import given
from hypothesis import strategies as st

from pretraining.text.highlight import changed_spans, pieces

TEXTS = st.text(alphabet="ab \n<", max_size=30)


@given(TEXTS, st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=5))
def test_pieces_join_to_the_text_and_mark_what_spans_cover(text, ends):
    spans = [(min(a, b), max(a, b)) for a, b in ends if max(a, b) <= len(text)]
    found = pieces(text, spans)
    assert "".join(piece for piece, _ in found) == text
    marks = [marked for piece, marked in found for _ in piece]
    assert marks == [any(start <= i < end for start, end in spans) for i in range(len(text))]


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text):
    assert changed_spans(text, text) == []


def test_inserted_replaced_and_moved_words_are_found_and_lost_ones_are_not():
    original = "one two three four five"
    assert changed_spans("one two  new\nthree four five", original) == [(9, 12)]
    assert changed_spans("one 2 three four 5", original) == [(4, 5), (17, 18)]
    assert changed_spans("one two four five", original) == []
    assert changed_spans("", original) == []
    assert changed_spans("all new", "") == [(0, 7)]
