"""Charts of gradients: the loss along one weight, and how much the gradients of batches agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import mean

import altair as alt

from .look import BLACK, BLUE, VERMILION, table

WEIGHT_COLUMNS = ("weight", "loss", "role", "label")
TANGENT_SHARE = 0.35  # of the shown width, to each side of the point


def weight_rows(
    curve: Sequence[tuple[float, float]], point: tuple[float, float], slope: float | None
) -> list[tuple[float, float, str, str]]:
    """The rows of `weight_curve`.

    Args:
        curve: (weight, loss) in the order of the weight.
        point: the weight and the loss now.
        slope: of the tangent at the point; None hides curve and tangent, and only makes room for them.

    Example:
        >>> [role for *_, role, _ in weight_rows([(0.0, 2.0), (1.0, 1.0)], (0.0, 2.0), slope=-1.0)]
        ['curve', 'curve', 'tangent', 'tangent', 'now']
    """
    weight, loss = point
    weights, losses = zip(*curve, strict=True)
    if slope is None:
        rows = [(side(weights), side(losses), "frame", "") for side in (min, max)]
    else:
        reach = TANGENT_SHARE * (weights[-1] - weights[0]) / 2
        rows = [(weight, loss, "curve", "") for weight, loss in curve]
        rows += [(weight + step, loss + slope * step, "tangent", "") for step in (-reach, reach)]
    return [*rows, (weight, loss, "now", f"{loss:.3f} nats")]


def weight_curve(
    rows: Sequence[tuple[float, float, str, str]], title: str = "What does one weight do to the loss?"
) -> alt.LayerChart:
    """The loss for every value of one weight, the point where it is now, and the tangent there.

    Args:
        rows: what `weight_rows` gives.
        title: the question that the chart answers.
    """
    base = alt.Chart(table(rows, WEIGHT_COLUMNS)).encode(
        x=alt.X("weight:Q", title="value of the weight", scale=alt.Scale(zero=False, nice=False)),
        y=alt.Y("loss:Q", title="loss of the batch (nats per token)", scale=alt.Scale(zero=False)),
    )
    frame = base.transform_filter(alt.datum.role == "frame").mark_point(opacity=0)
    line = base.transform_filter(alt.datum.role == "curve").mark_line(color=BLUE, strokeWidth=2.5)
    tangent = base.transform_filter(alt.datum.role == "tangent").mark_line(color=VERMILION, strokeDash=[6, 4])
    now = base.transform_filter(alt.datum.role == "now")
    here = now.mark_point(color=VERMILION, filled=True, size=130, shape="diamond", opacity=1)
    place = {"align": "left", "dx": 10, "dy": -24, "fontSize": 13}
    paper = now.mark_text(**place, stroke="white", strokeWidth=5).encode(text="label:N")  # the curve may pass there
    label = now.mark_text(**place, color=BLACK).encode(text="label:N")
    return alt.layer(frame, line, tangent, paper, here, label).properties(
        title=title, description=weight_description(rows), width=440, height=240
    )


def weight_description(rows: Sequence[tuple[float, float, str, str]]) -> str:
    """What `weight_curve` shows, in words."""
    curve = [(loss, weight) for weight, loss, role, _ in rows if role == "curve"]
    text = "Curve of the batch's loss against one weight."
    if curve:
        loss, weight = min(curve)
        text += f" The lowest loss drawn is {loss:.3f} nats at the weight {weight:.3f}."
    for weight, loss, role, _ in rows:
        if role == "now":
            text += f" Now the weight is {weight:.3f} and the loss {loss:.3f} nats."
    return text


def gradient_agreement_dots(
    agreement: Mapping[int, Sequence[float]], title: str = "Do two batches want the same change?"
) -> alt.LayerChart:
    """A dot for every pair of batches, a row for each batch size, and a tick with the mean.

    Args:
        agreement: cosine similarities of pairs of gradients, by windows in a batch.
        title: the question that the chart answers.
    """
    means = {size: mean(values) for size, values in agreement.items()}
    rows = [(f"{size}", value, "pair", "") for size, values in agreement.items() for value in values]
    rows += [(f"{size}", value, "mean", f"{value:.2f}") for size, value in means.items()]
    said = ", ".join(f"{size}: {value:.2f}" for size, value in means.items())
    base = alt.Chart(table(rows, ("size", "cosine", "role", "label"))).encode(
        x=alt.X("cosine:Q", title="cosine similarity of two gradients (1 = the same direction)"),
        y=alt.Y("size:N", title="windows in a batch", sort=None),
    )
    dots = base.transform_filter(alt.datum.role == "pair").mark_point(color=BLUE, filled=True, size=60, opacity=0.6)
    middle = base.transform_filter(alt.datum.role == "mean")
    ticks = middle.mark_tick(color=VERMILION, thickness=3, size=28)
    labels = middle.mark_text(dy=-24, color=VERMILION, fontSize=12).encode(text="label:N")
    return alt.layer(dots, ticks, labels).properties(
        title=title,
        description=f"A dot for each pair of gradients; mean cosine similarity by windows in a batch: {said}.",
        width=440,
        height={"step": 48},
    )
