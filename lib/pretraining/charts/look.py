"""How every chart looks and how it reaches the page.

Importing this module makes every chart appear as an inline SVG picture: without a network, small in a saved notebook,
with its description as alternative text. Colours are Okabe and Ito's, which colour-blind readers can tell apart
(Okabe & Ito 2008, "Color Universal Design"); line patterns say the same again.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import altair as alt

BLACK, ORANGE, SKY, GREEN, BLUE, VERMILION, PURPLE = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#0072B2", "#D55E00", "#CC79A7",
)  # fmt: skip
VEGA_LITE = "6.4"


@alt.theme.register("pretraining", enable=True)
def _theme() -> alt.theme.ThemeConfig:
    """White paper under every chart: readable in JupyterLab's light and dark theme alike."""
    return alt.theme.ThemeConfig(
        background="white",
        padding=8,
        config={
            "view": {"stroke": None},
            "title": {"anchor": "start", "fontSize": 15, "fontWeight": "normal"},
            "axis": {
                "labelFontSize": 12,
                "labelSeparation": 6,  # pixels; without, the last number can touch the one before
                "titleFontSize": 12,
                "titleFontWeight": "normal",
                "gridColor": "#e5e5e5",
            },
            "legend": {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal"},
        },
    )


def svg_figure(spec: dict[str, Any]) -> str:
    """One vega-lite chart as an HTML figure with an inline picture and its description; asks nothing of a network."""
    import vl_convert

    picture = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE)
    picture = picture.replace("<svg ", '<svg aria-hidden="true" ', 1)  # the label says it better than a list of marks
    label = html.escape(str(spec.get("description", "chart")), quote=True)
    return f'<figure role="img" aria-label="{label}" style="margin:0; overflow-x:auto">{picture}</figure>'


def _render(spec: dict[str, Any], **_: Any) -> dict[str, str]:
    return {"text/html": svg_figure(spec), "text/plain": f"[chart: {spec.get('description', 'chart')}]"}


alt.renderers.register("pretraining", _render)
alt.renderers.enable("pretraining")


def visible(token: str) -> str:
    """A token's text with spaces as `·` and line ends as `⏎`, so that a learner sees where they are."""
    return token.replace(" ", "·").replace("\n", "⏎").replace("\t", "⇥").replace("\r", "␍")


def table(rows: Sequence[Sequence[Any]], columns: Sequence[str]) -> alt.Data:
    """Rows as the data of a chart."""
    return alt.Data(values=[dict(zip(columns, row, strict=True)) for row in rows])
