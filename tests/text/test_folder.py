from pathlib import Path

import pytest

from pretraining.text import load


def read(path):
    skipped = []
    return list(load("folder", path, on_skip=skipped.append)), skipped


def test_every_text_file_below_the_folder_is_a_document(tmp_path):
    (tmp_path / "b" / "c").mkdir(parents=True)
    (tmp_path / "a.txt").write_text("first", encoding="utf-8")
    (tmp_path / "b" / "c" / "deep.md").write_text("grüße 🐍", encoding="utf-8")
    documents, skipped = read(tmp_path)
    assert [(d.id, d.text) for d in documents] == [("a.txt", "first"), ("b/c/deep.md", "grüße 🐍")]
    assert not skipped


def test_a_byte_order_mark_is_not_text(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfhello")
    assert read(tmp_path)[0][0].text == "hello"


def test_what_cannot_be_read_is_named_and_skipped(tmp_path):
    (tmp_path / "good.txt").write_text("text")
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    (tmp_path / "photo.png").write_bytes(b"\x89PNG\0\0")
    (tmp_path / "empty.txt").write_text("  \n")
    documents, skipped = read(tmp_path)
    assert [d.id for d in documents] == ["good.txt"]
    assert len(skipped) == 3
    for name in ("latin.txt", "photo.png", "empty.txt"):
        assert any(name in sentence for sentence in skipped)


def test_hidden_files_and_links_to_nowhere_are_passed_over(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text("x")
    (tmp_path / "dangling.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "a.txt").write_text("text")
    assert [d.id for d in read(tmp_path)[0]] == ["a.txt"]


def test_a_single_file_is_a_source_too(tmp_path):
    (tmp_path / "a.txt").write_text("text")
    assert [d.text for d in read(tmp_path / "a.txt")[0]] == ["text"]


@pytest.mark.parametrize("content", [None, b"", b"\0\1", b"\xff\xfe"])
def test_a_folder_without_text_says_so(tmp_path, content):
    if content is not None:
        (tmp_path / "file.bin").write_bytes(content)
    with pytest.raises(ValueError, match="no text found"):
        read(tmp_path)


def test_a_missing_path_is_named(tmp_path):
    with pytest.raises(ValueError, match="nowhere"):
        read(tmp_path / "nowhere")


def test_a_forbidden_file_is_named(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("text")
    (tmp_path / "secret.txt").write_text("text")
    real = Path.read_bytes

    def guarded(path):  # the superuser may read everything, so the refusal is played
        if path.name == "secret.txt":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", guarded)
    documents, skipped = read(tmp_path)
    assert [d.id for d in documents] == ["a.txt"]
    assert "secret.txt" in skipped[0]
    assert "Permission denied" in skipped[0]
