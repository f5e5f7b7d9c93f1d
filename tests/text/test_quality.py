"""Quality rules: each finds its own kind of junk, points at it, and leaves good text alone."""

import itertools
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.cpu import cpu_seconds
from pretraining.text import load
from pretraining.text.page import Page
from pretraining.text.phrases import BROKEN
from pretraining.text.quality import BY_NAME, RULES, QualitySettings, judge, measured, merged, problems

GOOD = (
    "The old harbour lies at the mouth of a river that nobody has ever dredged. Fishermen mend their nets there in "
    "winter, when storms keep every boat ashore, and children listen to stories about the great flood. In spring "
    "the market opens again: farmers bring cheese, honey and early onions, while a baker from the next valley sells "
    "dark bread. Visitors rarely stay overnight, since the only inn closed some years ago. Those who do find a room "
    "remember the quiet, the smell of tar, and a lighthouse whose lamp still turns by clockwork."
)
SHORT = GOOD.removesuffix(".").split(". ")
JUNK = {
    "too-few-words": "The inn closed when the last of its owners left.",
    "words-too-short": " ".join(f"{a}{b} is to be of" for a in "abcdef" for b in "vwxyz"),
    "words-too-long": " ".join(f"{word}ishness-upon-{word}ology" for word in GOOD.split()),
    "many-symbols": GOOD.replace(" the ", " #the # "),
    "mostly-bullets": "\n".join(f"- {sentence}." for sentence in SHORT),
    "cut-off-lines": "\n".join(f"{sentence} ..." for sentence in SHORT),
    "few-letters": " ".join(f"{word} {i * 37}" for i, word in enumerate(GOOD.split())),
    "few-stop-words": "Der alte Hafen liegt an einem Fluss, den noch niemand vertieft hat. Fischer flicken dort im "
    "Winter ihre Netze, wenn Sturm jedes Boot am Ufer festhält, und Kinder lauschen Geschichten von einer Flut.",
    "no-grammar": "The harbour boats fishing nets storms market cheese honey onions bread baker valley visitors inn "
    "rooms lighthouse lamp clockwork tar river winter spring farmers stories children flood.",
    "repeated-lines": "\n".join([f"{sentence}." for sentence in SHORT] + [f"{SHORT[2]}."] * 2),
    "top-phrase": " ".join(f"{sentence} on the harbour bridge." for sentence in GOOD.replace(",", ".").split(". ")),
    "repeated-phrases": " ".join(sentence + "." for sentence in (SHORT * 2)[:8]),
    "top-word": GOOD.replace(" the ", " the harbour ").replace(" and ", " and harbour ").replace(" a ", " a harbour ")
    + " Harbour after harbour, harbour upon harbour, and in every harbour of theirs another harbour.",
    "unfinished-lines": "\n".join(sentence.replace(",", "") for sentence in SHORT),
    "short-lines": "\n".join(" ".join(GOOD.split()[i : i + 4]) + "." for i in range(0, 80, 4)),
    "boilerplate": GOOD + "\nWe use cookies to improve your visit.\nAll rights reserved by the owners of this page.",
    "placeholder": GOOD + " Lorem ipsum dolor sit amet.",
    "broken-encoding": GOOD.replace("'", "’").replace(" the ", " the â€œ").replace("honey", "honey Ã  la crÃ¨me"),
    "shouting": GOOD.upper(),
    "link-list": " ".join(f"{word} www.example{i}.org" if i % 4 == 0 else word for i, word in enumerate(GOOD.split())),
}


def names(text: str, settings: QualitySettings | None = None) -> list[str]:
    return [problem.rule for problem in problems(text, settings or QualitySettings())]


def test_good_text_breaks_no_rule():
    assert names(GOOD) == []
    assert names(textwrap.fill(GOOD, 70)) == []
    assert names("\n\n".join(f"{sentence}." for sentence in SHORT)) == []


def test_every_rule_has_a_page_that_breaks_it():
    assert JUNK.keys() == BY_NAME.keys()


@pytest.mark.parametrize("rule", BY_NAME)
def test_a_rule_finds_its_kind_of_junk(rule):
    found = names(JUNK[rule])
    assert rule in found
    assert len(found) <= 4, "a page of one kind of junk should not look like every kind"
    assert rule not in names(JUNK[rule], QualitySettings(off=frozenset({rule})))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_threshold_moves_the_verdict(rule):
    value = measured(JUNK[rule.name])[rule.name]
    assert rule.name not in names(JUNK[rule.name], QualitySettings({rule.name: value}))
    stricter = value + 0.001 if rule.limit == "at least" else value - 0.001
    assert rule.name in names(JUNK[rule.name], QualitySettings({rule.name: stricter}))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_says_what_it_measures_and_where_it_comes_from(rule):
    assert rule.meaning
    assert rule.source == "this course" or "arXiv" in rule.source


text_like = st.lists(
    st.one_of(
        st.sampled_from([*GOOD.split(), "#", "...", "- ", "\n", "\n\n", "Ã©", "http://x.org", "!"]), st.text(max_size=9)
    )
).map(" ".join)


@given(text_like)
def test_spans_lie_in_the_text_and_measures_are_numbers(text):
    for problem in problems(text):
        assert problem.value == problem.value
        assert all(0 <= start < end <= len(text) for start, end in problem.spans)
    assert [(p.rule, p.value) for p in judge(measured(text))] == [(p.rule, p.value) for p in problems(text)]


@given(text_like)
def test_shares_lie_between_zero_and_one(text):
    counts = {"too-few-words", "words-too-short", "words-too-long", "many-symbols", "few-stop-words", "placeholder"}
    for name, value in measured(text).items():
        assert value >= 0
        assert name in counts or value <= 1 + 1e-9, name


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("broken-encoding", "â€œmouth"),
        ("boilerplate", "We use cookies to improve your visit."),
        ("placeholder", "Lorem ipsum"),
        ("link-list", "www.example0.org"),
        ("shouting", "FISHERMEN"),
        ("repeated-lines", f"{SHORT[2]}."),
    ],
)
def test_spans_point_at_what_is_wrong(rule, expected):
    text = JUNK[rule]
    (problem,) = [problem for problem in problems(text) if problem.rule == rule]
    assert expected in [text[start:end] for start, end in problem.spans]


@given(st.text(st.characters(min_codepoint=0xA1, max_codepoint=0x2FFFF, exclude_categories=["Cs", "Cn"]), min_size=1))
def test_utf8_read_as_latin1_is_recognised(text):
    assert BROKEN.search(text.encode("utf-8").decode("latin-1"))


@pytest.mark.parametrize(
    "text",
    [
        "Gödel, Erdős und Noether grüßen: „Schöne Ärzte“ – für 5 € in Übersee…",
        "L’été dernier, à Noël, François a mangé une crêpe à l’œuf : « c’est délicieux ! »",
        "El niño soñó con la cigüeña; ¿qué pasó después? ¡Él también!",
        "São Paulo, maçã, coração; ÂNGULO, Ângela e avô.",
        "Žluťoučký kůň úpěl ďábelské ódy. Łódź, żółć, ğüşıöç.",
        "Съешь ещё этих мягких булок. 日本語の文章です。 العربية",
        "5 °C ± 0.3 µm, ½ × 10² — “quoted” ‘text’ ™ ©",
    ],
)
def test_accents_are_no_broken_encoding(text):
    assert not BROKEN.search(text)


def test_wrapping_a_paragraph_does_not_change_its_lines():
    for width in (50, 72, 90):
        assert len(Page(textwrap.fill(GOOD.replace(". ", ", so "), width)).lines) <= 2
    assert Page("One.\nTwo.\n\n* * *\nThree").lines == ["One.", "Two.", "Three"]


def test_reference_text_is_kept():
    documents = list(load("python-docs"))
    removed = {document.id: names(document.text) for document in documents if names(document.text)}
    assert len(removed) <= 0.04 * len(documents), removed


@pytest.mark.parametrize(
    "bad", [{"thresholds": {"no-such": 1}}, {"off": frozenset({"no-such"})}, {"thresholds": {"shouting": float("nan")}}]
)
def test_settings_that_mean_nothing_are_refused(bad):
    with pytest.raises(ValueError, match=r"no-such|must be a number"):
        QualitySettings(**bad)


@pytest.mark.parametrize(
    "text",
    [
        "Beat the butter with the sugar.\nStir in the flour and the nuts.\nShape small cookies and bake them.\n"
        "Let the cookies cool on a rack before you fill the jar.\nCookies keep for a week in a tin.",
        "In JavaScript a function is a value.\nThat is why you can pass it to another function.\n"
        "JavaScript has closures as well, and they keep the names of the place where they were made.",
        GOOD + "\n\n" + GOOD.replace("the market opens", "the newsletter goes out and the market opens"),
    ],
)
def test_a_word_of_the_web_is_no_boilerplate_by_itself(text):
    assert "boilerplate" not in names(text)


@pytest.mark.alone
@pytest.mark.parametrize(
    "piece", ["a", "a@", "a.", ".", ")", '."', "# ", "\n", "a\n", "---\n", "a b c d\n", "Ã", "x" * 49 + "\n", GOOD]
)
def test_odd_texts_cost_linear_time(piece):
    def seconds(length):
        text = (piece * (length // len(piece) + 1))[:length]
        with cpu_seconds() as spent:
            problems(text)
        return spent[0]

    seconds(1000)
    assert seconds(200_000) < 8 * max(0.02, min(seconds(50_000) for _ in range(2)))


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)).map(lambda span: (span[0], span[0] + span[1]))))
def test_merged_spans_cover_the_same_characters_once(spans):
    joined = merged(spans)
    assert {i for start, end in spans for i in range(start, end)} == {i for s, e in joined for i in range(s, e)}
    assert all(a[1] < b[0] for a, b in itertools.pairwise(joined))
