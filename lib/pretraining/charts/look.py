"""Numbers to charts: pure functions that give `altair.Chart`: units on the axes, a description for every reader.

Importing this module makes every chart appear as an inline SVG picture: without a network, small in a saved notebook,
with its description as alternative text. Colours are Okabe and Ito's, which colour-blind readers can tell apart
(Okabe & Ito 2008, "Color Universal Design"); line patterns say the same again.
"""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

BLACK, ORANGE, SKY, GREEN, BLUE, VERMILION, PURPLE = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#0072B2", "#D55E00", "#CC79A7",
)  # fmt: skip
VEGA_LITE = "6.4"
LIKELIEST_FIRST = alt.EncodingSortField("probability", op="max", order="descending")

# Each line of a loss chart always has the same colour and pattern.
LOSS_SERIES = {
    "training": (SKY, [1, 0]),
    "held-out": (BLUE, [1, 0]),
    "bigram": (GREEN, [6, 3]),
    "unigram": (ORANGE, [2, 3]),
    "uniform": (VERMILION, [8, 3, 2, 3]),
}


@alt.theme.register("pretraining", enable=True)
def _theme() -> alt.theme.ThemeConfig:
    """White paper under every chart: readable in JupyterLab's light and dark theme alike."""
    return alt.theme.ThemeConfig(
        background="white",
        padding=8,
        config={
            "view": {"stroke": None},
            "title": {"anchor": "start", "fontSize": 15, "fontWeight": "normal"},
            "axis": {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "gridColor": "#e5e5e5"},
            "legend": {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal"},
        },
    )


def svg_figure(spec: dict[str, Any]) -> str:
    """One vega-lite chart as an HTML figure with an inline picture and its description; asks nothing of a network."""
    import vl_convert

    picture = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE)
    label = html.escape(str(spec.get("description", "chart")), quote=True)
    return f'<figure role="img" aria-label="{label}" style="margin:0; overflow-x:auto">{picture}</figure>'


def _render(spec: dict[str, Any], **_: Any) -> dict[str, str]:
    return {"text/html": svg_figure(spec), "text/plain": f"[chart: {spec.get('description', 'chart')}]"}


alt.renderers.register("pretraining", _render)
alt.renderers.enable("pretraining")


def loss_curve(rows: Sequence[tuple[float, float, str]], title: str = "How far has the loss come down?") -> alt.Chart:
    """Loss against training step, a line for each series.

    Args:
        rows: (step, loss in nats per token, series); the series are keys of `LOSS_SERIES`.
        title: the question that the chart answers.
    """
    shown = {name: style for name, style in LOSS_SERIES.items() if not rows or any(row[2] == name for row in rows)}
    series = alt.Scale(domain=list(shown), range=[colour for colour, _ in shown.values()])
    dashes = alt.Scale(domain=list(shown), range=[dash for _, dash in shown.values()])
    last = {name: loss for _, loss, name in rows}
    summary = ", ".join(f"{name} {loss:.2f}" for name, loss in last.items())
    return (
        alt.Chart(
            _data(rows, ("step", "loss", "series")),
            title=title,
            description=f"Line chart of loss in nats per token by training step. Last values: {summary or 'none yet'}.",
            width=460,
            height=260,
        )
        .mark_line(clip=True)
        .encode(
            x=alt.X("step:Q", title="training step"),
            y=alt.Y("loss:Q", title="loss (nats per token)", scale=alt.Scale(zero=False)),
            color=alt.Color("series:N", title=None, scale=series),
            strokeDash=alt.StrokeDash("series:N", title=None, scale=dashes),
            opacity=alt.condition(alt.datum.series == "training", alt.value(0.55), alt.value(1)),
            strokeWidth=alt.condition(alt.datum.series == "held-out", alt.value(3), alt.value(1.8)),
            tooltip=["series:N", "step:Q", alt.Tooltip("loss:Q", format=".3f")],
        )
    )


def loss_comparison(losses: Mapping[str, float], title: str = "Who predicts held-out text best?") -> alt.LayerChart:
    """A bar for each predictor, longest loss first, with its value.

    Args:
        losses: nats per token by name.
        title: the question that the chart answers.
    """
    rows = [(name, loss, f"{loss:.2f}") for name, loss in losses.items()]
    said = ", ".join(f"{name} {label}" for name, _, label in rows)
    base = alt.Chart(_data(rows, ("predictor", "loss", "label"))).encode(
        x=alt.X("loss:Q", title="held-out loss (nats per token; shorter is better)"),
        y=alt.Y("predictor:N", title=None, sort=None),
    )
    bars = base.mark_bar(color=BLUE, height=18)
    labels = base.mark_text(align="left", dx=5).encode(text="label:N")
    return alt.layer(bars, labels).properties(
        title=title,
        description=f"Bar chart of held-out loss in nats per token: {said}.",
        width=420,
        height={"step": 30},
    )


def next_token_bars(
    tokens: Sequence[str], probabilities: Sequence[float], title: str = "What comes next?"
) -> alt.LayerChart:
    """A bar for each candidate token, likeliest first.

    Args:
        tokens: the candidates as text, each different; spaces and line ends are made visible.
        probabilities: one for each, from 0 to 1.
        title: the question that the chart answers.
    """
    rows = [(visible(token), p, f"{p:.1%}") for token, p in zip(tokens, probabilities, strict=True)]
    said = ", ".join(f"{token} {label}" for token, _, label in rows)
    base = alt.Chart(_data(rows, ("token", "probability", "label"))).encode(
        x=alt.X("probability:Q", title="probability", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1])),
        y=alt.Y("token:N", title=None, sort=LIKELIEST_FIRST, axis=alt.Axis(labelFont="monospace", labelFontSize=13)),
    )
    bars = base.mark_bar(color=BLUE, height=16)
    labels = base.mark_text(align="left", dx=4).encode(text="label:N")
    return alt.layer(bars, labels).properties(
        title=title, description=f"Bar chart of next-token probabilities: {said}.", width=380, height={"step": 24}
    )


def target_table_rows(table: Sequence[tuple[Sequence[str], str]]) -> list[tuple[int, int, str, str]]:
    """(row, column, text, role) of every cell of a target table, for `target_table_chart`.

    Args:
        table: (context tokens, target token) as text, one entry for each target.
    """
    cells = []
    for row, (context, target) in enumerate(table, start=1):
        first = row - len(context)
        cells += [(row, first + i, visible(token), "context") for i, token in enumerate(context)]
        cells.append((row, row, visible(target), "target"))
    return cells


def target_table_chart(
    cells: Sequence[tuple[int, int, str, str]], title: str = "What does each row ask the model to predict?"
) -> alt.LayerChart:
    """The target table as a staircase: each row's context in grey, its target framed in blue and marked with an arrow.

    Args:
        cells: what `target_table_rows` gives.
        title: the question that the chart answers.
    """
    targets = [text for _, _, text, role in cells if role == "target"]
    base = alt.Chart(_data(cells, ("row", "column", "text", "role"))).encode(
        x=alt.X("column:O", title="position in the text", axis=alt.Axis(labelAngle=0)),
        y=alt.Y("row:O", title="row of the table"),
    )
    is_target = alt.datum.role == "target"
    boxes = base.mark_rect(stroke=BLUE, cornerRadius=3).encode(
        color=alt.condition(is_target, alt.value("#d6e9f5"), alt.value("#f2f2f2")),
        strokeWidth=alt.condition(is_target, alt.value(2), alt.value(0)),
    )
    words = (
        base.transform_calculate(shown="datum.role == 'target' ? '→ ' + datum.text : datum.text")
        .mark_text(font="monospace", fontSize=12)
        .encode(text="shown:N", color=alt.condition(is_target, alt.value(BLACK), alt.value("#444444")))
    )
    return alt.layer(boxes, words).properties(
        title=title,
        description=f"Table with a row for each target: {', '.join(targets)}. Before each target stands its context.",
        width={"step": 74},
        height={"step": 26},
    )


def surprise_rows(probability: float) -> list[tuple[float, float, str, str]]:
    """(probability, loss in nats, role, label): the curve of -ln(p), and the one point on it that is marked."""
    curve = [(p / 200, -math.log(p / 200), "curve", "") for p in range(1, 201)]
    loss = -math.log(probability)
    return [*curve, (probability, loss, "point", f"{loss:.2f} nats")]


def surprise_curve(probability: float, title: str = "How much does one prediction cost?") -> alt.LayerChart:
    """The loss for every probability of the right token, with one point marked.

    Args:
        probability: where the point is, above 0 and at most 1.
        title: the question that the chart answers.
    """
    base = alt.Chart(_data(surprise_rows(probability), ("p", "loss", "role", "label"))).encode(
        x=alt.X("p:Q", title="probability given to the right token", axis=alt.Axis(format="%")),
        y=alt.Y("loss:Q", title="loss (nats)"),
    )
    line = base.transform_filter(alt.datum.role == "curve").mark_line(color=BLUE)
    point = base.transform_filter(alt.datum.role == "point")
    here = point.mark_point(color=VERMILION, filled=True, size=120, shape="diamond", opacity=1)
    label = point.mark_text(align="left", dx=10, dy=-10, fontSize=13).encode(text="label:N")
    return alt.layer(line, here, label).properties(
        title=title, description=surprise_description(probability), width=420, height=240
    )


def surprise_description(probability: float) -> str:
    """What the surprise curve shows, in words."""
    loss = -math.log(probability)
    return f"Curve of loss against probability. At probability {probability:.1%} the loss is {loss:.2f} nats."


def visible(token: str) -> str:
    """A token's text with spaces as `·` and line ends as `⏎`, so that a learner sees where they are."""
    return token.replace(" ", "·").replace("\n", "⏎").replace("\t", "⇥").replace("\r", "␍")


def _data(rows: Sequence[Sequence[Any]], columns: Sequence[str]) -> alt.Data:
    return alt.Data(values=[dict(zip(columns, row, strict=True)) for row in rows])
