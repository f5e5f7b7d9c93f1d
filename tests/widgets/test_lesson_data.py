"""The explorers of unit 1 without a browser: every control moves what it should, and says so in words."""

import html
import re
import subprocess
import sys

import pytest

from pretraining import widgets
from pretraining.text import Document
from pretraining.text.world import World, approximate_tokens
from pretraining.widgets import CleaningExplorer, CorpusExplorer, MixtureExplorer


@pytest.fixture(scope="module")
def world():
    return World(seed=3)


@pytest.fixture(scope="module")
def pages(world):
    return list(world.documents("web", clean=False))


def plain(value):
    return " ".join(re.sub(r"<[^>]+>", " ", value).split())


def numbers(explorer, what):
    """(precision, recall) in per cent, as announced."""
    return tuple(map(int, re.search(rf"{what}: precision (\d+)%, recall (\d+)%", explorer.note.value).groups()))


@pytest.fixture
def corpus(world, pages):
    return CorpusExplorer({"web": pages[:80], "code": list(world.documents("code", tokens=4000))})


def test_leafing_shows_each_document_and_why_it_goes(corpus):
    seen = set()
    for number in range(1, 81):
        corpus.number.value = number
        document, said = corpus.document, plain(corpus.note.value)
        assert f"Document {number} of 80" in said
        assert ("Removed." in said) == (document.id in corpus.removals)
        if document.id in corpus.removals:
            rule = corpus.removals[document.id].rules[0]
            assert rule in said
            seen.add(rule)
            assert ("<mark" in corpus.page.value) == ("nderlined" in said)
        else:
            assert "<mark" not in corpus.page.value
    assert {"exact-copy", "near-copy", "shouting", "boilerplate"} <= seen


def test_the_page_is_the_document_whatever_is_marked(corpus):
    for number in range(1, 40):
        corpus.number.value = number
        shown = re.sub(r"</?(mark|div)[^>]*>", "", corpus.page.value)
        assert shown == html.escape(corpus.document.text)


def test_buttons_turn_pages_and_stop_at_the_ends(corpus):
    corpus.back_button.click()
    assert corpus.number.value == 1
    corpus.next_button.click()
    assert corpus.number.value == 2
    corpus.number.value = 80
    corpus.next_button.click()
    assert corpus.number.value == 80


def test_choosing_what_to_show_starts_at_its_first_document(corpus):
    corpus.number.value = 70
    corpus.show.value = "those removed"
    assert corpus.number.value == 1
    assert corpus.document.id in corpus.removals
    assert corpus.number.max == sum(d.id in corpus.removals for d in corpus.domains["web"])
    corpus.domain.value = "code"
    assert corpus.document is None
    assert "no such document" in corpus.note.value
    leafing = corpus.number, corpus.back_button, corpus.next_button
    assert all(control.disabled for control in leafing), "there is nothing to turn to"
    corpus.show.value = "every document"
    assert not any(control.disabled for control in leafing)
    assert corpus.document.domain == "code"
    assert "prose" in corpus.note.value


def test_documents_cannot_inject_html():
    text = "<script>alert(1)</script> & <b>LOUD</b> " + "SHOUTING PEOPLE " * 20
    explorer = CorpusExplorer({"web": [Document("<i>x</i>", "web", text)]})
    for shown in (explorer.page.value, explorer.note.value):
        assert "<script" not in shown
        assert "<i>x" not in shown
    assert "&lt;script" in explorer.page.value
    assert "&lt;b&gt;" in explorer.page.value


@pytest.fixture(scope="module")
def cleaning(pages):
    return CleaningExplorer(pages[:350])


def test_strict_thresholds_lose_good_pages_and_lax_ones_keep_dirt(cleaning):
    words = cleaning.dials["too-few-words"]
    words.value = 20
    lax = numbers(cleaning, "junk")
    words.value = 250
    strict = numbers(cleaning, "junk")
    assert strict[0] < 70 < 95 < lax[0]
    assert lax[1] < 60 < strict[1]
    assert "A good page that goes" in cleaning.examples.value
    words.value = 20
    assert "Junk that stays" in cleaning.examples.value


@pytest.mark.parametrize(("rule", "low", "high"), [("no-grammar", 0.1, 0.44), ("top-word", 0.3, 0.01)])
def test_every_quality_slider_shows_the_trade(cleaning, rule, low, high):
    dial = cleaning.dials[rule]
    before = dial.value
    dial.value = low
    lax = numbers(cleaning, "junk")
    dial.value = high
    strict = numbers(cleaning, "junk")
    dial.value = before
    assert strict[0] < lax[0]
    assert strict[1] > lax[1]


def test_the_similarity_slider_shows_the_trade(cleaning):
    cleaning.similarity.value = 0.02
    assert numbers(cleaning, "copies")[0] < 70
    cleaning.similarity.value = 1.0
    assert numbers(cleaning, "copies") == (100, pytest.approx(35, abs=20))
    cleaning.similarity.value = 0.7
    assert min(numbers(cleaning, "copies")) >= 95


def test_all_rules_together_find_the_junk(cleaning):
    cleaning.others.value = True
    precision, recall = numbers(cleaning, "junk")
    cleaning.others.value = False
    assert precision >= 95
    assert recall >= 85
    assert numbers(cleaning, "junk")[1] < recall


def test_the_bars_and_the_words_agree(cleaning):
    rows = cleaning.chart.rows
    assert sum(pages for _, pages, _, _ in rows) == 350
    kept = sum(pages for outcome, pages, _, _ in rows if outcome == "kept")
    assert f"Kept {kept} of 350 pages, removed {350 - kept}" in plain(cleaning.note.value)
    assert f"kept {kept}" in cleaning.chart.description
    assert "role='status'" in cleaning.note.value


@pytest.fixture
def mixing():
    return MixtureExplorer({"web": 60_000, "books": 30_000, "code": 10_000}, budgets=[100_000, 1_000_000])


def test_a_mixture_starts_as_the_sizes_are(mixing):
    assert [control.value for control in mixing.weights.values()] == [60, 30, 10]
    assert [round(epochs, 2) for _, epochs, _, _ in mixing.epochs.rows] == [1, 1, 1]
    assert sum(tokens for _, tokens, _ in mixing.shares.rows) == 100_000


def test_weights_and_budget_move_shares_epochs_and_warnings(mixing):
    mixing.weights["code"].value = 90
    assert [tokens for _, tokens, _ in mixing.shares.rows] == [33_333, 16_667, 50_000]
    assert "code is repeated 5.0 times" in plain(mixing.note.value)
    assert "2305.16264" in mixing.note.value
    assert "code 5.0" in mixing.epochs.description
    mixing.weights["code"].value = 0
    assert "repeated" not in mixing.note.value
    mixing.budget.value = 1_000_000
    assert "web is repeated" in mixing.note.value


def test_no_weight_at_all_is_explained(mixing):
    for control in mixing.weights.values():
        control.value = 0
    assert "at least one domain needs a weight" in mixing.note.value


def test_sizes_of_a_world_fit_the_explorer(pages):
    explorer = MixtureExplorer({"web": sum(approximate_tokens(page.text) for page in pages)}, budgets=[1000])
    assert explorer.shares.rows == [["web", 1000, "web 100%"]]


def test_every_control_has_a_label(corpus, cleaning, mixing):
    controls = [corpus.domain, corpus.show, corpus.number, corpus.back_button, corpus.next_button, cleaning.similarity]
    controls += [*cleaning.dials.values(), cleaning.others, mixing.budget, *mixing.weights.values()]
    assert all(control.description for control in controls)


def test_importing_widgets_waits_with_their_libraries():
    code = "import sys, pretraining.widgets as w; assert 'CleaningExplorer' in dir(w); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"torch", "scipy", "datasketch", "altair"} & set(loaded)
    code = "import sys; from pretraining.widgets import TrainingLab; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"scipy", "datasketch"} & set(loaded)


def test_all_names_lead_somewhere():
    assert all(isinstance(getattr(widgets, name), type) for name in widgets.__all__)
    with pytest.raises(AttributeError, match="no attribute"):
        _ = widgets.NoSuchExplorer
