"""What merges, special tokens and a pattern must be: refused where they come in, in plain words."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from .reference import Pair
from .split import BYTES


def check_vocab_size(vocab_size: int, special_tokens: Sequence[str]) -> int:
    """How many merges a vocabulary has room for.

    Raises:
        ValueError: there is no room for the 256 bytes and the special tokens.

    Example:
        >>> check_vocab_size(300, ["<|endoftext|>"])
        43
    """
    smallest = BYTES + len(special_tokens)
    if not is_whole(vocab_size):
        raise ValueError(f"the size of a vocabulary must be a whole number, got {vocab_size!r}")
    if vocab_size < smallest:
        raise ValueError(
            f"a vocabulary needs at least {smallest} tokens "
            f"(256 bytes and {len(special_tokens)} special), got {vocab_size}"
        )
    return vocab_size - smallest


def vocabulary(merges: Sequence[Pair]) -> list[bytes]:
    """The bytes of every id: the 256 single bytes, then what each merge makes.

    Raises:
        ValueError: a merge is not a pair of ids that exist by then, or it makes bytes that another token has.

    Example:
        >>> vocabulary([(116, 104), (256, 101)])[256:]
        [b'th', b'the']
    """
    if not isinstance(merges, Sequence) or isinstance(merges, (str, bytes)):
        raise ValueError(f"merges must be a list of pairs of ids, got {type(merges).__name__}")
    strings = [bytes([value]) for value in range(BYTES)]
    makers: dict[bytes, int] = {}
    for i, pair in enumerate(merges):
        if not isinstance(pair, (tuple, list)) or len(pair) != 2 or not all(map(is_whole, pair)):
            raise ValueError(f"merge {i} must be a pair of ids, got {pair!r}")
        left, right = pair
        if not (0 <= left < len(strings) and 0 <= right < len(strings)):
            raise ValueError(f"merge {i} is {(left, right)}, but only the ids 0 to {len(strings) - 1} exist by then")
        made = strings[left] + strings[right]
        if made in makers:
            raise ValueError(f"merges {makers[made]} and {i} both make {made!r}: two ids for the same bytes")
        makers[made] = i
        strings.append(made)
    return strings


def is_whole(number: object) -> bool:
    """Whether this is an `int`, and not a `bool`."""
    return isinstance(number, int) and not isinstance(number, bool)


def checked_special_tokens(names: Sequence[str]) -> list[str]:
    """The names, as a list.

    Raises:
        ValueError: one is not a string, is empty or is there twice.
    """
    if not isinstance(names, Sequence) or isinstance(names, (str, bytes)):
        raise ValueError(f"special_tokens must be a list of names, got {names!r}")
    for i, name in enumerate(names):
        if not isinstance(name, str) or not name:
            raise ValueError(f"the name of a special token must be a string with something in it, got {name!r}")
        if not name.isascii():
            try:
                name.encode()
            except UnicodeEncodeError as error:
                raise ValueError(f"the name {name!r} of a special token is not valid text") from error
        if name in names[:i]:
            raise ValueError(f"the special token {name!r} is there twice")
    return list(names)


def checked_pattern(pattern: str) -> str:
    """The pattern.

    Raises:
        ValueError: it is not a regular expression.
    """
    try:
        regex.compile(pattern)
    except (regex.error, TypeError) as error:
        raise ValueError(f"{pattern!r} is not a regular expression that can split text: {error}") from error
    return pattern
