"""Charts of a model: who attends to whom, an average moved by hand, turning positions, what the parts cost."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from .look import BLACK, BLUE, ORANGE, SKY, VERMILION, table

ATTENTION_COLUMNS = ("query", "key", "weight", "label")
AVERAGE_COLUMNS = ("x", "y", "weight", "role", "label")
CLOCK_COLUMNS = ("x", "y", "x2", "y2", "role", "label")
PART_COLUMNS = ("part", "amount", "label")
CLOCK_SPACING = 2.7  # from one clock's centre to the next, in radii


def attention_rows(tokens: Sequence[str], weights: Sequence[Sequence[float]]) -> list[tuple[str, str, float, str]]:
    """(query, key, weight, label) of every cell on and below the diagonal; names carry their position.

    Args:
        tokens: the tokens as text, already visible.
        weights: row t holds the shares that token t takes, from token 0 on.

    Example:
        >>> attention_rows(["a", "b"], [[1.0, 0.0], [0.25, 0.75]])[1:]
        [('2 b', '1 a', 0.25, '25'), ('2 b', '2 b', 0.75, '75')]
    """
    names = [f"{place} {token}" for place, token in enumerate(tokens, start=1)]
    return [
        (names[t], names[s], weights[t][s], f"{100 * weights[t][s]:.0f}")
        for t in range(len(names))
        for s in range(t + 1)
    ]


def attention_description(rows: Sequence[tuple[str, str, float, str]], what: str = "Attention map") -> str:
    """The map in words: its strongest link between two different tokens, and where the last token looks most."""
    links = [row for row in rows if row[0] != row[1]]
    if not links:
        return f"{what}: fewer than two tokens, so no link."
    query, key, weight, _ = max(links, key=lambda row: row[2])
    last = max((row for row in rows if row[0] == rows[-1][0]), key=lambda row: row[2])
    return (
        f"{what}, one row for each token. Strongest link: {query} takes {weight:.0%} from {key}. "
        f"The last token, {last[0]}, takes most from {last[1]}: {last[2]:.0%}."
    )


def attention_map(
    rows: Sequence[tuple[str, str, float, str]], title: str = "Which earlier tokens does each token take from?"
) -> alt.LayerChart:
    """A lower triangle of shares in per cent: darker is more; each row sums to 100.

    Args:
        rows: what `attention_rows` gives.
        title: the question that the chart answers.
    """
    axis = alt.Axis(labelFont="monospace", labelAngle=-60, orient="top", labelLimit=120)
    base = alt.Chart(table(rows, ATTENTION_COLUMNS)).encode(
        x=alt.X("key:N", title="takes from (column)", sort=None, axis=axis),
        y=alt.Y("query:N", title="token (row)", sort=None, axis=alt.Axis(labelFont="monospace", labelLimit=120)),
        tooltip=["query:N", "key:N", alt.Tooltip("weight:Q", format=".1%")],
    )
    shades = alt.Scale(domain=[0, 1], range=["#f7fbff", "#08306b"])  # light to dark: readable without colour
    cells = base.mark_rect(stroke="#cccccc", strokeWidth=0.5).encode(
        color=alt.Color("weight:Q", scale=shades, legend=None)
    )
    numbers = base.mark_text(fontSize=11).encode(
        text="label:N", color=alt.condition(alt.datum.weight > 0.5, alt.value("white"), alt.value(BLACK))
    )
    return alt.layer(cells, numbers).properties(
        title=title, description=attention_description(rows), width={"step": 32}, height={"step": 26}
    )


def weighted_average(
    rows: Sequence[tuple[float, float, float, str, str]], title: str = "Where does the average end up?"
) -> alt.LayerChart:
    """Each token's value as a circle, larger for a larger weight, and their weighted average as a diamond.

    Args:
        rows: (x, y, weight, role, label): the role is "value" or "average".
        title: the question that the chart answers.
    """
    said = ", ".join(label for *_, label in rows)
    scale = alt.Scale(domain=[-1.6, 1.6])
    base = alt.Chart(table(rows, AVERAGE_COLUMNS)).encode(
        x=alt.X("x:Q", title="first feature of the value", scale=scale),
        y=alt.Y("y:Q", title="second feature of the value", scale=scale),
    )
    values = base.transform_filter(alt.datum.role == "value")
    circles = values.mark_point(color=SKY, filled=True, stroke=BLACK, opacity=0.9).encode(
        size=alt.Size("weight:Q", scale=alt.Scale(domain=[0, 1], range=[20, 1600]), legend=None)
    )
    names = values.mark_text(dy=-32, fontSize=12).encode(text="label:N")
    average = base.transform_filter(alt.datum.role == "average")
    diamond = average.mark_point(color=VERMILION, filled=True, shape="diamond", size=200, opacity=1)
    return alt.layer(circles, names, diamond).properties(
        title=title, description=f"Values and their weighted average: {said}.", width=330, height=300
    )


def clock_hands(
    rows: Sequence[tuple[float, float, float, float, str, str]], title: str = "How far is each pair turned?"
) -> alt.LayerChart:
    """A clock for each pair of features, with one hand for the query and one for the key.

    Args:
        rows: (x, y, x2, y2, role, label): a hand from its clock's centre to its tip; the role is "query" or "key".
        title: the question that the chart answers.
    """
    clocks = max(1, len({row[0] for row in rows}))
    right = CLOCK_SPACING * (clocks - 1) + 1.3
    x_scale, y_scale = alt.Scale(domain=[-1.3, right], nice=False), alt.Scale(domain=[-1.3, 1.3], nice=False)
    base = alt.Chart(table(rows, CLOCK_COLUMNS)).encode(
        x=alt.X("x:Q", axis=None, scale=x_scale), y=alt.Y("y:Q", axis=None, scale=y_scale)
    )
    faces = base.transform_filter(alt.datum.role == "query").mark_point(size=7000, color="#999999", strokeWidth=1)
    styles = alt.Scale(domain=["query", "key"], range=[BLUE, ORANGE])
    dashes = alt.Scale(domain=["query", "key"], range=[[1, 0], [5, 3]])
    hands = base.mark_rule(strokeWidth=4).encode(
        x2="x2:Q",
        y2="y2:Q",
        color=alt.Color("role:N", title=None, scale=styles, legend=alt.Legend(orient="top")),
        strokeDash=alt.StrokeDash("role:N", title=None, scale=dashes),
    )
    names = base.transform_filter(alt.datum.role == "query").mark_text(dy=60, fontSize=12).encode(text="label:N")
    return alt.layer(faces, hands, names).properties(
        title=title,
        description=f"{clocks} clocks with a hand for the query and one for the key.",
        width=48 * (right + 1.3),
        height=48 * 2.6,
    )


def cost_by_part(
    rows: Sequence[tuple[str, float, str]], title: str = "Where are the parameters?", unit: str = "parameters"
) -> alt.LayerChart:
    """A bar for each part of a model, with its amount and share written after it.

    Args:
        rows: (part, amount, label).
        title: the question that the chart answers.
        unit: what is counted.
    """
    said = ", ".join(f"{part} {label}" for part, _, label in rows)
    base = alt.Chart(table(rows, PART_COLUMNS)).encode(
        x=alt.X("amount:Q", title=unit, axis=alt.Axis(format="~s", tickCount=4)),
        y=alt.Y("part:N", title=None, sort=None),
    )
    bars = base.mark_bar(color=BLUE, height=16)
    labels = base.mark_text(align="left", dx=5).encode(text="label:N")
    return alt.layer(bars, labels).properties(
        title=title, description=f"Bar chart of {unit} by part: {said}.", width=300, height={"step": 26}
    )
