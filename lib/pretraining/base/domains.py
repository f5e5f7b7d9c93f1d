"""Bits per byte: how well a model predicts each kind of text, in a unit that does not depend on the tokenizer.

Takes a model and texts by name; hands on bits per byte. Stored text has 8 bits in each byte; a model that expects what
comes needs fewer.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from itertools import islice

import torch
import torch.nn.functional as F
from torch import Tensor

from ..model import Transformer
from ..targets import windows
from ..text import World, load
from ..tokens import END_OF_TEXT, Tokenizer
from ..training.corpus import encode_texts, split

BATCH = 32


def bits_per_byte(model: Transformer, tokenizer: Tokenizer, texts: Sequence[str]) -> float:
    """The mean surprise of a model at some texts, in bits for each byte of UTF-8.

    The texts are read one after the other in windows as long as the context, as training does. Separators between them
    count neither as surprise nor as bytes.

    Raises:
        ValueError: the texts together are shorter than one window.
    """
    losses, targets = token_losses(model, tokenizer, texts)
    counted = targets != tokenizer.special_tokens.get(END_OF_TEXT, -1)
    size = sum(len(tokenizer.token_bytes(token)) for token in targets[counted].tolist())
    return losses[counted].sum().item() / math.log(2) / size


@torch.no_grad()
def token_losses(model: Transformer, tokenizer: Tokenizer, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
    """The loss at every token of some texts, in nats, and the tokens; both of shape (n,).

    Raises:
        ValueError: the texts together are shorter than one window.
    """
    inputs, targets = text_windows(model, tokenizer, texts)
    device = model.token_embeddings.weight.device
    losses = []
    for part, wanted in zip(inputs.split(BATCH), targets.split(BATCH), strict=True):
        logits = model.logits(part.to(device))  # (batch, time, vocab)
        losses.append(F.cross_entropy(logits.flatten(0, 1), wanted.to(device).flatten(), reduction="none").cpu())
    return torch.cat(losses), targets.flatten()


def text_windows(model: Transformer, tokenizer: Tokenizer, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
    """Inputs and targets for some texts, each of shape (windows, block_size).

    Raises:
        ValueError: the texts together are shorter than one window.
    """
    ids, block = encode_texts(tokenizer, texts), model.config.block_size
    if len(ids) <= block:
        raise ValueError(f"measuring takes more than {block} tokens of text, got {len(ids)}: give more text")
    return windows(ids, block)


def bits_per_byte_by_domain(
    model: Transformer, tokenizer: Tokenizer, texts: Mapping[str, Sequence[str]]
) -> dict[str, float]:
    """`bits_per_byte` for each kind of text, in the order given."""
    return {name: bits_per_byte(model, tokenizer, some) for name, some in texts.items()}


def held_out_texts(world: World, seed: int = 0, documents: int = 20) -> dict[str, list[str]]:
    """By domain, the first of those documents that `training.prepare` holds out with this seed.

    Args:
        world: what a model was trained on.
        seed: the seed that it was trained with.
        documents: at most so many of each domain.
    """
    shuffled = list(world.documents())
    random.Random(seed).shuffle(shuffled)
    _, held_out = split([document.text for document in shuffled])
    by_domain: dict[str, list[str]] = {domain: [] for domain, share in world.shares.items() if share}
    for document in shuffled[len(shuffled) - len(held_out) + 1 :]:  # the first one is cut: a part was trained on
        by_domain[document.domain].append(document.text)
    return {domain: texts[:documents] for domain, texts in by_domain.items()}


def other_texts(characters: int = 20_000) -> dict[str, list[str]]:
    """Text from outside the micro-world that is on every machine: real prose and real code, about so much of each."""
    kinds = {"real prose": "python-docs", "real code": "python-code"}
    return {
        kind: ["".join(document.text for document in islice(load(source), 12))[:characters]]
        for kind, source in kinds.items()
    }
