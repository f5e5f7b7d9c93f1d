"""What a text means, as numbers: a small transformer encoder in numpy, about 10 MB of 8-bit weights.

Three layers of width 384 of the sentence encoder all-MiniLM-L6-v2 (Wang et al. 2020, arXiv 2002.10957; Reimers and
Gurevych 2019, arXiv 1908.10084; Apache License 2.0, see `weights/NOTICE`), trained further by this project on its
own labelled sentences: `tests/bench/make_scorer.py`. Takes ids of word pieces, hands on one vector for each.
"""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

WIDTH = 384
HEADS = 12
LONGEST = 200
"""Pieces that are read at once."""

Array = np.ndarray


class Encoder:
    """A post-norm transformer encoder (Devlin et al. 2019, arXiv 1810.04805).

    It computes in place where it can: a fresh large array costs more than the sums in it.

    Args:
        weights: name -> array. A matrix of 8-bit whole numbers comes with `NAME.scale`, one factor for each row.
    """

    def __init__(self, weights: Mapping[str, Array]):
        self.table, self.table_scale = weights["embeddings"], weights["embeddings.scale"]
        self.layers = sum(name.endswith("query.weight") for name in weights)
        own = {name: _floats(weights, name) for name in weights if not name.startswith("embeddings")}
        for layer in range(self.layers):
            _join(own, layer)
        # matrices are kept as (inputs, outputs): BLAS multiplies by rows in order faster than by columns
        self.weights = {name: np.ascontiguousarray(array.T) for name, array in own.items() if name != "positions"}
        self.positions = own["positions"]

    def __call__(self, *texts: list[int]) -> Array:
        """One vector for each piece of each text, one text after the other: (pieces,) ... -> (all pieces, width).

        A text's pieces look at each other only; what treats them one by one is done for all texts at once.
        """
        ids = [id for text in texts for id in text]
        places = [at for text in texts for at in range(len(text))]
        edges = np.cumsum([0, *map(len, texts)])
        rows = self.table[ids].astype(np.float32) * self.table_scale[ids]
        hidden = self._norm("norm", rows + self.positions[places])
        for layer in range(self.layers):
            joined = self._linear(f"{layer}.joined", hidden)
            mixed = np.concatenate([_attention(joined[start:end]) for start, end in pairwise(edges)])
            hidden = self._norm(f"{layer}.norm1", hidden + self._linear(f"{layer}.output", mixed))
            wide = gelu(self._linear(f"{layer}.up", hidden))
            hidden = self._norm(f"{layer}.norm2", hidden + self._linear(f"{layer}.down", wide))
        return hidden

    def _linear(self, name: str, x: Array) -> Array:
        found = x @ self.weights[f"{name}.weight"]
        found += self.weights[f"{name}.bias"]
        return found

    def _norm(self, name: str, x: Array) -> Array:
        x = x - x.mean(-1, keepdims=True)
        x /= np.sqrt((x * x).mean(-1, keepdims=True) + np.float32(1e-12))
        x *= self.weights[f"{name}.weight"]
        x += self.weights[f"{name}.bias"]
        return x


def _attention(joined: Array) -> Array:
    """Every piece looks at every piece, in each head: (pieces, 3 x width) -> (pieces, width)."""
    split = joined.reshape(len(joined), 3, HEADS, -1).transpose(1, 2, 0, 3)
    query, key, value = np.ascontiguousarray(split)  # (heads, pieces, width / heads)
    shares = query @ key.transpose(0, 2, 1)
    shares -= shares.max(-1, keepdims=True)
    np.exp(shares, out=shares)
    mixed = shares @ value
    mixed /= shares.sum(-1, keepdims=True)
    return mixed.transpose(1, 0, 2).reshape(len(joined), WIDTH)


def gelu(x: Array) -> Array:
    """The Gaussian error linear unit by its tanh formula (Hendrycks and Gimpel 2016, arXiv 1606.08415)."""
    inner = x * x
    inner *= np.float32(0.7978845608 * 0.044715)
    inner += np.float32(0.7978845608)
    inner *= x
    np.tanh(inner, out=inner)
    inner += 1
    inner *= x
    inner *= np.float32(0.5)
    return inner


def _floats(weights: Mapping[str, Array], name: str) -> Array:
    scale = weights.get(f"{name}.scale")
    return weights[name].astype(np.float32) * (1 if scale is None else scale)


def _join(weights: dict[str, Array], layer: int) -> None:
    """Put query, key and value of a layer into one matrix, with the scale of the attention in the query."""
    for part in ("weight", "bias"):
        query, *rest = (weights.pop(f"{layer}.{name}.{part}") for name in ("query", "key", "value"))
        weights[f"{layer}.joined.{part}"] = np.concatenate([query * np.float32((WIDTH // HEADS) ** -0.5), *rest])
