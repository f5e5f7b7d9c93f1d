"""The map of the landing page: what it says at each point of a learner's way, packing and restoring."""

import json
import re
from datetime import datetime

import pytest

from pretraining.learner import MANIFEST, UNITS, open_lesson, record_check
from pretraining.learner.progress import FILE
from pretraining.widgets import CourseMap


@pytest.fixture
def work(tmp_path):
    (tmp_path / MANIFEST).write_text("{}")
    return tmp_path


def shown(course_map):
    return course_map.map.outputs[0]["data"]["text/html"]


def next_link(course_map):
    return re.search(r"Next: <a href='([^']+)'", shown(course_map))[1]


def test_it_leads_from_notebook_to_notebook(work):
    course_map = CourseMap(work)
    assert next_link(course_map) == "0-start-here.ipynb"
    open_lesson("0-start-here", work)
    course_map.again.click()
    assert next_link(course_map) == "1-data.ipynb"
    open_lesson("1-data", work)
    record_check("1-data", 12, 21, work)
    course_map.again.click()
    assert next_link(course_map) == "assignments/1-data/1-data.ipynb"
    assert "12 of 21 points" in shown(course_map)
    assert "passed" not in shown(course_map)
    record_check("1-data", 21, 21, work)
    course_map.again.click()
    assert "passed, 21 of 21 points" in shown(course_map)
    assert next_link(course_map) == "2-tokens.ipynb"
    for unit in UNITS:
        open_lesson(unit.name, work)
        record_check(unit.name, 1, 1, work)
    course_map.again.click()
    assert "You have done everything" in shown(course_map)


def test_it_shows_every_unit_with_its_times(work):
    rows = shown(CourseMap(work)).split("<tr")[2:]
    assert len(rows) == len(UNITS)
    for unit, row in zip(UNITS, rows, strict=True):
        assert f"{unit.number} · {unit.title}" in row
        assert "about" in row
        assert (unit.graded in row) == (unit.graded_minutes is not None)
    assert sum("class='next'" in row for row in rows) == 1


def test_what_a_saved_notebook_holds_does_not_tell_the_progress(work):
    record_check("1-data", 20, 21, work)
    course_map = CourseMap(work)
    assert "20 of 21" not in json.dumps(course_map._repr_mimebundle_())
    assert repr(course_map) == "CourseMap()"


def test_damage_and_a_foreign_folder_are_said(work, tmp_path_factory, monkeypatch):
    (work / FILE).write_bytes(b"\xff\xff")
    assert "damaged" in shown(CourseMap(work))
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    lost = CourseMap()
    assert "pretraining lab" in shown(lost)
    assert lost.pack.disabled
    assert lost.restore.disabled


def uploaded(content):
    return (
        {
            "name": "my.zip",
            "type": "",
            "size": len(content),
            "content": memoryview(content),
            "last_modified": datetime.now(),
        },
    )


def test_work_goes_into_a_file_and_comes_back(work, tmp_path_factory):
    (work / "notes & more.txt").write_bytes(b"mine")
    here = CourseMap(work)
    here.pack.click()
    (file,) = work.glob("pretraining-work-*.zip")
    assert file.name in here.said.value
    there_folder = tmp_path_factory.mktemp("there")
    (there_folder / MANIFEST).write_text("{}")
    there = CourseMap(there_folder)
    there.restore.set_trait("value", uploaded(b"no zip"))
    assert "not a file that `pretraining pack` made" in there.said.value
    there.restore.set_trait("value", uploaded(file.read_bytes()))
    assert "restored" in there.said.value
    assert there.restore.value == ()
    assert sorted(path.name for path in there_folder.iterdir()) == [MANIFEST, "notes & more.txt"]
