"""A model that trains in about a second: small enough to ask the same question of many texts.

Takes texts, hands on a model of their bytes. Every run has the same shape and the same number of steps and tokens, so
two of them differ by their text (and seed) alone. With these dials a short fact is learned when several documents of a
few dozen state it, and hardly when one does.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial

import torch
import torch.nn.functional as F
from torch import Tensor

from ..model import ModelConfig, Transformer
from ..targets import evaluation_windows
from ..text import World
from .ahead import Ahead
from .settings import TrainingSettings
from .trainer import Trainer

BYTES = 256
BLOCK_SIZE = 40  # bytes: a sentence
BATCH_SIZE = 16
STEPS = 70
LEARNING_RATE = 0.03  # high, for Muon: few steps
KEPT = 64  # models that are remembered, of 0.3 MB each
HELD_OUT = 3_000  # characters at the end of a domain that nothing is trained on


@dataclass(frozen=True, eq=False)
class QuickModel:
    """A trained model of bytes; its tokens are those of `list(text.encode())`."""

    network: Transformer

    @torch.no_grad()
    def next_logits(self, tokens: Sequence[int]) -> Tensor:
        """The scores of all 256 bytes as the next one, shape (256,); only the last 40 tokens are read.

        Raises:
            ValueError: no tokens, or one that is no byte.
        """
        if not len(tokens):
            raise ValueError("the model needs at least one token to go on from")
        if not all(0 <= token < BYTES for token in tokens):
            raise ValueError("a token is a byte, from 0 to 255: make them with list(text.encode())")
        return self.network.logits(torch.tensor([list(tokens)[-BLOCK_SIZE:]]))[0, -1].float()

    @torch.no_grad()
    def loss(self, text: str) -> float:
        """How badly the model predicts a text: the mean of -ln(probability of the byte that came), in nats per byte.

        Raises:
            ValueError: the text is shorter than two bytes.
        """
        inputs, targets = evaluation_windows(_bytes(text), BLOCK_SIZE, len(text.encode()))
        return F.cross_entropy(self.network.logits(inputs).flatten(0, 1).float(), targets.flatten()).item()


def quick_train(texts: Sequence[str], seed: int = 0) -> QuickModel:
    """Train a small model on some texts for about a second.

    The batches are drawn at random from all texts together, so their order hardly matters. The same texts and seed give
    the same model: it is trained once and then remembered.

    Args:
        texts: documents, each a string of its own.
        seed: decides the first weights and the batches.

    Raises:
        ValueError: the texts are one string instead of a list of them, or too short for one window.
    """
    if isinstance(texts, str):
        raise ValueError("give a list of texts: one string would be read as a list of its letters")
    text = _joined(texts)
    if len(text.encode()) <= BLOCK_SIZE:
        raise ValueError(f"the texts are too short: together they need more than {BLOCK_SIZE} bytes")
    return _trained(text, seed)


def begin_mixtures(code: str, prose: str, budget: int, shares: Callable[[], Sequence[float]]) -> None:
    """Begin to train the models of some mixtures on a second core, if one is idle; `quick_train` then has them sooner.

    Args:
        code: of this the beginning is read.
        prose: fills the rest of the budget, from its beginning.
        budget: characters.
        shares: says the shares of code; whatever is wrong with them is told by whoever trains with them.
    """
    with contextlib.suppress(Exception):
        cuts = [round(share * budget) for share in shares()]
        _trained.begin([(_joined([code[:cut], prose[: budget - cut]]), 0) for cut in cuts])


def _joined(texts: Sequence[str]) -> str:
    return "".join(f"{text}\n" for text in texts)


@partial(Ahead, kept=KEPT)
def _trained(text: str, seed: int) -> QuickModel:
    tokens, threads = _bytes(text), torch.get_num_threads()
    config = ModelConfig(BYTES, BLOCK_SIZE, layers=1, heads=2, width=64)
    settings = TrainingSettings(
        steps=STEPS,
        batch_size=BATCH_SIZE,
        learning_rate=LEARNING_RATE,
        warmup_steps=STEPS // 10,
        floor=0.0,  # the last steps average over many batches: runs with other seeds then differ least
        optimizer="muon",
        precision="float32",
        evaluate_every=STEPS,
        evaluation_tokens=BLOCK_SIZE,
        seed=seed,
    )
    torch.set_num_threads(1)  # such small matrices gain nothing from a second one, and the sums keep their order
    try:
        trainer = Trainer(Transformer(config, seed=seed), tokens, tokens, settings)
        trainer.run()
        trainer.model.zero_grad(set_to_none=True)  # remembered models need no gradients
    finally:
        torch.set_num_threads(threads)
    return QuickModel(trainer.model)


@cache
def quick_text(domain: str) -> tuple[str, str]:
    """A domain of the micro-world as two texts: one to learn from, and 3,000 characters that are held out.

    Raises:
        ValueError: there is no such domain.

    Example:
        >>> code, held_out = quick_text("code")
        >>> len(code) > 60_000, len(held_out)
        (True, 3000)
    """
    text = "\n".join(document.text for document in World(seed=0).documents(domain))
    return text[:-HELD_OUT], text[-HELD_OUT:]


def _bytes(text: str) -> Tensor:
    return torch.tensor(list(text.encode()))
