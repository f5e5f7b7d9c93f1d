"""A survey judges as cleaning does, for any settings."""

import pytest

from pretraining.text import Document, load
from pretraining.text.clean import CleaningReport, CleaningSettings, clean
from pretraining.text.quality import QualitySettings
from pretraining.text.survey import Survey

STORY = "In the year {} the miller of the village sold {} sacks of the best flour that he had and bought a mule for it."
PAGES = [
    *load("python-docs"),
    *(Document(f"s{i}", "web", (STORY * 3).format(*[1800 + i % 7] * 2, *[i % 5] * 2, 1, 2)) for i in range(40)),
    *(Document(f"c{i}", "code", "x = 1\n" * i) for i in range(4)),
    Document("empty", "web", ""),
    Document("also empty", "code", " "),
]


@pytest.fixture(scope="module")
def survey() -> Survey:
    return Survey(PAGES)


@pytest.mark.parametrize(
    "settings",
    [
        CleaningSettings(),
        CleaningSettings(similarity=0.9),
        CleaningSettings(similarity=1.0),
        CleaningSettings(similarity=None),
        CleaningSettings(similarity=0.8, exact_copies=False),
        CleaningSettings(QualitySettings({"too-few-words": 500, "top-word": 0.05}), similarity=0.6),
        CleaningSettings(QualitySettings(off=frozenset({"too-few-words"})), exempt=frozenset({"docs"})),
    ],
)
def test_a_survey_gives_the_report_of_cleaning(survey, settings):
    report = CleaningReport()
    list(clean(PAGES, settings, report))
    assert report.removals
    assert survey.clean(settings) == report


def test_no_documents_are_no_problem():
    assert Survey([]).clean() == CleaningReport()
