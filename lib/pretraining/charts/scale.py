"""Charts of cost: training runs side by side on one axis of compute."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from .look import BLUE, VERMILION, table

COMPUTE_COLUMNS = ("run", "flops", "whose", "label")
PUBLISHED, YOURS = "published", "yours"
LOWEST_AND_HIGHEST = (3e17, 1e28)


def compute_axis(
    rows: Sequence[tuple[str, float, str, str]], title: str = "How much compute did the training runs take?"
) -> alt.LayerChart:
    """Training runs as dots on a logarithmic axis of operations, smallest first.

    Args:
        rows: (name of the run, FLOPs in all, `PUBLISHED` or `YOURS`, the number in words beside the dot).
        title: the question that the chart answers.
    """
    base = alt.Chart(table(rows, COMPUTE_COLUMNS)).encode(
        x=alt.X(
            "flops:Q",
            title="training compute (FLOPs; each line is 100 times the one before)",
            scale=alt.Scale(type="log", domain=list(LOWEST_AND_HIGHEST)),
            axis=alt.Axis(format=".0e", values=[10.0**power for power in range(18, 29, 2)]),
        ),
        y=alt.Y("run:N", title=None, sort=alt.EncodingSortField("flops"), axis=alt.Axis(labelLimit=220)),
    )
    whose = [PUBLISHED, YOURS]
    dots = base.mark_point(filled=True, size=110, opacity=1).encode(
        color=alt.Color("whose:N", title="run", scale=alt.Scale(domain=whose, range=[BLUE, VERMILION])),
        shape=alt.Shape("whose:N", title="run", scale=alt.Scale(domain=whose, range=["circle", "diamond"])),
        tooltip=["run:N", alt.Tooltip("flops:Q", format=".3g"), "whose:N"],
    )
    words = base.mark_text(align="left", dx=10).encode(text="label:N")
    return alt.layer(dots, words).properties(
        title=title, description=compute_description(rows), width=470, height=alt.Step(22)
    )


def compute_description(rows: Sequence[tuple[str, float, str, str]]) -> str:
    """What the chart of runs shows, in words."""
    said = ", ".join(f"{run} {flops:.2e}" for run, flops, _, _ in sorted(rows, key=lambda row: row[1]))
    return f"Dots on a logarithmic axis of training compute in FLOPs, smallest first: {said or 'no run yet'}."
