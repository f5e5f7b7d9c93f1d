"""Charts of data: how much there is, what cleaning did, what a mixture holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt

from .look import BLACK, BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILION, table

SHARE_COLUMNS = ("domain", "tokens", "label")
EPOCH_COLUMNS = ("domain", "epochs", "label", "limit")
OUTCOME_COLUMNS = ("outcome", "pages", "verdict", "label")
IN_WORDS = (
    "datum.value >= 1e12 ? datum.value / 1e12 + ' trillion' : "
    "datum.value >= 1e9 ? datum.value / 1e9 + ' billion' : "
    "datum.value >= 1e6 ? datum.value / 1e6 + ' million' : format(datum.value, ',')"
)
YELLOW = "#F0E442"  # also Okabe and Ito's
RIGHT, WRONG = "as the label says", "against the label"


def token_ladder(tokens: Mapping[str, float], title: str = "Who reads how much?") -> alt.LayerChart:
    """Amounts of text on a scale on which each gridline is a hundred times more.

    Args:
        tokens: amounts by name.
        title: the question that the chart answers.
    """
    rows = [(name, amount, f"{amount:,.0f}") for name, amount in tokens.items()]
    said = ", ".join(f"{name} {label}" for name, _, label in rows)
    scale = alt.Scale(type="log", domain=[min(tokens.values()) / 2, max(tokens.values()) * 2000])
    steps = [10**power for power in range(0, 16, 2) if 10**power <= max(tokens.values())]
    base = alt.Chart(table(rows, ("name", "tokens", "label"))).encode(
        x=alt.X(
            "tokens:Q",
            title="tokens (each line: 100 times more)",
            scale=scale,
            axis=alt.Axis(values=steps, labelExpr=IN_WORDS),
        ),
        y=alt.Y("name:N", title=None, sort=None, axis=alt.Axis(labelLimit=240, grid=True)),
    )
    dots = base.mark_point(color=BLUE, filled=True, size=110, shape="diamond", opacity=1)
    labels = base.mark_text(align="left", dx=10).encode(text="label:N")
    return alt.layer(dots, labels).properties(
        title=title,
        description=f"Amounts of text in tokens, on a logarithmic scale: {said}.",
        width=430,
        height={"step": 30},
    )


def outcome_description(rows: Sequence[tuple[str, int, str, str]]) -> str:
    """What `cleaning_outcome` shows, in words.

    Args:
        rows: (outcome, pages, verdict, label); the label of an outcome stands in one of its rows.
    """
    said = ", ".join(f"{outcome} {label}" for outcome, _, _, label in rows if label)
    return f"Bar chart of pages by what happened to them: {said or 'none yet'}."


def cleaning_outcome(
    rows: Sequence[tuple[str, int, str, str]], title: str = "What happened to the pages, and was it right?"
) -> alt.LayerChart:
    """A bar for what was kept and for each rule that removed pages; mistakes are set apart and counted in words.

    Args:
        rows: (outcome, pages, verdict, label): the verdict is `RIGHT` or `WRONG`; the label is written after the bar.
        title: the question that the chart answers.
    """
    verdicts = alt.Scale(domain=[RIGHT, WRONG], range=[SKY, VERMILION])
    base = alt.Chart(table(rows, OUTCOME_COLUMNS)).encode(y=alt.Y("outcome:N", title=None, sort=None))
    bars = base.mark_bar(height=18, stroke=BLACK).encode(
        x=alt.X("pages:Q", title="pages", stack="zero"),
        color=alt.Color("verdict:N", title=None, scale=verdicts, legend=alt.Legend(orient="top")),
        order=alt.Order("verdict:N", sort="descending" if RIGHT > WRONG else "ascending"),
        strokeWidth=alt.condition((alt.datum.verdict == WRONG) & (alt.datum.pages > 0), alt.value(1.5), alt.value(0)),
    )
    labels = (
        base.transform_aggregate(total="sum(pages)", said="max(label)", groupby=["outcome"])
        .mark_text(align="left", dx=6)
        .encode(x="total:Q", text="said:N")
    )
    return alt.layer(bars, labels).properties(
        title=title, description=outcome_description(rows), width=340, height={"step": 28}
    )


def share_of_tokens(rows: Sequence[tuple[str, int, str]], title: str = "What does the model read?") -> alt.LayerChart:
    """The mixture as a pie: a slice for each domain, with its name and share beside it.

    Args:
        rows: (domain, tokens, label).
        title: the question that the chart answers.
    """
    said = ", ".join(label for _, _, label in rows)
    colours = alt.Scale(domain=[domain for domain, _, _ in rows], range=[BLUE, ORANGE, GREEN, PURPLE, SKY, YELLOW])
    base = alt.Chart(table(rows, SHARE_COLUMNS)).encode(
        theta=alt.Theta("tokens:Q", stack=True), order=alt.Order("domain:N")
    )
    slices = base.mark_arc(outerRadius=72, stroke="white", strokeWidth=2).encode(
        color=alt.Color("domain:N", scale=colours, legend=None)
    )
    labels = base.transform_filter(alt.datum.tokens > 0).mark_text(radius=126, fontSize=12).encode(text="label:N")
    return alt.layer(slices, labels).properties(
        title=title, description=f"Pie chart of tokens by domain: {said}.", width=350, height=275
    )


def epochs_by_domain(
    rows: Sequence[tuple[str, float, str, float]], title: str = "How often is each domain read?"
) -> alt.LayerChart:
    """A bar for each domain's epochs, with a dashed line where repeating stops to pay.

    Args:
        rows: (domain, epochs, label, the number of epochs where the line stands).
        title: the question that the chart answers.
    """
    said = ", ".join(f"{domain} {label}" for domain, _, label, _ in rows)
    base = alt.Chart(table(rows, EPOCH_COLUMNS)).encode(y=alt.Y("domain:N", title=None, sort=None))
    bars = base.mark_bar(height=18, stroke=BLACK).encode(
        x=alt.X("epochs:Q", title="epochs (times read through)"),
        color=alt.condition("datum.epochs > datum.limit", alt.value(VERMILION), alt.value(SKY)),
        strokeWidth=alt.condition("datum.epochs > datum.limit", alt.value(1.5), alt.value(0)),
    )
    labels = base.mark_text(align="left", dx=6).encode(x="epochs:Q", text="label:N")
    line = alt.Chart(table(rows, EPOCH_COLUMNS)).mark_rule(color=BLACK, strokeDash=[6, 3]).encode(x="mean(limit):Q")
    return alt.layer(bars, line, labels).properties(
        title=title, description=f"Bar chart of epochs by domain: {said}.", width=300, height={"step": 30}
    )
