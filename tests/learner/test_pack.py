"""Work packed on one machine comes back on another; a pack from anywhere else, or a malicious one, does nothing."""

import json
import shutil
import stat
import warnings
import zipfile

import pytest

from pretraining.learner import (
    MANIFEST,
    Check,
    archive,
    checksum,
    open_lesson,
    pack,
    read_progress,
    record_check,
    restore,
    unpack,
)
from pretraining.learner.archive import CONTENTS, MADE_BY, VERSION, free_name, is_pack
from pretraining.learner.progress import FILE

LAID_OUT = {
    "0-start-here.ipynb": b"lesson 0",
    "1-data.ipynb": b"lesson 1",
    "assignments/1-data/1-data.ipynb": b"graded 1",
    "assignments/2-tokens/2-tokens.ipynb": b"graded 2",
}


def laid_out(folder):
    """A learner's folder as laying out leaves it, with small files in the place of notebooks."""
    for name, content in LAID_OUT.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    manifest = {name: {"source": "x", "written": checksum(content)} for name, content in LAID_OUT.items()}
    (folder / MANIFEST).write_text(json.dumps(manifest))
    return folder


@pytest.fixture
def mine(tmp_path):
    """A folder in which somebody worked."""
    work = laid_out(tmp_path / "mine")
    (work / "1-data.ipynb").write_bytes(b"lesson 1, with my notes")
    (work / "assignments/2-tokens/2-tokens.ipynb").write_bytes("graded 2, with my code é".encode())
    (work / "Mes notes été.txt").write_bytes(b"notes")
    (work / "runs").mkdir()
    (work / "runs" / "loss.csv").write_bytes(b"1,2")
    (work / ".ipynb_checkpoints").mkdir()
    (work / ".ipynb_checkpoints" / "old.ipynb").write_bytes(b"old")
    (work / "solutions").mkdir()
    (work / "solutions" / "1-data.ipynb").write_bytes(b"solution")
    open_lesson("1-data", work)
    record_check("1-data", 17, 20, work)
    return work


OWN = {"1-data.ipynb", "assignments/2-tokens/2-tokens.ipynb", "Mes notes été.txt", "runs/loss.csv", FILE}


def everything(work):
    """Every file of a folder with its content."""
    return {path.relative_to(work).as_posix(): path.read_bytes() for path in work.rglob("*") if path.is_file()}


def test_only_what_is_the_learners_is_packed(mine, tmp_path):
    before = everything(mine)
    done = pack(mine, tmp_path / "my.zip")
    assert set(done.names) == OWN
    assert done.left_out == []
    with zipfile.ZipFile(done.file) as packed:
        assert set(packed.namelist()) == OWN | {CONTENTS}
    assert everything(mine) == before


def test_a_pack_comes_back_whole_on_a_new_machine(mine, tmp_path):
    pack(mine, tmp_path / "my.zip")
    for folder in (laid_out(tmp_path / "laid-out"), tmp_path / "empty"):
        done = unpack(tmp_path / "my.zip", folder)
        assert set(done.written) == OWN - {FILE}
        assert done.beside == []
        for name in OWN - {FILE}:
            assert (folder / name).read_bytes() == (mine / name).read_bytes()
        assert read_progress(folder) == read_progress(mine)
        again = unpack(tmp_path / "my.zip", folder)
        assert (set(again.same), again.written, again.beside) == (OWN - {FILE}, [], [])
        assert read_progress(folder) == read_progress(mine)


def test_what_was_changed_there_is_never_overwritten(mine, tmp_path):
    pack(mine, tmp_path / "my.zip")
    there = laid_out(tmp_path / "there")
    (there / "1-data.ipynb").write_bytes(b"changed there, too")
    (there / "runs").write_bytes(b"a file with the name of a folder")
    open_lesson("2-tokens", there)
    record_check("1-data", 20, 20, there)
    before = everything(there)
    for _ in range(2):  # a second time, nothing more is written
        done = unpack(tmp_path / "my.zip", there)
        assert set(done.beside) == {
            ("1-data.ipynb", "restored/1-data.ipynb"),
            ("runs/loss.csv", "restored/runs/loss.csv"),
        }
    after = everything(there)
    assert after["restored/1-data.ipynb"] == b"lesson 1, with my notes"
    assert all(after[name] == content for name, content in before.items() if name not in (*OWN - {"1-data.ipynb"},))
    assert after["1-data.ipynb"] == b"changed there, too"
    assert read_progress(there).opened == {"1-data", "2-tokens"}
    assert read_progress(there).best == {"1-data": Check(20, 20)}
    (there / "restored" / "1-data.ipynb").write_bytes(b"and changed again")
    done = unpack(tmp_path / "my.zip", there)
    assert ("1-data.ipynb", "restored-2/1-data.ipynb") in done.beside
    assert (there / "restored" / "1-data.ipynb").read_bytes() == b"and changed again"


def test_packs_links_and_giants_are_left_out_and_named(mine, tmp_path, monkeypatch):
    pack(mine, mine / "first.zip")
    (mine / "elsewhere.txt").symlink_to(tmp_path / "secret")
    (tmp_path / "secret").write_bytes(b"secret")
    (mine / "large.bin").write_bytes(b"x" * 2000)
    (mine / "photos.zip").write_bytes(b"not a zip at all")
    (mine / "why?.txt").write_bytes(b"a name that not every machine takes")
    monkeypatch.setattr(archive, "LARGEST_FILE", 1000)
    done = pack(mine, mine / "second.zip")
    assert set(done.names) == OWN | {"photos.zip"}
    said = dict(line.split(" ", 1) for line in done.left_out)
    assert said == {
        "elsewhere.txt": "(not a plain file)",
        "large.bin": "(over 0 MB)",
        "first.zip": "(a pack itself)",
        "why?.txt": "(not every machine takes this name: rename it)",
    }
    assert is_pack(mine / "second.zip")


def test_packing_overwrites_nothing_and_says_what_is_wrong(mine, tmp_path, monkeypatch):
    (tmp_path / "my.zip").write_bytes(b"mine")
    with pytest.raises(ValueError, match="choose another name"):
        pack(mine, tmp_path / "my.zip")
    assert free_name(tmp_path, "my") == tmp_path / "my-2.zip"
    with pytest.raises(ValueError, match="there is no folder"):
        pack(tmp_path / "nowhere", tmp_path / "new.zip")
    monkeypatch.setattr(archive, "MOST_FILES", 3)
    with pytest.raises(ValueError, match="more than 3 files"):
        pack(mine, tmp_path / "new.zip")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "my.zip"]


def made(file, members, promised=None, said=None, mode=0):
    """A zip like ours, with any members."""
    promised = {name: checksum(content) for name, content in members} if promised is None else promised
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of names that come twice
        zipped.writestr(CONTENTS, json.dumps(said or {"made_by": MADE_BY, "version": VERSION, "files": promised}))
        for name, content in members:
            member = zipfile.ZipInfo(name)
            member.external_attr = mode << 16
            zipped.writestr(member, content)
    return file


NAMES = [
    "../outside.txt", "a/../../outside.txt", "/tmp/outside.txt", "a//b", "./a", "a/", "C:/a", "..\\outside.txt",
    ".bashrc", ".jupyter/config.py", "a/.hidden/b", MANIFEST, "a\nb", "x" * 201, "~/../a",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_leaves_the_folder_or_hides_is_refused(name, tmp_path):
    file = made(tmp_path / "evil.zip", [("good.txt", b"good"), (name, b"evil")])
    there = laid_out(tmp_path / "a" / "there")
    before = everything(tmp_path)
    with pytest.raises(ValueError, match="not a file that `pretraining pack` made"):
        unpack(file, there)
    assert everything(tmp_path) == before


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFDIR, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices_are_refused(kind, tmp_path):
    file = made(tmp_path / "evil.zip", [("link", b"/etc/passwd")], mode=kind | 0o777)
    with pytest.raises(ValueError, match="may not be in a pack"):
        unpack(file, tmp_path / "there")
    assert everything(tmp_path / "there") == {}


def test_a_link_in_the_folder_itself_is_not_followed(tmp_path):
    file = made(tmp_path / "my.zip", [("runs/a.txt", b"a")])
    (tmp_path / "outside").mkdir()
    there = laid_out(tmp_path / "there")
    (there / "runs").symlink_to(tmp_path / "outside")
    with pytest.raises(ValueError, match="remove the link first"):
        unpack(file, there)
    (there / "runs").unlink()
    (there / "runs").write_bytes(b"mine")
    (there / "restored").symlink_to(tmp_path / "outside")
    assert unpack(file, there).beside == [("runs/a.txt", "restored-2/runs/a.txt")]
    assert everything(tmp_path / "outside") == {}


def bomb(file):
    """A zip that says that its member is small, and is not."""
    content = b"\0" * 5_000_000
    made(file, [("bomb.txt", content)])
    raw = bytearray(file.read_bytes())
    for at in range(len(raw) - 4):
        if raw[at : at + 4] in (b"PK\1\2", b"PK\3\4"):
            size = at + (24 if raw[at : at + 4] == b"PK\1\2" else 22)
            if int.from_bytes(raw[size : size + 4], "little") == len(content):
                raw[size : size + 4] = (100).to_bytes(4, "little")
    file.write_bytes(raw)


def test_giant_packs_are_refused(tmp_path, monkeypatch):
    bomb(tmp_path / "bomb.zip")
    made(tmp_path / "large.zip", [("large.txt", b"\0" * 3_000_000)])
    made(tmp_path / "many.zip", [(f"{i}.txt", b"") for i in range(40)])
    monkeypatch.setattr(restore, "LARGEST_FILE", 2_000_000)
    monkeypatch.setattr(restore, "MOST_FILES", 30)
    for name in ("bomb", "large", "many"):
        with pytest.raises(ValueError, match="not a file that `pretraining pack` made"):
            unpack(tmp_path / f"{name}.zip", tmp_path / "there")
    monkeypatch.setattr(restore, "LARGEST_FILE", 10_000_000)
    monkeypatch.setattr(restore, "LARGEST_PACK", 1_000_000)
    with pytest.raises(ValueError, match="no pack"):
        unpack(tmp_path / "large.zip", tmp_path / "there")
    assert everything(tmp_path / "there") == {}


SAID = [
    {"made_by": "somebody", "version": VERSION, "files": {}},
    {"made_by": MADE_BY, "version": VERSION, "files": []},
    {"made_by": MADE_BY, "version": VERSION, "files": {"more.txt": "0"}},
    {"made_by": MADE_BY, "version": VERSION},
    ["list"],
]


@pytest.mark.parametrize("said", SAID)
def test_a_list_of_contents_that_is_not_ours_is_refused(said, tmp_path):
    with pytest.raises(ValueError, match="not a file that `pretraining pack` made"):
        unpack(made(tmp_path / "other.zip", [], said=said), tmp_path / "there")


def test_another_version_is_refused_with_advice(tmp_path):
    file = made(tmp_path / "new.zip", [], said={"made_by": MADE_BY, "version": VERSION + 1, "files": {}})
    with pytest.raises(ValueError, match="bring the course up to date"):
        unpack(file, tmp_path / "there")


def test_damaged_and_foreign_files_are_refused(mine, tmp_path):
    good = pack(mine, tmp_path / "my.zip").file.read_bytes()
    for number, bad in enumerate((b"", b"text", good[: len(good) // 2], good[:90] + bytes(9) + good[99:])):
        (tmp_path / f"{number}.zip").write_bytes(bad)
        with pytest.raises(ValueError, match="not a file that `pretraining pack` made"):
            unpack(tmp_path / f"{number}.zip", tmp_path / "there")
    with zipfile.ZipFile(tmp_path / "plain.zip", "w") as plain:
        plain.writestr("1-data.ipynb", "mine")
    swapped = [("a.txt", b"a")]
    for file in (
        tmp_path / "plain.zip",
        made(tmp_path / "swapped.zip", swapped, promised={"a.txt": checksum(b"b")}),
        made(tmp_path / "twice.zip", [("a.txt", b"a"), ("a.txt", b"a")]),
        made(tmp_path / "case.zip", [("a.txt", b"a"), ("A.txt", b"b")]),
    ):
        with pytest.raises(ValueError, match="not a file that `pretraining pack` made"):
            unpack(file, tmp_path / "there")
    with pytest.raises(ValueError, match="there is no file"):
        unpack(tmp_path / "missing.zip", tmp_path / "there")
    assert everything(tmp_path / "there") == {}


def test_a_pack_with_damaged_progress_brings_the_rest(mine, tmp_path):
    with (mine / FILE).open("ab") as file:
        file.write(b"\xff{damaged\n")
    pack(mine, tmp_path / "my.zip")
    unpack(tmp_path / "my.zip", tmp_path / "there")
    assert read_progress(tmp_path / "there").opened == {"1-data"}
    assert read_progress(tmp_path / "there").problem == ""


def test_laying_out_after_unpacking_keeps_the_learners_notebooks(mine, tmp_path, root):
    from pretraining.workspace import lay_out

    clone = tmp_path / "clone"
    for name in ("course/1-data.ipynb", "course/0-start-here.ipynb"):
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / name, clone / name)
    pack(mine, tmp_path / "my.zip")
    unpack(tmp_path / "my.zip", tmp_path / "there")
    done = lay_out(clone, tmp_path / "there")
    assert done.kept == ["1-data.ipynb"]
    assert done.written == ["0-start-here.ipynb"]
