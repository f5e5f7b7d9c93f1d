"""The house rules: cheap import, arrows between modules, modules that stay small, a small wheel, a clean tree."""

import ast
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

LIB = Path(__file__).parents[1] / "lib" / "pretraining"
# What stands further down may import what stands above, never the reverse.
ORDER = (
    ["files"], ["recipe"], ["text"], ["tokens"], ["targets"], ["model"], ["training"], ["generate"], ["measure"],
    ["probes"], ["base"], ["experiments"], ["tuning"], ["recap"], ["scale"], ["charts"], ["widgets"],
    ["questions", "grading"], ["workspace", "bootstrap"], ["student_package"], ["cli"],
)  # fmt: skip
FLOOR = {room: level for level, rooms in enumerate(ORDER) for room in rooms}
ALONE = {"grading", "questions", "bootstrap", "files", "recipe"}


def modules():
    return sorted(LIB.rglob("*.py"))


def room(path: Path) -> str:
    return path.relative_to(LIB).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    """The rooms of this package that a module imports, wherever in the module it does so."""
    package = ["pretraining", *path.relative_to(LIB).with_suffix("").parts[:-1]]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            prefix = ".".join([*base, *([node.module] if node.module else [])])
            names = [f"{prefix}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            parts = name.split(".")
            if parts[0] == "pretraining" and len(parts) > 1 and not parts[1].startswith("__"):
                found.add(parts[1])
    return found


def test_every_room_has_its_place():
    assert {room(path) for path in modules()} - {"__init__", "__main__"} <= FLOOR.keys()


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(LIB).as_posix())
def test_arrows_point_up_only(path):
    here = room(path)
    for other in imported_rooms(path) - {here}:
        assert here not in ALONE, f"{here} stands alone, but imports {other}"
        assert FLOOR[other] < FLOOR[here], f"{here} may not import {other}"


def test_the_arrow_test_sees_a_wrong_arrow(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "LIB", tmp_path)
    wrong = tmp_path / "text" / "wrong.py"
    wrong.parent.mkdir()
    wrong.write_text(
        "def f():\n    from ..widgets import LiveChart\n    import pretraining.cli\n    from .. import model\n"
    )
    assert imported_rooms(wrong) == {"widgets", "cli", "model"}


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(LIB).as_posix())
def test_modules_hold_one_concept(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 250


def in_fresh_python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


@pytest.mark.alone
def test_import_is_cheap():
    timing = "import time; t = time.perf_counter(); import pretraining; print(time.perf_counter() - t)"
    assert min(float(in_fresh_python(timing)) for _ in range(3)) < 0.05


def test_import_loads_nothing_heavy():
    loaded = in_fresh_python("import sys, pretraining; print(*sys.modules)").split()
    assert not {"torch", "altair", "ipywidgets", "numpy", "tiktoken", "nbgrader"} & set(loaded)


def test_the_command_line_starts_without_torch():
    loaded = in_fresh_python("import sys, pretraining.cli; print(*sys.modules)").split()
    assert not {"torch", "altair", "ipywidgets", "nbgrader"} & set(loaded)


@pytest.mark.slow
def test_the_wheel_is_small_and_complete(root, tmp_path):
    command = [sys.executable, "-m", "pip", "wheel", str(root), "--no-deps", "-q", "-w", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    assert wheel.stat().st_size < 20_000_000  # 9 MB of it are the weights of the scorer
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "widgets/live_chart.js",
        "assets/vega-embed.js.gz",
        "assets/published-runs.json",
        "assets/jupyterlab/overrides.json",
        "assets/base/model.safetensors",
        "assets/base/tokenizer.json",
        "assets/base/card.json",
        "assets/student-package.md",
        "questions/rubrics/wrong-date.toml",
        "questions/weights/reader.npz",
    ):
        assert f"pretraining/{needed}" in names
