"""Charts of targets: the target table, the price of a prediction, what comes next."""

from __future__ import annotations

import math
from collections.abc import Sequence

import altair as alt

from .look import BLACK, BLUE, VERMILION, table, visible

LIKELIEST_FIRST = alt.EncodingSortField("probability", op="max", order="descending")


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
    base = alt.Chart(table(rows, ("token", "probability", "label"))).encode(
        x=alt.X("probability:Q", title="probability", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1])),
        y=alt.Y("token:N", title=None, sort=LIKELIEST_FIRST, axis=alt.Axis(labelFont="monospace", labelFontSize=13)),
    )
    bars = base.mark_bar(color=BLUE, height=16)
    labels = base.mark_text(align="left", dx=4).encode(text="label:N")
    return alt.layer(bars, labels).properties(
        title=title, description=f"Bar chart of next-token probabilities: {said}.", width=380, height={"step": 24}
    )


def target_table_rows(rows: Sequence[tuple[Sequence[str], str]]) -> list[tuple[int, int, str, str]]:
    """(row, column, text, role) of every cell of a target table, for `target_table_chart`.

    Args:
        rows: (context tokens, target token) as text, one entry for each target.
    """
    cells = []
    for row, (context, target) in enumerate(rows, start=1):
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
    base = alt.Chart(table(cells, ("row", "column", "text", "role"))).encode(
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
    base = alt.Chart(table(surprise_rows(probability), ("p", "loss", "role", "label"))).encode(
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
