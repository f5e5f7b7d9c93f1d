"""The explorers of unit 2 without a browser: what they show is what the tokenizer does, readable and harmless."""

import html
import re

import pytest
import tiktoken

from pretraining.tokens import END_OF_TEXT, Tokenizer, replay, train_bpe
from pretraining.widgets import MergeExplorer, TokenView, VocabularyExplorer
from pretraining.widgets.lesson_tokens import LONGEST_REPLAY, LONGEST_TEXT, MOST_BOXES, NO_GUESS
from pretraining.widgets.token_boxes import STYLE, TINTS, shown

TEXT = "the cat sat on the mat, then the rat sat on the cat"


def plain(value):
    return html.unescape(" ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", value, flags=re.DOTALL).split()))


def boxes(value):
    """(text, id, bytes) of every box of a token list."""
    found = re.findall(r"<li[^>]*><bdi>(.*?)</bdi><small>(\d+)</small>(?:<small>([^<]*)</small>)?</li>", value)
    return [(html.unescape(text), int(number), below) for text, number, below in found]


def words(value):
    """The pieces of every word of a word list."""
    return [
        [html.unescape(text) for text in re.findall(r"<bdi>(.*?)</bdi>", word)]
        for word in re.findall(r"<li>(.*?)</li>", value)
    ]


@pytest.fixture
def merging():
    return MergeExplorer(TEXT, max_merges=40)


def test_the_slider_shows_every_step_of_the_replay(merging):
    steps = replay(TEXT, 40)
    assert merging.merge.max == len(steps) - 1 == 15
    for number, step in enumerate(steps):
        merging.merge.value = number
        assert words(merging.view.value) == [[shown(piece) for piece in word] for word in step.pieces]
        said = plain(merging.note.value)
        assert f"{sum(map(len, step.pieces))} tokens" in said
        assert f"{number} merges" in said
        if number:
            left, right, count = step.candidates[0]
            assert f"Merge {number} joined {shown(left)} + {shown(right)} , seen {count} time" in said
            assert f"with id {255 + number}" in said
    assert "No pair is left" in said


def test_the_replay_is_what_training_learns(merging):
    assert [step.pair for step in merging.steps[1:]] == train_bpe(TEXT, 271, special_tokens=()).merges


def test_the_new_token_stands_out_and_one_token_has_one_colour(merging):
    merging.merge.value = 4
    new = re.findall(r"<span class=new[^>]*><bdi>(.*?)</bdi>", merging.view.value)
    assert new == ["·the"] * 4
    found = re.findall(r"<span[^>]* style='background:(#\w+)'><bdi>(.*?)</bdi>", merging.view.value)
    tints = {text: {tint for tint, other in found if other == text} for _, text in found}
    assert all(len(every) == 1 for every in tints.values())
    assert tints["c"] == {"#ffffff"}
    assert tints["·the"] < set(TINTS) > tints["at"] != tints["·the"]


def test_the_runners_up_and_a_tie_are_told(merging):
    merging.merge.value = 1
    assert "Next in line: t + h 5, h + e 5, · + t 4." in plain(merging.note.value).replace(" ,", ",")
    assert "tie" not in merging.note.value
    merging.merge.value = 2
    assert "A tie" in merging.note.value


def test_guesses_are_judged_when_the_merge_is_made(merging):
    assert merging.guess.value == NO_GUESS
    assert set(merging.guess.options) == {NO_GUESS, "a + t", "t + h", "h + e", "· + t"}
    merging.guess.value = "a + t"
    assert merging.verdict.value == ""
    merging.next_button.click()
    assert "Right! 1 of 1" in plain(merging.verdict.value)
    merging.guess.value = "h + e"
    merging.next_button.click()
    assert "just as frequent" in merging.verdict.value
    assert "2 of 2" in plain(merging.verdict.value)
    merging.guess.value = "o + n"
    merging.next_button.click()
    assert "o + n was seen 2, th + e 5 times" in plain(merging.verdict.value).replace(" ,", ",")
    assert "2 of 3" in plain(merging.verdict.value)
    merging.next_button.click()
    assert merging.verdict.value == ""


def test_a_guess_is_not_judged_by_a_jump_or_a_step_back(merging):
    merging.guess.value = "h + e"
    merging.merge.value = 5
    assert merging.verdict.value == ""
    merging.guess.value = merging.guess.options[1]
    merging.back_button.click()
    assert merging.verdict.value == ""


def test_the_options_do_not_give_the_answer_away(merging):
    """They are in the order of the alphabet, not of their counts."""
    for number in range(14):
        merging.merge.value = number
        assert list(merging.guess.options[1:]) == sorted(merging.guess.options[1:])


def test_buttons_stop_at_the_ends(merging):
    assert merging.back_button.disabled
    merging.merge.value = 15
    assert merging.next_button.disabled
    assert merging.guess.disabled
    merging.next_button.click()
    assert merging.merge.value == 15
    merging.back_button.click()
    assert merging.merge.value == 14
    assert not merging.next_button.disabled


def test_a_new_text_starts_again(merging):
    merging.merge.value = 9
    merging.text.value = "aaaa"
    assert (merging.merge.value, merging.merge.max) == (0, 2)
    assert words(merging.view.value) == [["a"] * 4]
    merging.next_button.click()
    assert words(merging.view.value) == [["aa", "aa"]]
    assert "seen 3 times" in plain(merging.note.value)


@pytest.mark.parametrize("text", ["", "a", " ", "a b c"])
def test_a_text_without_pairs_says_so(merging, text):
    merging.text.value = text
    if text == "a b c":  # the space belongs to the word
        assert merging.merge.max == 2
        return
    assert "no pair to merge" in merging.note.value
    assert merging.merge.disabled
    assert merging.next_button.disabled
    merging.next_button.click()
    merging.text.value = TEXT
    assert not merging.merge.disabled


def test_a_long_text_is_cut_and_says_so(merging):
    merging.text.value = "ab" * LONGEST_REPLAY
    assert f"Only the first {LONGEST_REPLAY} characters" in plain(merging.note.value)
    assert len(words(merging.view.value)[0]) == LONGEST_REPLAY


NASTY = "<script>alert('x')</script> & \"quotes\"' </ul>"


def test_the_text_cannot_inject_html(merging):
    view = TokenView({"<b>ours": Tokenizer([(60, 115)], ["<script>"])}, NASTY)
    view.specials.value = True
    merging.text.value = NASTY
    values = [view.note.value, view.view.value]
    for number in range(merging.merge.max + 1):
        merging.merge.value = number
        values += [merging.note.value, merging.view.value]
    for value in values:
        assert "<script" not in value
        assert "<b>ours" not in value
        assert not re.search(r"<(bdi|code)>[<&](?!#?\w+;)", value), "each token is escaped by itself"
        assert value.count("</ul>") <= value.count("<ul")
    assert "".join(text for text, _, _ in boxes(view.view.value)) == NASTY.replace(" ", "·")


def test_a_token_view_shows_the_encoding():
    ours = train_bpe(TEXT * 3, 270)
    text = "the cat\nsat é中🙂"
    view = TokenView({"ours": ours}, text)
    ids = ours.tiktoken.encode_ordinary(text)
    found = boxes(view.view.value)
    assert [number for _, number, _ in found] == ids
    assert bytes.fromhex("".join(below for _, _, below in found)) == text.encode()
    assert [text for text, _, _ in found] == [shown(ours.token_bytes(i)) for i in ids]
    assert f"{len(ids)} tokens, {len(text.encode()) / len(ids):.2f} bytes per token" in plain(view.view.value)
    assert f"{len(text)} characters, {len(text.encode())} bytes. Tokens: ours {len(ids)}." in plain(view.note.value)
    view.with_bytes.value = False
    assert [number for _, number, _ in boxes(view.view.value)] == ids
    assert not any(below for _, _, below in boxes(view.view.value))


def test_typing_changes_the_view():
    view = TokenView({"ours": Tokenizer([])}, "a")
    view.text.value = "b c"
    assert [text for text, _, _ in boxes(view.view.value)] == ["b", "·", "c"]
    view.text.value = ""
    assert view.view.value == ""
    assert "Type a text" in view.note.value


def test_several_vocabularies_stand_one_below_the_other():
    other = tiktoken.Encoding(
        "other", pat_str=r"\w+|\W", mergeable_ranks={bytes([i]): 255 - i for i in range(256)}, special_tokens={}
    )
    view = TokenView({"ours": Tokenizer([(97, 98)]), "theirs": other}, "ab")
    assert [number for _, number, _ in boxes(view.view.value)] == [256, 158, 157]
    assert view.view.value.index("ours, a vocabulary of 257") < view.view.value.index("theirs, a vocabulary of 256")


def test_special_tokens_are_read_as_such_only_when_asked():
    ours = train_bpe(TEXT, 260)
    view = TokenView({"ours": ours}, f"a{END_OF_TEXT}")
    assert ours.special_tokens[END_OF_TEXT] not in [number for _, number, _ in boxes(view.view.value)]
    assert "class='special'" not in view.view.value
    view.specials.value = True
    assert boxes(view.view.value)[-1] == (END_OF_TEXT, ours.special_tokens[END_OF_TEXT], "special")
    assert view.view.value.count("class='special'") == 1


def test_a_long_text_is_cut_with_a_note():
    view = TokenView({"ours": Tokenizer([])}, "a" * (MOST_BOXES + 50))
    assert len(boxes(view.view.value)) == MOST_BOXES
    assert f"the first {MOST_BOXES} are shown" in view.view.value
    assert f"{MOST_BOXES + 50} tokens" in plain(view.view.value)
    view.text.value = "word " * LONGEST_TEXT
    assert f"Only the first {LONGEST_TEXT:,}" in view.note.value


def test_half_a_surrogate_pair_does_no_harm(merging):
    view = TokenView({"ours": Tokenizer([])}, "a\ud83d")
    assert boxes(view.view.value)[0][0] == "a"
    merging.text.value = "a\ud83da"
    assert "tokens" in merging.note.value


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b" a", "·a"),
        (b"\r\n\t", "␍⏎⇥"),
        ("é中🙂".encode(), "é中🙂"),
        (b"\xe2\x96", "‹E2›‹96›"),
        (b"a\xffb", "a‹FF›b"),
        ("\u200d\u00a0\u3000\x00".encode(), "‹U+200D›‹U+00A0›‹U+3000›‹U+0000›"),
        ("\u0301".encode(), "◌\u0301"),
        ("\ufe0f".encode(), "◌\ufe0f"),
        (b"", ""),
    ],
)
def test_what_cannot_be_seen_is_spelled_out(content, expected):
    assert shown(content) == expected


def test_lists_are_lists_with_names_and_bordered_boxes(merging):
    view = TokenView({"ours": Tokenizer([])}, "ab\nc")
    for value, count in ((view.view.value, "4 tokens"), (merging.view.value, "51 tokens")):
        assert re.search(rf"<ul role='list' class='pretraining-\w+' aria-label='[^']*{count}", value)
    assert "border:1.5px solid" in STYLE
    assert "overflow-wrap:anywhere" in STYLE
    assert view.view.value.count("class='line-end' aria-hidden='true'") == 1


def test_neighbours_have_different_colours():
    tints = re.findall(r"background:(#\w+)", TokenView({"ours": Tokenizer([])}, "abcdefghijk").view.value)
    assert all(left != right for left, right in zip(tints, tints[1:]))


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_letters_on_every_tint_have_contrast():
    """WCAG 2.1, 1.4.6: at least 7 to 1; the letters are black or #222222."""
    for tint in TINTS:
        assert (luminance(tint) + 0.05) / (luminance("#222222") + 0.05) >= 7


@pytest.fixture(scope="module")
def vocabularies():
    learned = {"cats": train_bpe(TEXT, 261, special_tokens=()), "code": train_bpe("x = self.x\n", 261, ())}
    return VocabularyExplorer(learned, {"cats": TEXT, "code": "self.x = x"}, sizes=[256, 258, 261])


def test_the_bars_follow_size_and_training_text(vocabularies):
    chart = vocabularies.chart
    assert chart.rows == [["cats", 1.0, "1.00"], ["code", 1.0, "1.00"]]
    assert "No gain in cats, code." in plain(vocabularies.note.value)
    vocabularies.vocab_size.value = 261
    (_, cats, label), (_, code, _) = chart.rows
    assert cats > 1.2
    assert code < cats
    assert label == f"{cats:.2f}"
    assert f"cats {cats:.2f}" in chart.description
    assert "261 tokens learned from cats: most bytes per token in cats" in plain(vocabularies.note.value)
    assert "No gain in code." in plain(vocabularies.note.value)
    vocabularies.learned_from.value = "code"
    (_, cats_now, _), (_, code_now, _) = chart.rows
    assert cats_now < cats
    assert code_now > code


def test_every_control_has_a_label(merging, vocabularies):
    view = TokenView({"ours": Tokenizer([])})
    controls = [merging.text, merging.merge, merging.back_button, merging.next_button, merging.guess]
    controls += [view.text, view.with_bytes, view.specials, vocabularies.learned_from, vocabularies.vocab_size]
    assert all(control.description for control in controls)
