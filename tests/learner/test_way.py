"""The syllabus says what the notebooks say, and every notebook leads to the one before, the map, and the next."""

import re
from pathlib import Path, PurePosixPath

import nbformat
import pytest

from pretraining.learner import UNITS, way
from pretraining.learner.progress import in_words
from pretraining.learner.syllabus import MAP_HEADING, notebooks
from pretraining.workspace import course_files, lay_out

ROOT = Path(__file__).parents[2]
SOURCES = dict(course_files(ROOT))
LINK = re.compile(r"\]\((?!https?:|#)([^)\s]+)\)")


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    folder = tmp_path_factory.mktemp("way") / "work"
    lay_out(ROOT, folder)
    return folder


def cells(path):
    return nbformat.read(path, as_version=4).cells


def test_the_syllabus_lists_every_notebook():
    assert {place for _, place in notebooks()} == {place for place in SOURCES if place.endswith(".ipynb")}


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_the_syllabus_says_what_the_notebooks_say(unit):
    title = cells(SOURCES[unit.lesson])[0].source
    assert title.startswith(f"# {unit.number} · {unit.title}")
    assert f"*Time: {in_words(unit.minutes)}" in title
    if unit.graded_minutes is not None:
        title = cells(SOURCES[unit.graded])[0].source
        assert title.startswith(f"# {unit.number} · {unit.title}")
        assert f"Plan {in_words(unit.graded_minutes)}" in title


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_lesson_says_that_it_was_opened(unit):
    calls = [cell.source for cell in cells(SOURCES[unit.lesson]) if "learner.open_lesson" in cell.source]
    assert len(calls) == 1
    assert f'learner.open_lesson("{unit.name}")' in calls[0]


@pytest.mark.parametrize("place", [place for _, place in notebooks()])
def test_the_same_links_stand_at_the_top_and_at_the_end(place):
    found = {cell.id: cell.source for cell in cells(SOURCES[place])}
    assert found["links-top"] == found["links-end"] == way(place)
    assert list(found)[1] == "links-top"
    assert list(found)[-1] == "links-end"


def test_the_links_lead_through_the_whole_course_and_back(work):
    order = [place for _, place in notebooks()]
    here, walked = order[0], [order[0]]
    while "→" in way(here):
        on = LINK.findall(way(here))[-1]
        before, here = here, (PurePosixPath(here).parent / on).as_posix()
        here = Path("/", here).resolve().relative_to("/").as_posix()
        back = LINK.findall(way(here))[0]
        assert Path("/", PurePosixPath(here).parent, back).resolve() == Path("/", before)
        walked.append(here)
    assert walked == order


def heading_ids(path):
    """What JupyterLab calls a notebook's headings in an address: their text with hyphens for spaces."""
    text = "\n".join(cell.source for cell in cells(path) if cell.cell_type == "markdown")
    return {heading.strip().replace(" ", "-") for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


def test_every_relative_link_leads_to_a_file_and_a_heading_of_the_laid_out_folder(work):
    links = 0
    for path in work.rglob("*.ipynb"):
        for cell in cells(path):
            for target in LINK.findall(cell.source) if cell.cell_type == "markdown" else []:
                links += 1
                file, _, heading = target.partition("#")
                there = (path.parent / file).resolve()
                assert there.is_file(), f"{path.name}: {target}"
                assert there.is_relative_to(work.resolve()), f"{path.name}: {target}"
                assert not heading or heading in heading_ids(there), f"{path.name}: {target}"
    assert links > 2 * len(SOURCES)
    assert MAP_HEADING in heading_ids(work / UNITS[0].lesson)


def test_a_place_that_is_no_notebook_is_refused():
    with pytest.raises(ValueError, match="no notebook of the course"):
        way("9-more.ipynb")
