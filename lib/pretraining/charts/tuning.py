"""Charts of fine-tuning: what happens to a model while facts are forced into it."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from .look import BLUE, GREEN, VERMILION, table

FORCED_COLUMNS = ("step", "share", "what", "facts")


def forced_facts_chart(
    rows: Sequence[tuple[int, float, str, str]], title: str = "How fast are facts learned, and at what price?"
) -> alt.FacetChart:
    """Shares against the step, a panel for each measurement and a line for each run.

    Args:
        rows: (step, share from 0 to 1, what is measured, which facts are forced in); at most three kinds of facts.
        title: the question that the chart answers.
    """
    panels = list(dict.fromkeys(what for _, _, what, _ in rows))
    kinds = list(dict.fromkeys(facts for _, _, _, facts in rows))
    last = {(what, facts): share for _, share, what, facts in rows}
    said = ", ".join(f"{what} with {facts} ends at {share:.0%}" for (what, facts), share in last.items())
    return (
        alt.Chart(table(rows, FORCED_COLUMNS), width=205, height=200)
        .mark_line(point=True)
        .encode(
            x=alt.X("step:Q", title="training step"),
            y=alt.Y("share:Q", title="share", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1])),
            color=alt.Color(
                "facts:N",
                title=None,
                scale=alt.Scale(domain=kinds, range=[BLUE, VERMILION, GREEN][: len(kinds)]),
                legend=_ON_TOP,
            ),
            strokeDash=alt.StrokeDash(
                "facts:N",
                title=None,
                scale=alt.Scale(domain=kinds, range=[[1, 0], [6, 3], [2, 2]][: len(kinds)]),
                legend=_ON_TOP,
            ),
            column=alt.Column("what:N", title=None, sort=panels, header=alt.Header(labelFontSize=12)),
        )
        .properties(title=title, description=f"Line charts of shares by training step: {said or 'none yet'}.")
    )


_ON_TOP = alt.Legend(orient="top")
