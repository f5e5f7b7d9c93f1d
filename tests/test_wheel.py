"""The wheel's notebooks: as nbgrader itself makes them, laid out without a clone, and with nothing that is withheld."""

import importlib.util
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from pretraining import workspace
from pretraining.grading.notebook import student_version

ROOT = Path(__file__).parents[1]
GRADED = sorted((ROOT / "assignments" / "source").glob("*/*.ipynb"))
KINDS = ("SOLUTION", "HIDDEN TESTS")


@pytest.fixture(scope="module")
def build():
    """hatch_build.py, without hatchling."""
    base = type(sys)("hatchling.builders.hooks.plugin.interface")
    base.BuildHookInterface = object
    spec = importlib.util.spec_from_file_location("hatch_build_copy", ROOT / "hatch_build.py")
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, base.__name__, base)
        spec.loader.exec_module(module)
    return module


def lines(text):
    return {" ".join(line.split()) for line in text.splitlines() if line.strip()}


def withheld(path):
    """What stands inside solutions and hidden tests, and nowhere in the open, read from the source by itself."""
    inside, outside = set(), set()
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        secret = False
        for line in "".join(cell["source"]).splitlines():
            if any(f"BEGIN {kind}" in line for kind in KINDS):
                secret = True
            elif any(f"END {kind}" in line for kind in KINDS):
                secret = False
            else:
                (inside if secret else outside).update(lines(line))
    return inside - outside


@pytest.mark.parametrize("path", GRADED, ids=lambda path: path.stem)
def test_student_versions_are_nbgraders_own(build, path):
    ours = build.student_version(path.read_text(encoding="utf-8"))
    assert ours == student_version(path)
    given = lines("\n".join("".join(cell["source"]) for cell in json.loads(ours)["cells"]))
    secret = withheld(path)
    assert len(secret) > 20
    assert not secret & given


@pytest.mark.parametrize(
    ("source", "mark"),
    [
        ("### BEGIN SOLUTION\nx = 1\n", {"solution": True, "grade": False}),
        ("x = 1", {"solution": True, "grade": False}),
        ("### BEGIN SOLUTION\nx = 1\n### END SOLUTION", None),
        ("### BEGIN HIDDEN TESTS\nx = 1\n### END HIDDEN TESTS", {"solution": True, "grade": False}),
        ("### BEGIN MARK SCHEME", {"solution": False, "grade": True}),
        ("x", {"solution": False, "grade": False, "task": True}),
    ],
)
def test_what_it_does_not_know_it_refuses(build, source, mark):
    metadata = {"nbgrader": {"grade_id": "a", "points": 1, "locked": False, **mark}} if mark else {}
    cell = {"id": "abc", "cell_type": "code", "metadata": metadata, "source": [source], "outputs": []}
    with pytest.raises(ValueError, match=r"."):
        build.student_version(json.dumps({"cells": [cell]}))


def test_the_packed_notebooks_are_laid_out_as_they_are(build, tmp_path, monkeypatch):
    packed = tmp_path / "packed"
    for name, content in build.notebooks(ROOT):
        (packed / name).parent.mkdir(parents=True, exist_ok=True)
        (packed / name).write_bytes(content)
    from_clone = workspace.lay_out(ROOT, tmp_path / "from-clone")
    monkeypatch.setattr(workspace, "PACKED", packed)
    from_wheel = workspace.lay_out(packed, tmp_path / "from-wheel")
    assert from_wheel.written == from_clone.written
    for name in from_wheel.written:
        assert (tmp_path / "from-wheel" / name).read_bytes() == (tmp_path / "from-clone" / name).read_bytes()


def test_without_a_clone_the_packed_notebooks_are_found(tmp_path, monkeypatch):
    monkeypatch.setattr(workspace, "__file__", str(tmp_path / "site-packages" / "pretraining" / "workspace.py"))
    monkeypatch.setattr(workspace, "PACKED", tmp_path / "none")
    with pytest.raises(ValueError, match="not found"):
        workspace.find_root(tmp_path)
    (tmp_path / "packed" / "course").mkdir(parents=True)
    monkeypatch.setattr(workspace, "PACKED", tmp_path / "packed")
    assert workspace.find_root(tmp_path) == tmp_path / "packed"


@pytest.mark.slow
def test_the_wheel_is_small_complete_and_gives_nothing_away(build, root, tmp_path):
    command = [sys.executable, "-m", "pip", "wheel", str(root), "--no-deps", "-q", "-w", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    assert wheel.stat().st_size < 20_000_000  # 9 MB of it are the weights of the scorer
    archive = zipfile.ZipFile(wheel)
    names = archive.namelist()
    for needed in (
        "widgets/live_chart.js",
        "assets/vega-embed.js.gz",
        "assets/published-runs.json",
        "assets/student-package.md",
        "assets/jupyterlab/overrides.json",
        "assets/base/model.safetensors",
        "assets/base/tokenizer.json",
        "assets/base/card.json",
        "questions/rubrics/wrong-date.toml",
        "questions/weights/reader.npz",
        *(f"assets/notebooks/course/{path.name}" for path in (root / "course").glob("*.ipynb")),
        *(f"assets/notebooks/assignments/release/{path.stem}/{path.name}" for path in GRADED),
    ):
        assert f"pretraining/{needed}" in names
    assert not [name for name in names if name.endswith(".ipynb") and b"BEGIN SOLUTION" in archive.read(name)]
    for path in GRADED:  # and that these give nothing away is tested above
        packed = archive.read(f"pretraining/assets/notebooks/assignments/release/{path.stem}/{path.name}").decode()
        assert packed == build.student_version(path.read_text(encoding="utf-8"))
