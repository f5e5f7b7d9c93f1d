"""What a model says when it is asked: greedy replies to many questions at once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from ..model import KeyValueCache, Transformer
from ..tokens import END_OF_TEXT, Tokenizer

LONGEST = 24


@dataclass(frozen=True)
class Reply:
    """What a model said.

    Attributes:
        text: its words.
        stopped: whether it ended by itself; if not, it was cut off.
    """

    text: str
    stopped: bool

    @property
    def first_sentence(self) -> str:
        """Up to the first full stop, question mark, exclamation mark or line end.

        Example:
            >>> Reply(" The town is Orsa. It is large", False).first_sentence
            'The town is Orsa.'
        """
        return re.split(r"(?<=[.!?])\s|\n", self.text.strip(), maxsplit=1)[0]


@torch.no_grad()
def replies(
    model: Transformer, tokenizer: Tokenizer, prompts: Sequence[str], max_new_tokens: int = LONGEST
) -> list[Reply]:
    """Let the model write on after each prompt, always with the likeliest token, until it ends its text.

    Prompts of the same length are read together, which takes a fraction of the time of one after the other.

    Raises:
        ValueError: a prompt and its reply would not fit into the model's context.
    """
    end = tokenizer.special_tokens[END_OF_TEXT]
    rows = [[end, *tokenizer.encode_ordinary(prompt)] for prompt in prompts]
    by_length: defaultdict[int, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        by_length[len(row)].append(place)
    found: dict[int, Reply] = {}
    for places in by_length.values():
        written = _greedy(model, torch.tensor([rows[place] for place in places]), max_new_tokens, end)
        for place, ids in zip(places, written, strict=True):
            stopped = end in ids
            found[place] = Reply(tokenizer.decode(ids[: ids.index(end)] if stopped else ids), stopped)
    return [found[place] for place in range(len(rows))]


def _greedy(model: Transformer, unread: torch.Tensor, max_new_tokens: int, end: int) -> list[list[int]]:
    """The likeliest token after the likeliest token, for prompts of shape (batch, time)."""
    cache, written = KeyValueCache(model.config), unread[:, :0]
    for _ in range(max_new_tokens):
        unread = model.logits(unread, cache)[:, -1].argmax(-1, keepdim=True)
        written = torch.cat([written, unread], dim=1)
        if bool((written == end).any(1).all()):
            break
    return written.tolist()
