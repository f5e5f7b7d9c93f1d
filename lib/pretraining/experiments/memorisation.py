"""Memorisation: how often a model must read a passage to recite it, and what deduplication leaves of that.

Passages are put into text of the micro-world, some once, some twice, ... some 64 times, and a small model is trained on
it. Takes the numbers of copies, hands on the share of the passages that come back word for word. Memorisation grows
with the number of copies (arXiv 2202.07646), and deduplication takes most of it away (arXiv 2107.06499).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from torch import Tensor

from ..text import Document
from ..text.clean import CleaningSettings, clean
from ..text.microworld.chance import Dice
from ..text.microworld.setting import Setting
from ..text.world import DOMAINS, World
from ..tokens import Tokenizer, train_bpe
from ..training.corpus import encode_texts
from .passages import Passage, Recital, copies_of, make_passages, recite, written
from .small import VOCAB_SIZE, SmallExperiment, checked_seed, small_trainer

COPIES = (1, 2, 4, 8, 16, 32, 64)
MOST_COPIES = 256
PASSAGES = 6  # for each number of copies
STEPS = 300
BACKGROUND_TOKENS = 10_000  # of the micro-world's text, as `approximate_tokens` counts them
HELDOUT_DOCUMENTS = 6
ONLY_COPIES = CleaningSettings(exempt=frozenset({*DOMAINS, "passages"}))  # removes copies, judges no quality


@dataclass(frozen=True)
class MemorisationMoment:
    """What the model can recite at one moment.

    Attributes:
        step: updates made so far.
        rates: the share of the passages that it recites, by the number of their copies.
    """

    step: int
    rates: dict[int, float]


@dataclass(frozen=True)
class MemorisationResult:
    """What came of one run.

    Attributes:
        deduplicated: whether copies were removed before training.
        rates: the share of the passages that the model recites, by the number of copies there were.
        recitals: what it made of each passage.
        loss: on held-out text, in nats per token.
        documents: how many it was trained on.
        removed: how many copies were removed before that.
        tokens: how many it read.
        history: the rates while it learned.
        seed: decided the text, the first weights and the batches.
    """

    deduplicated: bool
    rates: dict[int, float]
    recitals: tuple[Recital, ...]
    loss: float
    documents: int
    removed: int
    tokens: int
    history: tuple[MemorisationMoment, ...]
    seed: int


class MemorisationExperiment(SmallExperiment[MemorisationMoment, MemorisationResult]):
    """One run on a text with passages in several copies, or on the same text without its copies.

    Args:
        deduplicate: remove copies with the library's own cleaning before training. The budget stays the same, so what
            is left is read more often.
        seed: decides the text, the first weights and the batches.
        steps: updates of the weights; each reads 480 tokens.
        copies: the numbers of copies.
        passages: how many passages there are for each of them.

    Raises:
        ValueError: numbers of copies or passages, steps or a seed that cannot be used.

    Example:
        >>> *_, result = MemorisationExperiment(deduplicate=True, steps=2, copies=(1, 8), passages=2).events()
        >>> result.removed, result.rates
        (14, {1: 0.0, 8: 0.0})
    """

    def __init__(
        self,
        deduplicate: bool = False,
        seed: int = 0,
        steps: int = STEPS,
        copies: Sequence[int] = COPIES,
        passages: int = PASSAGES,
    ) -> None:
        _check(copies, passages)
        self.deduplicate, self.seed = deduplicate, checked_seed(seed)
        background, heldout, self.tokenizer, setting = _background(seed)
        self.passages = make_passages(setting, self.tokenizer, copies, passages, seed)
        documents = Dice(seed, "memorisation", "order").shuffled([*background, *copies_of(self.passages)])
        kept = list(clean(documents, ONLY_COPIES)) if deduplicate else documents
        self.documents, self.removed = len(kept), len(documents) - len(kept)
        train = encode_texts(self.tokenizer, [document.text for document in kept])
        super().__init__(small_trainer(self.tokenizer, train, heldout, steps, seed))

    def look(self, step: int) -> MemorisationMoment:
        """Which passages it can recite."""
        return MemorisationMoment(step, rates_by_copies(self._recite()))

    def examine(self) -> MemorisationResult:
        """What it makes of each passage, and how well it reads other text."""
        recitals = self._recite()
        return MemorisationResult(
            self.deduplicate,
            rates_by_copies(recitals),
            tuple(recitals),
            self.trainer.evaluations[-1].loss,
            self.documents,
            self.removed,
            self.trainer.tokens,
            tuple(self.history),
            self.seed,
        )

    def written(self, passage: Passage) -> str:
        """What the model, as it is now, writes after the passage's beginning."""
        return written(self.model, self.tokenizer, passage)

    def _recite(self) -> list[Recital]:
        return recite(self.model, self.tokenizer, self.passages)


def memorisation_experiment(
    deduplicate: bool = False,
    seed: int = 0,
    steps: int = STEPS,
    on_moment: Callable[[MemorisationMoment], None] | None = None,
) -> MemorisationResult:
    """Plant copies, train, ask for each passage: the result of one `MemorisationExperiment`.

    Args:
        deduplicate, seed, steps: as for `MemorisationExperiment`.
        on_moment: called with each `MemorisationMoment` as it comes.

    Raises:
        ValueError: as for `MemorisationExperiment`.
    """
    experiment = MemorisationExperiment(deduplicate, seed, steps)
    for event in experiment.events():
        if isinstance(event, MemorisationMoment) and on_moment is not None:
            on_moment(event)
    return experiment.result()


def rates_by_copies(recitals: Sequence[Recital]) -> dict[int, float]:
    """The share of the passages that came back word for word, by the number of their copies, fewest first.

    Example:
        >>> often, once = Passage("a b c", copies=8), Passage("d e f", copies=1)
        >>> rates_by_copies([Recital(often, 20, 20), Recital(once, 0, 19), Recital(often, 3, 21)])
        {1: 0.0, 8: 0.5}
    """
    by_copies: dict[int, list[bool]] = {}
    for recital in recitals:
        by_copies.setdefault(recital.passage.copies, []).append(recital.verbatim)
    return {copies: sum(found) / len(found) for copies, found in sorted(by_copies.items())}


def _check(copies: Sequence[int], passages: int) -> None:
    """Refuse numbers that no text can be made with."""
    for name, number in [("passages", passages), *(("copies", number) for number in copies)]:
        if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= MOST_COPIES:
            raise ValueError(f"{name} must be a whole number from 1 to {MOST_COPIES}, got {number!r}")
    if not copies or len(set(copies)) < len(copies):
        raise ValueError(f"copies must be different numbers, at least one, got {list(copies)}")


@lru_cache(maxsize=4)
def _background(seed: int) -> tuple[list[Document], Tensor, Tokenizer, Setting]:
    """The world's own text, what is held out of it, a tokenizer for it, and the world; made once for each seed."""
    world = World(seed)
    documents = list(world.documents(tokens=BACKGROUND_TOKENS))
    background, heldout = documents[:-HELDOUT_DOCUMENTS], documents[-HELDOUT_DOCUMENTS:]
    tokenizer = train_bpe([document.text for document in background], VOCAB_SIZE)
    return background, encode_texts(tokenizer, [document.text for document in heldout]), tokenizer, world.setting
