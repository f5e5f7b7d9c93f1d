"""A quiz for oneself: choose, and read at once why; nothing is graded and nothing leaves the notebook.

Choices are buttons: JupyterLab takes the arrow keys that radio buttons need.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

import ipywidgets as widgets

from .controls import button, spoken
from .names import SliderNames
from .quiz_questions import SELF_CHECK, Question

# ipywidgets cuts long buttons off; here they wrap, one below the other.
STYLE = """<style>
.pretraining-quiz .widget-toggle-buttons {width:auto; max-width:760px; height:auto}
.pretraining-quiz .widget-toggle-buttons > .widget-label {display:none}
.pretraining-quiz .widget-toggle-button {display:block; width:calc(100% - 8px); height:auto; white-space:normal;
  text-align:left; line-height:1.4; padding:6px 10px; margin:3px 2px}
.pretraining-quiz .widget-toggle-button.mod-active {outline:2px solid #0072B2}
.pretraining-quiz h4 {margin:4px 0; max-width:760px; font-size:15px; line-height:1.4}
</style>"""


class Quiz(widgets.VBox):
    """One question after another, each answer explained at once.

    Args:
        questions: what is asked; by default that of unit 8.

    Attributes:
        first_tries: for each question whether the first choice was right; None before that.

    Raises:
        ValueError: there is no question, or one without exactly one right choice.
    """

    def __init__(self, questions: Sequence[Question] = SELF_CHECK) -> None:
        if not questions:
            raise ValueError("a quiz needs at least one question")
        for question in questions:
            if sum(choice.right for choice in question.choices) != 1:
                raise ValueError(f"exactly one choice must be right: {question.text!r}")
        self.questions = tuple(questions)
        self.first_tries: list[bool | None] = [None] * len(questions)
        self._chosen: list[int | None] = [None] * len(questions)
        self._at, self._setting = 0, False
        self.question, self.explanation, self.progress = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.choices = widgets.ToggleButtons()
        self.back = button("Back", "The question before")
        self.next = button("Next", "The next question")
        self.back.on_click(lambda _: self._go(-1))
        self.next.on_click(lambda _: self._go(1))
        self.choices.observe(lambda _: self._choose(), "index")
        self._show()
        super().__init__(
            [
                widgets.HTML(STYLE), self.question, self.choices,
                widgets.HBox([self.back, self.next]), self.explanation, self.progress, SliderNames(),
            ]
        )  # fmt: skip
        self.add_class("pretraining-quiz")

    @property
    def _now(self) -> Question:
        return self.questions[self._at]

    def _show(self) -> None:
        """Show a question as it was left: with the choice made last, and its explanation."""
        where = f"Question {self._at + 1} of {len(self.questions)}."
        self.question.value = f"<h4>{where} {html.escape(self._now.text)}</h4>"
        self._setting = True
        self.choices.options = [choice.text for choice in self._now.choices]
        self.choices.index = self._chosen[self._at]
        self.choices.description = f"Question {self._at + 1}"
        self._setting = False
        self.back.disabled, self.next.disabled = self._at == 0, self._at == len(self.questions) - 1
        self._explain()

    def _choose(self) -> None:
        if self._setting or self.choices.index is None:
            return
        self._chosen[self._at] = self.choices.index
        if self.first_tries[self._at] is None:
            self.first_tries[self._at] = self._now.choices[self.choices.index].right
        self._explain()

    def _explain(self) -> None:
        said = ""
        if (chosen := self._chosen[self._at]) is not None:
            choice = self._now.choices[chosen]
            verdict = "Right." if choice.right else "Not quite."
            again = "" if choice.right else " Try another one."
            said = f"<b>{verdict}</b> {html.escape(choice.why)}{again}<br>See {html.escape(self._now.see)}."
        self.explanation.value = spoken(said)
        self._count()

    def _go(self, step: int) -> None:
        if 0 <= self._at + step < len(self.questions):
            self._at += step
            self._show()

    def _count(self) -> None:
        done, right = sum(first is not None for first in self.first_tries), sum(map(bool, self.first_tries))
        self.progress.value = f"{done} of {len(self.questions)} answered, {right} right at the first try."
