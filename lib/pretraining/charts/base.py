"""Charts of a finished model: what it draws from, what it knows, how sure it is, how it behaves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from .look import BLACK, BLUE, ORANGE, SKY, VERMILION, table, visible

DRAW_COLUMNS = ("place", "token", "whose", "probability", "label")
OWN, DRAWN = "the model's own", "after your settings"
STORED_BITS = 8


def draw_rows(tokens: Sequence[str], own: Sequence[float], drawn: Sequence[float]) -> list[tuple]:
    """(place, token, whose, probability, label) of every bar, for `draw_bars`.

    Args:
        tokens: the candidates as text, likeliest first.
        own: the model's probability of each.
        drawn: the probability with which each is really drawn; 0 where a filter took it out.
    """
    rows = []
    for place, (token, before, after) in enumerate(zip(tokens, own, drawn, strict=True), start=1):
        label = "out" if after == 0 else f"{after:.1%}"
        rows += [(place, visible(token), OWN, before, f"{before:.1%}"), (place, visible(token), DRAWN, after, label)]
    return rows


def draw_description(rows: Sequence[tuple]) -> str:
    """What `draw_bars` shows, in words."""
    own = {place: label for place, _, whose, _, label in rows if whose == OWN}
    said = ", ".join(f"{token} {own[place]}, now {label}" for place, token, whose, _, label in rows if whose == DRAWN)
    return f"Bar chart of next-token probabilities, the model's own and after the settings: {said or 'none yet'}."


def draw_bars(rows: Sequence[tuple], title: str = "What comes next, and what may be drawn?") -> alt.LayerChart:
    """Two bars for each candidate: the model's own probability, and the one it is drawn with.

    Args:
        rows: what `draw_rows` gives.
        title: the question that the chart answers.
    """
    whose = [OWN, DRAWN]
    base = alt.Chart(table(rows, DRAW_COLUMNS)).encode(
        x=alt.X("probability:Q", title="probability", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1])),
        y=alt.Y(
            "token:N",
            title=None,
            sort=alt.EncodingSortField("place", op="min"),
            axis=alt.Axis(labelFont="monospace", labelFontSize=13),
        ),
        yOffset=alt.YOffset("whose:N", sort=whose),
    )
    bars = base.mark_bar().encode(
        color=alt.Color(
            "whose:N", title=None, sort=whose, scale=alt.Scale(domain=whose, range=[SKY, BLUE]), legend=_ON_TOP
        )
    )
    labels = base.mark_text(align="left", dx=4, fontSize=10).encode(text="label:N")
    return alt.layer(bars, labels).properties(
        title=title, description=draw_description(rows), width=380, height={"step": 13}
    )


def probe_bars(
    rows: Sequence[tuple[str, float, float]], title: str = "What does the model know, beside a guesser?"
) -> alt.LayerChart:
    """A bar for each kind of probe, with a line where guessing would be.

    Args:
        rows: (kind of probe, share passed, share that guessing passes), each share from 0 to 1.
        title: the question that the chart answers.
    """
    full = [(name, share, chance, f"{share:.0%}") for name, share, chance in rows]
    said = ", ".join(f"{name} {label} (guessing {chance:.0%})" for name, _, chance, label in full)
    base = alt.Chart(table(full, ("kind", "share", "chance", "label"))).encode(
        y=alt.Y("kind:N", title=None, sort=None, axis=alt.Axis(labelLimit=220))
    )
    bars = base.mark_bar(color=SKY, height=16).encode(x=_share("share", "probes passed"))
    guess = base.mark_tick(color=VERMILION, thickness=3, size=22).encode(x="chance:Q")
    labels = base.mark_text(align="left", dx=5).encode(x="share:Q", text="label:N")
    return alt.layer(bars, guess, labels).properties(
        title=alt.Title(title, subtitle="The upright mark is what guessing would get."),
        description=f"Bar chart of probes passed: {said}.",
        width=400,
        height={"step": 26},
    )


def facts_by_count(
    rows: Sequence[tuple[int, float, float]], title: str = "How often must a fact be stated to be known?"
) -> alt.LayerChart:
    """A point for each number of documents that state a fact: the share of those facts that the model knows.

    Args:
        rows: (documents that state the fact, share known, share that guessing knows).
        title: the question that the chart answers.
    """
    said = ", ".join(f"stated {stated} times {share:.0%}" for stated, share, _ in rows)
    base = alt.Chart(table(rows, ("stated", "share", "chance"))).encode(
        x=alt.X(
            "stated:Q",
            title="documents that state the fact (each line: ten times as many)",
            scale=alt.Scale(type="log", domain=[0.8, 3000]),
            axis=alt.Axis(values=[1, 10, 100, 1000], format=","),
        )
    )
    line = base.mark_line(color=BLUE, point=alt.OverlayMarkDef(filled=True, size=80, color=BLUE)).encode(
        y=_share_up("share", "facts known")
    )
    guess = base.mark_line(color=VERMILION, strokeDash=[6, 3]).encode(y="chance:Q")
    word = guess.transform_filter(alt.datum.stated == max(stated for stated, _, _ in rows)).mark_text(
        align="right", dy=-8, color=VERMILION, text="guessing"
    )
    return alt.layer(line, guess, word).properties(
        title=title,
        description=f"Line chart of facts known by how often they are stated: {said}.",
        width=460,
        height=240,
    )


def bits_per_byte_bars(
    rows: Sequence[tuple[str, float, str]], title: str = "How surprised is the model by each kind of text?"
) -> alt.LayerChart:
    """A bar for each kind of text; the dashed line is text as a computer stores it, without any guess.

    Args:
        rows: (kind of text, bits per byte, group that gives the colour), at most two groups.
        title: the question that the chart answers.
    """
    full = [(name, bits, group, f"{bits:.2f}") for name, bits, group in rows]
    groups = list(dict.fromkeys(group for _, _, group in rows))
    said = ", ".join(f"{name} {label}" for name, _, _, label in full)
    base = alt.Chart(table(full, ("text", "bits", "group", "label"))).encode(
        y=alt.Y("text:N", title=None, sort=None, axis=alt.Axis(labelLimit=160)),
        x=alt.X("bits:Q", title="bits per byte (less is better)", scale=alt.Scale(domain=[0, STORED_BITS + 0.5])),
    )
    bars = base.mark_bar(height=16).encode(
        color=alt.Color(
            "group:N", title=None, sort=None, scale=alt.Scale(domain=groups, range=[SKY, ORANGE]), legend=_ON_TOP
        )
    )
    labels = base.mark_text(align="left", dx=5).encode(text="label:N")
    stored = (
        alt.Chart(table([(0,)], ("none",))).mark_rule(color=BLACK, strokeDash=[6, 3]).encode(x=alt.datum(STORED_BITS))
    )
    return alt.layer(bars, labels, stored).properties(
        title=title,
        description=f"Bar chart of bits per byte, with a line at {STORED_BITS}, text as it is stored: {said}.",
        width=420,
        height={"step": 24},
    )


def reliability_chart(
    rows: Sequence[tuple[str, float, float, int]], title: str = "Is the model as often right as it says?"
) -> alt.LayerChart:
    """Confidence against accuracy: on the dashed diagonal, a model is as often right as it says; below, too sure.

    Args:
        rows: (whose answers, mean confidence, share of right answers, number of answers), one for each bin; at most two
            kinds of answers.
        title: the question that the chart answers.
    """
    names = list(dict.fromkeys(name for name, *_ in rows))
    said = "; ".join(
        f"{name}: " + ", ".join(f"says {c:.0%}, right {a:.0%}" for other, c, a, _ in rows if other == name)
        for name in names
    )
    base = alt.Chart(table(rows, ("answers", "confidence", "accuracy", "count"))).encode(
        x=alt.X("confidence:Q", title="how sure the model is", **_PERCENT),
        y=alt.Y("accuracy:Q", title="how often it is right", **_PERCENT),
        color=alt.Color(
            "answers:N", title=None, sort=None, scale=alt.Scale(domain=names, range=[BLUE, VERMILION]), legend=_ON_TOP
        ),
    )
    lines = base.mark_line(strokeWidth=2).encode(
        strokeDash=alt.StrokeDash("answers:N", title=None, sort=None, legend=None)
    )
    points = base.mark_point(filled=True, size=80, opacity=1).encode(
        shape=alt.Shape("answers:N", title=None, sort=None, scale=alt.Scale(domain=names), legend=_ON_TOP),
        tooltip=[alt.Tooltip("count:Q", title="answers", format=",")],
    )
    perfect = (
        alt.Chart(table([(0, 0), (1, 1)], ("x", "y")))
        .mark_line(color=BLACK, strokeDash=[6, 3])
        .encode(x="x:Q", y="y:Q")
    )
    return alt.layer(perfect, lines, points).properties(
        title=title, description=f"Reliability diagram. {said}.", width=320, height=320
    )


def behaviour_bars(
    rows: Sequence[tuple[str, str, float]], title: str = "What does the model do when it is spoken to?"
) -> alt.LayerChart:
    """A bar for each behaviour and each model that was measured.

    Args:
        rows: (behaviour, whose, rate from 0 to 1); at most two models.
        title: the question that the chart answers.
    """
    models = list(dict.fromkeys(whose for _, whose, _ in rows))
    full = [(name, whose, rate, f"{rate:.0%}") for name, whose, rate in rows]
    said = ", ".join(f"{name} {whose} {label}" for name, whose, _, label in full)
    base = alt.Chart(table(full, ("behaviour", "whose", "rate", "label"))).encode(
        x=_share("rate", "share of the prompts"),
        y=alt.Y("behaviour:N", title=None, sort=None, axis=alt.Axis(labelLimit=240)),
        yOffset=alt.YOffset("whose:N", sort=models),
    )
    bars = base.mark_bar().encode(
        color=alt.Color(
            "whose:N", title=None, sort=models, scale=alt.Scale(domain=models, range=[SKY, ORANGE]), legend=_ON_TOP
        )
    )
    labels = base.mark_text(align="left", dx=5).encode(text="label:N")
    return alt.layer(bars, labels).properties(
        title=title, description=f"Bar chart of behaviours: {said}.", width=400, height={"step": 20}
    )


_ON_TOP = alt.Legend(orient="top")
_PERCENT: dict[str, Any] = {"axis": alt.Axis(format="%"), "scale": alt.Scale(domain=[0, 1])}


def _share(column: str, title: str) -> alt.X:
    return alt.X(f"{column}:Q", title=title, **_PERCENT)


def _share_up(column: str, title: str) -> alt.Y:
    return alt.Y(f"{column}:Q", title=title, **_PERCENT)
