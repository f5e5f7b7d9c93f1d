"""Cleaning a stream, scored against labels: on the documentation's own prose, made dirty here."""

import random
import re

import pytest

from pretraining.text import Document, load
from pretraining.text.clean import CleaningReport, CleaningSettings, clean
from pretraining.text.quality import QualitySettings
from pretraining.text.report import Removal
from pretraining.text.score import score

PROSE = (
    "Rain fell on the valley for nine days, and the miller knew that the dam would not hold. He sent his daughter to "
    "warn the village below, then opened the old sluice with an iron bar. Nobody drowned, but the bridge was gone."
)
NONE = CleaningSettings(QualitySettings(), similarity=None, exact_copies=False)


def paragraphs() -> list[str]:
    """Paragraphs of real prose, about 50 to 200 words each, without the topics that repeat one another."""
    found = dict.fromkeys(
        " ".join(part.split())
        for document in load("python-docs")
        for part in re.split(r"\n\s*\n", document.text)
        if 50 <= len(part.split()) <= 200 and "   " not in part
    )
    return list(found)


def near_copy(rng: random.Random, text: str) -> str:
    """The text as another site would show it: a word or two changed, the case lost, a line added."""
    words = text.split()
    words[rng.randrange(len(words))] = rng.choice(["really", "example", "changed"])
    ways = [" ".join(words), text.upper().lower(), text + " Thank you for reading.", "Posted today.\n" + text]
    return rng.choice(ways)


def shout(rng: random.Random, text: str) -> str:
    return text.upper() + "!!!"


def break_encoding(rng: random.Random, text: str) -> str:
    return text.replace("e ", "é ").encode("utf-8").decode("latin-1")


def spam(rng: random.Random, text: str) -> str:
    words = rng.sample([word.strip(",.") for word in text.split() if len(word) > 4], 4)
    return " ".join(rng.choice(words) for _ in range(80))


def link_list(rng: random.Random, text: str) -> str:
    words = text.split()
    return "\n".join(f"{words[i]} {words[i + 1]} https://{words[i].lower()}.example/{i}" for i in range(0, 24, 2))


def boilerplate(rng: random.Random, text: str) -> str:
    lines = ["Log in", "Sign up", "About us", "We use cookies.", "All rights reserved.", "Privacy policy", "Read more"]
    return "\n".join([*rng.sample(lines, 5), text])


MAKERS = {
    "shouting": shout,
    "broken-encoding": break_encoding,
    "keyword-spam": spam,
    "link-list": link_list,
    "boilerplate": boilerplate,
}


def dirty_pages(seed: int) -> list[Document]:
    """Real paragraphs, and dirty ones made of them in a labelled way, in random order.

    A quarter become junk: with fewer, the short documentation of Python 3.10 gives too few to count.
    """
    rng = random.Random(seed)
    pages = []
    for i, text in enumerate(paragraphs()):
        pages.append(Document(f"p{i}", "web", text))
        if rng.random() < 0.2:
            pages.append(Document(f"n{i}", "web", near_copy(rng, text), frozenset({"near-copy"}), f"p{i}"))
        if rng.random() < 0.1:
            pages.append(
                Document(f"e{i}", "web", f"  {text}\n".replace(" the ", "  The "), frozenset({"exact-copy"}), f"p{i}")
            )
        if rng.random() < 0.25:
            label = rng.choice(sorted(MAKERS))
            pages.append(Document(f"j{i}", "web", MAKERS[label](rng, text), frozenset({label})))
    rng.shuffle(pages)
    return pages


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_dirt_in_real_prose_is_found_and_prose_is_kept(seed):
    pages = dirty_pages(seed)
    report = CleaningReport()
    kept = list(clean(pages, report=report))
    scores = score(report.removals, pages)
    assert scores["copies"].labelled > 30
    assert scores["junk"].labelled > 25
    assert scores["copies"].precision >= 0.95
    assert scores["copies"].recall >= 0.95
    assert scores["junk"].precision >= 0.95
    assert scores["junk"].recall >= 0.85
    assert len(kept) == report.kept["web"]


def test_python_docs_are_kept_and_the_report_says_why_some_are_not():
    report = CleaningReport()
    list(clean(load("python-docs"), report=report))
    assert len(report.removals) <= 0.05 * report.read["docs"]
    copy = next(removal for removal in report.removals if removal.rules == ("exact-copy",))
    assert (copy.id, copy.copy_of) == ("if", "else")
    page = report.as_markdown()
    for removal in report.removals:
        assert f"- `{removal.id}`: {removal.why}" in page


def test_kept_documents_come_unchanged_in_their_order_as_they_are_read():
    documents = [Document(str(i), "web", f"{PROSE} {i} is where the story of that year ends {i}.") for i in range(9)]
    seen = []
    stream = clean((seen.append(d.id) or d for d in documents), NONE)
    assert next(stream) is documents[0]
    assert seen == ["0"]
    assert list(stream) == documents[1:]


def test_junk_goes_before_copies_are_sought():
    """Two junk pages that repeat each other are both junk; a good page is no copy of a bad one."""
    documents = [Document(str(i), "web", PROSE.upper()) for i in range(2)] + [Document("good", "web", PROSE)]
    report = CleaningReport()
    assert [d.id for d in clean(documents, report=report)] == ["good"]
    assert report.by_rule == {"shouting": 2}


def test_the_report_adds_up_and_keeps_a_few_examples():
    documents = [Document(f"copy {i}", "web", PROSE) for i in range(9)] + [Document("tiny", "forum", "Yes.")]
    report, calls = CleaningReport(), []
    list(clean(documents, report=report, on_progress=lambda r: calls.append(r.read.total())))
    assert calls == list(range(1, 11))
    assert report.read == {"web": 9, "forum": 1}
    assert report.kept == {"web": 1}
    assert report.by_rule == {"exact-copy": 8, "too-few-words": 1}
    assert [example.id for example in report.examples["exact-copy"]] == ["copy 1", "copy 2", "copy 3"]
    assert {removal.copy_of for removal in report.removals} == {"copy 0", None}
    assert report.kept_characters == len(PROSE)
    assert report.as_dict()["removed_by_rule"] == {"exact-copy": 8, "too-few-words": 1}


def test_code_is_compared_but_not_held_to_rules_for_prose():
    code = "\n".join(f"x{i} = f(x{i - 1})" for i in range(1, 30))
    report = CleaningReport()
    kept = clean([Document(name, "code", code) for name in "ab"] + [Document("c", "web", code)], report=report)
    assert [document.id for document in kept] == ["a"]
    assert report.removals[0].rules[0] == "exact-copy"
    assert report.removals[1].rules[0] not in ("exact-copy", "near-copy")


def test_settings_switch_each_search_off():
    pages = [Document("a", "web", PROSE), Document("b", "web", PROSE), Document("c", "web", PROSE + " Truly.")]
    assert [d.id for d in clean(pages)] == ["a"]
    assert [d.id for d in clean(pages, CleaningSettings(similarity=None))] == ["a", "c"]
    assert [d.id for d in clean(pages, NONE)] == ["a", "b", "c"]
    with pytest.raises(ValueError, match="similarity threshold"):
        CleaningSettings(similarity=1.5)


def test_text_in_another_language_gets_a_hint():
    german = [
        Document(str(i), "web", f"Der Regen fiel {i} Tage auf das Tal und der Müller ahnte nichts Gutes. " * 3)
        for i in range(3)
    ]
    report = CleaningReport()
    list(clean(german, report=report))
    assert "another language" in report.language_hint()
    assert report.language_hint() in report.as_markdown()


def labelled(id: str, *labels: str, copy_of: str | None = None) -> Document:
    return Document(id, "web", "", frozenset(labels), copy_of)


GROUP = [
    labelled("a"),
    labelled("b", "near-copy", copy_of="a"),
    labelled("c", "exact-copy", copy_of="b"),
    labelled("d"),
]


@pytest.mark.parametrize(
    ("removed", "precision", "recall"),
    [("bc", 1.0, 1.0), ("ab", 1.0, 1.0), ("abc", 2 / 3, 1.0), ("b", 1.0, 0.5), ("d", 0.0, 0.0), ("", 1.0, 0.0)],
)
def test_any_member_of_a_group_of_copies_may_stay(removed, precision, recall):
    copies = score([Removal(id, "web", ("near-copy",), "") for id in removed], GROUP)["copies"]
    assert (copies.precision, copies.recall) == (pytest.approx(precision), recall)


def test_junk_counts_as_gone_whatever_rule_removed_it():
    documents = [labelled("a"), labelled("b", "shouting"), labelled("c", "link-list")]
    removals = [Removal("a", "web", ("top-word",), ""), Removal("b", "web", ("near-copy",), "")]
    junk = score(removals, documents)["junk"]
    assert (junk.precision, junk.recall) == (0.0, 0.5)


def test_a_score_needs_the_documents_that_were_cleaned():
    with pytest.raises(ValueError, match="'x' was removed but is not among"):
        score([Removal("x", "web", ("near-copy",), "")], GROUP)
