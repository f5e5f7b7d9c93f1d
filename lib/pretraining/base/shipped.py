"""The pre-trained model that ships with the library as `assets/base/`: works at once, without a network.

`tests/bench/make_base_model.py` made it, with the command that its card names. The weights are stored in 16 bits and
computed with in 32.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from importlib import resources

import torch
from safetensors.torch import load

from ..model import ModelConfig, Transformer
from ..text import World
from ..tokens import Tokenizer
from .card import Card
from .completion import Completion, complete

WEIGHTS, VOCABULARY, CARD = "model.safetensors", "tokenizer.json", "card.json"


@dataclass(frozen=True)
class BaseModel:
    """A pre-trained model and what belongs to it.

    Attributes:
        model: the weights, ready to use or to train further.
        tokenizer: the vocabulary that the model knows.
        card: what it is.
    """

    model: Transformer
    tokenizer: Tokenizer
    card: Card

    @cached_property
    def world(self) -> World:
        """The world that the model read about: it knows every fact and how often the text stated it."""
        return World(self.card.world_seed, self.card.world_tokens)

    def complete(self, prompt: str, max_new_tokens: int = 40, **settings: float | None) -> Completion:
        """Let the model write on after a prompt; see `complete` for the settings."""
        return complete(self.model, self.tokenizer, prompt, max_new_tokens, **settings)  # type: ignore[arg-type]


def load_base_model() -> BaseModel:
    """The model that ships with the library; each call gives a new copy, so that one may be trained further.

    Example:
        >>> base = load_base_model()
        >>> base.model.parameter_count == base.card.parameters
        True
    """
    folder = resources.files("pretraining") / "assets" / "base"
    card = Card.read(json.loads((folder / CARD).read_text(encoding="utf-8")))
    with resources.as_file(folder / VOCABULARY) as file:
        tokenizer = Tokenizer.load(file)
    model = Transformer(ModelConfig(**card.model))
    weights = load((folder / WEIGHTS).read_bytes())
    model.load_state_dict({name: weight.to(torch.float32) for name, weight in weights.items()})
    return BaseModel(model.eval(), tokenizer, card)
