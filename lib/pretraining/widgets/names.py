"""Names for sliders: ipywidgets gives them no accessible name, and a log slider announces its exponent."""

from __future__ import annotations

from pathlib import Path

import anywidget


class SliderNames(anywidget.AnyWidget):
    """Invisible; put it among the children of a box, and a screen reader hears each slider's label and shown value."""

    _esm = Path(__file__).with_name("names.js")
