"""The lab's settings on the page: a control for each, a note beside it, in sections that say when a change acts."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable
from typing import Any

import ipywidgets as widgets

from ...training.settings import OPTIMIZERS
from ..controls import LABEL, dropdown, slider
from .settings import LIVE, BadSetting, LabSettings, default_heads, possible_heads

SOURCES = ("micro-world", "python-docs", "python-code")
SIZES = {
    "width": (32, 64, 96, 128, 192, 256, 384, 512),
    "block_size": (8, 16, 32, 64, 128, 256, 512),
    "vocab_size": (300, 512, 1024, 2048, 4096, 8192),
    "batch_size": (1, 2, 4, 8, 16, 32, 64, 128, 256),
}
RATES = [*(float(f"{digits}e{power}") for power in range(-5, 0) for digits in (1, 1.5, 2, 3, 5, 7)), 1.0]
WIDTH = "330px"
NEXT, NOW = "Used by the next Train", "Acts at the next step, also while it trains"
SECTIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "Model": {NEXT: ("layers", "width", "heads", "block_size", "vocab_size")},
    "Data": {NEXT: ("source",), NOW: ("mixture",)},
    "Training": {
        NOW: ("learning_rate", "batch_size", "weight_decay", "dropout", "temperature"),
        NEXT: ("steps", "warmup_steps", "optimizer", "seed"),
    },
}
SIMPLE: dict[str, dict[str, tuple[str, ...]]] = {
    "Main": {NEXT: ("layers", "width", "block_size", "batch_size"), NOW: ("learning_rate",)}
}


class Dials(widgets.VBox):
    """Every setting of the lab.

    Args:
        settings: what the controls show at first.
        on_change: called with the name of a setting after it was moved.
        simple: show only the five that a first run needs.
    """

    def __init__(self, settings: LabSettings, on_change: Callable[[str], None], simple: bool = False) -> None:
        self._first, self._on_change = settings, on_change
        self._quiet = False
        self._natural: dict[str, float] = {}
        self._mixed_source = ""
        self._hidden, self._visible = widgets.Layout(display="none"), widgets.Layout(margin="0 0 0 12px")
        self._shown = widgets.Layout()
        self.controls: dict[str, Any] = make_controls(settings)
        self.notes = {name: widgets.HTML(layout=self._hidden) for name in [*self.controls, "mixture", "device"]}
        self.weights: dict[str, widgets.IntSlider] = {}
        self.mixture_box = widgets.VBox()
        self._boxes: list[widgets.VBox] = []
        sections = SIMPLE if simple else SECTIONS
        for parts in sections.values():
            rows: list[widgets.Widget] = []
            for heading, names in parts.items():
                rows.append(widgets.HTML(f"<b>{heading}</b>"))
                for name in names:
                    rows += [self.mixture_box if name == "mixture" else self.controls[name], self.notes[name]]
            self._boxes.append(widgets.VBox(rows, layout=self._hidden))
        self.section = widgets.ToggleButtons(
            options=list(sections),
            description="Settings",
            style={"button_width": "84px", "description_width": "0px"},
            layout=self._hidden if simple else widgets.Layout(),
        )
        self.section.observe(lambda _: self._show_section(), "value")
        for name, control in self.controls.items():
            control.observe(lambda _, name=name: self._changed(name), "value")
        self._explain_heads()
        self._show_section()
        super().__init__([self.section, *self._boxes], layout=widgets.Layout(width="356px"))

    @property
    def settings(self) -> LabSettings:
        """What the controls say.

        Raises:
            BadSetting: a value that cannot be used.
        """
        values = {name: control.value for name, control in self.controls.items()}
        mixture: dict[str, float] | None = {name: float(control.value) for name, control in self.weights.items()}
        if mixture == self._natural or self.controls["source"].value != self._mixed_source:
            mixture = None
        return self._first.but(**values, mixture=mixture)

    def set(self, values: dict[str, Any]) -> None:
        """Show other values.

        Raises:
            BadSetting: a setting that does not exist, or a value that cannot be used.
        """
        unknown = [name for name in values if name not in self.controls]
        if unknown:
            raise BadSetting(unknown[0], f"there is no dial {unknown[0]!r}: choose from {', '.join(self.controls)}")
        self.settings.but(**({"heads": None} if "width" in values else {}) | values)  # refuses what cannot be used
        for name in sorted(values, key=lambda name: name == "heads"):  # the width decides which heads there are
            control = self.controls[name]
            if isinstance(control, widgets.SelectionSlider) and values[name] not in dict(control.options).values():
                control.options = labelled({*dict(control.options).values(), values[name]})
            control.value = values[name]

    def complain(self, name: str, sentence: str) -> None:
        """Say what is wrong beside a control, or nothing any more."""
        note = self.notes[name]
        said = f"<div role='alert' style='line-height:1.3'>⚠ {html.escape(sentence)}</div>"
        note.value = said if sentence else ""
        note.layout = self._visible if sentence else self._hidden
        if not sentence and name == "heads":
            self._explain_heads()

    def check(self) -> LabSettings | None:
        """The settings, if they can be used; if not, the reason stands beside the control."""
        try:
            settings = self.settings
        except BadSetting as error:
            self.complain(error.name, str(error))
            return None
        for name, note in self.notes.items():
            if "⚠" in note.value:
                self.complain(name, "")
        return settings

    def offer_domains(self, source: str, sizes: dict[str, int]) -> None:
        """A slider for each domain of a text, as large as its share."""
        whole = sum(sizes.values()) or 1
        natural = {domain: max(1, round(100 * size / whole)) for domain, size in sizes.items()}
        if source == self._mixed_source:
            return
        self._mixed_source = source
        for control in self.weights.values():
            control.close()
        chosen = self._first.mixture or {}
        self._natural = {domain: float(share) for domain, share in natural.items()}
        if len(natural) < 2:
            self.weights, self._natural = {}, {}
            self.mixture_box.children = [widgets.HTML("This text has only one kind of document: nothing to mix.")]
            return
        self.weights = {
            domain: slider(widgets.IntSlider, domain, WIDTH, value=round(chosen.get(domain, share)), min=0, max=100)
            for domain, share in natural.items()
        }
        for control in self.weights.values():
            control.observe(lambda _: self._changed("mixture"), "value")
        self.mixture_box.children = list(self.weights.values())

    def _changed(self, name: str) -> None:
        if name == "width":
            self._follow_width()
        if not self._quiet:
            self._on_change(name)

    def _follow_width(self) -> None:
        """Offer only heads that fit the width; keep the number if it still does."""
        heads, width = self.controls["heads"], self.controls["width"].value
        fitting = possible_heads(width)
        best = heads.value if heads.value in fitting else default_heads(width)
        self._quiet = True
        try:
            with heads.hold_trait_notifications():
                heads.options, heads.value = labelled(fitting), best
        finally:
            self._quiet = False
        self._explain_heads()

    def _explain_heads(self) -> None:
        width = self.controls["width"].value
        fitting = ", ".join(map(str, possible_heads(width)))
        self.notes["heads"].value = (
            f"<div style='font-size:smaller; line-height:1.3'>A width of {width} can be cut into {fitting} equal parts "
            "of an even size.</div>"
        )
        self.notes["heads"].layout = self._visible

    def _show_section(self) -> None:
        for index, box in enumerate(self._boxes):
            box.layout = self._shown if index == self.section.index else self._hidden


def labelled(values: Iterable[float]) -> list[tuple[str, float]]:
    """Choices in order, each with its label; a rate is written out, never as an exponent.

    Example:
        >>> labelled([64, 32]), labelled([3e-05])
        ([('32', 32), ('64', 64)], [('0.00003', 3e-05)])
    """
    return [(str(v) if isinstance(v, int) else f"{v:.7f}".rstrip("0"), v) for v in sorted(values)]


def make_controls(first: LabSettings) -> dict[str, Any]:
    """A labelled control for each setting, showing its first value; `mixture` and `device` have none."""

    def choice(name: str, label: str, options: Iterable[float]) -> Any:
        value = getattr(first, name)
        return slider(widgets.SelectionSlider, label, WIDTH, value=value, options=labelled({*options, value}))

    def number(name: str, label: str, kind: type = widgets.IntSlider, **limits: Any) -> Any:
        value = getattr(first, name)
        limits["max"], limits["min"] = max(limits["max"], value), min(limits["min"], value)
        return slider(kind, label, WIDTH, value=value, **limits)

    def typed(name: str, label: str) -> Any:
        return widgets.IntText(
            value=getattr(first, name), description=label, style=LABEL, layout=widgets.Layout(width="200px")
        )

    wanted = {
        "layers": number("layers", "Layers", min=1, max=12),
        "width": choice("width", "Width", SIZES["width"]),
        "heads": choice("heads", "Heads", possible_heads(first.width)),
        "block_size": choice("block_size", "Context", SIZES["block_size"]),
        "vocab_size": choice("vocab_size", "Vocabulary", SIZES["vocab_size"]),
        "source": dropdown("Text", [*dict.fromkeys([*SOURCES, first.source])], first.source),
        "learning_rate": choice("learning_rate", "Learning rate", RATES),
        "batch_size": choice("batch_size", "Batch", SIZES["batch_size"]),
        "weight_decay": number("weight_decay", "Weight decay", widgets.FloatSlider, min=0, max=1, step=0.05),
        "dropout": number("dropout", "Dropout", widgets.FloatSlider, min=0, max=0.5, step=0.05),
        "temperature": number("temperature", "Temperature", widgets.FloatSlider, min=0, max=2, step=0.1),
        "steps": typed("steps", "Steps"),
        "warmup_steps": typed("warmup_steps", "Warm-up"),
        "optimizer": dropdown("Optimizer", list(OPTIMIZERS), first.optimizer),
        "seed": typed("seed", "Seed"),
    }
    assert set(LIVE) <= {*wanted, "mixture"}
    return wanted
