"""What does a model believe if its text disagrees with itself? One fact is planted, rightly and wrongly, and watched.

Some short documents say that a bridge opened in 1989, which is true here, and others say 1987. They are mixed into text
of the micro-world, and a small model is trained on it. Takes the two numbers of documents, hands on how probable each
year is while the model learns. How well a model knows a fact follows how many documents state it (arXiv 2211.08411).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from torch import Tensor

from ..probes import continuation_scores
from ..text.microworld.chance import Dice
from ..text.microworld.facts import Fact, planted
from ..text.microworld.ledger import Statement
from ..text.microworld.sentences import OPENINGS, SCENE, TAILS
from ..text.microworld.setting import Setting
from ..text.microworld.writer import Writer
from ..text.world import World
from ..tokens import Tokenizer, train_bpe
from ..training.corpus import encode_texts
from .small import VOCAB_SIZE, SmallExperiment, checked_seed, small_trainer
from .years import YearAnswer, check_subject, contexts, year_answer

SUBJECT, RIGHT_YEAR, WRONG_YEAR = "the Halden Bridge", 1989, 1987  # no world has a town of that name
MOST_DOCUMENTS = 200
STEPS = 300
BACKGROUND_TOKENS = 15_000  # of the micro-world's text, as `approximate_tokens` counts them
HELDOUT_DOCUMENTS = 3
NEIGHBOURS = 2  # other sentences in a planted document


@dataclass(frozen=True)
class FactMoment:
    """What the model believes at one moment.

    Attributes:
        step: updates made so far; 0 is the untrained model.
        right, wrong: the probability of each year after the question, from 0 to 1.
    """

    step: int
    right: float
    wrong: float


@dataclass(frozen=True)
class FactResult:
    """What came of one run.

    Attributes:
        right_documents, wrong_documents: how many documents stated each year.
        right, wrong: the probability of each year at the end, averaged over the questions.
        history: the same while the model learned, from the first moment to the last.
        loss: on held-out text of the world at the end, in nats per token.
        seed: decided the text, the first weights and the batches.
    """

    right_documents: int
    wrong_documents: int
    right: float
    wrong: float
    history: tuple[FactMoment, ...]
    loss: float
    seed: int

    @property
    def odds(self) -> float:
        """How many times as probable as the wrong year the right one is."""
        return self.right / self.wrong if self.wrong else float("inf")

    @property
    def documents_odds(self) -> float:
        """How many times as many documents state the right year; infinite if none states the wrong one."""
        return self.right_documents / self.wrong_documents if self.wrong_documents else float("inf")


class FactExperiment(SmallExperiment[FactMoment, FactResult]):
    """One run: text with the fact planted in it, and a fresh model that reads it.

    With the same seed and the same number of planted documents, only the years in them differ.

    Args:
        right: how many documents state the right year.
        wrong: how many state the wrong one; 0 and 0 tell the model nothing about the bridge.
        seed: decides the text, the first weights and the batches.
        steps: updates of the weights.

    Raises:
        ValueError: a number of documents that is not whole, or not from 0 to 200; steps or a seed that cannot be used.

    Example:
        >>> experiment = FactExperiment(right=5, wrong=15, steps=2)
        >>> *_, result = experiment.events()
        >>> result.documents_odds, [moment.step for moment in result.history]
        (0.3333333333333333, [0, 1, 2])
    """

    def __init__(self, right: int, wrong: int, seed: int = 0, steps: int = STEPS) -> None:
        for name, count in (("right", right), ("wrong", wrong)):
            if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= MOST_DOCUMENTS:
                raise ValueError(
                    f"{name} must be a whole number of documents from 0 to {MOST_DOCUMENTS}, got {count!r}"
                )
        self.fact = planted(SUBJECT, RIGHT_YEAR, WRONG_YEAR, stated=right, misstated=wrong)
        self.seed = checked_seed(seed)
        background, heldout, self.tokenizer, setting = _background(seed)
        self.planted = planted_texts(self.fact, setting, seed)
        text = Dice(seed, "facts", "order").shuffled([*background, *self.planted])
        super().__init__(small_trainer(self.tokenizer, encode_texts(self.tokenizer, text), heldout, steps, seed))

    def look(self, step: int) -> FactMoment:
        """The probabilities of both years."""
        pairs = [(context, f" {year}") for context in contexts(SUBJECT) for year in (RIGHT_YEAR, WRONG_YEAR)]
        probabilities = continuation_scores(self.model, self.tokenizer, pairs).exp()  # (contexts x 2,)
        right, wrong = probabilities.view(-1, 2).mean(0).tolist()
        return FactMoment(step, right, wrong)

    def examine(self) -> FactResult:
        """What the last look found, and the loss."""
        last, fact = self.history[-1], self.fact
        loss = self.trainer.evaluations[-1].loss
        return FactResult(fact.stated, fact.misstated, last.right, last.wrong, tuple(self.history), loss, self.seed)

    def ask(self, subject: str = SUBJECT) -> YearAnswer:
        """When did something open? The model always answers, whether or not any document told it.

        Raises:
            ValueError: an empty subject, or one too long for the model's context.
        """
        return year_answer(self.model, self.tokenizer, check_subject(self.tokenizer, subject))


def fact_experiment(
    right: int,
    wrong: int,
    seed: int = 0,
    steps: int = STEPS,
    on_moment: Callable[[FactMoment], None] | None = None,
) -> FactResult:
    """Plant, train, ask: the result of one `FactExperiment`.

    Args:
        right, wrong, seed, steps: as for `FactExperiment`.
        on_moment: called with each `FactMoment` as it comes.

    Raises:
        ValueError: as for `FactExperiment`.
    """
    experiment = FactExperiment(right, wrong, seed, steps)
    for event in experiment.events():
        if isinstance(event, FactMoment) and on_moment is not None:
            on_moment(event)
    return experiment.result()


def planted_texts(fact: Fact, setting: Setting, seed: int) -> list[str]:
    """A short document for each statement of a fact: a sentence that states it, among others that do not.

    The i-th document has the same words whatever the counts, as long as they add up to the same; only the year differs.
    """
    truths = Dice(seed, "facts", "truths").shuffled([True] * fact.stated + [False] * fact.misstated)
    texts = []
    for index, right in enumerate(truths):
        writer = Writer(Dice(seed, "facts", index), setting)
        sentence = writer.tell(Statement(fact, right), OPENINGS, TAILS)
        texts.append(" ".join(writer.dice.shuffled([sentence, *writer.sentences(SCENE, NEIGHBOURS)])))
    return texts


@lru_cache(maxsize=4)
def _background(seed: int) -> tuple[list[str], Tensor, Tokenizer, Setting]:
    """The world's own text, what is held out of it, a tokenizer for it, and the world; made once for each seed."""
    world = World(seed)
    texts = [document.text for document in world.documents(tokens=BACKGROUND_TOKENS)]
    background, heldout = texts[:-HELDOUT_DOCUMENTS], texts[-HELDOUT_DOCUMENTS:]
    tokenizer = train_bpe(background, VOCAB_SIZE)
    return background, encode_texts(tokenizer, heldout), tokenizer, world.setting
