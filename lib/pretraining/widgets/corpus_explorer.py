"""Leafing through a corpus: which documents the rules remove, why, and where in the text."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

import ipywidgets as widgets

from ..text import Document
from ..text.clean import CleaningSettings, clean
from ..text.highlight import changed_spans, pieces
from ..text.page import Span
from ..text.quality import BY_NAME, problems
from ..text.report import CleaningReport, Removal
from .controls import button, dropdown, slider, spoken
from .names import SliderNames

PAGE = (
    "white-space:pre-wrap; font-family:Georgia,serif; line-height:1.5; max-width:760px; max-height:340px; "
    "overflow:auto; border:1px solid #999; border-radius:4px; padding:10px 14px; background:white; color:black"
)
MARK = "background:#fde2c4; color:black; text-decoration:underline wavy #b04a00; text-underline-offset:3px"
EVERY, REMOVED, KEPT = "every document", "those removed", "those kept"


class CorpusExplorer(widgets.VBox):
    """Leaf through documents, and see which the rules remove, why, and where.

    Args:
        domains: documents by domain; they are cleaned together, in this order.
        settings: what counts as dirt.
    """

    def __init__(self, domains: Mapping[str, Sequence[Document]], settings: CleaningSettings | None = None) -> None:
        self.domains = domains
        self.settings = settings or CleaningSettings()
        report = CleaningReport()
        everything = [document for documents in domains.values() for document in documents]
        for _ in clean(everything, self.settings, report):
            pass
        self.removals = {removal.id: removal for removal in report.removals}
        self._texts = {document.id: document.text for document in everything}
        first = next(iter(domains))
        self.domain = dropdown("Domain", list(domains), first)
        self.show = dropdown("Show", [EVERY, REMOVED, KEPT], EVERY)
        self.number = slider(widgets.IntSlider, "Document", value=1, min=1, max=max(1, len(domains[first])))
        self.back_button = button("Previous", "The document before this one")
        self.next_button = button("Next", "The document after this one", "primary")
        self.note, self.page = widgets.HTML(), widgets.HTML()
        self.domain.observe(lambda _: self._choose(), "value")
        self.show.observe(lambda _: self._choose(), "value")
        self.number.observe(lambda _: self._show(), "value")
        self.back_button.on_click(lambda _: self._turn(-1))
        self.next_button.on_click(lambda _: self._turn(1))
        self._choose()
        leaf = widgets.HBox([self.number, self.back_button, self.next_button])
        super().__init__([widgets.HBox([self.domain, self.show]), leaf, self.note, self.page, SliderNames()])

    @property
    def document(self) -> Document | None:
        """The one on the page; None if there is none of this kind."""
        return self._chosen[self.number.value - 1] if self._chosen else None

    def _choose(self) -> None:
        wanted = {EVERY: (True, False), REMOVED: (True,), KEPT: (False,)}[self.show.value]
        self._chosen = [d for d in self.domains[self.domain.value] if (d.id in self.removals) in wanted]
        self.number.value = 1
        self.number.max = max(1, len(self._chosen))
        for control in (self.number, self.back_button, self.next_button):
            control.disabled = len(self._chosen) < 2  # there is nothing to turn to
        self._show()

    def _turn(self, step: int) -> None:
        self.number.value = min(max(self.number.value + step, 1), self.number.max)

    def _show(self) -> None:
        document = self.document
        if document is None:
            self.note.value, self.page.value = spoken("There is no such document in this domain."), ""
            return
        removal = self.removals.get(document.id)
        spans, reasons = self._why(document, removal)
        verdict = "Removed" if removal else "Kept"
        label = f" Its label: {', '.join(sorted(document.labels))}." if document.labels else ""
        where = f"Document {self.number.value} of {len(self._chosen)}, {html.escape(document.id)}."
        listed = "".join(f"<li>{reason}</li>" for reason in reasons)
        self.note.value = spoken(f"{where} <b>{verdict}.</b>{label}<ul style='margin:2px 0 6px'>{listed}</ul>")
        marked = (
            f"<mark style='{MARK}'>{html.escape(piece)}</mark>" if is_marked else html.escape(piece)
            for piece, is_marked in pieces(document.text, spans)
        )
        self.page.value = (
            f"<div tabindex='0' role='document' aria-label='The text' style='{PAGE}'>{''.join(marked)}</div>"
        )

    def _why(self, document: Document, removal: Removal | None) -> tuple[list[Span], list[str]]:
        """The places to mark, and a sentence of HTML for each reason."""
        if removal is None:
            exempt = document.domain in self.settings.exempt
            return [], ["The quality rules are made for prose; this domain is not held to them."] if exempt else []
        if removal.copy_of is not None:
            changed = changed_spans(document.text, self._texts[removal.copy_of])
            hint = " Underlined: the words that differ." if changed else ""
            return changed, [f"{html.escape(removal.why)}.{hint}"]
        found = problems(document.text, self.settings.quality)
        reasons = []
        for problem in found:
            rule = BY_NAME[problem.rule]
            place = "underlined" if problem.spans else "the page as a whole"
            meaning = html.escape(rule.meaning.replace("*", ""))
            reasons.append(f"<b>{html.escape(str(problem))}</b> ({place}). {meaning} <i>{rule.source}</i>")
        return [span for problem in found for span in problem.spans], reasons
