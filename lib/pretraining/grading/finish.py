"""The end of the pipeline, in the driver: nbgrader's own steps on the executed notebook, scores, gradebook, folder."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from typing import Any

from . import snapshot as snapshots
from .handed_in import without_clashes
from .hide import Hider
from .hooks import Hooks
from .nbcourse import CourseFolder
from .record import Recorder, sweep, write_folder
from .score import QUIET, Scores, score_notebook
from .submission import Submission
from .zygote import block_slow_grammar

# What the engine does itself; every other preprocessor of the course's configuration is run as it is.
OURS = {"Execute", "ClearOutput", "DeduplicateIds", "OverwriteKernelspec", "OverwriteCells", "CheckCellMetadata"}
OURS |= {"SaveAutoGrades", "AssignLatePenalties"}


@dataclass
class Finished:
    """What came of a submission: points, whether a person must look at it, and why."""

    points: float
    needs_manual_grade: bool
    notes: list[str] = field(default_factory=list)


@dataclass
class Scored:
    """Scores, notebooks and their texts, each by the notebook's name."""

    scores: dict[str, Scores] = field(default_factory=dict)
    nodes: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


class Finisher:
    """Scores and records the submissions of one assignment.

    Args:
        course: the course directory.
        assignment: the assignment's name.
        show_hidden_tests: leave them in the graded notebooks.
    """

    def __init__(self, course: CourseFolder, assignment: str, show_hidden_tests: bool) -> None:
        block_slow_grammar()
        from nbgrader.api import Gradebook

        self._course, self._assignment, self._show = course, assignment, show_hidden_tests
        self._gradebook = Gradebook(course.db_url, course.course_id)
        self.snapshot = snapshots.take(self._gradebook, course, assignment)
        self._hiders = {name: Hider(notebook["cells"]) for name, notebook in self.snapshot["notebooks"].items()}
        self._recorder = Recorder(self._gradebook, course, assignment)
        cells = [cell for notebook in self.snapshot["notebooks"].values() for cell in notebook["cells"]]
        self.max_score = sum(cell["points"] or 0.0 for cell in cells)
        from nbgrader.converters import Autograde

        converter = Autograde(coursedir=None, config=course.config)
        self.hooks = Hooks(course, assignment, converter)
        self._before, self._after, self._late = _configured(course, converter)
        sweep(course, assignment)

    def close(self) -> None:
        """Close the gradebook."""
        self._gradebook.close()

    def commit(self) -> None:
        """Make what was recorded permanent."""
        self._recorder.commit()

    def files_for(self, submission: Submission) -> list[dict[str, str]]:
        """The files in the learner's working folder: their own, and the assignment's over them."""
        given = self._given(submission)
        files = {file["path"]: file for file in without_clashes(submission.files, given)}
        files.update({file["path"]: file for file in given})
        return list(files.values())

    def _given(self, submission: Submission) -> list[dict[str, str]]:
        theirs = {file["path"] for file in submission.files}
        kept = set(self._course.setting("Autograde", "exclude_overwriting", {}).get(self._assignment, [])) & theirs
        return [file for file in self.snapshot["files"] if file["path"] not in kept]

    def sanitize(self, submission: Submission) -> dict[str, str]:
        """The texts of the notebooks, after the course's own sanitizing steps if it has any."""
        if not self._before:
            return submission.notebooks
        import nbformat

        from .repair import Unreadable, repair

        texts = dict(submission.notebooks)
        for name, text in texts.items():
            try:
                notebook = nbformat.from_dict(repair(text, self.snapshot["notebooks"][name])[0])
            except Unreadable:
                continue
            for step in self._before:
                notebook, _ = step(notebook, self._resources(submission, name))
            texts[name] = json.dumps(notebook)
        return texts

    def score(self, submission: Submission, notebooks: dict[str, dict[str, Any]]) -> Scored:
        """Score executed notebooks; nothing is written."""
        import nbformat
        import nbformat.v4

        scored = Scored()
        for name, content in notebooks.items():
            node = nbformat.from_dict(content)
            for step in self._after:
                node, _ = step(node, self._resources(submission, name))
            scored.scores[name], scored.nodes[name] = score_notebook(node), node
            scored.texts[name] = nbformat.v4.writes(node if self._show else self._hiders[name].copy(node))
        return scored

    def finish(self, submission: Submission, scored: Scored) -> Finished:
        """Enter scores in the gradebook and write the notebooks to `autograded/`."""
        write_folder(self._course, self._assignment, submission, self._given(submission), scored.texts)
        points, manual = self._recorder.record(submission, scored.scores)
        if self._late:
            self._recorder.commit()
            manual = self._run_late_steps(submission, scored.nodes) or manual
        self.hooks.after(submission)
        return Finished(points, manual, [note for part in scored.scores.values() for note in part.notes])

    def _run_late_steps(self, submission: Submission, nodes: dict[str, Any]) -> bool:
        """The course's own steps that come after the scores are saved; they see the gradebook as under nbgrader."""
        for name, node in nodes.items():
            for step in self._late:
                step(node, self._resources(submission, name))
        return bool(self._gradebook.find_submission(self._assignment, submission.student).needs_manual_grade)

    def _resources(self, submission: Submission, name: str) -> dict[str, Any]:
        nbgrader = {"student": submission.student, "assignment": self._assignment, "notebook": name}
        return {"unique_key": name, "nbgrader": {**nbgrader, "db_url": self._course.db_url}}


def _configured(course: CourseFolder, converter: Any) -> tuple[list[Any], list[Any], list[Any]]:
    """The course's preprocessors that we must run: before execution, between execution and scores, after the scores."""
    config = course.config
    before = [kind for kind in converter.sanitize_preprocessors if kind.__name__ not in OURS]
    after: list[Any] = []
    late: list[Any] = []
    saved = False
    for kind in converter.autograde_preprocessors:
        saved = saved or kind.__name__ == "SaveAutoGrades"
        if kind.__name__ not in OURS:
            (late if saved else after).append(kind)
    quiet = logging.getLogger(QUIET.name)
    return tuple([kind(config=config, log=quiet) for kind in kinds] for kinds in (before, after, late))  # type: ignore[return-value]
