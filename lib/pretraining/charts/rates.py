"""Charts of learning rates: the schedule of one run, and the losses of runs that differ in their rate."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from .look import BLACK, BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILION, table

RUN_COLUMNS = ("step", "loss", "run")
SCHEDULE_COLUMNS = ("step", "rate")
# Each run of an overlay has a colour and a pattern of its own.
RUN_STYLES = (
    (BLUE, [1, 0]),
    (VERMILION, [6, 3]),
    (GREEN, [2, 2]),
    (PURPLE, [10, 3, 2, 3]),
    (ORANGE, [12, 4]),
    (BLACK, [4, 6]),
)


def overlaid_losses(
    rows: Sequence[tuple[int, float, str]],
    highest: float = 8.0,
    title: str = "Which learning rate brings the loss down?",
    runs: str = "run: learning rate",
) -> alt.Chart:
    """The training loss of several runs over each other.

    Args:
        rows: (step, loss in nats per token, name of the run), at most six different runs.
        highest: where the axis ends; what is above is cut off.
        title: the question that the chart answers.
        runs: the legend's title: what tells the runs apart.
    """
    last = {run: loss for _, loss, run in rows}
    said = ", ".join(f"{run} ends at {loss:.2f}" for run, loss in last.items())
    colours, dashes = ([style[part] for style in RUN_STYLES] for part in (0, 1))
    return (
        alt.Chart(
            table(rows, RUN_COLUMNS),
            title=title,
            description=f"Line chart of training loss in nats per token by step. {said or 'No run yet'}.",
            width=460,
            height=260,
        )
        .mark_line(clip=True, strokeWidth=2)
        .encode(
            x=alt.X("step:Q", title="training step"),
            y=alt.Y("loss:Q", title="training loss (nats per token)", scale=alt.Scale(zero=False, domainMax=highest)),
            color=alt.Color("run:N", title=runs, scale=alt.Scale(range=colours)),
            strokeDash=alt.StrokeDash("run:N", title=runs, scale=alt.Scale(range=dashes)),
            tooltip=["run:N", "step:Q", alt.Tooltip("loss:Q", format=".3f")],
        )
    )


def schedule_curve(
    rows: Sequence[tuple[int, float]], title: str = "How large is each step's learning rate?"
) -> alt.Chart:
    """The learning rate of every step of a run.

    Args:
        rows: (step, learning rate).
        title: the question that the chart answers.
    """
    return (
        alt.Chart(
            table(rows, SCHEDULE_COLUMNS), title=title, description=schedule_description(rows), width=460, height=200
        )
        .mark_area(line={"color": BLUE, "strokeWidth": 2.5}, color=SKY, opacity=0.35)
        .encode(x=alt.X("step:Q", title="training step"), y=alt.Y("rate:Q", title="learning rate"))
    )


def schedule_description(rows: Sequence[tuple[int, float]]) -> str:
    """What the schedule's curve shows, in words."""
    if not rows:
        return "Curve of the learning rate by training step: nothing yet."
    step, peak = max(rows, key=lambda row: row[1])
    return (
        f"Curve of the learning rate by training step: {rows[0][1]:.2g} at step {rows[0][0]}, "
        f"highest with {peak:.2g} at step {step}, {rows[-1][1]:.2g} at step {rows[-1][0]}."
    )
