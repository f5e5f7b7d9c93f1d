"""Completion: a prompt in, the text that a model writes after it.

An empty prompt is the beginning of a new document. A prompt that begins with a word is read with a space before it, as
in the middle of a paragraph: so are the contexts of probes, and to a model "Anna" and " Anna" are different tokens.
Writing ends where the model ends the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch

from ..generate import generate, next_token_probabilities
from ..model import KeyValueCache, Transformer
from ..tokens import END_OF_TEXT, Tokenizer


@dataclass(frozen=True)
class Prompt:
    """A prompt as a model reads it.

    Attributes:
        ids: the tokens that fit into the context, the separator before them included.
        dropped: how many tokens at the beginning did not fit.
        unusual: characters that the vocabulary has no token for, so that they are read byte by byte.
    """

    ids: tuple[int, ...]
    dropped: int
    unusual: str

    @property
    def note(self) -> str:
        """A sentence on what was special about it; empty if nothing was."""
        said = []
        if self.dropped:
            said.append(f"The prompt is longer than the context: the first {self.dropped} tokens are not read.")
        if self.unusual:
            said.append(f"No token holds {self.unusual}: the model reads such characters byte by byte.")
        return " ".join(said)


@dataclass(frozen=True)
class Completion:
    """What a model wrote.

    Attributes:
        prompt: what was asked.
        text: what it wrote, without the prompt.
        ended: whether the model ended the document itself; otherwise its tokens were used up.
    """

    prompt: str
    text: str
    ended: bool

    def __str__(self) -> str:
        return self.prompt + self.text + (f" {END_OF_TEXT}" if self.ended else " ...")


def read_prompt(tokenizer: Tokenizer, text: str, block_size: int) -> Prompt:
    """Turn text into the tokens that a model reads.

    Args:
        tokenizer: the model's.
        text: any text; an empty one is the beginning of a new document.
        block_size: the model's context in tokens; of a longer text, the end is read.

    Raises:
        ValueError: the prompt is not a text, or it is empty and the vocabulary has no separator to begin with.
    """
    if not isinstance(text, str):
        raise ValueError(f"a prompt is a text, got {type(text).__name__}")
    separator = tokenizer.special_tokens.get(END_OF_TEXT)
    ids = [*([] if separator is None else [separator]), *tokenizer.encode_ordinary(" " * text[:1].isalnum() + text)]
    if not ids:
        raise ValueError("the prompt is empty, and this vocabulary has no separator to begin with: type a word")
    unusual = dict.fromkeys(one for one in text if len(tokenizer.encode_ordinary(one)) > 1)
    return Prompt(tuple(ids[-block_size:]), max(0, len(ids) - block_size), "".join(unusual))


def complete(
    model: Transformer,
    tokenizer: Tokenizer,
    prompt: str,
    max_new_tokens: int = 40,
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    seed: int = 0,
) -> Completion:
    """Write on after a prompt until the document ends, or `max_new_tokens` are written.

    Args:
        temperature, top_k, top_p: how the next token is drawn; see `generate`.
        seed: another one gives another text, unless the settings leave only the likeliest token.

    Raises:
        ValueError: settings out of range, or an empty prompt for a vocabulary without a separator.
    """
    return continuations(
        model, tokenizer, prompt, 1, max_new_tokens, temperature=temperature, top_k=top_k, top_p=top_p, seed=seed
    )[0]


def continuations(
    model: Transformer,
    tokenizer: Tokenizer,
    prompt: str,
    count: int = 3,
    max_new_tokens: int = 40,
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    seed: int = 0,
) -> list[Completion]:
    """Several texts after the same prompt, with the seeds `seed`, `seed + 1`, ...; see `complete`."""
    _check(count, max_new_tokens)
    read = read_prompt(tokenizer, prompt, model.config.block_size)
    written = []
    for number in range(count):
        draws = torch.Generator().manual_seed(seed + number)
        tokens = generate(
            model, read.ids, max_new_tokens, temperature=temperature, top_k=top_k, top_p=top_p, generator=draws
        )
        written.append(_until_the_end(prompt, tokens, tokenizer))
    return written


def _check(count: int, max_new_tokens: int) -> None:
    if max_new_tokens < 1 or count < 1:
        raise ValueError(f"ask for at least 1 text of at least 1 token, got {count} of {max_new_tokens}")


def _until_the_end(prompt: str, tokens: Iterable[int], tokenizer: Tokenizer) -> Completion:
    new: list[int] = []
    separator = tokenizer.special_tokens.get(END_OF_TEXT)
    for token in tokens:
        if token == separator:
            return Completion(prompt, tokenizer.decode(new), ended=True)
        new.append(token)
    return Completion(prompt, tokenizer.decode(new), ended=False)


@torch.no_grad()
def complete_each(
    model: Transformer,
    tokenizer: Tokenizer,
    prompts: Sequence[str],
    max_new_tokens: int = 40,
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    seed: int = 0,
) -> list[Completion]:
    """One text after each of many prompts, with the seeds `seed`, `seed + 1`, ...; all are computed together.

    Raises:
        ValueError: settings out of range, or a prompt that leaves no room in the context for the new tokens.
    """
    _check(len(prompts) + 1, max_new_tokens)  # no prompt, no text
    block = model.config.block_size
    read = [read_prompt(tokenizer, prompt, block) for prompt in prompts]
    longest = max((len(one.ids) for one in read), default=1)
    if read and longest + max_new_tokens - 1 > block:
        raise ValueError(
            f"a prompt of {longest} tokens and {max_new_tokens} new ones do not fit into the context of {block} "
            "tokens: shorten one of them"
        )
    draws = [torch.Generator().manual_seed(seed + index) for index in range(len(read))]
    rows = [list(one.ids) for one in read]
    _write_rows(model, rows, max_new_tokens, draws, (temperature, top_k, top_p))
    new = [row[len(one.ids) :] for one, row in zip(read, rows, strict=True)]
    return [_until_the_end(prompt, tokens, tokenizer) for prompt, tokens in zip(prompts, new, strict=True)]


def _write_rows(
    model: Transformer, rows: list[list[int]], count: int, draws: Sequence[torch.Generator], settings: tuple
) -> None:
    """Put `count` new tokens behind each row; each row draws with its own generator.

    All rows stand at the same position. At each step a row that still has tokens of its prompt reads the next one of
    them, and another one draws: so prompts of different lengths need no padding.
    """
    ends = [len(row) + count for row in rows]
    cache, device = KeyValueCache(model.config), model.token_embeddings.weight.device
    start, stop = 0, min(map(len, rows), default=0)
    while start < max(ends, default=0) - 1:
        logits = model.logits(torch.tensor([row[start:stop] for row in rows], device=device), cache)[:, -1].cpu()
        for row, end, scores, draw in zip(rows, ends, logits, draws, strict=True):
            if len(row) == stop:
                drawn = next_token_probabilities(scores, *settings)
                row.append(int(torch.multinomial(drawn, 1, generator=draw)) if stop < end else 0)
        start, stop = stop, stop + 1
    for row, end in zip(rows, ends, strict=True):
        del row[end:]
