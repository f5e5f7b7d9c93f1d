"""The course's own hooks around each submission: `c.Autograde.pre_convert_hook` and `post_convert_hook`.

As under nbgrader they get the assignment, the student and the paths of the notebooks, and their failure stops nothing.
Only the student is always named here: for a whole class nbgrader says "*".
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from .nbcourse import CourseFolder
from .submission import Submission


class Hooks:
    """What the course wants to be called before a submission is read and after it is written.

    Args:
        course: the course directory; hooks run there.
        assignment: the assignment's name.
        converter: nbgrader's `Autograde`, configured by the course.
    """

    def __init__(self, course: CourseFolder, assignment: str, converter: Any) -> None:
        self._course, self._assignment = course, assignment
        self._before, self._after = converter.pre_convert_hook, converter.post_convert_hook

    def before(self, submission: Submission) -> bool:
        """Call the first hook, if there is one; returns whether the submission must be read again."""
        return self._call(self._before, submission)

    def after(self, submission: Submission) -> bool:
        """Call the second hook, if there is one."""
        return self._call(self._after, submission)

    def _call(self, hook: Callable[..., Any] | None, submission: Submission) -> bool:
        if not hook:
            return False
        folder = self._course.folder("submitted", submission.student, self._assignment)
        names = sorted([*submission.notebooks, *submission.problems])
        paths, here = [str(folder / f"{name}.ipynb") for name in names], os.getcwd()
        os.chdir(self._course.root)
        try:
            hook(assignment=self._assignment, student=submission.student, notebooks=paths)
        except Exception as problem:
            submission.notes.append(f"a hook of the course failed ({type(problem).__name__}: {problem})")
        finally:
            os.chdir(here)
        return True
