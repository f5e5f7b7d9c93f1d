"""The lab as it stands on the page, and how a run's reports reach it. What the buttons do is the lab's own business."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import ipywidgets as widgets
import traitlets

from ... import charts
from ...model import Transformer
from ...training import Sample
from ..names import SliderNames
from .dials import Dials
from .panels import PROMPT, LiveAttention, LivePrompt, Panels, SampleView
from .record import Row
from .runs import RunList
from .session import Session
from .settings import BadSetting, LabSettings
from .stage import Stage

FIRST_SAMPLE = "What the model writes appears here as it trains."


class Owner(Protocol):
    """What the screen asks of the lab."""

    @property
    def model(self) -> Transformer: ...  # noqa: D102

    def moved(self, name: str) -> None: ...  # noqa: D102

    def redraw(self) -> None: ...  # noqa: D102

    def show_buttons(self) -> None: ...  # noqa: D102

    def between_steps(self, function: Callable[[], None]) -> None: ...  # noqa: D102


class Screen(widgets.VBox):
    """Stage, panels and dials, joined.

    Args:
        first: what the dials show at first.
        session: the text and the model to begin with.
        actions: what the buttons do, by label.
        owner: the lab, which is told what was moved and knows the present model.
        simple: show only what a first run needs.
    """

    def __init__(
        self,
        first: LabSettings,
        session: Session,
        actions: dict[str, Callable[[], Any]],
        owner: Owner,
        simple: bool,
    ) -> None:
        self._owner = owner
        between, current = owner.between_steps, lambda: owner.model
        self.stage = Stage({label: self._guarded(action) for label, action in actions.items()}, simple)
        self.chart, self.status = self.stage.chart, self.stage.status
        self.dials = Dials(first, owner.moved, simple)
        self.sample = SampleView(FIRST_SAMPLE)
        self.run_list = RunList(first, owner.redraw)
        self.prompt = LivePrompt(between, current, session.corpus.tokenizer, PROMPT)
        self.attention: LiveAttention | None = None
        parts: dict[str, widgets.Widget] = {"Sample": self.sample}
        if not simple:
            self.attention = LiveAttention(between, current, session.corpus.tokenizer, PROMPT)
            traitlets.link((self.prompt.prompt, "value"), (self.attention.prompt, "value"))
            parts |= {"Next token": self.prompt, "Attention": self.attention, "Runs": self.run_list}
        self.panels = Panels(parts, lambda: between(self.run_answers))
        self.run_ready(session)
        left = widgets.VBox([self.stage, self.panels], layout=widgets.Layout(width="560px"))
        row = widgets.HBox([left, self.dials], layout=widgets.Layout(flex_flow="row wrap"))
        super().__init__([row, SliderNames()])

    def run_ready(self, session: Session) -> None:
        """A run's text is there: its tokenizer cuts the prompt, its domains get sliders."""
        self.prompt.tokenizer = session.corpus.tokenizer
        if self.attention is not None:
            self.attention.tokenizer = session.corpus.tokenizer
        self.dials.offer_domains(session.settings.source, session.domain_sizes())

    def run_draws(self, rows: list[Row], note: str) -> None:
        """New points of the curve, and how far the run is."""
        self.chart.append(rows, note)

    def run_says(self, sentence: str) -> None:
        """Something worth announcing."""
        self.stage.say(sentence)

    def run_paused(self, step: int) -> None:
        """The run waits."""
        self.run_says(f"Paused at step {step}. Press Resume to go on.")
        self._owner.show_buttons()
        self.run_answers()

    def run_measured(self, latest: list[Row]) -> None:
        """The model was measured on held-out text; says in words what the curve shows."""
        self.chart.description = charts.training_description(latest)

    def run_wrote(self, sample: Sample) -> None:
        """The model wrote a sample."""
        self.sample.show(sample)

    def run_answers(self) -> None:
        """Bring the panel that is in view up to date."""
        if self.panels.shown == "Next token":
            self.prompt.refresh()
        elif self.attention is not None and self.panels.shown == "Attention":
            self.attention.refresh()

    def refuse(self, error: BaseException, what: str = "Cannot start") -> None:
        """Say why a run cannot start or a dial cannot be turned there, beside the control if there is one."""
        if isinstance(error, BadSetting):
            self.dials.complain(error.name, str(error))
        self.run_says(f"{what}: {error}")

    def _guarded(self, action: Callable[[], Any]) -> Callable[[], None]:
        """A button's action whose errors are said on the page."""

        def act() -> None:
            try:
                action()
            except (ValueError, RuntimeError, MemoryError, OSError) as error:
                self.refuse(error)

        return act
