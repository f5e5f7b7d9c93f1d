"""The report's charts: numbers to `altair.Chart`, and a chart to a picture inside the page.

Colours are Okabe and Ito's, which colour-blind readers can tell apart; shapes and labels say the same again. The page's
style sheet draws text, axes and grid in the colours of a light or a dark page.
"""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np

BLUE, VERMILION, PURPLE = "#0072B2", "#D55E00", "#CC79A7"
VEGA_LITE = "6.4"
WIDTH = 520
GOOD, POOR, NEGATIVE = "0.2 or more", "below 0.2", "negative"
DISCRIMINATION = {GOOD: (BLUE, "circle"), POOR: (PURPLE, "square"), NEGATIVE: (VERMILION, "triangle-down")}


def figure(chart: alt.TopLevelMixin) -> str:
    """A chart as an HTML figure with its picture in it and its description as alternative text."""
    import vl_convert

    with alt.theme.enable("none"):
        spec = chart.to_dict()
    spec["background"], spec["config"] = "transparent", {**spec.get("config", {}), **CONFIG}
    picture = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE)
    label = html.escape(str(spec.get("description", "chart")), quote=True)
    return f'<figure class="chart" role="img" aria-label="{label}">{picture}</figure>'


CONFIG: dict[str, Any] = {
    "font": "sans-serif",
    "view": {"stroke": None},
    "title": {"anchor": "start", "fontSize": 15, "fontWeight": "normal", "offset": 12},
    "axis": {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "gridColor": "#dddddd"},
    "legend": {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal"},
}


def edges(lowest: float, highest: float, most: int = 20) -> np.ndarray:
    """Bounds of at most `most` equal bins with round widths that hold everything from `lowest` to `highest`.

    Example:
        >>> edges(0, 16).tolist()
        [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0]
    """
    reach = max(highest - lowest, 1e-9 * max(1.0, abs(highest)))
    size = 10.0 ** math.floor(math.log10(reach / most))
    step = next(size * factor for factor in (1, 2, 5, 10, 20) if reach / (size * factor) <= most)
    first, last = math.floor(lowest / step + 1e-9), math.ceil(highest / step - 1e-9)
    return np.arange(first, max(last, first + 1) + 1) * step


def counted(values: Sequence[float] | np.ndarray, bounds: np.ndarray) -> list[dict[str, float]]:
    """Bins as rows of "from", "to" and "count"; the last holds its upper bound, too."""
    counts, _ = np.histogram(values, bounds)
    return [
        {"from": float(low), "to": float(high), "count": int(count)}
        for low, high, count in zip(bounds, bounds[1:], counts, strict=False)
    ]


def score_chart(scores: np.ndarray, max_score: float) -> alt.LayerChart:
    """How many students have how many points, with the median."""
    rows = counted(scores, edges(min(0.0, float(scores.min())), max(max_score, float(scores.max()))))
    median, top = float(np.median(scores)), max(rows, key=lambda row: row["count"])
    said = (
        f"Histogram of the scores of {len(scores)} students, of {max_score:g} points. Median {median:.3g}. "
        f"Most, {top['count']:g}, are from {top['from']:g} to {top['to']:g} points."
    )
    bars = _bars(rows, "score (points)", alt.Scale(nice=False))
    line = alt.Chart(alt.Data(values=[{"median": median, "label": f"median {median:.3g}"}])).encode(x="median:Q")
    rule = line.mark_rule(color=VERMILION, strokeWidth=2, strokeDash=[6, 3])
    words = line.mark_text(align="left", dx=5, fontSize=12, baseline="top").encode(y=alt.value(-14), text="label:N")
    chart = alt.layer(bars, rule, words)
    return chart.properties(title="How are the scores spread?", description=said, width=WIDTH + 120, height=240)


def _bars(rows: list[dict[str, float]], title: str, scale: alt.Scale, color: str = BLUE, **axis: Any) -> alt.Chart:
    """Bins as bars from bound to bound."""
    return (
        alt.Chart(alt.Data(values=rows))
        .mark_bar(color=color, binSpacing=1)
        .encode(
            x=alt.X("from:Q", title=title, scale=scale, bin="binned", axis=alt.Axis(grid=False, **axis)),
            x2="to:Q",
            y=alt.Y("count:Q", title="students", axis=alt.Axis(tickMinStep=1, format="d")),
        )
    )


def part_chart(rows: Sequence[tuple[str, float | None, float | None]]) -> alt.HConcatChart:
    """How hard each part was, and beside it how well it tells students apart.

    Args:
        rows: (label, difficulty, discrimination), in the order to be shown; None where it cannot be told.
    """
    values = [
        {"part": label, "share": share, "apart": apart, "kind": _kind(apart), "label": _percent(share)}
        for label, share, apart in rows
    ]
    order = [label for label, _, _ in rows]
    y = alt.Y("part:N", sort=order, title=None, axis=alt.Axis(labelLimit=240, labelFontSize=12))
    size = alt.Step(24)
    base = alt.Chart(alt.Data(values=values)).encode(y=y).transform_filter("datum.share !== null")
    share = alt.X("share:Q", title="mean share of points", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%"))
    bars = base.mark_bar(color=BLUE).encode(x=share)
    words = base.mark_text(align="left", dx=4, fontSize=11).encode(x=share, text="label:N")
    left = alt.layer(bars, words).properties(width=300, height=size, title="How hard was each part?")
    seen = [kind for kind in DISCRIMINATION if any(row["kind"] == kind for row in values)]
    colors, shapes = zip(*(DISCRIMINATION[kind] for kind in seen), strict=True) if seen else ((), ())
    lowest = min([0.0, *(apart for _, _, apart in rows if apart is not None)])
    dots = (
        alt.Chart(alt.Data(values=values))
        .transform_filter("datum.apart !== null")
        .mark_point(filled=True, size=90, opacity=1)
        .encode(
            y=alt.Y("part:N", sort=order, title=None, axis=alt.Axis(labels=False, ticks=False, grid=True)),
            x=alt.X(
                "apart:Q",
                title="correlation with all other parts",
                scale=alt.Scale(domain=[-1 if lowest < -0.4 else -0.4, 1]),
            ),
            color=alt.Color("kind:N", title=None, scale=alt.Scale(domain=list(seen), range=list(colors))),
            shape=alt.Shape("kind:N", title=None, scale=alt.Scale(domain=list(seen), range=list(shapes))),
        )
        .properties(width=230, height=size, title="Does it tell students apart?")
    )
    said = "; ".join(
        f"{label}: {_percent(share)} of points, discrimination {'unknown' if apart is None else f'{apart:.2f}'}"
        for label, share, apart in rows
    )
    chart = alt.hconcat(left, dots, spacing=24)
    return chart.properties(description=f"For each part, the mean share of its points and its discrimination. {said}.")


def _kind(discrimination: float | None) -> str:
    if discrimination is None:
        return ""
    return NEGATIVE if discrimination < 0 else POOR if discrimination < 0.2 else GOOD


def _percent(share: float | None) -> str:
    return "no marks" if share is None else f"{100 * share:.0f}%"


def cost_chart(seconds: np.ndarray, megabytes: np.ndarray) -> alt.HConcatChart:
    """How long grading a submission took, and how much memory it needed.

    Args:
        seconds: wall time of each submission.
        megabytes: peak memory of each submission for which it was measured; may be empty.
    """
    seconds = np.maximum(seconds, 0.001)
    low, high = math.log10(float(seconds.min())), math.log10(float(seconds.max()))
    bounds = 10 ** np.linspace(low - 0.02, high + 0.02, 21)
    scale = alt.Scale(type="log", nice=False)
    left = _bars(counted(seconds, bounds), "seconds (logarithmic)", scale, format="~g")
    left = left.properties(width=290, height=180, title="How long did a submission take?")
    said = f"Histograms over {len(seconds)} submissions. "
    said += f"Seconds: median {np.median(seconds):.2g}, most {seconds.max():.3g}."
    charts = [left]
    if len(megabytes):
        rows = counted(megabytes, edges(0, float(megabytes.max())))
        right = _bars(rows, "peak memory (MB)", alt.Scale(nice=False))
        charts.append(right.properties(width=290, height=180, title="How much memory did it need?"))
        said += f" Memory in MB: median {np.median(megabytes):.3g}, most {megabytes.max():.3g}."
    return alt.hconcat(*charts, spacing=30).properties(description=said)
