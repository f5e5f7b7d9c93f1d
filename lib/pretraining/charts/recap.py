"""A chart of what a model can do after each stage of its education."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from .look import BLUE, GREEN, VERMILION, table

STAGE_COLUMNS = ("stage", "ability", "share")
STAGE_STYLES = ((BLUE, [1, 0], "circle"), (GREEN, [6, 3], "square"), (VERMILION, [2, 2], "diamond"))


def shares_by_stage(
    rows: Sequence[tuple[str, str, float]], title: str = "What did each stage of training teach the model?"
) -> alt.LayerChart:
    """The share of probes that a model passes after each stage, a line for each ability.

    Args:
        rows: (stage, ability, share from 0 to 1), stages in their order, at most three abilities.
        title: the question that the chart answers.
    """
    stages = list(dict.fromkeys(stage for stage, _, _ in rows))
    abilities = list(dict.fromkeys(ability for _, ability, _ in rows))
    colours, dashes, shapes = ([style[part] for style in STAGE_STYLES[: len(abilities)]] for part in range(3))
    base = alt.Chart(table(rows, STAGE_COLUMNS)).encode(
        x=alt.X("stage:N", title="after", sort=stages, axis=alt.Axis(labelAngle=0)),
        y=alt.Y("share:Q", title="share of probes passed", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1])),
        color=alt.Color("ability:N", title="probes of", scale=alt.Scale(domain=abilities, range=colours)),
    )
    lines = base.mark_line(strokeWidth=2.5).encode(
        strokeDash=alt.StrokeDash("ability:N", title="probes of", scale=alt.Scale(domain=abilities, range=dashes))
    )
    dots = base.mark_point(filled=True, size=110, opacity=1).encode(
        shape=alt.Shape("ability:N", title="probes of", scale=alt.Scale(domain=abilities, range=shapes)),
        tooltip=["ability:N", "stage:N", alt.Tooltip("share:Q", format=".0%")],
    )
    return alt.layer(lines, dots).properties(title=title, description=stages_description(rows), width=420, height=240)


def stages_description(rows: Sequence[tuple[str, str, float]]) -> str:
    """What the chart of stages shows, in words."""
    said: dict[str, list[str]] = {}
    for stage, ability, share in rows:
        said.setdefault(ability, []).append(f"{stage} {share:.0%}")
    each = "; ".join(f"{ability}: {', '.join(shares)}" for ability, shares in said.items())
    return f"Lines of the share of probes passed after each stage of training. {each or 'Nothing measured yet'}."
