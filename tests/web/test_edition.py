"""The web edition: what is laid out for Sphinx, what is refused, and one lesson built and read without a network."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytest.importorskip("myst_nb", reason="the web edition needs Python 3.11 and the test extra")


@pytest.fixture(scope="module")
def edition():
    """The script `web/build.py`."""
    spec = importlib.util.spec_from_file_location("web_build", ROOT / "web" / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def lesson(*cells):
    """A notebook of (kind, text) pairs."""
    made = []
    for number, (kind, text) in enumerate(cells):
        ran = {"outputs": [], "execution_count": None} if kind == "code" else {}
        made.append({"cell_type": kind, "id": f"cell-{number}", "metadata": {}, "source": text, **ran})
    return {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def test_a_lesson_gets_its_link_and_a_hidden_first_cell(edition):
    made = edition.for_the_web(lesson(("markdown", "# A"), ("code", "1")), "3-targets", {"3-targets"}, "me/course")
    title, note, hidden, rest = made["cells"]
    assert (title["source"], rest["source"]) == ("# A", "1")
    assert "(https://mybinder.org/v2/gh/me/course/HEAD?urlpath=lab/tree/work/3-targets.ipynb)" in note["source"]
    assert hidden["metadata"]["tags"] == ["remove-cell"]


@pytest.mark.parametrize(
    ("binder", "wanted"),
    [
        ("me/course", "urlpath=lab/tree/work/assignments/3-targets/3-targets.ipynb)"),
        ("", "[write](index.md)"),
    ],
)
def test_links_lead_on_in_this_edition_or_where_the_notebook_runs(edition, binder, wanted):
    text = "[on](4-model.ipynb#look) [write](assignments/3-targets/3-targets.ipynb) [far](https://x.org/a.ipynb)"
    made = edition.for_the_web(lesson(("markdown", "# A"), ("markdown", text)), "3-targets", {"4-model"}, binder)
    source = made["cells"][-1]["source"]
    assert "[on](4-model.ipynb)" in source
    assert wanted in source
    assert "[far](https://x.org/a.ipynb)" in source


CHART = '<svg class="marks" xmlns:xlink="http://www.w3.org/1999/xlink"></svg>'


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        ("<script src='https://cdn.example.org/x.js'></script>", "loads https://cdn.example.org/x.js"),
        ("<link rel='stylesheet' href='//cdn.example.org/x.css'>", "loads //cdn.example.org/x.css"),
        (
            "<style>@font-face {src: url(https://cdn.example.org/x.woff)}</style>",
            "loads https://cdn.example.org/x.woff",
        ),
        ("<img src='a.png' alt=' '>", "without alternative text"),
        (CHART, "a chart without alternative text"),
        (f"<figure role='img'>{CHART}</figure>", "a chart without alternative text"),
        ("<script type='application/vnd.jupyter.widget-view+json'>{}</script>", "a widget without a kernel"),
        ("<a href='gone.html'>a page</a>", "a link that leads nowhere: gone.html"),
        ("<a href='page.html#here'>this page</a><a href='https://example.org/x.html'>far</a>", None),
        (f"<figure role='img' aria-label='loss by step'>{CHART}</figure>", None),
    ],
)
def test_a_page_that_needs_a_network_or_eyes_is_refused(edition, tmp_path, page, fault):
    (tmp_path / "page.html").write_text(page)
    faults = edition.faults_of(tmp_path / "page.html")
    assert (fault is None and not faults) or (fault and fault in faults[0])


def test_a_folder_of_somebody_else_is_left_alone(edition, tmp_path):
    (tmp_path / "pages").mkdir()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(SystemExit, match="left as it is"):
        edition.publish(tmp_path / "pages", tmp_path / "mine")
    assert (tmp_path / "mine" / "letter.txt").read_text() == "dear"


def test_an_unknown_lesson_is_refused_with_the_known_ones(edition):
    with pytest.raises(SystemExit, match="choose of 0-start-here"):
        edition.build(["9-nothing"])


SMALL = lesson(
    ("markdown", "# 3 · A small lesson"),
    ("markdown", r"A formula $6 \times N$, and perplexity"),
    ("markdown", r"$$\text{loss} = -\ln(p)$$"),
    ("code", "from pretraining.widgets import LossExplorer\n\nLossExplorer()"),
    ("code", "print('an output')"),
    ("code", "from IPython.display import HTML\n\nHTML(\"<a href='3-small.ipynb'>drawn</a>\")"),
)


@pytest.mark.slow
def test_a_lesson_with_a_widget_becomes_a_page_that_stands_alone(edition, tmp_path, monkeypatch):
    """Built as `make web` builds; the checks of `build` itself refuse what needs a network or shows an error."""
    course = tmp_path / "clone" / "course"
    course.mkdir(parents=True)
    (course / "3-small.ipynb").write_text(json.dumps(SMALL))
    monkeypatch.setattr(edition, "ROOT", tmp_path / "clone")
    before = set(sys.path)
    edition.build([], "me/course", tmp_path / "html", cache=tmp_path / "cache")
    assert set(sys.path) == before
    page = (tmp_path / "html" / "3-small.html").read_text(encoding="utf-8")
    assert page.count("<math") == 2
    assert "widget-picture" in page
    assert '<figure role="img" aria-label="' in page
    assert "an output" in page
    assert "<a href='3-small.html'>drawn</a>" in page
    assert "perplex" in (tmp_path / "html" / "searchindex.js").read_text(encoding="utf-8")
    assert "show_pictures" not in page
    assert "urlpath=lab/tree/work/3-small.ipynb" in page
    assert not list(tmp_path.glob("clone/*.html"))
