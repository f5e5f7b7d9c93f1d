"""Charts of scaling laws: loss against compute with a fitted line, and isoFLOP curves."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from .look import BLACK, BLUE, GREEN, SKY, VERMILION, table

LAW_COLUMNS = ("flops", "loss", "low", "high", "role")
LAW, MEASURED, PREDICTED, TRUTH = "fitted law", "measured", "predicted", "truth"
LAW_POINTS = {MEASURED: (BLUE, "circle"), PREDICTED: (VERMILION, "diamond"), TRUTH: (GREEN, "square")}

ISOFLOP_COLUMNS = ("parameters", "loss", "budget", "role")
CURVE, RUN, BEST, OTHER, CHOSEN = "parabola", "trained model", "just right", "other budgets", "your choice"


def scaling_law_chart(
    rows: Sequence[tuple[float, float, float, float, str]],
    title: str = "How low does more compute bring the loss?",
    width: int = 470,
    height: int = 300,
) -> alt.LayerChart:
    """Held-out loss against compute, both on logarithmic axes, with the fitted law and what it predicts.

    Args:
        rows: (operations, loss in nats per token, low, high, role): the roles are `LAW`, points of the line with its
            band, `MEASURED`, `PREDICTED` with its interval, and `TRUTH`.
        title: the question that the chart answers.
        width, height: in pixels.
    """
    source = alt.Chart(table(rows, LAW_COLUMNS))
    x = alt.X("flops:Q", title="compute (FLOPs)", scale=alt.Scale(type="log", nice=False, padding=20), axis=_powers())
    y_scale = alt.Scale(type="log", zero=False, nice=False, padding=12)
    y = alt.Y("loss:Q", title="held-out loss (nats per token)", scale=y_scale, axis=alt.Axis(format=".1f"))
    low, high = alt.Y("low:Q", title="held-out loss (nats per token)", scale=y_scale), alt.Y2("high:Q")
    law = source.transform_filter(alt.datum.role == LAW)
    band = law.mark_area(color=SKY, opacity=0.3, clip=True).encode(x=x, y=low, y2=high)
    line = law.mark_line(color=BLUE, strokeWidth=2, clip=True).encode(x=x, y=y)
    interval = (
        source.transform_filter(alt.datum.role == PREDICTED)
        .mark_rule(color=VERMILION, strokeWidth=2, clip=True)
        .encode(x=x, y=low, y2=high)
    )
    names = list(LAW_POINTS)
    legend = alt.Legend(orient="top", symbolSize=110)
    points = (
        source.transform_filter(alt.datum.role != LAW)
        .mark_point(filled=True, size=110, opacity=0.9)
        .encode(
            x=x,
            y=y,
            color=alt.Color(
                "role:N",
                title=None,
                legend=legend,
                scale=alt.Scale(domain=names, range=[colour for colour, _ in LAW_POINTS.values()]),
            ),
            shape=alt.Shape(
                "role:N",
                title=None,
                legend=legend,
                scale=alt.Scale(domain=names, range=[shape for _, shape in LAW_POINTS.values()]),
            ),
            tooltip=["role:N", alt.Tooltip("flops:Q", format=".2e"), alt.Tooltip("loss:Q", format=".3f")],
        )
    )
    return alt.layer(band, line, interval, points).properties(
        title=title, description=scaling_law_description(rows), width=width, height=height
    )


def scaling_law_description(rows: Sequence[tuple[float, float, float, float, str]]) -> str:
    """What the chart shows, in words.

    Example:
        >>> scaling_law_description([(1e10, 4.5, 4.5, 4.5, "measured"), (1e11, 3.5, 3.25, 3.75, "predicted")])
        'Held-out loss by compute on logarithmic axes: measured 4.50 at 1.0e+10 FLOPs; predicted 3.50 at 1.0e+11 FLOPs.'
    """
    said = [f"{role} {loss:.2f} at {flops:.1e} FLOPs" for flops, loss, _, _, role in rows if role != LAW]
    line = [row for row in rows if row[4] == LAW]
    if line:
        said.append(f"the fitted law falls from {line[0][1]:.2f} to {line[-1][1]:.2f}")
    return f"Held-out loss by compute on logarithmic axes: {'; '.join(said) or 'nothing yet'}."


def isoflop_chart(
    rows: Sequence[tuple[float, float, str, str]],
    title: str = "Which size makes the best of a budget?",
    width: int = 470,
    height: int = 300,
) -> alt.LayerChart:
    """Loss against size for models that all cost the same to train, with the parabola through them.

    Args:
        rows: (parameters, loss in nats per token, budget, role): the roles are `RUN` and `CURVE` for the budget that is
            looked at, `OTHER` for points of the other budgets' parabolas, `BEST` for the lowest point, and `CHOSEN`.
        title: the question that the chart answers.
        width, height: in pixels.
    """
    source = alt.Chart(table(rows, ISOFLOP_COLUMNS))
    x = alt.X("parameters:Q", title="parameters", scale=alt.Scale(type="log", nice=False, padding=15), axis=_counts())
    y = alt.Y("loss:Q", title="held-out loss (nats per token)", scale=alt.Scale(zero=False))
    others = (
        source.transform_filter(alt.datum.role == OTHER)
        .mark_line(color=BLACK, opacity=0.25, strokeDash=[4, 3])
        .encode(x=x, y=y, detail="budget:N", tooltip=["budget:N"])
    )
    curve = source.transform_filter(alt.datum.role == CURVE).mark_line(color=BLUE, strokeWidth=2).encode(x=x, y=y)
    names, colours, shapes = [RUN, BEST, CHOSEN], [BLUE, GREEN, VERMILION], ["circle", "square", "diamond"]
    points = (
        source.transform_filter(f"datum.role != '{OTHER}' && datum.role != '{CURVE}'")
        .mark_point(filled=True, size=110, opacity=0.9)
        .encode(
            x=x,
            y=y,
            color=alt.Color(
                "role:N", title=None, scale=alt.Scale(domain=names, range=colours), legend=alt.Legend(orient="top")
            ),
            shape=alt.Shape(
                "role:N", title=None, scale=alt.Scale(domain=names, range=shapes), legend=alt.Legend(orient="top")
            ),
            tooltip=["role:N", "budget:N", alt.Tooltip("parameters:Q", format=",.0f"), alt.Tooltip("loss:Q")],
        )
    )
    return alt.layer(others, curve, points).properties(
        title=title, description=isoflop_description(rows), width=width, height=height
    )


def isoflop_description(rows: Sequence[tuple[float, float, str, str]]) -> str:
    """What the chart shows, in words.

    Example:
        >>> isoflop_description([(1e4, 4.5, "1e+10", "trained model"), (2e4, 4.25, "1e+10", "just right")])
        'Held-out loss by parameters at one budget: trained model 10,000: 4.50; just right 20,000: 4.25.'
    """
    said = [f"{role} {size:,.0f}: {loss:.2f}" for size, loss, _, role in rows if role in (RUN, BEST, CHOSEN)]
    return f"Held-out loss by parameters at one budget: {'; '.join(said) or 'nothing yet'}."


def _powers() -> alt.Axis:
    return alt.Axis(format=".0e", labelOverlap=True, tickCount=6)


def _counts() -> alt.Axis:
    return alt.Axis(format="~s", labelOverlap=True, tickCount=6)
