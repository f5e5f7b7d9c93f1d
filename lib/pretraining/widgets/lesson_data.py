"""What a learner touches in unit 1: the thresholds of a cleaning, the weights of a mixture."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets

from .. import charts
from ..text import Document
from ..text.clean import CleaningSettings
from ..text.mix import MAX_EPOCHS, mixture
from ..text.quality import RULES, QualitySettings
from ..text.report import COPY_RULES
from ..text.score import outcomes, score, wrongly_removed
from ..text.survey import Survey
from .controls import slider, spoken
from .live_chart import LiveChart
from .names import SliderNames

# The rules that have a slider: label, smallest, largest and first threshold, step, format.
DIALS: dict[str, tuple[str, float, float, float, float, str]] = {
    "too-few-words": ("Fewest words", 0, 300, 20, 10, ".0f"),
    "no-grammar": ("Grammar words, at least", 0, 0.5, 0.12, 0.02, ".0%"),
    "top-word": ("Top word, at most", 0.01, 0.4, 0.16, 0.01, ".0%"),
}


class CleaningExplorer(widgets.VBox):
    """Move the thresholds of a cleaning and see what is kept, what goes, and how often that agrees with the labels.

    Args:
        documents: a few hundred labelled documents.
    """

    def __init__(self, documents: Iterable[Document]) -> None:
        self.survey = Survey(documents)
        wide: dict[str, Any] = {"width": "470px"}
        self.similarity = slider(
            widgets.FloatSlider,
            "Near copy, from",
            value=0.7,
            min=0.02,
            max=1.0,
            step=0.02,
            readout_format=".0%",
            **wide,
        )
        self.dials = {
            rule: slider(
                widgets.FloatSlider, label, value=value, min=low, max=high, step=step, readout_format=shown, **wide
            )
            for rule, (label, low, high, value, step, shown) in DIALS.items()
        }
        self.others = widgets.Checkbox(
            value=False, description=f"The other {len(RULES) - len(DIALS)} quality rules too", indent=False
        )
        self.note, self.scores, self.examples = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.chart = LiveChart(charts.cleaning_outcome([]), charts.OUTCOME_COLUMNS)
        controls = [self.similarity, *self.dials.values(), self.others]
        for control in controls[:-1]:
            control.style = {"description_width": "170px"}
        for control in controls:
            control.observe(lambda _: self._show(), "value")
        self._show()
        left = widgets.VBox([*controls, self.scores], layout=widgets.Layout(width="490px"))
        top = widgets.HBox([left, self.chart], layout=widgets.Layout(flex_flow="row wrap"))
        super().__init__([top, self.note, self.examples, SliderNames()])

    @property
    def settings(self) -> CleaningSettings:
        """What the controls say."""
        off = (
            frozenset() if self.others.value else frozenset(rule.name for rule in RULES if rule.name not in self.dials)
        )
        quality = QualitySettings({rule: dial.value for rule, dial in self.dials.items()}, off)
        return CleaningSettings(quality, similarity=self.similarity.value)

    def _show(self) -> None:
        documents = self.survey.documents
        self.report = self.survey.clean(self.settings)
        found = {outcome.name: outcome for outcome in outcomes(self.report.removals, documents)}
        names = dict.fromkeys(["kept", "exact-copy", "near-copy", *self.dials, *found])
        rows = []
        for name in names:
            right, wrong = (found[name].right, found[name].wrong) if name in found else (0, 0)
            said = f"{right + wrong}" + (f" ({wrong} against the label)" if wrong else "")
            rows += [(name, right, charts.RIGHT, said), (name, wrong, charts.WRONG, "")]
        self.chart.description = charts.outcome_description(rows)
        self.chart.set_rows(rows)
        scores = score(self.report.removals, documents)
        kept = len(documents) - len(self.report.removals)
        said = "; ".join(f"{name}: precision {s.precision:.0%}, recall {s.recall:.0%}" for name, s in scores.items())
        self.note.value = spoken(
            f"Kept <b>{kept}</b> of {len(documents)} pages, removed {len(documents) - kept}; {said}."
        )
        cells = "".join(
            f"<tr><th scope='row'>{name}</th><td>{s.removed}</td><td>{s.labelled}</td>"
            f"<td><b>{s.precision:.0%}</b></td><td><b>{s.recall:.0%}</b></td></tr>"
            for name, s in scores.items()
        )
        heads = "".join(f"<th scope='col'>{head}</th>" for head in ("removed", "labelled", "precision", "recall"))
        style = "<style>.pretraining-scores :is(td, th) {text-align:right; padding:2px 12px 2px 0}</style>"
        self.scores.value = f"{style}<table class='pretraining-scores'><tr><td></td>{heads}</tr>{cells}</table>"
        self.examples.value = self._examples()

    def _examples(self) -> str:
        """One mistake of each kind, to look at."""
        documents = {document.id: document for document in self.survey.documents}
        lost = wrongly_removed(self.report.removals, self.survey.documents)
        gone = {removal.id for removal in self.report.removals}
        left = [d for d in documents.values() if d.labels and not d.labels & COPY_RULES and d.id not in gone]
        lines = []
        if lost:
            lines.append(("A good page that goes", lost[0].why, documents[lost[0].id]))
        if left:
            lines.append(("Junk that stays", ", ".join(sorted(left[0].labels)), left[0]))
        shown = (
            f"<div><b>{head}</b> ({html.escape(why)}): <i>{html.escape(' '.join(d.text[:160].split()))} ...</i></div>"
            for head, why, d in lines
        )
        return f"<div style='max-width:900px'>{''.join(shown)}</div>"


class MixtureExplorer(widgets.VBox):
    """Give each domain a weight and see what the model would read, and how often.

    Args:
        domain_tokens: how many tokens each domain has.
        budgets: the token budgets to choose from.
    """

    def __init__(self, domain_tokens: Mapping[str, int], budgets: Sequence[int]) -> None:
        self.domain_tokens = dict(domain_tokens)
        whole = max(1, sum(self.domain_tokens.values()))
        self.weights = {
            domain: slider(widgets.IntSlider, domain, value=round(100 * size / whole), min=0, max=100)
            for domain, size in self.domain_tokens.items()
        }
        options = [(f"{budget:,}", budget) for budget in budgets]
        self.budget = slider(widgets.SelectionSlider, "Token budget", value=budgets[0], options=options)
        self.note = widgets.HTML()
        self.shares = LiveChart(charts.share_of_tokens([(d, 0, d) for d in self.domain_tokens]), charts.SHARE_COLUMNS)
        self.epochs = LiveChart(charts.epochs_by_domain([]), charts.EPOCH_COLUMNS)
        controls = [self.budget, widgets.HTML("<b>Weights</b>"), *self.weights.values()]
        for control in (self.budget, *self.weights.values()):
            control.observe(lambda _: self._show(), "value")
        self._show()
        parts = [widgets.VBox(controls, layout=widgets.Layout(width="360px")), self.shares, self.epochs]
        row = widgets.HBox(parts, layout=widgets.Layout(flex_flow="row wrap"))
        super().__init__([row, self.note, SliderNames()])

    def _show(self) -> None:
        weights = {domain: control.value for domain, control in self.weights.items()}
        try:
            mixed = mixture(self.domain_tokens, weights, self.budget.value)
        except ValueError as error:
            self.note.value = spoken(f"<b>{html.escape(str(error))}</b>")
            return
        shares = [(d, s.tokens, f"{d} {s.tokens / mixed.budget:.0%}") for d, s in mixed.shares.items()]
        epochs = [(d, s.epochs, f"{s.epochs:.1f}", MAX_EPOCHS) for d, s in mixed.shares.items()]
        self.shares.description = charts.share_of_tokens(shares).description
        self.epochs.description = charts.epochs_by_domain(epochs).description
        self.shares.set_rows(shares)
        self.epochs.set_rows(epochs)
        sentences = [
            f"{d}: {s.tokens:,} of {s.available:,} tokens, {s.epochs:.1f} epochs" for d, s in mixed.shares.items()
        ]
        warnings = "".join(f"<div>⚠ {html.escape(warning)}.</div>" for warning in mixed.warnings)
        self.note.value = spoken(f"{html.escape('; '.join(sentences))}.{warnings}")
