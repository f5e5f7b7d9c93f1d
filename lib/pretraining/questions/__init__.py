"""Check your understanding: rubrics of the five questions, and the scorer of answers in own words.

`score(question, text)` says which ideas of a question an answer tells, how sure that is, where, and what to look at
next. It takes in a plain text and hands on a `Score`; it reads nothing but the text, needs no network and no torch.
"""

from .rubrics import QUESTIONS, Rubric, rubric

__all__ = ["QUESTIONS", "Rubric", "Score", "rubric", "score"]


def __getattr__(name: str):
    """Load the scorer and numpy when they are first asked for."""
    if name in ("Score", "score"):
        from . import scorer

        return getattr(scorer, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
