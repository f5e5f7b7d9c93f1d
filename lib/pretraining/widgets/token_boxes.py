"""Tokens as HTML that everybody can read: a list of boxes with the text of each token, its id and its bytes.

A box has a border, so that colour is never the only sign of where a token ends; light paper and black letters stay
readable in JupyterLab's light and dark theme. What cannot be seen is spelled out: `·` is a space, `⏎` a line end,
`‹E2›` a byte that is no text by itself, `‹U+200D›` a character without a shape.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .. import charts

# Tints of Okabe and Ito's colours, light enough for black letters.
TINTS = ("#cfe8f7", "#fdebc3", "#cdeee3", "#f4dfea", "#e3e3e3")
PLAIN = "#ffffff"
STYLE = """<style>
.pretraining-tokens, .pretraining-words {list-style:none; display:flex; flex-wrap:wrap; gap:4px 3px; margin:4px 0 8px;
  padding:0; max-width:900px; align-items:flex-start}
.pretraining-words {gap:6px 12px}
.pretraining-tokens > li, .pretraining-words span {display:inline-flex; flex-direction:column; align-items:center;
  box-sizing:border-box; max-width:100%; margin:0; padding:0 4px; border:1.5px solid #555; border-radius:4px;
  color:black; font-family:monospace; font-size:14px; line-height:1.5; overflow-wrap:anywhere}
.pretraining-words > li {display:inline-flex; flex-wrap:wrap; gap:1px; max-width:100%; margin:0}
.pretraining-tokens > li, .pretraining-words span {flex:none}
.pretraining-tokens bdi {font-weight:600; white-space:pre-wrap; min-height:1.4em}
.pretraining-tokens small {font-size:11px; line-height:1.35; color:#222; text-align:center}
.pretraining-tokens > li.special, .pretraining-words span.new {border:3px double black; font-weight:700}
.pretraining-words span.new {text-decoration:underline; text-underline-offset:3px}
.pretraining-tokens > li.line-end {flex-basis:100%; height:0; border:none; padding:0; visibility:hidden}
</style>"""


@dataclass(frozen=True)
class TokenBox:
    """One token to show.

    Attributes:
        id: its number in the vocabulary.
        content: its bytes; for a special token those of its name.
        special: whether it is a special token.
    """

    id: int
    content: bytes
    special: bool = False


def shown(content: bytes) -> str:
    r"""The text of a token with everything visible.

    Example:
        >>> shown(b" caf\xc3"), shown("a\n\u200d".encode())
        ('·caf‹C3›', 'a⏎‹U+200D›')
    """
    return "".join(map(_visible, content.decode("utf-8", errors="surrogateescape")))


def _visible(character: str) -> str:
    code, kind = ord(character), unicodedata.category(character)
    if 0xDC80 <= code <= 0xDCFF:  # where surrogateescape keeps a byte that is no text
        return f"‹{code - 0xDC00:02X}›"
    seen = charts.visible(character)
    if seen != character:
        return seen
    if kind in {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"}:
        return f"‹U+{code:04X}›"
    return f"◌{character}" if kind.startswith("M") else character  # a mark needs something to sit on


def hexadecimal(content: bytes) -> str:
    r"""Bytes as pairs of hexadecimal digits.

    Example:
        >>> hexadecimal("é".encode())
        'C3 A9'
    """
    return content.hex(" ").upper()


def token_list(tokens: Sequence[TokenBox], label: str, with_bytes: bool = True) -> str:
    """A list of boxes, one a token; after a line end the boxes go on in a new line.

    Args:
        tokens: what to show.
        label: the name of the list, for a screen reader.
        with_bytes: whether each box tells its token's bytes.
    """
    items = []
    for place, token in enumerate(tokens):
        below = f"<small>{token.id}</small>"
        if token.special:
            below += "<small>special</small>"
        elif with_bytes:
            below += f"<small>{hexadecimal(token.content)}</small>"
        kind = " class='special'" if token.special else ""
        tint = PLAIN if token.special else TINTS[place % len(TINTS)]
        text = html.escape(shown(token.content))
        items.append(f"<li{kind} style='background:{tint}'><bdi>{text}</bdi>{below}</li>")
        if b"\n" in token.content:
            items.append("<li class='line-end' aria-hidden='true'></li>")
    return f"<ul role='list' class='pretraining-tokens' aria-label='{html.escape(label)}'>{''.join(items)}</ul>"


def word_list(words: Iterable[Sequence[bytes]], tints: dict[bytes, str], new: bytes | None, label: str) -> str:
    """A list of words, each cut into boxes; boxes of one token look the same everywhere, the new token stands out.

    Args:
        words: the tokens of each word.
        tints: the background of each token that merging made; bytes stay white.
        new: the token to frame and underline.
        label: the name of the list, for a screen reader.
    """
    items = []
    for word in words:
        boxes = "".join(
            f"<span{' class=new' if piece == new else ''} style='background:{tints.get(piece, PLAIN)}'>"
            f"<bdi>{html.escape(shown(piece))}</bdi></span>"
            for piece in word
        )
        items.append(f"<li>{boxes}</li>")
    return f"<ul role='list' class='pretraining-words' aria-label='{html.escape(label)}'>{''.join(items)}</ul>"
