"""Unit 8's concept map: where pre-training sits, as a picture whose boxes are links to the lessons.

It is plain HTML, drawn when a cell shows it: links are reached with the Tab key, a screen reader hears four headed
lists in reading order, and JupyterLab opens a linked lesson beside this one.
"""

from __future__ import annotations

import html
from dataclasses import dataclass

STYLE = """<style>
.pretraining-map {margin:0; padding:10px; max-width:980px; background:white; color:black; line-height:1.35}
.pretraining-map section {border:2px solid var(--edge); border-radius:8px; background:var(--paper); margin:0;
  padding:6px 10px 10px}
.pretraining-map h4 {margin:0 0 6px; font-size:14px; font-weight:700; color:black}
.pretraining-map ol {display:flex; flex-wrap:wrap; align-items:stretch; gap:6px 4px; list-style:none;
  margin:0 !important; padding:0 !important}
.pretraining-map li {display:flex; align-items:center; gap:4px; flex:1 1 150px; margin:0}
.pretraining-map li > .arrow {flex:none; font-size:20px; color:black}
.pretraining-map .box {flex:1; display:block; box-sizing:border-box; min-height:100%; border:1.5px solid #444;
  border-radius:6px; background:white; padding:5px 8px; font-size:13px; color:black !important;
  text-decoration:none !important}
.pretraining-map .box b {display:block; font-size:14px}
.pretraining-map a.box b {color:#0b4f8a; text-decoration:underline; text-underline-offset:3px}
.pretraining-map a.box:hover, .pretraining-map a.box:focus {outline:3px solid #0072B2; outline-offset:1px}
.pretraining-map .down {text-align:center; font-size:14px; margin:3px 0}
</style>"""
# Tints of Okabe and Ito's colours, light enough for black letters, and their full colours for the edges.
BLUE, GREEN, ORANGE, PURPLE = (
    ("#0072B2", "#eaf4fb"),
    ("#009E73", "#e6f6f0"),
    ("#E69F00", "#fdf3da"),
    ("#CC79A7", "#f9ebf3"),
)


@dataclass(frozen=True)
class Idea:
    """A box of the map.

    Attributes:
        name: the term.
        said: what it is, in a few plain words.
        lesson: the lesson it links to; None if the course has none.
        sign: what stands between the box before and this one.
    """

    name: str
    said: str
    lesson: str | None = None
    sign: str = "→"


@dataclass(frozen=True)
class Stage:
    """A band of the map: ideas that belong together, from left to right.

    Attributes:
        name: its heading.
        ideas: its boxes.
        colours: its edge and its paper.
        leads_to: the words on the arrow to the next stage.
    """

    name: str
    ideas: tuple[Idea, ...]
    colours: tuple[str, str]
    leads_to: str = ""


STAGES = (
    Stage(
        "What goes in",
        (
            Idea("Text", "web, books, code; cleaned and mixed", "1-data"),
            Idea("Tokens", "pieces of words, each with a number", "2-tokens"),
            Idea("Targets", "for every place in the text, the token that comes next", "3-targets"),
        ),
        BLUE,
        "a batch at a time",
    ),
    Stage(
        "Pre-training: one loop, again and again",
        (
            Idea("Architecture", "the transformer gives every next token a probability", "4-model"),
            Idea("Objective", "the loss: how surprising was the token that did come next?", "3-targets"),
            Idea("Update", "backpropagation says which way each weight should go", "5-training"),
            Idea("Scale", "how many weights, tokens and turns; what they cost and buy", "6-scale", "×"),
        ),
        GREEN,
        "the weights stay, the text is gone",
    ),
    Stage(
        "What comes out: a base model",
        (
            Idea("Knowledge", "language, facts, patterns of code, as far as the text had them", "7-base-model"),
            Idea("Continuing", "it goes on with any text; it does not follow orders", "7-base-model", "+"),
            Idea("Limits", "what it read, up to a date; likely is not the same as true", "7-base-model", "+"),
        ),
        ORANGE,
        "far less data, and of another kind",
    ),
    Stage(
        "What follows: post-training",
        (
            Idea("Fine-tuning", "the same loop on examples of good answers", "7-base-model"),
            Idea("Alignment", "people's preferences decide between answers"),
            Idea("Assistant", "behaviour: it answers, follows instructions, declines"),
        ),
        PURPLE,
    ),
)


class ConceptMap:
    """The map, as a picture for a notebook."""

    def __init__(self, stages: tuple[Stage, ...] = STAGES) -> None:
        self.stages = stages

    @property
    def description(self) -> str:
        """The map in words."""
        stages = [f"{stage.name}: {', '.join(idea.name for idea in stage.ideas)}" for stage in self.stages]
        return "Concept map of pre-training, from top to bottom. " + "; then ".join(stages) + "."

    def _repr_html_(self) -> str:
        body = "".join(map(_section, self.stages))
        label = html.escape(self.description, quote=True)
        return f"{STYLE}<figure role='group' class='pretraining-map' aria-label=\"{label}\">{body}</figure>"

    def __repr__(self) -> str:
        return self.description


def _section(stage: Stage) -> str:
    edge, paper = stage.colours
    signs = ["", *(f"<span class='arrow' aria-hidden='true'>{idea.sign}</span>" for idea in stage.ideas[1:])]
    boxes = "".join(f"<li>{sign}{_box(idea)}</li>" for sign, idea in zip(signs, stage.ideas, strict=True))
    down = f"<div class='down'><span aria-hidden='true'>↓</span> {html.escape(stage.leads_to)}</div>"
    name = html.escape(stage.name)
    return (
        f"<section style='--edge:{edge}; --paper:{paper}'><h4>{name}</h4><ol aria-label='{name}'>{boxes}</ol></section>"
        f"{down if stage.leads_to else ''}"
    )


def _box(idea: Idea) -> str:
    inside = f"<b>{html.escape(idea.name)}</b>{html.escape(idea.said)}"
    if idea.lesson is None:
        return f"<span class='box'>{inside}</span>"
    unit = idea.lesson.split("-")[0]
    return f"<a class='box' href='{idea.lesson}.ipynb'>{inside} <small>(unit {unit})</small></a>"
