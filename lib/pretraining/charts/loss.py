"""Charts of losses: over a run, between predictors, between seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt

from .look import BLUE, GREEN, ORANGE, SKY, VERMILION, table

# Each line of a loss chart always has the same colour and pattern.
LOSS_SERIES = {
    "training": (SKY, [1, 0]),
    "held-out": (BLUE, [1, 0]),
    "bigram": (GREEN, [6, 3]),
    "unigram": (ORANGE, [2, 3]),
    "uniform": (VERMILION, [8, 3, 2, 3]),
}


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
            table(rows, ("step", "loss", "series")),
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
    base = alt.Chart(table(rows, ("predictor", "loss", "label"))).encode(
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


def losses_by_seed(
    losses: Mapping[str, Sequence[float]], title: str = "Is the difference larger than the luck of the seed?"
) -> alt.LayerChart:
    """A dot for each run, a row for each thing compared, and a tick at each mean.

    Args:
        losses: nats per token of each run, by name.
        title: the question that the chart answers.
    """
    means = {name: sum(values) / len(values) for name, values in losses.items()}
    rows = [(name, loss, "run", "") for name, values in losses.items() for loss in values]
    rows += [(name, mean, "mean", f"mean {mean:.3f}") for name, mean in means.items()]
    said = "; ".join(f"{name}: {', '.join(f'{loss:.3f}' for loss in values)}" for name, values in losses.items())
    base = alt.Chart(table(rows, ("name", "loss", "role", "label"))).encode(
        x=alt.X("loss:Q", title="held-out loss (nats per token; further left is better)", scale=alt.Scale(zero=False)),
        y=alt.Y("name:N", title=None, sort=None),
    )
    dots = base.transform_filter(alt.datum.role == "run").mark_point(color=BLUE, filled=True, size=90, opacity=0.8)
    mean = base.transform_filter(alt.datum.role == "mean")
    ticks = mean.mark_tick(color=VERMILION, thickness=3, size=30)
    labels = mean.mark_text(dy=-24, color=VERMILION, fontSize=12).encode(text="label:N")
    return alt.layer(dots, ticks, labels).properties(
        title=title,
        description=f"A dot for each run's held-out loss in nats per token. {said}.",
        width=460,
        height={"step": 64},
    )
