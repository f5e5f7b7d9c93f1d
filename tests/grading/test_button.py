import sys

import pytest

from pretraining.grading import button, check_my_work
from pretraining.grading.button import CheckMyWork, this_notebook
from pretraining.grading.notebook import Checked, Part

PARTS = [Part("test-two-words", 2, 2), Part("two", 0.5, 3, "expected <b>\n  think about it")]


def test_the_table_shows_parts_points_and_messages(monkeypatch, tmp_path):
    monkeypatch.setattr(button, "check", lambda path: Checked(PARTS))
    (tmp_path / "nb.ipynb").write_text("{}")
    work = CheckMyWork(tmp_path / "nb.ipynb")
    work.button.click()
    assert "2.5 of 5 points" in work.table.value
    assert "<th scope='row'>two words</th>" in work.table.value
    assert "expected &lt;b&gt;" in work.table.value
    assert "passed" in work.table.value
    assert "nb.ipynb, as you saved it at" in work.table.value
    assert "Nothing has changed" not in work.table.value
    assert not work.button.disabled


def test_an_old_result_is_called_one(monkeypatch, tmp_path):
    monkeypatch.setattr(button, "check", lambda path: Checked(PARTS, unchanged=True))
    work = CheckMyWork(tmp_path / "nb.ipynb")
    work.run()
    assert "Nothing has changed since the last check" in work.table.value


def test_whoever_keeps_progress_hears_of_a_check_and_of_nothing_else(monkeypatch, tmp_path):
    monkeypatch.setattr(button, "check", lambda path: Checked(PARTS))
    heard = []

    def after(*told):
        heard.append(told)
        return "it could not be <noted>"

    work = CheckMyWork(tmp_path / "nb.ipynb", after=after)
    work.run()
    assert heard == [("nb", 2.5, 5, tmp_path)]
    assert "it could not be &lt;noted&gt;" in work.table.value

    def refuse(path):
        raise ValueError("no")

    monkeypatch.setattr(button, "check", refuse)
    work.run()
    assert len(heard) == 1


def test_problems_are_said_in_the_table(monkeypatch, tmp_path):
    def refuse(path):
        raise ValueError("there is no notebook <here>")

    monkeypatch.setattr(button, "check", refuse)
    work = CheckMyWork(tmp_path / "missing.ipynb")
    work.run()
    assert "there is no notebook &lt;here&gt;" in work.table.value
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    work = CheckMyWork()
    work.run()
    assert "pretraining check" in work.table.value


@pytest.mark.parametrize(("name", "found"), [("nb.ipynb", True), ("other.ipynb", False), ("kernel-1", False)])
def test_the_notebook_of_this_kernel(monkeypatch, tmp_path, name, found):
    (tmp_path / "nb.ipynb").write_text("{}")
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / name))
    assert this_notebook() == (tmp_path / name if found else None)


def test_the_cell_is_silent_while_grading_runs_and_says_what_to_do_without_widgets(monkeypatch):
    assert isinstance(check_my_work(), CheckMyWork)
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert "JupyterLab" in repr(check_my_work())
    monkeypatch.delenv("NBGRADER_EXECUTION")
    monkeypatch.delitem(sys.modules, "pretraining.grading.button")
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    assert "install ipywidgets" in repr(check_my_work())
    assert "pretraining check" in repr(check_my_work())
