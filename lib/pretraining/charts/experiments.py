"""Charts of experiments: what a model believes, what it can read, and what it recites."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from .look import BLACK, BLUE, GREEN, ORANGE, VERMILION, table

BELIEF_COLUMNS = ("step", "probability", "year")
ODDS_COLUMNS = ("documents", "model", "label")
MIXTURE_COLUMNS = ("share", "loss", "kind")
RECITED_COLUMNS = ("copies", "rate", "text")
TRUE, FALSE = "1989 (true)", "1987 (wrong)"
CODE, PROSE = "code", "prose"
WITH_COPIES, DEDUPLICATED = "with its copies", "after deduplication"


def belief_curves(
    rows: Sequence[tuple[int, float, str]], title: str = "Which year does the model believe?"
) -> alt.Chart:
    """The probability of the true and of the wrong year while a model learns.

    Args:
        rows: (step, probability from 0 to 1, `TRUE` or `FALSE`).
        title: the question that the chart answers.
    """
    return (
        alt.Chart(table(rows, BELIEF_COLUMNS), title=title, description=belief_description(rows), width=460, height=260)
        .mark_line(point=True, strokeWidth=2.5)
        .encode(
            x=alt.X("step:Q", title="training step"),
            y=alt.Y("probability:Q", title="probability of the year (0 to 1)", scale=alt.Scale(domain=[0, 1])),
            tooltip=["year:N", "step:Q", alt.Tooltip("probability:Q", format=".3f")],
            **_two_styles("year", (TRUE, FALSE), (BLUE, VERMILION)),
        )
    )


def belief_description(rows: Sequence[tuple[int, float, str]]) -> str:
    """What the curves show, in words.

    Example:
        >>> belief_description([(0, 0.0, "1989 (true)"), (30, 0.25, "1989 (true)"), (30, 0.5, "1987 (wrong)")])
        'Probability of each year by training step. At step 30: 1989 (true) 25%, 1987 (wrong) 50%.'
    """
    last = {year: (step, probability) for step, probability, year in rows}
    if not last:
        return "Probability of each year by training step: nothing yet."
    said = ", ".join(f"{year} {probability:.0%}" for year, (_, probability) in last.items())
    return f"Probability of each year by training step. At step {rows[-1][0]}: {said}."


def odds_chart(
    rows: Sequence[tuple[float, float, str]], title: str = "Does the model's ratio follow the text's?"
) -> alt.LayerChart:
    """The model's ratio of probabilities against the text's ratio of documents, and the line on which they are equal.

    Args:
        rows: (documents for the true year per document for the wrong one, probability of the true year per that of the
            wrong one, such as "20 : 40"), all above 0.
        title: the question that the chart answers.
    """
    numbers = [value for documents, model, _ in rows for value in (documents, model)] or [0.1, 10.0]
    ends = [min(numbers) / 1.5, max(numbers) * 1.5]
    scale, axis = alt.Scale(type="log", domain=ends, nice=False), alt.Axis(format="~g")
    x = alt.X("documents:Q", title="text: documents for 1989 / documents for 1987", scale=scale, axis=axis)
    y = alt.Y("model:Q", title="model: probability of 1989 / of 1987", scale=scale, axis=axis)
    equal = (
        alt.Chart(table([(end, end, "equal") for end in ends], ODDS_COLUMNS))
        .mark_line(color=BLACK, opacity=0.5, strokeDash=[4, 3])
        .encode(x=x, y=y)
    )
    base = alt.Chart(table(rows, ODDS_COLUMNS)).encode(x=x, y=y)
    dots = base.mark_point(filled=True, size=110, color=BLUE, opacity=0.9).encode(
        tooltip=["label:N", alt.Tooltip("documents:Q", format=".2f"), alt.Tooltip("model:Q", format=".2f")]
    )
    words = base.mark_text(align="left", dx=9, dy=9).encode(text="label:N")
    said = "; ".join(f"{label}: text {documents:.2f}, model {model:.2f}" for documents, model, label in rows)
    return alt.layer(equal, dots, words).properties(
        title=title,
        description=f"Ratio of probabilities by ratio of documents, both logarithmic. {said or 'No run yet'}.",
        width=380,
        height=300,
    )


def mixture_losses(
    rows: Sequence[tuple[float, float, str]], title: str = "What does more code buy, and what does it cost?"
) -> alt.Chart:
    """Held-out loss on code and on prose for each share of code.

    Args:
        rows: (share of code in per cent, loss in nats per token, `CODE` or `PROSE`).
        title: the question that the chart answers.
    """
    return (
        alt.Chart(
            table(rows, MIXTURE_COLUMNS), title=title, description=mixture_description(rows), width=460, height=260
        )
        .mark_line(point=alt.OverlayMarkDef(size=70, filled=True), strokeWidth=2.5)
        .encode(
            x=alt.X("share:Q", title="share of code in the text (%)", scale=alt.Scale(domain=[0, 100])),
            y=alt.Y("loss:Q", title="held-out loss (nats per token)", scale=alt.Scale(zero=False)),
            tooltip=["kind:N", "share:Q", alt.Tooltip("loss:Q", format=".3f")],
            **_two_styles("kind", (CODE, PROSE), (GREEN, ORANGE)),
        )
    )


def mixture_description(rows: Sequence[tuple[float, float, str]]) -> str:
    """What the lines show, in words.

    Example:
        >>> mixture_description([(50.0, 2.75, "code"), (0.0, 6.0, "code"), (0.0, 3.0, "prose"), (50.0, 3.25, "prose")])
        'Held-out loss in nats per token by share of code. 0%: code 6.00, prose 3.00; 50%: code 2.75, prose 3.25.'
    """
    by_share: dict[float, list[str]] = {}
    for share, loss, kind in sorted(rows, key=lambda row: (row[0], row[2])):
        by_share.setdefault(share, []).append(f"{kind} {loss:.2f}")
    said = "; ".join(f"{share:.0f}%: {', '.join(losses)}" for share, losses in by_share.items())
    return f"Held-out loss in nats per token by share of code. {said or 'No run yet'}."


def recited_by_copies(
    rows: Sequence[tuple[int, float, str]], title: str = "How many copies until the model recites?"
) -> alt.Chart:
    """The share of the passages that a model recites word for word, by the number of their copies.

    Args:
        rows: (copies, share in per cent, `WITH_COPIES` or `DEDUPLICATED`).
        title: the question that the chart answers.
    """
    return (
        alt.Chart(
            table(rows, RECITED_COLUMNS), title=title, description=recited_description(rows), width=460, height=260
        )
        .mark_line(point=alt.OverlayMarkDef(size=70, filled=True), strokeWidth=2.5)
        .encode(
            x=alt.X(
                "copies:Q",
                title="copies of the passage in the text (each line is twice the one before)",
                scale=alt.Scale(type="log", base=2, nice=False, padding=12),
                axis=alt.Axis(format="d"),
            ),
            y=alt.Y("rate:Q", title="passages recited word for word (%)", scale=alt.Scale(domain=[0, 100])),
            tooltip=["text:N", "copies:Q", alt.Tooltip("rate:Q", format=".0f")],
            **_two_styles("text", (WITH_COPIES, DEDUPLICATED), (VERMILION, BLUE)),
        )
    )


def recited_description(rows: Sequence[tuple[int, float, str]]) -> str:
    """What the lines show, in words.

    Example:
        >>> recited_description([(1, 0.0, "with its copies"), (64, 100.0, "with its copies")])
        'Passages recited word for word by number of copies. with its copies: 1 copy 0%, 64 copies 100%.'
    """
    by_text: dict[str, list[str]] = {}
    for copies, rate, text in sorted(rows, key=lambda row: (row[2] != WITH_COPIES, row[0])):
        by_text.setdefault(text, []).append(f"{copies} {'copy' if copies == 1 else 'copies'} {rate:.0f}%")
    said = "; ".join(f"{text}: {', '.join(rates)}" for text, rates in by_text.items())
    return f"Passages recited word for word by number of copies. {said or 'No run yet'}."


def _two_styles(column: str, names: tuple[str, str], colours: tuple[str, str]) -> dict[str, alt.Color | alt.StrokeDash]:
    """A colour and a line pattern for each of two series, told apart by either."""
    legend = alt.Legend(orient="top", title=None, symbolType="stroke", symbolSize=500, symbolStrokeWidth=2.5)
    return {
        "color": alt.Color(f"{column}:N", legend=legend, scale=alt.Scale(domain=list(names), range=list(colours))),
        "strokeDash": alt.StrokeDash(
            f"{column}:N", legend=legend, scale=alt.Scale(domain=list(names), range=[[1, 0], [6, 3]])
        ),
    }
