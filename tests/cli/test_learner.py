"""`pretraining pack` and `unpack` as a learner types them."""

import pytest
from typer.testing import CliRunner

from pretraining.cli import app
from pretraining.learner import MANIFEST, Check, open_lesson, read_progress


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def work(tmp_path, monkeypatch):
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / MANIFEST).write_text("{}")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "work"


def test_work_is_packed_and_unpacked_and_every_file_is_named(work, tmp_path):
    (work / "mine.txt").write_text("mine")
    open_lesson("1-data", work)
    packed = run("pack")  # beside the folder `work`, as after `make lab`
    assert packed.exit_code == 0
    assert "packed    mine.txt" in packed.output
    (file,) = tmp_path.glob("pretraining-work-*.zip")
    assert f"pretraining unpack {file.name}" in packed.output
    assert run("pack").exit_code == 0
    assert len(list(tmp_path.glob("pretraining-work-*.zip"))) == 2

    there = tmp_path / "there"
    assert "restored  mine.txt" in run("unpack", file, "--work", there).output
    assert read_progress(there).opened == {"1-data"}
    (there / "mine.txt").write_text("changed there")
    again = run("unpack", file, "--work", there).output
    assert "kept yours  mine.txt; the packed one is in restored/mine.txt" in again
    assert (there / "mine.txt").read_text() == "changed there"


def test_what_is_no_pack_ends_in_a_sentence(work, tmp_path):
    (work / "notes.zip").write_text("no zip")
    refused = run("unpack", work / "notes.zip")
    assert isinstance(refused.exception, ValueError)
    assert "pretraining pack" in str(refused.exception)


def test_a_check_is_noted_in_the_folder_of_the_notebook(work, monkeypatch):
    from pretraining.grading import notebook

    path = work / "assignments" / "3-targets" / "3-targets.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text("{}")
    parts = [notebook.Part("a", 1.5, 2.0), notebook.Part("b", 1.0, 1.0)]
    monkeypatch.setattr(notebook, "check", lambda path, fresh: notebook.Checked(parts))
    assert run("check", "3").exit_code == 0
    assert read_progress(work).best == {"3-targets": Check(2.5, 3.0)}
