"""What learners are given holds no solution and no hidden test, judged by content, and still runs."""

import io
import json
import re
import shutil
import zipfile

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from pretraining import __version__
from pretraining.student_package import make_student_package

UNIT = "3-targets"


@pytest.fixture(scope="module")
def clone(root, tmp_path_factory):
    """A copy of the course's notebooks, with what an instructor's folder holds besides."""
    clone = tmp_path_factory.mktemp("clone")
    for part in ("course", "assignments/source"):
        shutil.copytree(root / part, clone / part)
    source = clone / "assignments" / "source" / UNIT
    (source / ".ipynb_checkpoints").mkdir()
    shutil.copy(source / f"{UNIT}.ipynb", source / ".ipynb_checkpoints" / f"{UNIT}-checkpoint.ipynb")
    (source / "table.csv").write_text("token,id\ncat,1\n")
    for secret in ("assignments/gradebook.db", "assignments/submitted/ada/work.ipynb", "assignments/reports/x.csv"):
        (clone / secret).parent.mkdir(parents=True, exist_ok=True)
        (clone / secret).write_text("ada 7 of 10")
    return clone


@pytest.fixture(scope="module")
def package(clone):
    """The package as a folder."""
    make_student_package(clone, clone.parent / f"{clone.name}-package")
    return clone.parent / f"{clone.name}-package"


def plain(line):
    return re.sub(r"\s+", "", line).replace("'", '"')


def texts(name, content):
    """Every string in a file: notebooks and zips are opened, everything else is taken as it is."""
    if content[:2] == b"PK":
        archive = zipfile.ZipFile(io.BytesIO(content))
        return [text for inner in archive.namelist() for text in [inner, *texts(inner, archive.read(inner))]]
    found, text = [], content.decode()
    if name.endswith((".ipynb", ".json")):

        def walk(value):
            found.extend([value] if isinstance(value, str) else list(value) if isinstance(value, dict) else [])
            for inner in value if isinstance(value, list) else value.values() if isinstance(value, dict) else []:
                walk(inner)

        walk(json.loads(text))
    return found or [text]


def lines(name, content):
    return {plain(line) for text in texts(name, content) for line in text.splitlines()}


def secrets(root):
    """The lines of every solution and every hidden test, less those that stand in the open as well."""
    secret, known = set(), set()
    lessons = sorted((root / "course").glob("*.ipynb"))
    for path in [*lessons, *(root / "assignments" / "source").glob("*/*.ipynb")]:
        for cell in nbformat.read(path, as_version=4).cells:
            parts = re.split(r"^.*###? (?:BEGIN|END) (?:SOLUTION|HIDDEN TESTS).*$", cell.source, flags=re.M)
            known |= {plain(line) for part in parts[::2] for line in part.splitlines()}
            secret |= {plain(line) for part in parts[1::2] for line in part.splitlines()}
    return secret - known - {""}


def everything_in(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_no_line_of_a_solution_or_a_hidden_test_is_in_it(root, package):
    withheld, files = secrets(root), everything_in(package)
    assert len(withheld) > 800
    assert len(files) >= 20
    for name, content in files.items():
        assert not withheld & lines(name, content), name


def test_the_same_look_finds_them_in_the_sources(root):
    """Each unit's own solutions and hidden tests are among what the test above looks for."""
    withheld = secrets(root)
    for path in (root / "assignments" / "source").glob("*/*.ipynb"):
        assert len(withheld & lines(path.name, path.read_bytes())) > 40, path.name


def test_it_holds_lessons_student_versions_and_what_they_need(root, package):
    files = everything_in(package)
    units = [path.stem for path in (root / "assignments" / "source").glob("*/*.ipynb")]
    lessons = [path.name for path in (root / "course").glob("*.ipynb")]
    wanted = {*lessons, *(f"assignments/{unit}/{unit}.ipynb" for unit in units), f"assignments/{UNIT}/table.csv"}
    assert files.keys() == wanted | {"README.md", "requirements.txt", "LICENSE"}
    assert files[lessons[0]] == (root / "course" / lessons[0]).read_bytes()
    assert files["requirements.txt"].decode().strip() == f"pretraining-course=={__version__}"
    for target in re.findall(r"\]\((?!http)([^)]+)\)", files["README.md"].decode()):
        assert target in files


def test_a_zip_holds_the_same_and_is_the_same_each_time(clone, package, tmp_path):
    for name in ("a", "b"):
        make_student_package(clone, tmp_path / name / "course.zip", [UNIT])
    first, second = (tmp_path / name / "course.zip" for name in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        found = {name.removeprefix("course/"): archive.read(name) for name in archive.namelist()}
    del found["README.md"]  # it lists fewer units
    assert found == {name: content for name, content in everything_in(package).items() if name in found}
    assert len(found) == 13


def test_one_unit_alone(clone, tmp_path):
    files = make_student_package(clone, tmp_path / "week", [UNIT])
    assert [name for name in files if name.startswith("assignments/")] == [
        f"assignments/{UNIT}/{UNIT}.ipynb",
        f"assignments/{UNIT}/table.csv",
    ]
    assert "assignments/2-tokens" not in (tmp_path / "week" / "README.md").read_text()
    with pytest.raises(ValueError, match="choose one of 1-data"):
        make_student_package(clone, tmp_path / "other", ["9-nothing"])


def test_a_graded_notebook_runs_until_the_first_unwritten_answer(package):
    folder = package / "assignments" / UNIT
    notebook = nbformat.read(folder / f"{UNIT}.ipynb", as_version=4)
    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}})
    with pytest.raises(CellExecutionError, match="NotImplementedError"):
        client.execute()
    ran = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.execution_count]
    assert ran[-1].metadata.nbgrader.grade_id == "test-target-table"
    assert len(ran) >= 3


@pytest.mark.parametrize(
    ("place", "leak"),
    [
        ("assignments/source/3-targets/hint.py", lambda line: f"x = 1\n        {line}\n".encode()),
        ("assignments/source/3-targets/hint.json", lambda line: json.dumps({"deep": [{line: 1}]}).encode()),
        ("assignments/source/3-targets/hint.zip", lambda line: zipped("inner.zip", zipped("hint.py", line.encode()))),
        ("assignments/source/3-targets/scores.db", lambda line: b"SQLite format 3"),
        ("course/hint.ipynb", lambda line: notebook_with_output(line)),
    ],
    ids=["code", "json", "zip in a zip", "gradebook", "output of a lesson"],
)
def test_a_package_that_would_give_something_away_is_not_written(root, clone, tmp_path, place, leak):
    planted = clone / place
    planted.write_bytes(leak(max(solution_lines(root), key=len)))
    try:
        with pytest.raises(ValueError, match=planted.name):
            make_student_package(clone, tmp_path / "package", [UNIT])
    finally:
        planted.unlink()
    assert not (tmp_path / "package").exists()


def solution_lines(root):
    for cell in nbformat.read(root / "assignments" / "source" / UNIT / f"{UNIT}.ipynb", as_version=4).cells:
        parts = re.split(r"^.*### (?:BEGIN|END) SOLUTION.*$", cell.source, flags=re.M)
        yield from (line.strip() for part in parts[1::2] for line in part.splitlines())


def zipped(name, content):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def notebook_with_output(line):
    output = nbformat.v4.new_output("stream", text=f"first\n  {line}\n")
    return nbformat.writes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("", outputs=[output])])).encode()


@pytest.mark.parametrize("kind", ["folder", "file", "link", "zip"])
def test_nothing_is_ever_written_over(clone, tmp_path, kind):
    target = tmp_path / ("mine.zip" if kind == "zip" else "mine")
    if kind == "folder":
        target.mkdir()
    elif kind == "link":
        target.symlink_to(tmp_path / "nowhere")
    else:
        target.write_text("mine")
    with pytest.raises(ValueError, match="exists already"):
        make_student_package(clone, target)
    assert kind not in ("file", "zip") or target.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [target]


def test_a_package_that_could_not_be_finished_leaves_nothing(clone, tmp_path, monkeypatch):
    from pathlib import Path

    real = Path.write_bytes

    def full(self, content):
        if self.name == "README.md":
            raise OSError(28, "No space left on device")
        return real(self, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        make_student_package(clone, tmp_path / "package", [UNIT])
    assert not (tmp_path / "package").exists()


def test_the_command_line(clone, tmp_path, capsys):
    from typer.testing import CliRunner

    from pretraining.cli import app

    run = CliRunner().invoke(
        app, ["release", UNIT, "--course", str(clone), "--student-package", str(tmp_path / "p.zip")]
    )
    assert run.exit_code == 0, run.output
    assert "1 of them graded notebooks" in run.output
    assert isinstance(CliRunner().invoke(app, ["release"]).exception, ValueError)
