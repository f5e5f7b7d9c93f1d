"""The engine's parts on their own: frames, wire, outputs, scores, cleaning, reading submissions, the log."""

import base64
import json
import os
import re
import time
import tracemalloc

import nbformat
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from pretraining.grading import kernel_files, repair, submission
from pretraining.grading.clean import TAGS, clean_html, clean_output, clean_text
from pretraining.grading.frames import Channel, ChannelClosed, pair
from pretraining.grading.journal import Journal
from pretraining.grading.nbcourse import imported_modules
from pretraining.grading.outputs import Outputs
from pretraining.grading.remote import RemoteStudent, revive
from pretraining.grading.score import score_cell
from pretraining.grading.submission import LARGE, LARGEST_FILE, read_submission
from pretraining.grading.values import same
from pretraining.grading.wire import decode, encode

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(max_size=9)
    | st.complex_numbers(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(st.text(max_size=3), inner)
    | st.frozensets(st.integers(), max_size=3) | st.sets(st.text(max_size=3), max_size=3),
    max_leaves=8,
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("iflctbdszTGHx"), inner, max_size=2),
    max_leaves=8,
)


def never(*_):
    raise TypeError("no tickets here")


@given(PLAIN)
def test_plain_data_survives_the_wire(value):
    sent = json.loads(json.dumps(encode(value, never)).encode("utf-8", "surrogatepass"))
    assert same(decode(sent, never), value)


@pytest.mark.parametrize(
    "tensor",
    [torch.zeros(0, 3), torch.arange(6).reshape(2, 3).T, torch.tensor(1.5, dtype=torch.bfloat16), torch.tensor([True]),
     torch.tensor([1 + 2j]), torch.tensor([float("nan"), float("inf")])],
)  # fmt: skip
def test_tensors_survive_the_wire(tensor):
    got = decode(json.loads(json.dumps(encode(tensor, never))), never)
    assert got.dtype == tensor.dtype
    assert got.shape == tensor.shape
    assert (
        torch.equal(got.nan_to_num(), tensor.nan_to_num()) if tensor.is_floating_point() else torch.equal(got, tensor)
    )


@given(JSON)
def test_what_is_not_from_us_is_refused_with_a_value_error_or_is_plain(data):
    try:
        value = decode(data, lambda number, kind: (number, kind))
    except ValueError:
        return
    json.dumps(encode(value, never))


def test_a_tensor_must_fit_its_data():
    for body in (["float32", [10**12], ""], ["float32", [-1], ""], ["load", [0], ""], ["__class__", [1], "AA=="]):
        with pytest.raises(ValueError, match="tensor|read"):
            decode({"T": body}, never)


def test_a_channel_refuses_what_is_too_large_or_not_json():
    ours, theirs = pair()
    channel = Channel(ours, largest=1000)
    theirs.send(b"\x00\x00\x00\x05hello" + b"\x7f\xff\xff\xff")
    with pytest.raises(ChannelClosed, match="not JSON"):
        channel.receive(time.monotonic() + 5)
    with pytest.raises(ChannelClosed, match="refused"):
        channel.receive(time.monotonic() + 5)
    quiet, other = pair()
    with pytest.raises(TimeoutError):
        Channel(quiet).receive(time.monotonic() + 0.01)
    other.close()
    theirs.close()


def test_errors_come_back_as_their_kind_and_never_as_an_exit():
    error = revive({"types": ["TooShort", "ValueError", "Exception"], "message": "'two' at least"})
    assert isinstance(error, ValueError)
    assert str(error) == "'two' at least"
    assert type(error).__name__ == "TooShort"
    for name in ("SystemExit", "KeyboardInterrupt", "GeneratorExit", "nonsense"):
        assert type(revive({"types": [name], "message": ""})).__mro__[1] is Exception
    assert isinstance(revive({"types": ["UnicodeDecodeError", "ValueError"], "message": "x"}), UnicodeDecodeError)
    with pytest.raises(TypeError, match="only plain data"):
        RemoteStudent(lambda question: {"value": None}).call("f", (object(),), {})


def test_outputs_are_checked_joined_and_cut():
    outputs = Outputs(kept_bytes=300)
    for _ in range(3):
        outputs.take({"type": "stream", "content": {"name": "stdout", "text": "ab"}})
    nonsense = [{"type": 3}, {"type": "display_data"}, {"content": []}]
    nonsense.append({"type": "stream", "content": {"name": "other", "text": "x"}})
    nonsense.append({"type": "execute_result", "content": {"data": {"text/plain": 5}}})
    for message in nonsense:
        outputs.take(message)
    outputs.take({"type": "stream", "content": {"name": "stdout", "text": "x" * 1000}})
    outputs.take({"type": "execute_result", "content": {"data": {"text/plain": "1.5", "text/html": "y" * 1000}}})
    found = outputs.finish()
    assert found[0]["text"] == "ababab"
    assert found[1]["data"] == {"text/plain": "1.5"}
    assert "cut here" in found[2]["text"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", outputs=found)])
    nbformat.validate(nbformat.from_dict(json.loads(json.dumps(notebook))))


def graded(*outputs):
    mark = {"grade": True, "solution": False, "grade_id": "t", "points": 2.0, "schema_version": 3}
    cell = nbformat.v4.new_code_cell("t", metadata={"nbgrader": mark}, outputs=[nbformat.from_dict(o) for o in outputs])
    return score_cell(cell, [])


def result(text):
    return {"output_type": "execute_result", "data": {"text/plain": text}, "metadata": {}, "execution_count": 1}


def test_scores_follow_nbgrader_without_its_traps():
    warning = {"output_type": "stream", "name": "stderr", "text": "careful"}
    error = {"output_type": "error", "ename": "E", "evalue": "", "traceback": []}
    assert graded() == 2
    assert graded(warning) == 2
    assert graded(result("1.5"), warning) == 1.5
    assert graded(error) == 0
    assert graded(result("2"), result("nan")) == 2
    for text in ("nan", "inf", "True", "'2'", "np.float64(2.0)", "tensor(2.)", "3", "-1", "1_0", ""):
        assert graded(result(text)) is None, text


HARMFUL = [
    "<script>f()</script>", "<img src=x onerror=f()>", "<svg/onload=f()>", "[x](javascript:f())",
    "<a href=javascript:f()>", "<iframe srcdoc='<script>'>", "<b style='background:url(x)'>", "<!--[if]><script>",
    "<IMG SRC=\"jav&#x09;ascript:f()\">", "$\\href{javascript:f()}{x}$", "<p\nonclick=f()>", "<b/onclick=f()>",
    "<img src=https://example.org/x.png>", "<math><mtext></style>", "<<b>img src=x onerror=f()>",
    "<form action=x><button formaction=javascript:f()>", "<object data=x>", "<meta http-equiv=refresh content=0>",
    "[x](&#106;avascript:f())", "[x](&#x6A;avascript&colon;f())", "[x](java&Tab;script:f())", "<&#106;avascript:f()>",
    "[x][y]\n\n[y]: &#0000106avascript:f()", "![x](&#106;avascript:f())",
    "<details open ontoggle=f()>", "[x]: javascript:f()\n[x]", "<a\nhref='java\nscript:f()'>x</a>",
]  # fmt: skip


@pytest.mark.parametrize("text", HARMFUL)
def test_nothing_in_text_acts(text):
    from bs4 import BeautifulSoup
    from nbconvert.filters import markdown2html

    for tag in BeautifulSoup(markdown2html(clean_text(text)), "html.parser").find_all(True):
        assert tag.name in TAGS, tag
        for name, value in tag.attrs.items():
            assert not name.startswith("on"), tag
            assert name in ("href", "src", "class", "alt", "id", "open"), tag
            assert not re.match(r"\W*(java|vb)\W?script:", "".join(str(value).lower().split())), tag
            assert name != "src" or "//" not in value, tag


def test_honest_text_and_html_stay_as_they_are():
    text = "# A *title*\n\n`a < b` and <b>bold</b> & $x < y$ <https://example.org>\n\n| a |\n|---|\n| ![i](image.png) |"
    assert clean_text(text).replace("\u200b", "") == text
    assert "<b>bold</b>" in clean_text(text)
    table = '<table border="1" class="dataframe"><thead><tr style="text-align: right;"><th>a</th></tr></thead></table>'
    assert 'style="text-align: right;"' in clean_html(table)
    assert "alert" not in clean_html("<style>x</style><script>alert(1)</script>ok")
    kept = clean_output({"output_type": "display_data", "metadata": {}, "data": {"application/javascript": "f()"}})
    assert set(kept["data"]) == {"text/plain"}


def test_a_submission_is_read_without_following_or_waiting(tmp_path):
    folder = tmp_path / "ada" / "task"
    folder.mkdir(parents=True)
    (folder / "nb.ipynb").write_text("{}")
    (folder / "data.csv").write_text("1,2")
    (folder / "timestamp.txt").write_text("2030-01-01 00:00:00 UTC\n")
    (folder / "out").symlink_to("/etc")
    os.mkfifo(folder / "pipe")
    (folder / "other.ipynb").write_text("{}")
    with (folder / "big.ipynb").open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    found = read_submission(folder, "ada", ["nb", "big", "othr"])
    assert found.notebooks == {"nb": "{}"}
    assert "clear its outputs" in found.problems["big"]
    assert found.missing == ["othr"]
    assert [file["path"] for file in found.files] == ["data.csv", "timestamp.txt"]
    assert found.timestamp.startswith("2030")
    notes = " ".join(found.notes)
    assert "out is not a plain file" in notes
    assert "pipe is not a plain file" in notes
    assert "did they mean other.ipynb" in notes
    before = found.digest
    (folder / "data.csv").write_text("1,3")
    assert read_submission(folder, "ada", ["nb"]).digest != before


def test_a_large_notebook_is_never_held_as_a_whole(tmp_path):
    cell = {"cell_type": "code", "source": "é = 1", "outputs": [{"output_type": "stream", "text": ["ü" * 99] * 99_999}]}
    (tmp_path / "nb.ipynb").write_text(json.dumps({"cells": [cell], "metadata": {}}, ensure_ascii=False))
    (tmp_path / "old.ipynb").write_text(json.dumps({"worksheets": [{"cells": [cell]}], "nbformat": 3}))
    (tmp_path / "cut.ipynb").write_text('{"cells": [' + " " * LARGE)
    (tmp_path / "deep.ipynb").write_text("[" * (LARGE + 1))
    tracemalloc.start()
    found = read_submission(tmp_path, "ada", ["nb", "old", "cut", "deep"])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4_000_000 < (tmp_path / "nb.ipynb").stat().st_size
    assert [cell["source"] for cell in repair.read(found.notebooks["nb"])[0]] == ["é = 1"]
    assert json.loads(found.notebooks["old"])["worksheets"][0]["cells"][0]["outputs"] == []
    assert "not valid JSON" in found.problems["cut"]
    assert "too deeply" in found.problems["deep"]


def test_a_large_notebook_without_outputs_is_refused_by_its_size(tmp_path, monkeypatch):
    monkeypatch.setattr(submission, "LARGEST_NOTEBOOK", 2_000_000)
    (tmp_path / "nb.ipynb").write_text(json.dumps({"cells": [{"cell_type": "markdown", "source": "x" * 3_000_000}]}))
    assert "even without outputs it has 3 MB" in read_submission(tmp_path, "ada", ["nb"]).problems["nb"]


def test_a_file_goes_in_pieces_and_arrives_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(kernel_files, "PIECE_CHARACTERS", 8)
    for size in (0, 5, 6, 7, 50):
        file = {"path": "inner/x", "data": base64.b64encode(bytes(range(size))).decode()}
        for part in kernel_files.pieces(file):
            kernel_files.put_files(tmp_path, [part])
        assert (tmp_path / "inner" / "x").read_bytes() == bytes(range(size))


def test_the_log_survives_a_cut_line_and_knows_what_is_unfinished(tmp_path):
    log = Journal(tmp_path, "task")
    assert log.unfinished("d") == {}
    log.write({"event": "start", "snapshot": "d"})
    log.write({"event": "submission", "student": "ada", "outcome": "graded"})
    with log.path.open("a") as file:
        file.write('{"event": "submission", "student": "bo')
    again = Journal(tmp_path, "task")
    assert set(again.unfinished("d")) == {"ada"}
    assert again.run == log.run
    assert again.unfinished("changed") == {}
    again.write({"event": "submission", "student": "bob", "outcome": "graded"})
    assert set(Journal(tmp_path, "task").unfinished("d")) == {"ada", "bob"}
    again.write({"event": "end"})
    assert Journal(tmp_path, "task").unfinished("d") == {}


def test_modules_that_come_with_the_assignment_are_not_preloaded(tmp_path):
    sources = "import math, helper\n%matplotlib inline", "from torch.nn import Linear\nfrom . import x", "not python!"
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "nb.ipynb")
    assert imported_modules([tmp_path / "nb.ipynb"], {"helper"}) == ["math", "torch.nn"]


def test_text_that_is_no_unicode_is_mended():
    from pretraining.grading.repair import repair

    cell = {"cell_type": "code", "source": ["a = '\ud800'"], "metadata": {"tags": ["\ud800"]}}
    notebook, _ = repair(json.dumps({"cells": [cell], "metadata": {}}), {"cells": []})
    json.dumps(notebook, ensure_ascii=False).encode()
    assert notebook["cells"][0]["source"] == "a = '?'"
