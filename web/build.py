"""Builds the web edition: every lesson with its outputs, as pages that need no network.

`python web/build.py [LESSON...] [--binder OWNER/REPOSITORY] [--out FOLDER] [--fresh]`

Lessons run once, without a screen; while a lesson does not change, the cache in `web/.cache` answers (`--fresh` runs
all again, as you want after a change of the library). Widgets are shown as pictures of their first state.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
from html.parser import HTMLParser
from pathlib import Path

WEB = Path(__file__).parent.resolve()
ROOT = WEB.parent
OUTPUT, CACHE = WEB / "html", WEB / ".cache"
PICTURES = "from pretraining.widgets.picture import show_pictures\n\nshow_pictures()"
LINK = re.compile(r"\]\(((?!https?:|#)[^)#]+\.ipynb)(#[^)]*)?\)")

# What live widgets would start from; they are shown as pictures.
STATE = re.compile(r"<script type=\"application/vnd\.jupyter\.widget-state\+json\">.*?</script>", re.S)

# A link to a lesson that an output drew, such as those of the concept map.
DRAWN_LINK = re.compile(r"""(href=["'](?!https?:)[\w.-]+)\.ipynb""")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lessons", nargs="*", help="names such as 3-targets; all of them if not given")
    parser.add_argument("--binder", default="", help="OWNER/REPOSITORY on GitHub that Binder runs the lessons from")
    parser.add_argument("--out", type=Path, default=OUTPUT, help="where the pages go")
    parser.add_argument("--fresh", action="store_true", help="run every lesson again")
    given = parser.parse_args()
    build(given.lessons, given.binder, given.out, given.fresh)
    print(f"The web edition is in {given.out}; open {given.out / 'index.html'}")


def build(lessons: list[str], binder: str = "", out: Path = OUTPUT, fresh: bool = False, cache: Path = CACHE) -> None:
    """Lay out the sources, run Sphinx over them, and check every page.

    Raises:
        SystemExit: a lesson does not exist or does not run, or a page is not fit to be published.
    """
    found = sorted(path.stem for path in (ROOT / "course").glob("*.ipynb"))
    if unknown := sorted(set(lessons) - set(found)):
        sys.exit(f"there is no lesson {unknown[0]!r}: choose of {', '.join(found)}")
    if fresh:
        shutil.rmtree(cache, ignore_errors=True)
    source = cache / "source"
    shutil.rmtree(source, ignore_errors=True)
    lay_out(source, lessons or found, binder)
    pages = cache / "pages" / "html"
    run_sphinx(source, pages, cache)
    if faults := [f"{page.name}: {fault}" for page in sorted(pages.glob("*.html")) for fault in faults_of(page)]:
        sys.exit("\n".join(["These pages are not fit to be published:", *faults]))
    publish(pages, out)


def publish(pages: Path, out: Path) -> None:
    """Put the pages where they are wanted, in the place of an earlier edition.

    Raises:
        SystemExit: something else is there.
    """
    if out.exists() and any(out.iterdir()) and not (out / "searchindex.js").exists():
        sys.exit(f"{out} holds something else and is left as it is: name another folder with --out")
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(pages, out, ignore=shutil.ignore_patterns(".buildinfo", "_sources", "objects.inv"))


def lay_out(source: Path, lessons: list[str], binder: str) -> None:
    """Write what Sphinx reads: its configuration, the first page, and each lesson with what the web needs."""
    source.mkdir(parents=True)
    shutil.copy(WEB / "conf.py", source)
    shutil.copytree(WEB / "static", source / "_static")
    for name in lessons:
        notebook = json.loads((ROOT / "course" / f"{name}.ipynb").read_text(encoding="utf-8"))
        (source / f"{name}.ipynb").write_text(json.dumps(for_the_web(notebook, name, set(lessons), binder)))
    contents = "\n".join(lessons)
    text = (WEB / "index.md").read_text(encoding="utf-8").replace("RUN_IT", run_it("0-start-here.ipynb", binder))
    (source / "index.md").write_text(text.replace("LESSONS", contents), encoding="utf-8")


def for_the_web(notebook: dict, name: str, lessons: set[str], binder: str) -> dict:
    """A lesson with a hidden first cell that draws widgets as pictures, a link to run it, and links that lead on.

    Args:
        notebook: the lesson as JSON; it is changed.
        name: its name.
        lessons: the lessons of this edition.
        binder: see `run_it`.
    """
    first, *rest = notebook["cells"]
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = LINK.sub(lambda link: linked(link[1], lessons, binder), "".join(cell["source"]))
    hidden = {"cell_type": "code", "id": "web-pictures", "metadata": {"tags": ["remove-cell"]}, "source": PICTURES}
    note = {"cell_type": "markdown", "id": "web-run-it", "metadata": {}, "source": run_it(f"{name}.ipynb", binder)}
    notebook["cells"] = [first, note, {**hidden, "outputs": [], "execution_count": None}, *rest]
    return notebook


def linked(target: str, lessons: set[str], binder: str) -> str:
    """The end of a Markdown link to a notebook: a page of this edition, or the notebook where it runs."""
    if target.removesuffix(".ipynb") in lessons:
        return f"]({target})"
    return f"]({address(target, binder)})" if binder else "](index.md)"


def run_it(target: str, binder: str) -> str:
    """A line that says how to run a notebook; with a repository, a link that does it."""
    how = "**Run it** on your own machine: `make lab` in a clone of the course opens this page live."
    if binder:
        how = f"**[Run it]({address(target, binder)})** in your browser, without installing anything."
    return f":::{{container}} run-it\n{how}\n:::"


def address(target: str, binder: str) -> str:
    """Where Binder opens a notebook of the learner's folder."""
    return f"https://mybinder.org/v2/gh/{binder}/HEAD?urlpath=lab/tree/work/{target}"


def run_sphinx(source: Path, out: Path, cache: Path) -> None:
    """Build the pages; a warning is a fault."""
    from sphinx.cmd.build import main as sphinx

    options = ["-b", "html", "-W", "--keep-going", "-q", "-d", str(cache / "doctrees")]
    options += ["-D", f"nb_execution_cache_path={cache / 'outputs'}"]
    if sphinx([*options, str(source), str(out)]):
        sys.exit("the web edition could not be built: the lines above say why")
    for page in out.glob("*.html"):
        text = DRAWN_LINK.sub(r"\1.html", STATE.sub("", page.read_text(encoding="utf-8")))
        page.write_text(text, encoding="utf-8")


class Page(HTMLParser):
    """Reads a page for what it loads from elsewhere and what has no words for those who cannot see it."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.faults: list[str] = []
        self.figures: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one tag."""
        given = {name: value or "" for name, value in attrs}
        loads = given.get("src", "") or (given.get("href", "") if tag == "link" and loaded(given) else "")
        if re.match(r"(https?:)?//", loads):
            self.faults.append(f"loads {loads}")
        if tag == "img" and not given.get("alt", "").strip():
            self.faults.append(f"a picture without alternative text: {given.get('src', '')[:60]}")
        if tag == "figure":
            self.figures.append(bool(given.get("aria-label", "").strip()))
        if tag == "svg" and "marks" in given.get("class", "").split() and not any(self.figures):
            self.faults.append("a chart without alternative text")
        target = given.get("href", "") if tag == "a" else ""
        if target.endswith(".html") and ":" not in target and not (self.folder / target).exists():
            self.faults.append(f"a link that leads nowhere: {target}")
        if "application/vnd.jupyter.widget" in given.get("type", ""):
            self.faults.append("a widget without a kernel")

    def handle_endtag(self, tag: str) -> None:
        """A figure ends."""
        if tag == "figure" and self.figures:
            self.figures.pop()


def loaded(link: dict[str, str]) -> bool:
    """Whether a browser fetches what a `link` names, to show the page."""
    return not {"canonical", "author", "license", "next", "prev", "index", "search"} & set(link.get("rel", "").split())


def faults_of(page: Path) -> list[str]:
    """Why a page should not be published; empty if it may be."""
    text, reader = page.read_text(encoding="utf-8"), Page(page.parent)
    reader.feed(text)
    faults = reader.faults + [
        f"loads {url}" for url in re.findall(r"(?:url\(|@import )[\"']?(https?://[^)\"']+)", text)
    ]
    return faults + ["an error in an output"] * ("traceback" in text and "CellExecutionError" in text)


if __name__ == "__main__":
    main()
