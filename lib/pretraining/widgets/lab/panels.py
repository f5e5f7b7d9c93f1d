"""What stands below the lab's curve, one at a time: the sample, the next token, attention, the history of runs."""

from __future__ import annotations

import html
from collections.abc import Callable

import ipywidgets as widgets

from ...training import Sample
from ..attention_map import AttentionMap
from ..lesson_targets import PromptExplorer

PROMPT = "The capital of"
Route = Callable[[Callable[[], None]], None]


class LivePrompt(PromptExplorer):
    """Next-token bars that are computed between two training steps.

    Args:
        route: runs a function where nothing else touches the model.
        the others: as for `PromptExplorer`.
    """

    def __init__(self, route: Route, *arguments: object, **named: object) -> None:
        self._route: Route = lambda function: function()  # the first drawing: nothing trains yet
        super().__init__(*arguments, **named)  # type: ignore[arg-type]
        self._route = route
        self.prompt.layout.width = "440px"

    def refresh(self) -> None:
        """Ask the present model again."""
        super()._show()

    def _show(self) -> None:
        self._route(self.refresh)


class LiveAttention(AttentionMap):
    """An attention map that is computed between two training steps.

    Args:
        route: runs a function where nothing else touches the model.
        the others: as for `AttentionMap`.
    """

    def __init__(self, route: Route, *arguments: object, **named: object) -> None:
        self._route: Route = lambda function: function()
        super().__init__(*arguments, **named)  # type: ignore[arg-type]
        self._route = route
        self.prompt.layout.width = "440px"

    def refresh(self) -> None:
        """Look at the present model as soon as it is between two steps."""
        self._route(super().refresh)

    def _say(self, sentence: str) -> None:
        # It changes every second while a model trains: too often to be announced.
        self.note.value = f"<div style='line-height:1.4'>{html.escape(sentence)}</div>"


class Panels(widgets.VBox):
    """The lower part of the lab.

    Args:
        parts: what can be shown, by name; the first is shown first.
        on_show: called when another part comes up.
    """

    def __init__(self, parts: dict[str, widgets.Widget], on_show: Callable[[], None]) -> None:
        self._visible, self._hidden = widgets.Layout(), widgets.Layout(display="none")
        self.parts = parts
        self._boxes = {name: widgets.VBox([part], layout=self._hidden) for name, part in parts.items()}
        self.choice = widgets.ToggleButtons(
            options=list(parts), description="Show", style={"button_width": "104px", "description_width": "0px"}
        )
        if len(parts) < 2:
            self.choice.layout.display = "none"
        self.choice.observe(lambda _: self._show(on_show), "value")
        self._show(lambda: None)
        super().__init__([self.choice, *self._boxes.values()])

    @property
    def shown(self) -> str:
        """The name of the part that is on the page."""
        return self.choice.value

    def _show(self, on_show: Callable[[], None]) -> None:
        for name, box in self._boxes.items():
            box.layout = self._visible if name == self.choice.value else self._hidden
        on_show()


class SampleView(widgets.HTML):
    """What the model writes."""

    def show(self, sample: Sample) -> None:
        """Show a sample; what it says is text, never markup."""
        text = html.escape(sample.text.strip())
        self.value = (
            f"<b>What the model writes after {sample.step} steps</b>"
            f"<pre style='white-space:pre-wrap; max-width:820px; margin:4px 0; line-height:1.35'>{text}</pre>"
        )
