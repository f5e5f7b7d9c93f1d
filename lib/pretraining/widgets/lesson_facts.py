"""What a learner touches in unit 7: a fact that the text states rightly and wrongly, and what a model makes of it."""

from __future__ import annotations

import html

import ipywidgets as widgets

from .. import charts
from ..experiments import RIGHT_YEAR, SUBJECT, WRONG_YEAR, FactExperiment, FactMoment, FactResult
from .controls import button, slider, spoken, text_box
from .experiment_lab import ExperimentLab
from .live_chart import LiveChart

MOST_DOCUMENTS = 60
SHOWN_YEARS = 5
HARDLY = 0.05  # a year with less probability was not learned


class FactLab(ExperimentLab):
    """Choose how many documents state the right and the wrong year, train, and watch what the model believes.

    Args:
        right, wrong: where the sliders stand at first.
        seed: decides the text, the first weights and the batches.
        steps: updates of the weights of a run; by default as many as the experiment takes.
    """

    def __init__(self, right: int = 20, wrong: int = 40, seed: int = 0, steps: int | None = None) -> None:
        self.seed = seed
        self._settings = {} if steps is None else {"steps": steps}
        self._rows: list[tuple[int, float, str]] = []
        self.right = slider(widgets.IntSlider, f"Say {RIGHT_YEAR}", value=right, min=0, max=MOST_DOCUMENTS)
        self.wrong = slider(widgets.IntSlider, f"Say {WRONG_YEAR}", value=wrong, min=0, max=MOST_DOCUMENTS)
        self.subject = text_box("Ask about", SUBJECT)
        self.ask_button = button("Ask", "Ask the trained model when this opened", "info")
        self.ask_button.on_click(lambda _: self.ask())
        self.answer = widgets.HTML()
        self.answers = LiveChart(
            charts.next_token_bars([], [], title="Which year does it answer?"), ("token", "probability", "label")
        )
        super().__init__(
            [self.right, self.wrong],
            LiveChart(charts.belief_curves([]), charts.BELIEF_COLUMNS),
            below=[widgets.HBox([self.subject, self.ask_button]), self.answer, self.answers],
        )
        self.say(f"Ready. {SUBJECT.capitalize()} opened in {RIGHT_YEAR}. Set the documents and press Train.")

    def start(self, right: int | None = None, wrong: int | None = None) -> FactLab:
        """Train a fresh model on this many documents; by default what the sliders say.

        Raises:
            ValueError: numbers of documents that cannot be used.
        """
        right = self.right.value if right is None else right
        wrong = self.wrong.value if wrong is None else wrong
        experiment = FactExperiment(right, wrong, seed=self.seed, **self._settings)
        self.right.value, self.wrong.value = min(right, MOST_DOCUMENTS), min(wrong, MOST_DOCUMENTS)
        self.say("Mixing the documents into the text ...")
        self._play([experiment])
        return self

    def took(self, event: object) -> None:
        """Draw what the model believes; runs in the training thread."""
        if isinstance(event, FactMoment):
            if event.step == 0:
                self._rows = []
            self._rows += [(event.step, event.right, charts.TRUE), (event.step, event.wrong, charts.FALSE)]
            self.chart.description = charts.belief_description(self._rows)
            self.chart.set_rows(self._rows)
        elif isinstance(event, FactResult):
            self.results.append(event)
            self.tabulate(
                ("documents", "text's ratio", f"P({RIGHT_YEAR})", f"P({WRONG_YEAR})", "model's ratio"),
                [
                    (f"{one.right_documents} : {one.wrong_documents}", _ratio(one.documents_odds),
                     f"{one.right:.1%}", f"{one.wrong:.1%}", _ratio(one.odds))
                    for one in self.results
                ],
            )  # fmt: skip
            self.say(f"Done: {_verdict(event)} Ask the model, or change the documents.")

    def ask(self, subject: str | None = None) -> None:
        """Ask the trained model when something opened; by default what stands in the box."""
        if subject is not None:
            self.subject.value = subject
        if self.experiment is None or self._run is None or self._run.running:
            self.answer.value = spoken("There is no trained model yet: press Train, and wait until it is done.")
            return
        try:
            answer = self.experiment.ask(self.subject.value)
        except ValueError as error:
            self.answer.value = spoken(f"{html.escape(str(error))}.")
            return
        self.answer.value = spoken(
            f"When did {html.escape(answer.subject)} open? The model says <b>{answer.year}</b>. "
            f"It names some year with a probability of {answer.any_year:.0%}; of that, {answer.confidence:.0%} goes to "
            f"{answer.year}. All years after 1999 together: {answer.after_the_last_document:.2%}."
        )
        rows = [(str(year), value, f"{value:.1%}") for year, value in answer.likeliest(SHOWN_YEARS)]
        self.answers.description = "Bar chart of the likeliest years: " + ", ".join(f"{r[0]} {r[2]}" for r in rows)
        self.answers.set_rows(rows)


def _verdict(result: FactResult) -> str:
    """What a result says about the two years, in a sentence."""
    if max(result.right, result.wrong) < HARDLY:
        return f"the model has learned neither year, both are below {HARDLY:.0%}."
    return f"{RIGHT_YEAR if result.right > result.wrong else WRONG_YEAR} is the likelier of the two."


def _ratio(odds: float) -> str:
    """A ratio in few characters.

    Example:
        >>> _ratio(0.5), _ratio(float("inf"))
        ('0.50', '-')
    """
    return "-" if odds == float("inf") else f"{odds:.2f}"
