import pytest

from pretraining.grading import button
from pretraining.grading.button import CheckMyWork, this_notebook
from pretraining.grading.notebook import Part


def test_the_table_shows_parts_points_and_messages(monkeypatch, tmp_path):
    parts = [Part("one", 2, 2), Part("two", 0.5, 3, "expected <b>\n  think about it")]
    monkeypatch.setattr(button, "check", lambda path: parts)
    work = CheckMyWork(tmp_path / "nb.ipynb")
    work.button.click()
    assert "2.5 of 5 points" in work.table.value
    assert "expected &lt;b&gt;" in work.table.value
    assert "passed" in work.table.value
    assert not work.button.disabled


def test_problems_are_said_in_the_table(monkeypatch, tmp_path):
    work = CheckMyWork(tmp_path / "missing.ipynb")
    work.run()
    assert "there is no notebook" in work.table.value
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    work = CheckMyWork()
    work.run()
    assert "pretraining check" in work.table.value


@pytest.mark.parametrize(("name", "found"), [("nb.ipynb", True), ("other.ipynb", False), ("kernel-1", False)])
def test_the_notebook_of_this_kernel(monkeypatch, tmp_path, name, found):
    (tmp_path / "nb.ipynb").write_text("{}")
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / name))
    assert (this_notebook() == tmp_path / name) is found or this_notebook() is None
