"""Cleaning a folder: nothing of the user's is lost, and a killed run leaves nothing half done."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pretraining.text.clean import CleaningSettings
from pretraining.text.clean_folder import clean_folder
from pretraining.text.quality import QualitySettings

STORY = (
    "Rain fell on the valley for nine days, and the miller knew that the dam would not hold. He sent his daughter to "
    "warn the village below, then opened the old sluice with an iron bar. Nobody drowned, but the bridge was gone."
)
SHOUT = "COME TO THE MARKET AND BUY WHAT YOU HAVE NEVER SEEN BEFORE, FOR THE SHIPS OF THE SOUTH ARE IN OUR HARBOUR NOW."
CODE = "def area(width, height):\n    return width * height\n"


@pytest.fixture
def source(tmp_path) -> Path:
    folder = tmp_path / "in"
    files = {
        "a.txt": STORY.encode(),
        "deep/er/copy of a.txt": STORY.upper().lower().encode(),
        "deep/near.md": (STORY + "\n\nTold by an old man.").encode(),
        "shout.txt": SHOUT.encode(),
        "code.py": CODE.encode(),
        "bom.txt": "\ufeffThe ferry crosses the strait twice a day, and in June it carries bees to the island as well. "
        "Nobody at the pier can say when that began.\r\n".encode(),
        "photo.jpg": bytes(range(256)),
        ".hidden": b"secret",
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {name: (content, (folder / name).stat().st_mtime_ns) for name, content in contents(folder).items()}


def test_kept_files_keep_their_paths_and_the_source_is_untouched(source, tmp_path):
    before = state(source)
    result = clean_folder(source, tmp_path / "new" / "out")
    out = contents(tmp_path / "new" / "out")
    assert out.keys() == {"a.txt", "bom.txt", "code.py", "report.json", "report.md"}
    assert out["a.txt"] == STORY.encode()
    assert out["code.py"] == CODE.encode()
    assert out["bom.txt"].startswith(b"The ferry")
    assert out["bom.txt"].endswith(b"began.\r\n")
    assert state(source) == before
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["out"]
    assert result.path == tmp_path / "new" / "out"
    assert ["photo.jpg" in line for line in result.skipped] == [True]


def test_both_reports_name_every_removed_file_and_the_rule(source, tmp_path):
    clean_folder(source, tmp_path / "out")
    data = json.loads((tmp_path / "out" / "report.json").read_text())
    removed = {removal["id"]: (removal["rules"][0], removal["copy_of"]) for removal in data["removals"]}
    assert removed == {
        "deep/er/copy of a.txt": ("exact-copy", "a.txt"),
        "deep/near.md": ("near-copy", "a.txt"),
        "shout.txt": ("shouting", None),
    }
    assert data["read"] == {"folder": 5, "code": 1}
    page = (tmp_path / "out" / "report.md").read_text()
    for name, (rule, _) in removed.items():
        assert f"- `{name}`: {rule}" in page
    assert "photo.jpg, which is not text" in page


def test_settings_are_used(source, tmp_path):
    settings = CleaningSettings(QualitySettings(off=frozenset({"shouting"})), similarity=None)
    result = clean_folder(source, tmp_path / "out", settings)
    assert [removal.id for removal in result.report.removals] == ["deep/er/copy of a.txt"]


def test_an_earlier_output_is_replaced(source, tmp_path):
    clean_folder(source, tmp_path / "out")
    (source / "a.txt").unlink()
    clean_folder(source, tmp_path / "out")
    assert "a.txt" not in contents(tmp_path / "out")
    assert "deep/near.md" in contents(tmp_path / "out")


def test_an_empty_folder_is_filled_and_one_file_is_a_source(source, tmp_path):
    (tmp_path / "out").mkdir()
    clean_folder(source / "a.txt", tmp_path / "out")
    assert contents(tmp_path / "out").keys() == {"a.txt", "report.json", "report.md"}


def add(out: Path) -> None:
    (out / "mine.txt").write_text("mine")


def change(out: Path) -> None:
    (out / "a.txt").write_text("mine")


def own_report(out: Path) -> None:
    for path in (out / "a.txt", out / "bom.txt", out / "code.py", out / "report.md"):
        path.unlink()
    (out / "report.json").write_text('{"mine": true}')


@pytest.mark.parametrize("meddle", [add, change, own_report])
def test_what_the_user_added_or_changed_is_never_lost(source, tmp_path, meddle):
    clean_folder(source, tmp_path / "out")
    meddle(tmp_path / "out")
    before = state(tmp_path / "out")
    with pytest.raises(ValueError, match="would be lost"):
        clean_folder(source, tmp_path / "out")
    assert state(tmp_path / "out") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out"]


@pytest.mark.parametrize("place", ["in", "in/out", ".", "in/deep/../out", "link/out"])
def test_source_and_output_must_lie_apart(source, tmp_path, place):
    (tmp_path / "link").symlink_to(source)
    before = state(source)
    with pytest.raises(ValueError, match="inside each other"):
        clean_folder(source, tmp_path / place)
    assert state(source) == before


def test_other_places_that_cannot_be_are_refused(source, tmp_path):
    with pytest.raises(ValueError, match="no file or folder"):
        clean_folder(tmp_path / "nowhere", tmp_path / "out")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="no text found"):
        clean_folder(tmp_path / "empty", tmp_path / "out")
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ValueError, match="is a file"):
        clean_folder(source, tmp_path / "file")
    with pytest.raises(ValueError, match="cannot write"):
        clean_folder(source, tmp_path / "file" / "out")
    assert not (tmp_path / "out").exists()


def test_a_file_called_like_the_report_is_refused_but_an_output_can_be_cleaned_again(source, tmp_path):
    clean_folder(source, tmp_path / "out")
    clean_folder(tmp_path / "out", tmp_path / "again")
    first, second = contents(tmp_path / "out"), contents(tmp_path / "again")
    assert {n: first[n] for n in first if "report" not in n} == {n: second[n] for n in second if "report" not in n}
    (source / "report.md").write_text(STORY)
    for place in (source, source / "report.md"):
        with pytest.raises(ValueError, match="collide"):
            clean_folder(place, tmp_path / "third")


def test_a_failure_midway_leaves_the_earlier_output(source, tmp_path):
    clean_folder(source, tmp_path / "out")
    before = state(tmp_path / "out")

    def fail(report):
        if report.read.total() == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        clean_folder(source, tmp_path / "out", on_progress=fail)
    assert state(tmp_path / "out") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out"]


def test_a_killed_run_leaves_no_output_or_the_earlier_one(tmp_path):
    """Killed at any moment, the output is absent or complete; the next run clears what was left beside it."""
    rng = random.Random(0)
    words = STORY.split()
    (tmp_path / "in").mkdir()
    for i in range(400):
        (tmp_path / "in" / f"{i}.txt").write_text(" ".join(rng.sample(words, len(words))) + ".")
    out = tmp_path / "out"
    program = (
        "import sys; from pretraining.text.clean_folder import clean_folder; print('ready', flush=True); "
        "clean_folder(sys.argv[1], sys.argv[2], on_progress=lambda r: print(r.read.total(), flush=True))"
    )
    outcomes = set()
    for stop_at in [1, 50, 399, 400, 400, 400]:
        run = subprocess.Popen([sys.executable, "-c", program, tmp_path / "in", out], stdout=subprocess.PIPE, text=True)
        for line in run.stdout:
            if line.strip() == str(stop_at):
                break
        time.sleep(rng.random() * 0.03 if stop_at == 400 else 0)
        os.kill(run.pid, signal.SIGKILL)
        run.wait()
        run.stdout.close()
        complete = out.exists() and (out / "report.json").exists()
        outcomes.add(complete)
        if out.exists():
            written = json.loads((out / "report.json").read_text())["kept_files"]
            assert contents(out).keys() == {*written, "report.json", "report.md"}
    assert False in outcomes
    clean_folder(tmp_path / "in", out)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out"]
