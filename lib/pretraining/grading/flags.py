"""Brings the marks of `provisional` into the gradebook, so that nbgrader's formgrader shows what waits for a person.

In nbgrader_config.py:

    from pretraining.grading.flags import with_flags
    c.Autograde.autograde_preprocessors = with_flags()
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from nbgrader.utils import is_grade

from .clean import clean_text
from .provisional import marks

if TYPE_CHECKING:
    from nbconvert.exporters.exporter import ResourcesDict
    from nbformat import NotebookNode


class FlagProvisional(NbGraderPreprocessor):
    """Flags each marked test cell as needing a manual grade, with the reason as a comment on the learner's cell.

    It changes what the autograder says, never what a person said: manual scores and comments win over automatic ones.
    """

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        """Read the marks of every test cell and write them to the gradebook; the notebook stays as it is."""
        found = resources["nbgrader"]
        place = (found["notebook"], found["assignment"], found["student"])
        marked = {
            cell.metadata.nbgrader.grade_id: marks(cell.get("outputs", [])) for cell in nb.cells if is_grade(cell)
        }
        if any(marked.values()):
            with Gradebook(found["db_url"]) as gradebook:
                for test, reasons in marked.items():
                    self._flag(gradebook, test, reasons, place)
        return nb, resources

    def _flag(self, gradebook: Gradebook, test: str, reasons: dict[str, str], place: tuple[str, str, str]) -> None:
        for cell, reason in reasons.items():
            try:
                comment = gradebook.find_comment(cell, *place)
            except MissingEntry:
                self.log.warning("a mark names %s, which is no cell of %s", cell, place[0])
                continue
            comment.auto_comment = f"Points are provisional. {clean_text(reason)}"
            gradebook.find_grade(test, *place).needs_manual_grade = True
        gradebook.db.commit()


def with_flags() -> list[type]:
    """The steps of nbgrader's autograding, with the flags right after the grades are saved."""
    steps = list(Autograde.class_traits()["autograde_preprocessors"].default())
    steps.insert(steps.index(SaveAutoGrades) + 1, FlagProvisional)
    return steps
