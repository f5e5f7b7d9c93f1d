"""The controls that all widgets share: one look, one place for labels."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

LABEL = {"description_width": "95px"}


def fitting(width: str) -> widgets.Layout:
    """As wide as this, or as the page where that is narrower: at 200% zoom, or beside a wide file browser."""
    return widgets.Layout(width=width, max_width="98%")  # the rest is its margin


def slider(kind: type, label: str, width: str = "340px", **settings: Any) -> Any:
    """A labelled slider of an ipywidgets kind."""
    return kind(description=label, style=LABEL, layout=fitting(width), **settings)


def text_box(label: str, value: str) -> widgets.Text:
    """A labelled line of text that tells each change as it is typed."""
    return widgets.Text(value=value, description=label, style=LABEL, layout=fitting("560px"))


def button(label: str, tooltip: str, style: str = "") -> widgets.Button:
    """A button; `style` is empty or one of ipywidgets' names, such as `"success"`."""
    return widgets.Button(description=label, tooltip=tooltip, button_style=style, layout=widgets.Layout(width="100px"))


def dropdown(label: str, options: Any, value: Any) -> widgets.Dropdown:
    """A labelled list to choose from."""
    return widgets.Dropdown(options=options, value=value, description=label, style=LABEL, layout=fitting("340px"))


def spoken(sentences: str) -> str:
    """HTML that a screen reader announces when it changes; what comes in is HTML already."""
    return f"<div role='status'>{sentences}</div>"
