"""Charts of tokens: how much text one token carries, by kind of text and size of the vocabulary."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from .look import BLACK, BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILION, table

CARRIED_COLUMNS = ("text", "bytes_per_token", "label")
MOST_BYTES = 5
# The lines of a growth chart, in the order in which names first appear: colour, pattern, shape of the points.
STYLES = (
    (BLUE, [1, 0], "circle"),
    (VERMILION, [6, 3], "square"),
    (GREEN, [2, 2], "triangle-up"),
    (PURPLE, [8, 3, 2, 3], "diamond"),
    (BLACK, [1, 3], "cross"),
    (ORANGE, [10, 4], "triangle-down"),
)


def carried_description(rows: Sequence[tuple[str, float, str]]) -> str:
    """What `bytes_per_token_bars` shows, in words."""
    said = ", ".join(f"{text} {label}" for text, _, label in rows)
    return f"Bar chart of bytes per token by kind of text: {said or 'none yet'}."


def bytes_per_token_bars(
    rows: Sequence[tuple[str, float, str]], title: str = "How many bytes does one token carry?"
) -> alt.LayerChart:
    """A bar for each kind of text, on an axis that stays; the dashed line is where no merge helps at all.

    Args:
        rows: (text, bytes per token, label).
        title: the question that the chart answers.
    """
    base = alt.Chart(table(rows, CARRIED_COLUMNS)).encode(
        y=alt.Y("text:N", title=None, sort=None, axis=alt.Axis(labelLimit=160))
    )
    bars = base.mark_bar(color=SKY, height=16).encode(
        x=alt.X("bytes_per_token:Q", title="bytes per token (more is better)", scale=alt.Scale(domain=[0, MOST_BYTES]))
    )
    labels = base.mark_text(align="left", dx=5).encode(x="bytes_per_token:Q", text="label:N")
    line = alt.Chart(table(rows, CARRIED_COLUMNS)).mark_rule(color=BLACK, strokeDash=[6, 3]).encode(x=alt.datum(1))
    return alt.layer(bars, line, labels).properties(
        title=title, description=carried_description(rows), width=400, height={"step": 24}
    )


def bytes_per_token_growth(
    rows: Sequence[tuple[int, str, float]], title: str = "What does a larger vocabulary buy?"
) -> alt.LayerChart:
    """A line for each kind of text, over vocabularies of which each is twice as large as the one before.

    Args:
        rows: (vocabulary size, text, bytes per token), at most six texts.
        title: the question that the chart answers.

    Raises:
        ValueError: more texts than there are patterns to tell them apart.
    """
    names = list(dict.fromkeys(name for _, name, _ in rows))
    if len(names) > len(STYLES):
        raise ValueError(f"at most {len(STYLES)} lines can be told apart, not {len(names)}")
    colours, dashes, shapes = (list(column) for column in zip(*STYLES[: len(names)], strict=True))
    sizes = sorted({size for size, _, _ in rows})
    said = "; ".join(
        f"{name} from {carried[0]:.2f} to {carried[-1]:.2f}"
        for name in names
        if (carried := [value for _, text, value in sorted(rows) if text == name])
    )
    base = alt.Chart(table(rows, ("size", "text", "bytes_per_token"))).encode(
        x=alt.X(
            "size:Q",
            title="tokens in the vocabulary (each line: twice as many)",
            scale=alt.Scale(type="log", base=2),
            axis=alt.Axis(values=sizes, format=","),
        ),
        y=alt.Y("bytes_per_token:Q", title="bytes per token", scale=alt.Scale(domain=[0, MOST_BYTES])),
        color=alt.Color("text:N", title=None, sort=None, scale=alt.Scale(domain=names, range=colours)),
    )
    lines = base.mark_line(strokeWidth=2.5).encode(
        strokeDash=alt.StrokeDash("text:N", title=None, sort=None, scale=alt.Scale(domain=names, range=dashes))
    )
    points = base.mark_point(filled=True, size=70, opacity=1).encode(
        shape=alt.Shape("text:N", title=None, sort=None, scale=alt.Scale(domain=names, range=shapes))
    )
    return alt.layer(lines, points).properties(
        title=title,
        description=f"Line chart of bytes per token, vocabularies of {sizes[0]:,} to {sizes[-1]:,} tokens: {said}.",
        width=460,
        height=280,
    )
