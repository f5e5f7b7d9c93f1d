"""What a learner touches in unit 2: training merge by merge, the tokens of any text, bytes per token."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

import ipywidgets as widgets
import tiktoken

from .. import charts
from ..tokens import Tokenizer, replay
from ..tokens.compression import growth
from .controls import LABEL, button, dropdown, slider, spoken
from .live_chart import LiveChart
from .names import SliderNames
from .token_boxes import STYLE, TINTS, TokenBox, shown, token_list, word_list

LONGEST_REPLAY = 600
LONGEST_TEXT = 20_000
MOST_BOXES = 300
NO_GUESS = "choose a pair"
NO_GAIN = 1.05  # bytes per token below which the merges are as good as useless


def text_area(value: str, rows: int = 3) -> widgets.Textarea:
    """A labelled box for several lines of text that tells each change as it is typed."""
    layout = widgets.Layout(width="700px", max_width="98%")
    return widgets.Textarea(value=value, description="Text", rows=rows, style=LABEL, layout=layout)


def well_formed(text: str) -> str:
    """The text without halves of surrogate pairs, which no UTF-8 can hold."""
    return text.encode("utf-16", errors="surrogatepass").decode("utf-16", errors="replace")


class MergeExplorer(widgets.VBox):
    """Play the training of merges on a short text, and guess each merge before it happens.

    Args:
        text: what stands in the box at first.
        max_merges: how many merges the slider offers, if the text has so many.
    """

    def __init__(self, text: str = "low lower lowest newer newest", max_merges: int = 30) -> None:
        self.max_merges = max_merges
        self.text = text_area(text, rows=2)
        self.merge = slider(widgets.IntSlider, "Merges", value=0, min=0, max=1, width="470px")
        self.back_button = button("Back", "Undo the last merge")
        self.next_button = button("Next", "Make the next merge", "primary")
        self.guess = dropdown("Next merge?", [NO_GUESS], NO_GUESS)
        self.note, self.view, self.verdict = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self._shown_step, self._asked, self._right = 0, 0, 0
        self._busy = False
        self._restart()
        self.text.observe(lambda _: self._restart(), "value")
        self.merge.observe(lambda _: self._show(), "value")
        self.back_button.on_click(lambda _: self._move(-1))
        self.next_button.on_click(lambda _: self._move(1))
        buttons = widgets.HBox([self.merge, self.back_button, self.next_button])
        guess = widgets.HBox([self.guess, self.verdict], layout=widgets.Layout(flex_flow="row wrap"))
        super().__init__([self.text, buttons, self.note, self.view, guess, SliderNames()])

    def _restart(self) -> None:
        """Train anew, on the text in the box."""
        whole = well_formed(self.text.value)
        self.steps = replay(whole[:LONGEST_REPLAY], self.max_merges)
        self._cut = f" Only the first {LONGEST_REPLAY} characters are used." if len(whole) > LONGEST_REPLAY else ""
        self._shown_step, self._asked, self._right = 0, 0, 0
        self._busy = True
        self.merge.value = 0
        self.merge.max = max(1, len(self.steps) - 1)
        self.merge.disabled = len(self.steps) == 1
        self._busy = False
        self._show()

    def _move(self, by: int) -> None:
        self.merge.value = min(max(self.merge.value + by, 0), len(self.steps) - 1)

    def _show(self) -> None:
        if self._busy:
            return
        number = min(self.merge.value, len(self.steps) - 1)
        self._judge(number)
        self._shown_step = number
        step = self.steps[number]
        made = [left + right for left, right, _ in (s.candidates[0] for s in self.steps[1 : number + 1])]
        tints = {piece: TINTS[i % len(TINTS)] for i, piece in enumerate(made)}
        count = sum(map(len, step.pieces))
        self.note.value = spoken(self._story(number) + html.escape(self._cut))
        label = f"The text after {number} merges: {count} tokens"
        self.view.value = STYLE + word_list(step.pieces, tints, made[-1] if made else None, label)
        following = self.steps[number + 1].candidates if number + 1 < len(self.steps) else ()
        options = sorted({_joined(left, right) for left, right, _ in following[:4]})
        self.guess.options = [NO_GUESS, *options]
        self.guess.value = NO_GUESS
        self.guess.disabled = not options
        self.next_button.disabled = not options
        self.back_button.disabled = number == 0

    def _story(self, number: int) -> str:
        """What this step did and why, as HTML."""
        step = self.steps[number]
        count = sum(map(len, step.pieces))
        size = f"<b>{count}</b> tokens; the vocabulary has 256 bytes and <b>{number}</b> merges."
        if not number:
            if len(self.steps) == 1:
                return f"There is no pair to merge: type a longer text. Now: {size}"
            return f"Before the first merge, each byte is a token. Now: {size}"
        left, right, seen = step.candidates[0]
        others = [f"{_code(_joined(a, b))} {n}" for a, b, n in step.candidates[1:4]]
        tie = len(step.candidates) > 1 and step.candidates[1][2] == seen
        text = (
            f"Merge {number} joined {_code(_joined(left, right))}, seen <b>{seen}</b> "
            f"time{'s' if seen != 1 else ''}, to the new token {_code(shown(left + right))} with id {255 + number}. "
        )
        text += f"Next in line: {', '.join(others)}. " if others else ""
        text += "A tie: the pair whose bytes are greater wins. " if tie else ""
        end = " No pair is left." if number == len(self.steps) - 1 < self.max_merges else ""
        return f"{text}<br>Now: {size}{end}"

    def _judge(self, number: int) -> None:
        """Compare the guess with the merge that was just made."""
        guess, self_made = self.guess.value, number == self._shown_step + 1
        if guess in (NO_GUESS, None) or not self_made:
            self.verdict.value = ""
            return
        candidates = self.steps[number].candidates
        seen = {_joined(left, right): count for left, right, count in reversed(candidates)}
        best = _joined(*candidates[0][:2])
        self._asked += 1
        if guess == best:
            said = "Right!"
        elif seen[guess] == candidates[0][2]:
            said = f"{_code(guess)} is just as frequent; the tie went to {_code(best)}. That counts as right."
        else:
            said = f"Not this time: {_code(guess)} was seen {seen[guess]}, {_code(best)} {candidates[0][2]} times."
        self._right += seen[guess] == candidates[0][2]
        self.verdict.value = spoken(f"{said} <b>{self._right} of {self._asked}</b> guesses were right.")


class TokenView(widgets.VBox):
    """Type any text and see its tokens, in one vocabulary or in several, one below the other.

    Args:
        encodings: a vocabulary by name, ours or one of tiktoken's.
        text: what stands in the box at first.
    """

    def __init__(
        self, encodings: Mapping[str, tiktoken.Encoding | Tokenizer], text: str = "Tokens aren't words."
    ) -> None:
        self.encodings = {
            name: encoding.tiktoken if isinstance(encoding, Tokenizer) else encoding
            for name, encoding in encodings.items()
        }
        self.text = text_area(text)
        self.with_bytes = widgets.Checkbox(value=True, description="Show the bytes of each token", indent=False)
        self.specials = widgets.Checkbox(value=False, description="Read names of special tokens as such", indent=False)
        self.note, self.view = widgets.HTML(), widgets.HTML()
        for control in (self.text, self.with_bytes, self.specials):
            control.observe(lambda _: self._show(), "value")
        self._show()
        ticks = widgets.HBox([self.with_bytes, self.specials], layout=widgets.Layout(flex_flow="row wrap"))
        super().__init__([self.text, ticks, self.note, self.view])

    def _show(self) -> None:
        whole = well_formed(self.text.value)
        text = whole[:LONGEST_TEXT]
        size = len(text.encode())
        said, views = [], []
        for name, encoding in self.encodings.items():
            boxes = self._boxes(encoding, text)
            each = f", {size / len(boxes):.2f} bytes per token" if boxes else ""
            cut = f" (the first {MOST_BOXES} are shown)" if len(boxes) > MOST_BOXES else ""
            summary = f"{name}, a vocabulary of {encoding.n_vocab:,}: {len(boxes):,} tokens{each}{cut}"
            said.append(f"{name} {len(boxes):,}")
            views.append(f"<b>{html.escape(summary)}</b>")
            views.append(token_list(boxes[:MOST_BOXES], summary, self.with_bytes.value))
        used = (
            f"Only the first {LONGEST_TEXT:,} of {len(whole):,} characters are used. " if len(whole) > len(text) else ""
        )
        sizes = f"{used}{len(text):,} characters, {size:,} bytes. Tokens: {', '.join(said)}."
        self.note.value = spoken(html.escape(sizes) if text else "Type a text.")
        self.view.value = STYLE + "".join(views) if text else ""

    def _boxes(self, encoding: tiktoken.Encoding, text: str) -> list[TokenBox]:
        ids = encoding.encode(text, allowed_special="all") if self.specials.value else encoding.encode_ordinary(text)
        special = {encoding.encode_single_token(name) for name in encoding.special_tokens_set}
        return [TokenBox(i, encoding.decode_single_token_bytes(i), i in special) for i in ids]


class VocabularyExplorer(widgets.VBox):
    """Choose what a vocabulary was learned from and how large it is, and see how much of each text a token carries.

    Args:
        tokenizers: what was learned, by the name of the text; each as large as the largest size.
        texts: what to measure on, by name.
        sizes: the sizes of the vocabulary to choose from.
    """

    def __init__(
        self, tokenizers: Mapping[str, Tokenizer], texts: Mapping[str, str], sizes: Sequence[int] = (256, 1024, 4096)
    ) -> None:
        self.measured = {
            (learned, size): [(name, carried) for at, name, carried in rows if at == size]
            for learned, rows in ((name, growth(tokenizer, sizes, texts)) for name, tokenizer in tokenizers.items())
            for size in sizes
        }
        first = next(iter(tokenizers))
        self.learned_from = dropdown("Learned from", list(tokenizers), first)
        options = [(f"{size:,}", size) for size in sizes]
        self.vocab_size = slider(widgets.SelectionSlider, "Vocabulary", options=options, value=sizes[0])
        self.note = widgets.HTML()
        self.chart = LiveChart(charts.bytes_per_token_bars([]), charts.CARRIED_COLUMNS)
        for control in (self.learned_from, self.vocab_size):
            control.observe(lambda _: self._show(), "value")
        self._show()
        super().__init__([self.learned_from, self.vocab_size, self.note, self.chart, SliderNames()])

    def _show(self) -> None:
        learned, size = self.learned_from.value, self.vocab_size.value
        rows = [(name, carried, f"{carried:.2f}") for name, carried in self.measured[learned, size]]
        best = max(rows, key=lambda row: row[1])
        stuck = [name for name, carried, _ in rows if carried < NO_GAIN]
        none = f"No gain in {', '.join(stuck)}." if stuck else "Every text gains."
        self.note.value = spoken(
            f"{size:,} tokens learned from {html.escape(learned)}: most bytes per token in "
            f"<b>{html.escape(best[0])}</b> ({best[2]}). {html.escape(none)}"
        )
        self.chart.description = charts.carried_description(rows)
        self.chart.set_rows(rows)


def _joined(left: bytes, right: bytes) -> str:
    return f"{shown(left)} + {shown(right)}"


def _code(text: str) -> str:
    return f"<code>{html.escape(text)}</code>"
