"""Sources and links: each has a right form, stands in docs/sources.md, and every relative link leads somewhere."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "docs" / "sources.md"
NOTEBOOKS = sorted([*(ROOT / "course").glob("*.ipynb"), *(ROOT / "assignments" / "source").glob("*/*.ipynb")])
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
CODE = sorted([*(ROOT / "lib").rglob("*.py"), *(ROOT / "lib").rglob("*.toml"), *(ROOT / "lib").rglob("*.json")])
ARXIV = re.compile(r"(?<![\d.])(\d{2}(?:0[1-9]|1[0-2])\.\d{4,5})(?!\d|\.\d)")
MENTION = re.compile(r"arxiv[^\w\n]{0,3}\s?(\S+)", re.IGNORECASE)
ADDRESS = re.compile(r"https?://[^\s)\"'`<>\\|]+")
INVENTED = ("dirt.py",)  # the micro-world's own web pages, at .example


@cache
def text_of(path):
    """What a person reads in a file: of a notebook, its cells."""
    if path.suffix != ".ipynb":
        return path.read_text(encoding="utf-8")
    return "\n\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)


def identifiers(text):
    """The arXiv identifiers in a text that speaks of arXiv."""
    return set(ARXIV.findall(text)) if "arxiv" in text.lower() else set()


def listed():
    return {
        row[0]: row[1:] for row in re.findall(r"^\| \[(\S+?)\]\((\S+)\) \| (.+?) \| (.+?) \|$", text_of(SOURCES), re.M)
    }


def used():
    everywhere = [path for path in (*NOTEBOOKS, *PAGES, *CODE) if path != SOURCES]
    return set().union(*(identifiers(text_of(path)) for path in everywhere))


def test_each_paper_in_the_list_has_an_address_a_title_and_an_author():
    assert len(listed()) > 50
    for number, (address, title, author) in listed().items():
        assert ARXIV.fullmatch(number), number
        assert address == f"https://arxiv.org/abs/{number}"
        assert len(title.split()) >= 3
        year = int(re.fullmatch(r"[A-Z][\w-]+, (\d{4})", author)[1])
        assert year - 2000 in (int(number[:2]), int(number[:2]) - 1), f"{number}: {author}"
        assert int(number[:2]) >= 15 or len(number.split(".")[1]) == 4, "five digits came in 2015"
        assert int(number[:2]) < 15 or len(number.split(".")[1]) == 5, "five digits came in 2015"
    assert list(listed()) == sorted(listed())


def test_every_paper_that_is_used_is_listed_and_every_listed_one_is_used():
    assert used() - listed().keys() == set(), "add these to docs/sources.md, with their titles"
    assert listed().keys() - used() == set(), "nothing cites these any more"


@pytest.mark.parametrize("path", [*NOTEBOOKS, *PAGES], ids=lambda path: path.stem)
def test_arxiv_is_never_mentioned_without_a_right_identifier(path):
    for mention in MENTION.findall(text_of(path)):
        word = mention.removeprefix("org/abs/").strip("().,;:*|]")
        assert ARXIV.match(word) or not any(sign.isdigit() for sign in word), f"arXiv {mention}"


def test_other_sources_are_cited_as_the_list_says():
    rows = re.findall(r"^\| ([^\[<|]+?) \| (.+?) \| (.+?) \|$", text_of(SOURCES), re.M)
    texts = " ".join(" ".join(text_of(path).split()) for path in NOTEBOOKS)
    names = [name for name, *_ in rows if any(sign.isupper() or sign.isdigit() for sign in name)]
    assert len(names) >= 7
    for name in names:
        assert name in texts, name


@pytest.mark.parametrize("paths", [NOTEBOOKS, PAGES, CODE], ids=["notebooks", "pages", "code"])
def test_every_address_is_whole_and_the_course_s_are_listed(paths):
    found = [
        (path, address) for path in paths if path.name not in INVENTED for address in ADDRESS.findall(text_of(path))
    ]
    assert found
    for path, address in found:
        address = address.rstrip(".,;:*")
        assert re.fullmatch(r"https://[a-z0-9-]+(\.[a-z0-9-]+)+(/[\w~./?&=#%+@-]*)?", address) or is_local(address), (
            address
        )
        if path not in PAGES and not is_local(address):
            assert address in text_of(SOURCES), f"add {address} to docs/sources.md"


def is_local(address):
    """Addresses of one's own machine, and placeholders, are no links."""
    return re.match(r"https?://(127\.0\.0\.1|localhost|\{)", address) is not None


def anchors(path):
    """What GitHub calls a page's headings in an address."""
    headings = re.findall(r"^#+ (.+)$", text_of(path), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_relative_link_of_a_page_leads_to_a_file_and_a_heading(path):
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text_of(path)):
        file, _, heading = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        assert there.is_relative_to(ROOT), target
        assert there.exists(), target
        assert not heading or heading in anchors(there), target


def spelled(*paths):
    command = [sys.executable, "-m", "codespell_lib", *map(str, paths)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def test_the_spelling_is_right():
    checked = spelled("course", "assignments/source", "docs", "README.md", "lib")
    assert (checked.stdout, checked.returncode) == ("", 0)


def test_the_spelling_test_sees_a_wrong_word(tmp_path):
    (tmp_path / "page.md").write_text("We " + "rec" + "ieve a token.\n")
    assert "receive" in spelled(tmp_path).stdout
