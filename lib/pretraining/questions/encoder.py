"""What a text means, as numbers: a small transformer encoder in numpy, about 10 MB of 8-bit weights.

Three layers of width 384 of the sentence encoder all-MiniLM-L6-v2 (Wang et al. 2020, arXiv 2002.10957; Reimers and
Gurevych 2019, arXiv 1908.10084; Apache License 2.0, see `weights/NOTICE`), trained further by this project on its
own labelled sentences: `tests/bench/make_scorer.py`. Takes ids of word pieces, hands on one vector for each.
"""

from collections.abc import Mapping

import numpy as np

WIDTH = 384
HEADS = 12
LONGEST = 200
"""Pieces that are read at once."""

Array = np.ndarray


class Encoder:
    """A post-norm transformer encoder (Devlin et al. 2019, arXiv 1810.04805) for one text at a time.

    It computes in place where it can: a fresh large array costs more than the sums in it.

    Args:
        weights: name -> array. A matrix of 8-bit whole numbers comes with `NAME.scale`, one factor for each row.
    """

    def __init__(self, weights: Mapping[str, Array]):
        self.table, self.table_scale = weights["embeddings"], weights["embeddings.scale"]
        self.weights = {name: _floats(weights, name) for name in weights if not name.startswith("embeddings")}
        self.layers = sum(name.endswith("query.weight") for name in weights)

    def __call__(self, ids: list[int]) -> Array:
        """One vector for each piece: (pieces,) -> (pieces, width)."""
        rows = self.table[ids].astype(np.float32) * self.table_scale[ids]
        hidden = self._norm("norm", rows + self.weights["positions"][: len(ids)])
        for layer in range(self.layers):
            mixed = self._linear(f"{layer}.output", self._attention(layer, hidden))
            hidden = self._norm(f"{layer}.norm1", hidden + mixed)
            wide = gelu(self._linear(f"{layer}.up", hidden))
            hidden = self._norm(f"{layer}.norm2", hidden + self._linear(f"{layer}.down", wide))
        return hidden

    def _attention(self, layer: int, hidden: Array) -> Array:
        """Every piece looks at every piece, in each head: (pieces, width) -> (pieces, width)."""
        query, key, value = (
            self._linear(f"{layer}.{part}", hidden).reshape(len(hidden), HEADS, -1).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )  # (heads, pieces, width / heads)
        shares = query @ key.transpose(0, 2, 1)
        shares *= np.float32((WIDTH // HEADS) ** -0.5)
        shares -= shares.max(-1, keepdims=True)
        np.exp(shares, out=shares)
        mixed = shares @ value
        mixed /= shares.sum(-1, keepdims=True)
        return mixed.transpose(1, 0, 2).reshape(len(hidden), WIDTH)

    def _linear(self, name: str, x: Array) -> Array:
        found = x @ self.weights[f"{name}.weight"].T
        found += self.weights[f"{name}.bias"]
        return found

    def _norm(self, name: str, x: Array) -> Array:
        x = x - x.mean(-1, keepdims=True)
        x /= np.sqrt((x * x).mean(-1, keepdims=True) + np.float32(1e-12))
        x *= self.weights[f"{name}.weight"]
        x += self.weights[f"{name}.bias"]
        return x


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
