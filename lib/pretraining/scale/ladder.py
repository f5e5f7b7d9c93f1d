"""A ladder of small models: measure five sizes, fit the law, and predict the next size before it is trained.

Takes a `Corpus`, hands on the results, the law through them, and a `Forecast` that is stored, and written to a file
with the time of day, before the model that it speaks of has made its first step.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path

from ..files import write_atomically
from ..training import Corpus, Event
from ..training.set_up import next_run_folder
from .checks import positive
from .laws import PowerLaw, fit_power_law
from .rungs import TOKENS, Result, Rung

WIDTHS = (16, 24, 32, 40, 48)
NEXT_WIDTH = 64
FORECAST_FILE, OUTCOME_FILE = "prediction.json", "outcome.json"


@dataclass(frozen=True)
class Forecast:
    """What the law says about a model that has not been trained.

    Attributes:
        width, parameters, tokens, flops: the model, and the run that is planned for it.
        loss: the held-out loss that is expected, in nats per token.
        low, high: it will lie between them with 95% confidence, if the law goes on.
        made_at: when this was written down, in universal time (ISO 8601).
        seed: of the ladder.
    """

    width: int
    parameters: int
    tokens: int
    flops: float
    loss: float
    low: float
    high: float
    made_at: str
    seed: int


class Ladder:
    """Small models of growing size on one text, and what they let us say about the next size up.

    Args:
        corpus: the text; every model reads the same one with the same tokenizer.
        widths: of the models that are measured, smallest first; at least 4.
        next_width: of the model that is predicted.
        tokens: how many each model reads; the same number for all, so that only the size changes.
        seed: decides first weights and batches.
        folder: where a folder for the forecast's file is made; None writes no file.

    Raises:
        ValueError: fewer than 4 widths, sizes that do not grow, tokens not above 0, or a seed that is no whole number.

    Example:
        >>> from pretraining.text import load
        >>> from pretraining.training import prepare
        >>> corpus = prepare(load("micro-world"), vocab_size=300)
        >>> ladder = Ladder(corpus, widths=(8, 16, 24, 32), next_width=40, tokens=20_000)
        >>> results = [event for event in ladder.climb() if isinstance(event, Result)]
        >>> forecast = ladder.predict()  # from here on it cannot be changed
        >>> for event in ladder.train_next(): pass
        >>> abs(ladder.error) < 1
        True
    """

    def __init__(
        self,
        corpus: Corpus,
        widths: Sequence[int] = WIDTHS,
        next_width: int = NEXT_WIDTH,
        tokens: float = TOKENS,
        seed: int = 0,
        folder: Path | None = None,
    ) -> None:
        sizes = [*widths, next_width]
        if len(widths) < 4 or sizes != sorted(set(sizes)):
            raise ValueError(f"a ladder needs at least 4 widths, each larger than the one before, got {sizes}")
        positive("tokens", tokens, "that each model reads")
        if isinstance(seed, bool) or not isinstance(seed, int) or abs(seed) >= 2**63:
            raise ValueError(f"seed must be a whole number of at most 18 digits, such as 7, got {seed!r}")
        self.corpus, self.seed, self.folder = corpus, seed, folder
        self.rungs = tuple(Rung(width, tokens) for width in widths)
        self.next_rung = Rung(next_width, tokens)
        for rung in (*self.rungs, self.next_rung):
            rung.config(corpus.tokenizer.vocab_size)
        self.results: list[Result] = []
        self.forecast: Forecast | None = None
        self.forecast_file: Path | None = None
        self.outcome: Result | None = None

    @property
    def epochs(self) -> float:
        """How many times each model reads the text; above 4 the law begins to bend (arXiv 2305.16264)."""
        return self.next_rung.expected(self.corpus)[1] / len(self.corpus.train)

    @property
    def flops(self) -> float:
        """Operations of the whole ladder, the next size included."""
        return sum(rung.expected(self.corpus)[2] for rung in (*self.rungs, self.next_rung))

    def climb(self) -> Iterator[Event | Result]:
        """Train the models that are not trained yet, smallest first; a `Result` comes at the end of each."""
        for rung in self.rungs[len(self.results) :]:
            for event in rung.train(self.corpus, self.seed):
                if isinstance(event, Result):
                    self.results.append(event)
                yield event

    @property
    def law(self) -> PowerLaw:
        """Loss as a power law of compute, through the results so far.

        Raises:
            ValueError: fewer than 3 models are trained.
        """
        return fit_law(self.results)

    def predict(self) -> Forecast:
        """Say what the next size will reach, and write it down; a second call gives the same forecast.

        Raises:
            ValueError: the ladder is not climbed yet.
        """
        if self.forecast is None:
            if len(self.results) < len(self.rungs):
                raise ValueError(f"train the ladder first: {len(self.results)} of {len(self.rungs)} models are trained")
            parameters, tokens, flops = self.next_rung.expected(self.corpus)
            expected = self.law.predict(flops)
            self.forecast = Forecast(
                self.next_rung.width,
                parameters,
                tokens,
                flops,
                expected.value,
                expected.low,
                expected.high,
                datetime.now(timezone.utc).isoformat(timespec="seconds"),
                self.seed,
            )
            self.forecast_file = self._write_first()
        return self.forecast

    def train_next(self) -> Iterator[Event | Result]:
        """Train the model that was predicted.

        Raises:
            ValueError: nothing was predicted yet.
        """
        if self.forecast is None:
            raise ValueError("predict first: a prediction that is made after the training is worth nothing")
        return self._train_next()

    def _train_next(self) -> Iterator[Event | Result]:
        for event in self.next_rung.train(self.corpus, self.seed):
            if isinstance(event, Result):
                self.outcome = event
                if self.forecast_file is not None:
                    _write(self.forecast_file.with_name(OUTCOME_FILE), asdict(event))
            yield event

    @property
    def error(self) -> float:
        """The predicted loss minus the true one, in nats per token.

        Raises:
            ValueError: the next size is not trained yet.
        """
        if self.forecast is None or self.outcome is None:
            raise ValueError("there is no error yet: predict, then train the next size")
        return self.forecast.loss - self.outcome.loss

    def _write_first(self) -> Path | None:
        if self.folder is None:
            return None
        file = next_run_folder(self.folder, "ladder") / FORECAST_FILE
        assert self.forecast is not None
        _write(file, asdict(self.forecast) | {"measured": [asdict(result) for result in self.results]})
        return file


def fit_law(results: Sequence[Result]) -> PowerLaw:
    """Held-out loss as a pure power law of compute: far above the floor, a fitted floor would only add noise.

    Raises:
        ValueError: fewer than 3 results.
    """
    return fit_power_law([result.flops for result in results], [result.loss for result in results])


def _write(file: Path, content: dict[str, object]) -> None:
    write_atomically(file, json.dumps(content, indent=1).encode())
