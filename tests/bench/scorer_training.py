"""Trains the reader's upper layers and heads on labelled stretches of text (torch), and hands the weights to numpy."""

from __future__ import annotations

import random
import re
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from scorer_mixtures import Example
from torch import nn
from torch.nn import functional as F

from pretraining.questions.encoder import HEADS, LONGEST, WIDTH
from pretraining.questions.pieces import Pieces
from pretraining.questions.reader import COLUMNS, learned

LAYERS = 3
PARTS = {
    "query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value",
    "output": "attention.output.dense", "norm1": "attention.output.LayerNorm", "up": "intermediate.dense",
    "down": "output.dense", "norm2": "output.LayerNorm",
}  # fmt: skip

ELSEWHERE = 0.2
"""How much it counts that a stretch tells no idea of another question: a right statement earns nothing there."""
_PAIRS = """
base-model/can knowledge-behaviour/knowledge, base-model/can knowledge-behaviour/knowledge-example
base-model/can data-composition/distribution, base-model/can data-composition/code-patterns
base-model/can training-loop/prediction, base-model/cannot knowledge-behaviour/behaviour
base-model/cannot knowledge-behaviour/behaviour-example, base-model/further knowledge-behaviour/behaviour
base-model/further knowledge-behaviour/behaviour-example, base-model/why training-loop/prediction
base-model/why training-loop/loss, base-model/why training-loop/data, base-model/why wrong-date/statistical
base-model/why knowledge-behaviour/knowledge, training-loop/update data-composition/exposure
training-loop/update wrong-date/data, training-loop/loss data-composition/exposure
training-loop/prediction wrong-date/statistical, training-loop/data knowledge-behaviour/knowledge
knowledge-behaviour/knowledge wrong-date/statistical, knowledge-behaviour/knowledge wrong-date/data
knowledge-behaviour/knowledge data-composition/distribution, wrong-date/data data-composition/distribution
knowledge-behaviour/knowledge data-composition/code-patterns, wrong-date/data data-composition/exposure
"""
NEAR: dict[tuple[str, str], frozenset[tuple[str, str]]] = {}
"""Ideas of two questions that one sentence may tell: it is not trained to tell one of them only."""
for _pair in re.split(r"[,\n]", _PAIRS.strip()):
    _one, _two = (tuple(name.split("/")) for name in _pair.split())
    NEAR[_one] = NEAR.get(_one, frozenset()) | {_two}
    NEAR[_two] = NEAR.get(_two, frozenset()) | {_one}


class Layer(nn.Module):
    """One post-norm encoder layer."""

    def __init__(self):
        super().__init__()
        self.query, self.key, self.value, self.output = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.norm1, self.norm2 = (nn.LayerNorm(WIDTH, eps=1e-12) for _ in range(2))
        self.up, self.down = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x, mask, dropout):
        split = lambda y: y.view(*y.shape[:2], HEADS, -1).transpose(1, 2)  # noqa: E731
        mixed = F.scaled_dot_product_attention(
            split(self.query(x)), split(self.key(x)), split(self.value(x)), attn_mask=mask, dropout_p=dropout
        )
        mixed = self.output(mixed.transpose(1, 2).reshape(x.shape))
        x = self.norm1(x + F.dropout(mixed, dropout, dropout > 0))
        return self.norm2(x + F.dropout(self.down(F.gelu(self.up(x), approximate="tanh")), dropout, dropout > 0))


class Net(nn.Module):
    """The encoder's first layers from its published weights, and new heads."""

    def __init__(self, folder: Path, kept: list[int]):
        super().__init__()
        given = load_file(folder / "model.safetensors")
        self.register_buffer("table", given["embeddings.word_embeddings.weight"][kept])
        places = given["embeddings.position_embeddings.weight"] + given["embeddings.token_type_embeddings.weight"][0]
        self.register_buffer("positions", places[: LONGEST + 2])
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.norm.load_state_dict({part: given[f"embeddings.LayerNorm.{part}"] for part in ("weight", "bias")})
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        for at, layer in enumerate(self.layers):
            for ours, theirs in PARTS.items():
                name = f"encoder.layer.{at}.{theirs}"
                getattr(layer, ours).load_state_dict({part: given[f"{name}.{part}"] for part in ("weight", "bias")})
        self.head = nn.Linear(WIDTH, 2 * len(COLUMNS))
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.constant_(self.head.bias, -2.0)

    def resume(self, weights: dict[str, np.ndarray], upto: int) -> None:
        """Take the upper layers and the heads from weights as `exported` makes them."""

        def tensor(name):
            scale = weights.get(f"{name}.scale", np.float32(1))
            return torch.tensor(weights[name].astype(np.float32) * scale)

        for at in range(upto, len(self.layers)):
            for part in PARTS:
                names = {side: f"{at}.{part}.{side}" for side in ("weight", "bias")}
                getattr(self.layers[at], part).load_state_dict({side: tensor(name) for side, name in names.items()})
        self.head.load_state_dict({side: tensor(f"head.{side}") for side in ("weight", "bias")})

    def lower(self, ids, lengths, upto):
        """States after the layers that stay as they are."""
        x = self.norm(self.table[ids] + self.positions[: ids.shape[1]])
        return self.through(x, lengths, slice(0, upto), 0.0)

    def through(self, x, lengths, which, dropout):
        """States after some more layers."""
        mask = (torch.arange(x.shape[1])[None] < lengths[:, None])[:, None, None]
        for layer in self.layers[which]:
            x = layer(x, mask, dropout)
        return x


@torch.no_grad()
def lower_states(net: Net, pieces: Pieces, examples: list[Example], upto: int) -> tuple[list, list]:
    """For each example its states after the fixed layers, and the rows (start, end, question, told, denied, whole)."""
    ids, rows = [], []
    for example in examples:
        found = pieces.encode(example.text)[:LONGEST]
        ids.append([pieces.vocabulary["[CLS]"], *(piece.id for piece in found), pieces.vocabulary["[SEP]"]])
        mine = []
        for start, end, told, denied in example.stretches:
            inside = [at + 1 for at, piece in enumerate(found) if piece.start < end and piece.end > start]
            if inside:
                mine.append((inside[0], inside[-1] + 1, example.question, told, denied, example.whole))
        rows.append(mine)
    states: list = [None] * len(ids)
    order = sorted(range(len(ids)), key=lambda at: len(ids[at]))
    for first in range(0, len(order), 32):
        batch = order[first : first + 32]
        lengths = torch.tensor([len(ids[at]) for at in batch])
        padded = torch.zeros(len(batch), int(lengths.max()), dtype=torch.long)
        for row, at in enumerate(batch):
            padded[row, : len(ids[at])] = torch.tensor(ids[at])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            out = net.lower(padded, lengths, upto)
        for row, at in enumerate(batch):
            states[at] = out[row, : len(ids[at])].to(torch.float16).clone()
    return states, rows


def _targets(rows):
    """What each stretch should say to every head, and how much that counts: (rows, heads) twice."""
    wanted, counts = torch.zeros(len(rows), 2 * len(COLUMNS)), torch.zeros(len(rows), 2 * len(COLUMNS))
    for at, (_, _, _, question, told, denied, whole) in enumerate(rows):
        for column, (asked, name) in enumerate(COLUMNS):
            if asked != question:
                near = NEAR.get((asked, name), frozenset())
                known = told if told is not None else whole or frozenset()
                counts[at, column] = 0 if any((question, each) in near for each in known) else ELSEWHERE
                continue
            if told is not None:
                counts[at, column] = 1
                wanted[at, column] = float(name in told and name not in (denied or ()))
            if denied is not None:
                counts[at, column + len(COLUMNS)] = 1
                wanted[at, column + len(COLUMNS)] = float(name in denied)
    return wanted, counts


def _whole_loss(odds, rows):
    """Loss on texts that are labelled as a whole: some sentence tells a told idea, none tells another one."""
    texts: dict[int, list[int]] = {}
    for at, row in enumerate(rows):
        if row[6] is not None:
            texts.setdefault(row[0], []).append(at)
    losses = []
    for mine in texts.values():
        question, whole = rows[mine[0]][3], rows[mine[0]][6]
        columns = [COLUMNS.index((question, name)) for name in learned(question)]
        wanted = torch.tensor([float(name in whole) for name in learned(question)])
        best = torch.logsumexp(odds[mine][:, columns], 0)
        losses.append(F.binary_cross_entropy_with_logits(best, wanted * 0.97 + 0.01))
    return torch.stack(losses).sum() / len({row[0] for row in rows}) if losses else odds.sum() * 0


def _means(x, rows):
    """Mean state of every stretch."""
    sums = torch.cumsum(F.pad(x.float(), (0, 0, 1, 0)), 1)
    which, start, end = (torch.tensor([row[side] for row in rows]) for side in range(3))
    return (sums[which, end] - sums[which, start]) / (end - start)[:, None]


def fit(net: Net, states: list, rows: list, upto: int, epochs: int, rate: float, seed: int) -> Net:
    """Train the upper layers and the heads; AdamW, warm-up and linear decay, seeded."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    groups = [{"params": net.layers[upto:].parameters()}, {"params": net.head.parameters()}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    usable = [at for at in range(len(states)) if rows[at]]
    total, step, started = epochs * (len(usable) // 16), 0, time.process_time()
    for epoch in range(epochs):
        rng.shuffle(usable)
        order = sorted(usable, key=lambda at: len(states[at]) // 8 * 8 + rng.random() * 12)
        batches = [order[first : first + 16] for first in range(0, len(order) - 15, 16)]
        rng.shuffle(batches)
        losses = []
        for batch in batches:
            share = min((step + 1) / (0.05 * total), (total - step) / (0.8 * total), 1.0)
            for group, full in zip(optimizer.param_groups, (rate, 10 * rate), strict=True):
                group["lr"] = full * share
            losses.append(_step(net, optimizer, [states[at] for at in batch], [rows[at] for at in batch], upto))
            step += 1
        print(f"  epoch {epoch} loss {np.mean(losses):.4f} cpu {time.process_time() - started:.0f} s", flush=True)
    return net


def _step(net: Net, optimizer, states: list, rows: list, upto: int) -> float:
    lengths = torch.tensor([len(state) for state in states])
    x = torch.zeros(len(states), int(lengths.max()), WIDTH)
    for at, state in enumerate(states):
        x[at, : len(state)] = state.float()
    flat = [(at, *row) for at, mine in enumerate(rows) for row in mine]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        out = net.through(x, lengths, slice(upto, None), 0.1)
    wanted, counts = _targets(flat)
    odds = net.head(F.dropout(_means(out, flat), 0.1))
    loss = F.binary_cross_entropy_with_logits(
        odds, wanted * 0.97 + 0.01, reduction="none", pos_weight=torch.tensor(1.5)
    )
    loss = (loss * counts).sum() / counts.sum().clamp(min=1) + _whole_loss(odds, flat)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    optimizer.step()
    return loss.item()


def exported(net: Net) -> dict[str, np.ndarray]:
    """The weights as the library reads them: matrices as 8-bit whole numbers with one factor for each row."""
    found = {"positions": net.positions.numpy().astype(np.float16)}
    found["embeddings"], found["embeddings.scale"] = _small(net.table.numpy())
    for part in ("weight", "bias"):
        found[f"norm.{part}"] = getattr(net.norm, part).detach().numpy()
    for at, layer in enumerate(net.layers):
        for name in PARTS:
            module = getattr(layer, name)
            found[f"{at}.{name}.bias"] = module.bias.detach().numpy()
            matrix = module.weight.detach().numpy()
            if matrix.ndim == 1:
                found[f"{at}.{name}.weight"] = matrix
            else:
                found[f"{at}.{name}.weight"], found[f"{at}.{name}.weight.scale"] = _small(matrix)
    found["head.weight"], found["head.bias"] = net.head.weight.detach().numpy(), net.head.bias.detach().numpy()
    return found


def _small(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    scale = (np.abs(matrix).max(1, keepdims=True) / 127).astype(np.float32)
    return np.round(matrix / np.maximum(scale, 1e-12)).astype(np.int8), scale
