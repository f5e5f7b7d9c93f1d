"""The concept map: every box has a name, words and a lesson that exists; a reader who does not see it hears it."""

import re
from html.parser import HTMLParser
from pathlib import Path

from pretraining.widgets import ConceptMap
from pretraining.widgets.concept_map import STAGES

COURSE = Path(__file__).parents[2] / "course"
LESSONS = {
    f"{n}.ipynb" for n in ("1-data", "2-tokens", "3-targets", "4-model", "5-training", "6-scale", "7-base-model")
}


class Reader(HTMLParser):
    """Reads the page aloud: tags in order, with what is hidden from screen readers left out."""

    def __init__(self):
        super().__init__()
        self.open, self.links, self.said = [], [], []

    def handle_starttag(self, tag, attributes):
        self.open.append((tag, dict(attributes)))
        if tag == "a":
            self.links.append(dict(attributes)["href"])

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag, "tags close in order"

    def handle_data(self, data):
        hidden = any(a.get("aria-hidden") == "true" for _, a in self.open) or any(t == "style" for t, _ in self.open)
        if not hidden:
            self.said.append(data)


def read():
    reader = Reader()
    reader.feed(ConceptMap()._repr_html_())
    assert not reader.open
    return reader


def test_it_links_to_every_lesson_of_the_course_and_to_nothing_else():
    links = read().links
    assert set(links) == LESSONS
    assert all((COURSE / link).exists() for link in links if link != "7-base-model.ipynb")


def test_it_is_read_in_order_with_all_its_words():
    said = " ".join(read().said)
    places = [said.index(f"{idea.name} ") for stage in STAGES for idea in stage.ideas]
    assert places == sorted(places)
    assert all(idea.said in said for stage in STAGES for idea in stage.ideas)
    assert "→" not in said


def test_it_has_a_description():
    label = re.search(r'aria-label="([^"]+)"', ConceptMap()._repr_html_())[1]
    assert label == ConceptMap().description == repr(ConceptMap())
    for word in ("Architecture", "Objective", "base model", "Fine-tuning", "Alignment"):
        assert word in label


def test_it_needs_no_script_and_no_network():
    page = ConceptMap()._repr_html_()
    assert "<script" not in page
    assert "http" not in page
