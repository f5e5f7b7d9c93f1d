"""One model in training: its text, its trainer, and what may be turned while it trains. No widget is touched here."""

from __future__ import annotations

from typing import Any

import torch

from ...generate import generate
from ...model import Transformer
from ...tokens import END_OF_TEXT
from ...training import Corpus, Trainer, TrainingSettings, choose_device
from .corpora import lab_baselines, lab_corpus
from .settings import BadSetting, LabSettings

SAMPLE_TOKENS = 60


class Session:
    """A fresh model of the wanted shape and what trains it.

    Args:
        settings: what decides the run.

    Raises:
        BadSetting: the settings do not fit the text.
    """

    def __init__(self, settings: LabSettings) -> None:
        self.settings = settings
        self.corpus: Corpus = lab_corpus(settings.source, settings.vocab_size, settings.seed)
        try:
            self.corpus.check_block(settings.block_size)
        except ValueError as error:
            raise BadSetting("block_size", str(error)) from error
        config = settings.model_config(self.corpus.tokenizer.vocab_size)
        model = Transformer(config, seed=settings.seed).to(choose_device(settings.device))
        model.dropout_generator = torch.Generator().manual_seed(settings.seed)  # a repeated run drops the same features
        try:
            self.trainer = Trainer(model, self.corpus.domains, self.corpus.heldout, settings.training_settings())
        except ValueError as error:  # a domain of the mixture that is not there, or too short
            raise BadSetting("mixture", str(error)) from error
        self.temperature = settings.temperature
        self._chance = torch.Generator().manual_seed(settings.seed)  # samples leave torch's global generator alone

    @property
    def model(self) -> Transformer:
        """The model as it is now."""
        return self.trainer.model

    @property
    def training(self) -> TrainingSettings:
        """The loop's own dials."""
        return self.trainer.settings

    @property
    def precision(self) -> str:
        """The number format that the trainer computes in; `"auto"` before its first computation."""
        return self.trainer.precision

    def turn(self, name: str, value: Any) -> None:
        """Use another value of a live setting from the next step on.

        Raises:
            BadSetting: the text does not allow it.
        """
        if name == "mixture":
            try:
                self.trainer.batches.check(value)
            except ValueError as error:
                raise BadSetting(name, str(error)) from error
        if name == "temperature":
            self.temperature = value
        else:
            setattr(self.model if name == "dropout" else self.training, name, value)

    def lines(self) -> dict[str, float]:
        """The losses of the guessers on the text that the model is measured on, by name."""
        found = lab_baselines(self.corpus, self.model.config.block_size, self.training.evaluation_tokens)
        return {"uniform": found.uniform, "unigram": found.unigram, "bigram": found.bigram}

    def domain_sizes(self) -> dict[str, int]:
        """Tokens to learn from, by domain."""
        return dict(self.corpus.domain_tokens)

    def write(self) -> str:
        """A sample, begun where documents begin."""
        tokenizer = self.corpus.tokenizer
        prompt = [tokenizer.special_tokens[END_OF_TEXT]]
        new = generate(self.model, prompt, SAMPLE_TOKENS, temperature=self.temperature, generator=self._chance)
        return tokenizer.decode(new).replace(END_OF_TEXT, "\n")
