"""The training lab's chart: a run's losses above its gradient norm, with earlier runs for comparison."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from .look import BLACK, PURPLE, table
from .loss import LOSS_SERIES

TRAINING_COLUMNS = ("step", "value", "series", "run")
EARLIER, NUMBER, NORM = "earlier run", "number", "gradient norm"
STYLES = {**LOSS_SERIES, EARLIER: (PURPLE, [1, 0])}


def training_curves(
    rows: Sequence[tuple[float, float, str, str]],
    title: str = "How far has the loss come down?",
    width: int = 455,
    height: int = 210,
) -> alt.VConcatChart:
    """Losses against training step, and below them, over the same steps, the length of the gradient.

    Args:
        rows: (step, value, series, run); the series are those of `LOSS_SERIES`, in nats per token, "gradient norm",
            "earlier run" for a held-out loss with the run's name, and "number" for the place where that name stands.
        title: the question that the chart answers.
        width, height: of the loss's part, in pixels.
    """
    source = alt.Chart(table(rows, TRAINING_COLUMNS))
    names = list(STYLES)
    colour = alt.Scale(domain=names, range=[colour for colour, _ in STYLES.values()])
    dashes = alt.Scale(domain=names, range=[dash for _, dash in STYLES.values()])
    legend = alt.Legend(orient="top", columns=6, symbolSize=160, columnPadding=8, labelLimit=90, offset=2)
    step = alt.X("step:Q", title=None, axis=alt.Axis(labels=False, ticks=False))
    losses = (
        source.transform_filter(f"datum.series != '{NORM}' && datum.series != '{NUMBER}'")
        .mark_line(clip=True)
        .encode(
            x=step,
            y=alt.Y("value:Q", title="loss (nats per token)", scale=alt.Scale(zero=False)),
            color=alt.Color("series:N", title=None, scale=colour, legend=legend),
            strokeDash=alt.StrokeDash("series:N", title=None, scale=dashes, legend=legend),
            opacity=alt.condition(alt.datum.series == "training", alt.value(0.55), alt.value(1)),
            strokeWidth=alt.condition(alt.datum.series == "held-out", alt.value(3), alt.value(1.6)),
            detail="run:N",
            tooltip=["series:N", "run:N", "step:Q", alt.Tooltip("value:Q", format=".3f")],
        )
        .properties(width=width, height=height)
    )
    numbers = (
        source.transform_filter(alt.datum.series == NUMBER)
        .mark_text(align="left", dx=3, color=PURPLE, fontWeight="bold")
        .encode(x=step, y="value:Q", text="run:N")
    )
    norms = (
        source.transform_filter(alt.datum.series == NORM)
        .mark_line(clip=True, color=BLACK, strokeWidth=1, opacity=0.75)
        .encode(
            x=alt.X("step:Q", title="training step", axis=alt.Axis(labelOverlap=True)),
            y=alt.Y("value:Q", title=NORM, axis=alt.Axis(tickCount=3), scale=alt.Scale(zero=False)),
            tooltip=["step:Q", alt.Tooltip("value:Q", format=".3g")],
        )
        .properties(width=width, height=55)
    )
    return (
        alt.vconcat(alt.layer(losses, numbers), norms, spacing=6)
        .resolve_scale(x="shared")
        .properties(title=title, description=training_description(rows))
    )


def training_description(rows: Sequence[tuple[float, float, str, str]]) -> str:
    """What the chart shows, in words.

    Example:
        >>> training_description([(0, 6.93, "held-out", ""), (5, 5.5, "held-out", ""), (5, 0.7, "gradient norm", "")])
        'Loss by training step, in nats per token; held-out loss 5.50 at step 5. Below it the gradient norm, now 0.7.'
    """
    last = {(name, run): (step, value) for step, value, name, run in rows}
    own = [
        f"{name} loss {value:.2f} at step {step:g}" for (name, _), (step, value) in last.items() if name in RUN_SERIES
    ]
    lines = [f"{name} guesser {value:.2f}" for (name, _), (_, value) in last.items() if name in GUESSERS]
    others = [f"run {run} {value:.2f}" for (name, run), (_, value) in last.items() if name == EARLIER]
    norm = f", now {last[NORM, ''][1]:.2g}" if (NORM, "") in last else ""
    said = ", ".join([*own, *lines, *others]) or "nothing yet"
    return f"Loss by training step, in nats per token; {said}. Below it the gradient norm{norm}."


RUN_SERIES = ("training", "held-out")
GUESSERS = ("bigram", "unigram", "uniform")
