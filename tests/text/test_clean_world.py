"""Cleaning scored on the micro-world's labelled pages, on seeds that nothing was tuned on."""

import pytest

from pretraining.text.clean import CleaningReport, clean
from pretraining.text.score import score

world = pytest.importorskip("pretraining.text.world")


@pytest.fixture(scope="module", params=[6001, 6002])
def the_world(request):
    return world.World(seed=request.param)


def test_copies_and_junk_are_found_among_raw_web_pages(the_world):
    pages = list(the_world.documents("web", tokens=150_000, clean=False))
    report = CleaningReport()
    list(clean(pages, report=report))
    scores = score(report.removals, pages)
    assert min(scores["copies"].labelled, scores["junk"].labelled) > 40
    assert scores["copies"].precision >= 0.95
    assert scores["copies"].recall >= 0.95
    assert scores["junk"].precision >= 0.95
    assert scores["junk"].recall >= 0.85


@pytest.mark.parametrize("domain", ["encyclopedia", "books", "papers", "forum", "web"])
def test_good_text_is_kept(the_world, domain):
    report = CleaningReport()
    list(clean(the_world.documents(domain), report=report))
    assert report.read.total() > 50
    assert len(report.removals) <= 0.01 * report.read.total()
