"""Scores a model on probes: it should give the right continuation more probability than every wrong one.

Takes the probes that `text.world` makes and hands on the share that the model passes. A continuation's score is the sum
of the log-probabilities of its tokens after the context, as in the LM Evaluation Harness's multiple-choice tasks.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from .model import Transformer
from .text.world import Probe
from .tokens import END_OF_TEXT, Tokenizer

BATCH = 256


def score_probes(model: Transformer, tokenizer: Tokenizer, probes: Sequence[Probe]) -> float:
    """The share of the probes that the model passes, from 0 to 1.

    Raises:
        ValueError: there are no probes, or one does not fit into the model's context.
    """
    passed = passed_probes(model, tokenizer, probes)
    return sum(passed) / len(passed)


def passed_probes(model: Transformer, tokenizer: Tokenizer, probes: Sequence[Probe]) -> list[bool]:
    """For each probe, whether the right continuation is likelier than every wrong one; a tie is not."""
    if not probes:
        raise ValueError("there are no probes to score")
    pairs = [(probe.context, end) for probe in probes for end in (probe.right, *probe.wrong)]
    scores = iter(continuation_scores(model, tokenizer, pairs).tolist())
    passed = []
    for probe in probes:
        right, *wrong = [next(scores) for _ in range(1 + len(probe.wrong))]
        passed.append(right > max(wrong))
    return passed


@torch.no_grad()
def continuation_scores(model: Transformer, tokenizer: Tokenizer, pairs: Sequence[tuple[str, str]]) -> Tensor:
    """The log-probability of each continuation after its context, in nats; shape (pairs,), on the CPU.

    A context that begins with a word is read with a space before it, as in the middle of a paragraph: with byte-pair
    encoding, "Anna" and " Anna" are different tokens.

    Raises:
        ValueError: a continuation is empty, or a pair is longer than the model's context.
    """
    separator = tokenizer.special_tokens.get(END_OF_TEXT)
    start = [] if separator is None else [separator]
    rows = []
    for context, continuation in pairs:
        before = start + tokenizer.encode_ordinary(" " * context[:1].isalnum() + context)
        after = tokenizer.encode_ordinary(continuation)
        if not before or not after:
            raise ValueError("a probe needs a context and a continuation")
        if len(before) + len(after) - 1 > model.config.block_size:
            raise ValueError(
                f"{context + continuation!r} is {len(before) + len(after)} tokens long, "
                f"the model's context is {model.config.block_size}: use a longer block"
            )
        rows.append((before + after, len(before)))
    scores = torch.zeros(len(rows))
    device = model.token_embeddings.weight.device
    by_length = sorted(range(len(rows)), key=lambda i: len(rows[i][0]))  # little padding
    for first in range(0, len(rows), BATCH):
        batch = by_length[first : first + BATCH]
        longest = max(len(rows[i][0]) for i in batch)
        ids = torch.tensor([rows[i][0] + [0] * (longest - len(rows[i][0])) for i in batch], device=device)
        targets = ids[:, 1:]  # (batch, time)
        log_probabilities = model.logits(ids[:, :-1]).log_softmax(-1)  # (batch, time, vocab)
        taken = log_probabilities.gather(-1, targets[..., None])[..., 0]
        position = torch.arange(1, longest, device=device)
        begin = torch.tensor([rows[i][1] for i in batch], device=device)[:, None]
        end = torch.tensor([len(rows[i][0]) for i in batch], device=device)[:, None]
        counted = (position >= begin) & (position < end)
        scores[batch] = (taken * counted).sum(1).float().cpu()
    return scores
