"""Unit 8's own small runs: one base model, a fine-tuned copy of it, and two models that read other mixtures.

Takes a seed, hands on raw measurements as plain data (numbers, lists of them), from which a learner draws conclusions.
Each run takes seconds and is kept. If a core would be idle, the two mixtures train beside the base model.

The fine-tuning is a miniature of "little data is enough to shape behaviour" (arXiv 2305.11206): eight questions with
answers, and the model answers in that form where no question was ever answered before.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import torch

from .generate import generate, next_token_probabilities
from .model import SIZES, ModelConfig, Transformer
from .probes import passed_probes
from .targets import evaluation_windows
from .text.world import Probe, World
from .tokens import END_OF_TEXT, Tokenizer
from .training import Corpus, Step, Trainer, TrainingSettings, encode_texts, prepare
from .training.ahead import Ahead

VOCAB_SIZE = 512
SHARES = {"web": 0.3, "encyclopedia": 0.4, "books": 0.1, "forum": 0.2}
# The true year is stated six times, the wrong one three times as often: most of what the model reads is wrong.
BRIDGE = {"subject": "the Old Bridge", "right": 1989, "wrong": 1987, "stated": 6, "misstated": 18}
OFTEN_STATED = 12
TESTED_TOKENS = 4096
TAUGHT_QUESTIONS = 8
MIXTURES = {"little code": 0.1, "much code": 0.7}
MODELS = ("untrained", "base", "fine-tuned")
PROBES = ("word order", "facts", "answers")


def own_run(seed: int) -> OwnRun:
    """The runs of one learner; another seed gives other models.

    Raises:
        ValueError: the seed is not a whole number from 0 to 999999.
    """
    if not isinstance(seed, int) or isinstance(seed, bool) or not 0 <= seed <= 999_999:
        raise ValueError(f"my_seed must be a whole number from 0 to 999999, got {seed!r}")
    return OwnRun(seed)


@cache
def _text() -> tuple[World, Corpus]:
    world = World(seed=0, tokens=60_000, shares=SHARES).plant(**BRIDGE)  # type: ignore[arg-type]
    return world, prepare(world.documents(), VOCAB_SIZE)


@cache
def _text_by_domain() -> tuple[Tokenizer, dict[str, Corpus]]:
    """Code and prose, each with a held-out part, cut by one tokenizer that learned from both."""
    world = World(seed=0, tokens=100_000)
    documents = {"code": list(world.documents("code", 25_000))}
    documents["prose"] = [*world.documents("books", 12_000), *world.documents("web", 12_000)]
    tokenizer = prepare([*documents["code"], *documents["prose"]], VOCAB_SIZE).tokenizer
    return tokenizer, {name: prepare(own, VOCAB_SIZE, tokenizer=tokenizer) for name, own in documents.items()}


def _shape(vocab_size: int) -> ModelConfig:
    return ModelConfig(vocab_size=vocab_size, **SIZES["nano"])


def question(town: str) -> str:
    """How the fine-tuning asks for a town's country."""
    return f"Question: Where is {town}?\nAnswer:"


@dataclass(frozen=True)
class _Trained:
    model: Transformer
    losses: tuple[float, ...]


@cache
def _base(seed: int) -> _Trained:
    _, corpus = _text()
    _mixed.begin([(seed, mixture) for mixture in MIXTURES])  # they take as long as this one
    model = Transformer(_shape(corpus.tokenizer.vocab_size), seed=seed)
    settings = TrainingSettings(
        steps=150, batch_size=16, learning_rate=0.02, warmup_steps=10, precision="float32", evaluate_every=150,
        evaluation_tokens=64, seed=seed,
    )  # fmt: skip
    events = Trainer(model, corpus.train, corpus.heldout, settings).events()
    return _Trained(model, tuple(event.loss for event in events if isinstance(event, Step)))


@cache
def _fine_tuned(seed: int) -> Transformer:
    world, corpus = _text()
    towns = [fact for fact in world.facts if fact.relation == "country"][:TAUGHT_QUESTIONS]
    taught = [f"{question(fact.subject)} It lies in {fact.value}." for fact in towns]
    stream = encode_texts(corpus.tokenizer, taught * 4)
    model = copy.deepcopy(_base(seed).model)
    settings = TrainingSettings(
        steps=16, batch_size=4, learning_rate=0.003, warmup_steps=0, precision="float32", evaluate_every=16,
        evaluation_tokens=64, seed=seed,
    )  # fmt: skip
    Trainer(model, stream, stream, settings).run()
    return model


@Ahead
def _mixed(seed: int, mixture: str) -> Transformer:
    tokenizer, corpora = _text_by_domain()
    streams = {name: corpus.train for name, corpus in corpora.items()}
    code = MIXTURES[mixture]
    settings = TrainingSettings(
        steps=80, batch_size=16, learning_rate=0.02, warmup_steps=8, precision="float32", evaluate_every=80,
        evaluation_tokens=64, mixture={"code": code, "prose": 1 - code}, seed=seed,
    )  # fmt: skip
    model = Transformer(_shape(tokenizer.vocab_size), seed=seed)
    Trainer(model, streams, corpora["prose"].heldout, settings).run()
    return model


@cache
def _probes() -> dict[str, Sequence[Probe]]:
    world, _ = _text()
    towns = [fact.subject for fact in world.facts if fact.relation == "country"][TAUGHT_QUESTIONS:]
    elsewhere = (" The old", " Where is", " In the", " Yesterday,")
    return {
        "word order": world.probes("syntax", count=100),
        "facts": [probe for probe in world.probes("facts", held_out=False) if (probe.stated or 0) >= OFTEN_STATED],
        "answers": [Probe("answers", question(town), " It lies in", elsewhere) for town in towns],
    }


def _model(seed: int, name: str) -> Transformer:
    if name == "untrained":
        return Transformer(_shape(_text()[1].tokenizer.vocab_size), seed=seed)
    return _base(seed).model if name == "base" else _fine_tuned(seed)


@cache
def _passed(seed: int, probes: str, model: str) -> tuple[bool, ...]:
    return tuple(passed_probes(_model(seed, model), _text()[1].tokenizer, _probes()[probes]))


@cache
def _surprises(seed: int, mixture: str, domain: str) -> tuple[float, ...]:
    model = _mixed(seed, mixture)
    inputs, targets = evaluation_windows(_text_by_domain()[1][domain].heldout, model.config.block_size, TESTED_TOKENS)
    log_probabilities = model.logits(inputs).detach().log_softmax(-1)  # (batch, time, vocab)
    return tuple((-log_probabilities.gather(-1, targets[..., None])).flatten().tolist())


class OwnRun:
    """One learner's models and what can be measured on them; a model is trained when it is first asked for.

    Args:
        seed: decides the first weights and the batches.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed

    @property
    def vocab_size(self) -> int:
        """How many tokens the base model chooses from."""
        return _text()[1].tokenizer.vocab_size

    @property
    def step_losses(self) -> list[float]:
        """The base model's training loss at each turn of the loop, in nats per token."""
        return list(_base(self.seed).losses)

    def model(self, name: str = "base") -> Transformer:
        """The model before training, after pre-training, or after the fine-tuning.

        Raises:
            ValueError: an unknown name.
        """
        _check("model", name, MODELS)
        return _model(self.seed, name)

    def passed(self, probes: str, model: str = "base") -> list[bool]:
        """For each probe of a kind, whether the model passes it.

        Args:
            probes: "word order" (100 sentences, right or with two words swapped), "facts" (those that the text states
                at least 12 times), or "answers" (16 questions: does it go on with an answer, or with something else?).
            model: "untrained", "base" or "fine-tuned".

        Raises:
            ValueError: an unknown name.
        """
        _check("kind of probe", probes, PROBES)
        _check("model", model, MODELS)
        return list(_passed(self.seed, probes, model))

    def chances(self, context: str, continuation: str) -> list[float]:
        """The base model's probability of each token of a continuation, given all the tokens before it.

        Raises:
            ValueError: one of the two is empty.
        """
        tokenizer, model = _text()[1].tokenizer, self.model()
        before = tokenizer.encode_ordinary(f" {context}")
        after = tokenizer.encode_ordinary(continuation)
        if not context or not after:
            raise ValueError("give a context and a continuation, such as ' 1987'")
        tokens, found = [tokenizer.special_tokens[END_OF_TEXT], *before], []
        for token in after:
            logits = model.logits(torch.tensor([tokens[-model.config.block_size :]]))[0, -1].detach()
            found.append(next_token_probabilities(logits)[token].item())
            tokens.append(token)
        return found

    def continue_text(self, prompt: str, model: str = "base", tokens: int = 24) -> str:
        """What a model writes after a prompt, at temperature 0.7; the same at each call."""
        tokenizer = _text()[1].tokenizer
        start = [tokenizer.special_tokens[END_OF_TEXT], *tokenizer.encode_ordinary(f" {prompt}")]
        generator = torch.Generator().manual_seed(self.seed)
        written = list(generate(self.model(model), start, tokens, temperature=0.7, generator=generator))
        end = tokenizer.special_tokens[END_OF_TEXT]
        return tokenizer.decode(written[: written.index(end)] if end in written else written)

    def surprises(self, mixture: str, domain: str) -> list[float]:
        """The loss of each prediction on held-out text, in nats, of a model that read a mixture.

        Args:
            mixture: "little code" (a tenth of what it read) or "much code" (seven tenths).
            domain: "code" or "prose": what it is tested on.

        Raises:
            ValueError: an unknown name.
        """
        _check("mixture", mixture, tuple(MIXTURES))
        _check("domain", domain, ("code", "prose"))
        return list(_surprises(self.seed, mixture, domain))


def _check(what: str, name: str, known: tuple[str, ...]) -> None:
    if name not in known:
        raise ValueError(f"there is no {what} {name!r}: choose one of {', '.join(known)}")
