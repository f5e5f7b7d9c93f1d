"""A widget's first state as plain HTML: for a page that is read without a kernel, such as the web edition.

Takes in a tree of ipywidgets and gives a still picture of it: charts as SVG with their descriptions, controls as their
labels and values, HTML as it is. Nothing in it can be pressed, and nothing asks a network.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from ..charts.look import svg_figure
from .live_chart import LiveChart
from .names import SliderNames

NOTE = "A still picture of what you can touch when you run this lesson."
ROW, COLUMN = "flex-direction:row", "flex-direction:column"


def show_pictures() -> None:
    """From now on, every widget that a cell shows appears as its picture, in this process."""
    widgets.Widget._repr_mimebundle_ = lambda widget, **_: {"text/html": picture(widget), "text/plain": NOTE}


def picture(widget: widgets.Widget) -> str:
    """The whole widget as HTML.

    Raises:
        ValueError: a part is of a kind that has no picture yet, or there is nothing to see.
    """
    inside = part(widget)
    if not inside:
        raise ValueError(f"{type(widget).__name__} shows nothing in its first state: give it something to show")
    return (
        f'<div class="widget-picture" role="group" aria-label="{NOTE}">{inside}'
        f'<p class="widget-picture-note">{NOTE}</p></div>'
    )


def part(widget: widgets.Widget) -> str:
    """One part of a widget, with what is inside it; empty if it is not to be seen."""
    layout = getattr(widget, "layout", None)
    if layout is not None and ("none" in (layout.display or "") or layout.visibility == "hidden"):
        return ""
    for kind, draw in DRAWN.items():
        if isinstance(widget, kind):
            return draw(widget)
    raise ValueError(f"{type(widget).__name__} has no picture yet: add one in widgets/picture.py")


def chart_picture(chart: LiveChart) -> str:
    """The chart with its present rows, as SVG; its description if there is nothing to draw yet."""
    rows = [dict(zip(chart.columns, row, strict=False)) for row in chart.rows]
    note = f"<p>{html.escape(chart._note)}</p>" if chart._note else ""
    if not rows:
        return f"{note}<p>{html.escape(chart.description)}</p>"
    data = {**chart.spec["data"], "values": rows}
    return note + svg_figure({**chart.spec, "data": data, "description": chart.description})


def box(widget: widgets.Box) -> str:
    """What is inside a box, in its direction."""
    inside = "".join(part(child) for child in widget.children)
    direction = ROW if isinstance(widget, widgets.HBox) else COLUMN
    return inside and f'<div style="display:flex; flex-wrap:wrap; gap:0 1em; {direction}">{inside}</div>'


def chosen(widget: widgets.Tab) -> str:
    """The open page of a set of pages, under its title."""
    number = widget.selected_index or 0
    if not widget.children:
        return ""
    return f"<p><strong>{html.escape(widget.get_title(number) or '')}</strong></p>{part(widget.children[number])}"


def labelled(text: Callable[[Any], str]) -> Callable[[Any], str]:
    """A control as its label and its value."""

    def draw(widget: Any) -> str:
        label = f'<span class="widget-picture-label">{html.escape(widget.description)}</span> '
        value = html.escape(text(widget))
        return f'<p class="widget-picture-control">{label if widget.description else ""}<kbd>{value}</kbd></p>'

    return draw


def number(widget: Any) -> str:
    """A slider's value as the slider itself writes it."""
    shape = getattr(widget, "readout_format", "")
    try:
        return format(widget.value, shape.replace("d", ".0f") if isinstance(widget.value, float) else shape)
    except ValueError:
        return str(widget.value)


def option(widget: Any) -> str:
    """The name of what is chosen in a list."""
    return str(getattr(widget, "label", None) or widget.value)


def choices(widget: Any) -> str:
    """Everything that can be chosen; what is chosen stands out."""
    names = [(html.escape(str(name)), name == widget.label) for name in widget._options_labels]
    rows = "".join(f"<li>{f'<strong>{name}</strong>' if on else name}</li>" for name, on in names)
    return f'<div class="widget-picture-control">{html.escape(widget.description)}<ul>{rows}</ul></div>'


def pressable(widget: widgets.Button) -> str:
    """A button that cannot be pressed here."""
    return f'<span class="widget-picture-button">{html.escape(widget.description)}</span>'


def ticked(widget: Any) -> str:
    """A check box."""
    return "on" if widget.value else "off"


# The first kind that fits draws a widget, so a special kind stands before a general one.
DRAWN: dict[Any, Callable[[Any], str]] = {
    SliderNames: lambda _: "",
    LiveChart: chart_picture,
    (widgets.HTML, widgets.HTMLMath): lambda widget: widget.value and f"<div>{widget.value}</div>",
    widgets.Label: lambda widget: f"<p>{html.escape(widget.value)}</p>",
    widgets.Tab: chosen,
    widgets.Accordion: chosen,
    widgets.Box: box,
    widgets.Button: pressable,
    (widgets.Checkbox, widgets.ToggleButton): labelled(ticked),
    (widgets.RadioButtons, widgets.ToggleButtons): choices,
    (widgets.SelectionSlider, widgets.Dropdown, widgets.Select): labelled(option),
    (widgets.IntSlider, widgets.FloatSlider, widgets.FloatLogSlider, widgets.IntText, widgets.FloatText): labelled(
        number
    ),
    (widgets.IntProgress, widgets.FloatProgress): labelled(number),
    (widgets.Text, widgets.Textarea): labelled(lambda widget: widget.value),
}
