"""Word lists as they are written in the data modules: words, or phrases, in running text."""

from __future__ import annotations


def words(text: str) -> tuple[str, ...]:
    """The words of a text.

    Example:
        >>> words("oak  ash elm")
        ('oak', 'ash', 'elm')
    """
    return tuple(text.split())


def phrases(text: str) -> tuple[str, ...]:
    """The phrases of a text, which semicolons separate.

    Example:
        >>> phrases("at dawn; all day")
        ('at dawn', 'all day')
    """
    return tuple(" ".join(phrase.split()) for phrase in text.split(";"))
