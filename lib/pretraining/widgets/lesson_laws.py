"""What a learner touches in unit 6: a ladder of models trained live, and a prediction that is put to the test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ipywidgets as widgets
import numpy as np

from .. import charts
from ..scale import Forecast, Ladder, Result
from ..training import Corpus, Step
from .background_lab import BackgroundLab
from .controls import button, slider, spoken
from .live_chart import LiveChart
from .names import SliderNames


class ScalingLab(BackgroundLab):
    """Train a ladder of small models, predict the next size up, and only then train it.

    Nothing trains until a button is pressed or `start` is called. Running the cell again ends the lab it made before.

    Args:
        corpus: the text of all models.
        folder: where the prediction is written to a file; None writes none.
        ladder: settings of `Ladder`, such as `widths`, `next_width`, `tokens` or `seed`.

    Raises:
        ValueError: settings that cannot be used.
    """

    def __init__(self, corpus: Corpus, folder: Path | None = Path("runs"), **ladder: Any) -> None:
        super().__init__()
        self.ladder = Ladder(corpus, folder=folder, **ladder)
        wanted = {
            "Train ladder": ("Train the small models, one after the other", "success", self.start),
            "Predict": ("Write down what the next size will reach", "info", self.predict),
            "Train next": ("Train the model that was predicted", "success", self.start_next),
            "Stop": ("End the model that is being trained", "", self.stop),
        }
        self.buttons = {name: button(name, tooltip, style) for name, (tooltip, style, _) in wanted.items()}
        for name, (_, _, action) in wanted.items():
            self.buttons[name].on_click(lambda _, action=action: action())
        self.guess = slider(
            widgets.FloatSlider, "Your guess", value=5.0, min=1.0, max=7.0, step=0.05, readout_format=".2f"
        )
        self.verdict, self.table = widgets.HTML(), widgets.HTML()
        self.chart = LiveChart(charts.scaling_law_chart([]), charts.LAW_COLUMNS)
        left = widgets.VBox(
            [widgets.HBox(list(self.buttons.values())), self.note, self.table, self.guess, self.verdict],
            layout=widgets.Layout(width="440px"),
        )
        row = widgets.HBox([left, self.chart], layout=widgets.Layout(flex_flow="row wrap"))
        self.say(f"Ready. {self._plan()} Press Train ladder.")
        self._show()
        self.children = [row, SliderNames()]

    @property
    def history(self) -> list[Result]:
        """The models that are trained, in order; the last one may be the predicted size."""
        return [*self.ladder.results, *([self.ladder.outcome] if self.ladder.outcome else [])]

    def start(self) -> ScalingLab:
        """Train the models of the ladder that are not trained yet."""
        self.play(self.ladder.climb())
        return self

    def predict(self) -> Forecast | None:
        """Write the prediction down; says so beside the button if the ladder is not trained yet."""
        try:
            forecast = self.ladder.predict()
        except ValueError as error:
            self.say(f"{error}.")
            return None
        file = self.ladder.forecast_file
        kept = f", and kept in <code>{file}</code>" if file else ""
        self.say(
            f"Written down at {forecast.made_at}{kept}: width {forecast.width} will reach "
            f"<b>{forecast.loss:.3f} nats</b>, "
            f"with 95% confidence from {forecast.low:.2f} to {forecast.high:.2f}. Now press Train next."
        )
        self._show()
        return forecast

    def start_next(self) -> ScalingLab:
        """Train the size that was predicted; says what is missing if nothing was predicted yet."""
        try:
            self.play(self.ladder.train_next())
        except ValueError as error:
            self.say(f"{error}.")
        return self

    def took(self, event: Any) -> None:
        """Show one more finished model."""
        if isinstance(event, Result):
            self._show(running=True)

    def progress(self, step: Step) -> str:
        """Which model, which step of how many, and the loss."""
        place, rung = self._where()
        return f"{place}, width {rung.width}: step {step.step:,} of {rung.steps:,}, loss {step.loss:.2f}"

    def _where(self) -> tuple[str, Any]:
        done, rungs = len(self.ladder.results), self.ladder.rungs
        if done < len(rungs):
            return f"Model {done + 1} of {len(rungs)}", rungs[done]
        return "The next size", self.ladder.next_rung

    def ended(self, error: BaseException | None) -> None:
        """Tell what to do next; a stopped ladder can go on."""
        ladder = self.ladder
        if error is not None:
            self.say(f"The run ended: {error}.")
        elif ladder.outcome is not None:
            self.say("Done. Compare the square with the diamond.")
        elif len(ladder.results) == len(ladder.rungs) and ladder.forecast is None:
            self.say("The ladder is trained. Set <b>Your guess</b> for the next size, and press Predict.")
        elif self._run is not None and self._run.stopped:
            self.say("Stopped. The models that are finished stay; press the button again to go on.")
        self._show()

    def _plan(self) -> str:
        ladder = self.ladder
        widths = ", ".join(str(rung.width) for rung in ladder.rungs)
        said = f"Widths {widths}; then {ladder.next_rung.width}."
        if ladder.epochs > 4:
            said += f" The text is short: each model reads it {ladder.epochs:.0f} times, so the law may bend."
        return said

    def _show(self, running: bool = False) -> None:
        rows = self._rows()
        self.chart.description = charts.scaling_law_description(rows)
        self.chart.set_rows(rows)
        lines = "".join(
            f"<tr><td>{run.width}</td><td>&nbsp; {run.parameters:,}</td><td>&nbsp; {run.tokens:,}</td>"
            f"<td>&nbsp; {run.flops:.1e}</td><td>&nbsp; {run.loss:.3f}</td></tr>"
            for run in self.history
        )
        head = "".join(f"<th>&nbsp; {name}</th>" for name in ("width", "parameters", "tokens", "FLOPs", "loss"))
        self.table.value = f"<table><tr>{head}</tr>{lines}</table>"
        self.verdict.value = spoken(self._judge())
        self.enable(running)

    def _judge(self) -> str:
        """How far guess and law were from the truth, as HTML."""
        ladder = self.ladder
        if ladder.outcome is None or ladder.forecast is None:
            return ""
        truth = ladder.outcome.loss
        return (
            f"Truth: <b>{truth:.3f} nats</b>. The law said {ladder.forecast.loss:.3f}, off by "
            f"{abs(ladder.error):.3f}; you said {self.guess.value:.2f}, off by {abs(self.guess.value - truth):.2f}."
        )

    def _rows(self) -> list[tuple[float, float, float, float, str]]:
        ladder = self.ladder
        rows: list[tuple[float, float, float, float, str]] = []
        if len(ladder.results) == len(ladder.rungs):
            law, last = ladder.law, ladder.next_rung.expected(ladder.corpus)[2]
            for flops in np.geomspace(ladder.results[0].flops, last, 40).tolist():
                rows.append((flops, law(flops), *law.band(flops), charts.LAW))
        rows += [(run.flops, run.loss, run.loss, run.loss, charts.MEASURED) for run in ladder.results]
        if ladder.forecast:
            said = ladder.forecast
            rows.append((said.flops, said.loss, said.low, said.high, charts.PREDICTED))
        if ladder.outcome:
            run = ladder.outcome
            rows.append((run.flops, run.loss, run.loss, run.loss, charts.TRUTH))
        return rows

    def enable(self, running: bool) -> None:
        """Offer one step after the other: ladder, prediction, the next size."""
        ladder = self.ladder
        climbed = len(ladder.results) == len(ladder.rungs)
        with self._lock:
            self.buttons["Train ladder"].disabled = running or climbed
            self.buttons["Predict"].disabled = running or not climbed or ladder.forecast is not None
            self.buttons["Train next"].disabled = running or ladder.forecast is None or ladder.outcome is not None
            self.buttons["Stop"].disabled = not running
            self.guess.disabled = ladder.forecast is not None
