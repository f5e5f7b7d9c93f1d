import ast

import pytest

from pretraining.text import SOURCES, Document, load


def test_python_docs_are_real_prose_with_stable_ids():
    documents = list(load("python-docs"))
    assert documents == list(load("python-docs"))
    assert len({document.id for document in documents}) == len(documents) > 50
    assert sum(len(document.text) for document in documents) > 300_000
    assert any("statement" in document.text for document in documents)


def test_python_code_is_real_code_without_tests():
    documents = [document for _, document in zip(range(40), load("python-code"))]
    assert all(document.domain == "code" and "test" not in document.id.split("/") for document in documents)
    assert all(ast.parse(document.text) for document in documents)


def test_offline_sources_need_no_path_and_yield_documents():
    for name, source in SOURCES.items():
        if not source.online and name != "folder":
            assert isinstance(next(load(name)), Document)


def test_unknown_source_names_the_known_ones():
    with pytest.raises(ValueError, match="python-docs.*folder"):
        load("shakespeare")


def test_path_goes_with_folder_only(tmp_path):
    with pytest.raises(ValueError, match="needs a path"):
        load("folder")
    with pytest.raises(ValueError, match="folder"):
        load("python-docs", tmp_path)
