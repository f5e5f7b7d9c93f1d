"""The one writer: points and comments into the gradebook, executed notebooks into `autograded/`."""

from __future__ import annotations

import base64
import contextlib
import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .handed_in import without_clashes
from .nbcourse import CourseFolder
from .submission import Submission

if TYPE_CHECKING:
    from nbgrader.api import Gradebook, SubmittedAssignment, SubmittedNotebook

    from .score import Scores

UNFINISHED = ".grading-"


class Recorder:
    """Writes the results of one assignment; several submissions share a commit.

    Args:
        gradebook: nbgrader's own.
        course: where things lie.
        assignment: the assignment's name.
    """

    def __init__(self, gradebook: Gradebook, course: CourseFolder, assignment: str) -> None:
        self._gradebook, self._course, self._assignment = gradebook, course, assignment
        self._names: dict[str, str] = {}
        self._failed = False
        for notebook in gradebook.find_assignment(assignment).notebooks:
            for cell in [*notebook.grade_cells, *notebook.solution_cells, *notebook.task_cells]:
                self._names[cell.id] = cell.name
        from nbgrader.preprocessors import AssignLatePenalties

        self._late = AssignLatePenalties(config=course.config)
        self._late.init_plugin()

    def record(self, submission: Submission, scores: dict[str, Scores]) -> tuple[float, bool]:
        """Enter one submission; nothing is kept until `commit`. Manual scores and comments are not touched.

        Args:
            submission: what was handed in.
            scores: of each notebook that was graded; notebooks not handed in get 0.

        Returns:
            (points, whether a person must look at it).
        """
        with self._one_transaction(), self._gradebook.db.no_autoflush:
            entry = self._entry(submission)
            for notebook in entry.notebooks:
                if notebook.name in submission.missing:
                    _enter_missing(notebook)
                elif notebook.name in scores:
                    self._enter(notebook, scores[notebook.name])
                    self._assign_penalty(entry, notebook)
            grades = [grade for notebook in entry.notebooks for grade in notebook.grades]
            points = sum(_points(grade) for grade in grades)
            points -= sum(notebook.late_submission_penalty or 0 for notebook in entry.notebooks)
            return points, any(grade.needs_manual_grade for grade in grades)

    def commit(self) -> None:
        """Make everything that was recorded permanent.

        Raises:
            RuntimeError: something could not be recorded, and took what waited for this commit with it.
        """
        if self._failed:
            raise RuntimeError("the gradebook refused an entry")
        self._gradebook.db.commit()
        self._gradebook.db.expunge_all()

    @contextlib.contextmanager
    def _one_transaction(self) -> Iterator[None]:
        """Let a submission's steps wait for one commit at the end; nbgrader makes one after each."""
        session, log = self._gradebook.db(), logging.getLogger("traitlets")
        commit, session.commit = session.commit, session.flush
        quiet, log.disabled = log.disabled, True  # nbgrader logs a traceback of what it raises anyway
        try:
            yield
        except Exception:
            self._failed = True
            raise
        finally:
            session.commit, log.disabled = commit, quiet

    def _entry(self, submission: Submission) -> SubmittedAssignment:
        from nbgrader.api import MissingEntry

        if self._course.setting("Autograde", "create_student", True):
            try:
                self._gradebook.find_student(submission.student)
            except MissingEntry:
                self._gradebook.update_or_create_student(submission.student)
        stamp = {"timestamp": submission.timestamp} if submission.timestamp else {}
        return self._gradebook.update_or_create_submission(self._assignment, submission.student, **stamp)

    def _enter(self, notebook: SubmittedNotebook, scores: Scores) -> None:
        for grade in notebook.grades:
            name = self._names[grade.cell_id]
            if name in scores.grades:
                grade.auto_score = scores.grades[name]
                grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
            elif name in scores.tasks and grade.manual_score is None:  # what a person graded is done
                grade.auto_score, grade.needs_manual_grade = None, True
        for comment in notebook.comments:
            name = self._names[comment.cell_id]
            if name in scores.comments:
                comment.auto_comment = scores.comments[name]

    def _assign_penalty(self, entry: SubmittedAssignment, notebook: SubmittedNotebook) -> None:
        """As nbgrader's AssignLatePenalties does, with the course's own plugin."""
        notebook.late_submission_penalty = None
        if entry.timestamp is None or entry.duedate is None or not entry.total_seconds_late > 0:
            return
        session = self._gradebook.db
        session.flush()
        session.refresh(notebook)
        penalty = self._late.plugin_inst.late_submission_penalty(
            entry.student.id, notebook.score, entry.total_seconds_late
        )
        if penalty is not None:
            notebook.late_submission_penalty = self._late._check_late_penalty(notebook, penalty)


def _enter_missing(notebook: SubmittedNotebook) -> None:
    for grade in notebook.grades:
        grade.auto_score, grade.needs_manual_grade = 0, False


def _points(grade: Any) -> float:
    points = grade.manual_score if grade.manual_score is not None else grade.auto_score
    return float(points or 0) + float(grade.extra_credit or 0)


def write_folder(
    course: CourseFolder, assignment: str, submission: Submission, given: list[dict[str, str]], texts: dict[str, str]
) -> None:
    """Put the executed notebooks and the files beside them into `autograded/`, in one move.

    Args:
        course: where things lie.
        assignment: the assignment's name.
        submission: what was handed in.
        given: the assignment's own files, which replace the learner's.
        texts: name -> executed notebook.
    """
    target = course.folder("autograded", submission.student, assignment)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.parent / f"{UNFINISHED}{target.name}"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    try:
        mode = int(str(course.setting("Autograde", "permissions", 664 if _shared(course) else 444)), 8)
        for file in [*without_clashes(submission.files, given), *given]:
            _write(part / file["path"], base64.b64decode(file["data"]), mode)
        for name, text in texts.items():
            _write(part / f"{name}.ipynb", text.encode("utf-8", "replace"), mode)
        if _shared(course):
            for folder, _, _ in os.walk(part):
                os.chmod(folder, os.stat(folder).st_mode & 0o777 | 0o2770)
        if target.exists():
            old = target.parent / f"{UNFINISHED}old-{target.name}"
            shutil.rmtree(old, ignore_errors=True)
            os.rename(target, old)
            os.rename(part, target)
            shutil.rmtree(old, ignore_errors=True)
        else:
            os.rename(part, target)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def sweep(course: CourseFolder, assignment: str) -> None:
    """Remove what a killed run left half written."""
    pattern = course.folder("autograded", "*", assignment)
    for part in (course.root).glob(str(pattern.parent.relative_to(course.root) / f"{UNFINISHED}*{assignment}")):
        target = part.parent / assignment
        if part.name.startswith(f"{UNFINISHED}old-") and not target.exists():
            os.rename(part, target)
        else:
            shutil.rmtree(part, ignore_errors=True)


def _shared(course: CourseFolder) -> bool:
    return bool(course.setting("CourseDirectory", "groupshared", False))


def _write(path: Path, data: bytes, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path.unlink()
    path.write_bytes(data)
    os.chmod(path, mode)
