"""Where an nbgrader course keeps things, read from its own configuration without importing nbgrader.

nbgrader's `CourseDirectory` says the same, but importing it takes a second; this is what the engine needs before that.
"""

from __future__ import annotations

import ast
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CONFIG = "nbgrader_config.py"
BUILTIN_MAGICS = re.compile(r"(?m)^\s*[%!?].*$")


@dataclass(frozen=True)
class CourseFolder:
    """A course directory and its configuration.

    Attributes:
        root: the folder that holds nbgrader_config.py.
        config: what that file sets, as traitlets' Config.
    """

    root: Path
    config: Any

    @classmethod
    def open(cls, root: Path) -> CourseFolder:
        """Read a course's configuration; it runs in the course's folder, as nbgrader runs it."""
        from traitlets.config import PyFileConfigLoader

        before = os.getcwd()
        os.chdir(root)
        try:
            config = PyFileConfigLoader(CONFIG, path=str(root)).load_config()
        finally:
            os.chdir(before)
        config.CourseDirectory.root = str(root)
        return cls(root, config)

    def setting(self, section: str, name: str, default: Any) -> Any:
        """What the configuration says, or else nbgrader's own default as given."""
        return self.config[section].get(name, default) if section in self.config else default

    def folder(self, step: str, student: str, assignment: str) -> Path:
        """Where a step of a student's assignment lies; `step` is source, submitted, autograded, ..."""
        name = self.setting("CourseDirectory", f"{step}_directory", step)
        structure = self.setting(
            "CourseDirectory", "directory_structure", os.path.join("{nbgrader_step}", "{student_id}", "{assignment_id}")
        )
        return self.root / structure.format(nbgrader_step=name, student_id=student, assignment_id=assignment)

    @property
    def db_url(self) -> str:
        """Where the gradebook is; a relative path is meant from the course's folder, where nbgrader is run."""
        url = self.setting("CourseDirectory", "db_url", f"sqlite:///{self.root / 'gradebook.db'}")
        scheme, found, path = url.partition("sqlite:///")
        if scheme or not found or not path or path.startswith((":memory:", "file:")) or os.path.isabs(path):
            return url
        return f"sqlite:///{self.root / path}"

    @property
    def course_id(self) -> str:
        """The course's name in nbgrader."""
        return self.setting("CourseDirectory", "course_id", "").strip() or "default_course"

    def source(self, assignment: str) -> Path:
        """The folder of an assignment's source version."""
        return Path(os.path.normpath(self.folder("source", ".", assignment)))


@contextmanager
def own_modules(root: Path) -> Iterator[None]:
    """Modules beside the configuration can be imported by name, as under nbgrader: a late-penalty plugin, say."""
    sys.path.insert(0, str(root))
    try:
        yield
    finally:
        sys.path.remove(str(root))


def raw_cells(notebook: Path) -> list[dict[str, Any]]:
    """The cells of one of the course's own notebooks, as plain JSON with joined sources."""
    cells = json.loads(notebook.read_text(encoding="utf-8")).get("cells", [])
    for cell in cells:
        cell["source"] = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
    return cells


def imported_modules(notebooks: list[Path], beside: set[str]) -> list[str]:
    """The modules that notebooks import, in order, without those that lie beside them.

    Args:
        notebooks: the source version of an assignment.
        beside: names of modules that come with the assignment and are the learner's to change.
    """
    found: dict[str, None] = {}
    for notebook in notebooks:
        for cell in raw_cells(notebook):
            if cell.get("cell_type") == "code":
                found.update(dict.fromkeys(_imports(cell["source"])))
    return [name for name in found if name.partition(".")[0] not in beside]


def _imports(source: str) -> list[str]:
    try:
        tree = ast.parse(BUILTIN_MAGICS.sub("", source))
    except SyntaxError:
        return []
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.append(node.module)
    return names
