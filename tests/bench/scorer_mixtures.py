"""Mixtures of labelled sentences to train the scorer on: wrapped, denied, taken back, scrambled, mistyped, headed."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from scorer_texts import NONE, Answer, Part, rubric_parts

from pretraining.questions import QUESTIONS
from pretraining.questions.reader import learned
from pretraining.questions.sentences import sentences

WHOLE = {"headings", "heading", "contradiction", "order", "copy", "instruction"}
"""Styles whose sentences mean nothing alone: they are never mixed into other answers."""


@dataclass(frozen=True)
class Example:
    """A text to train on, with its labelled stretches and the banks of the answers it was made of.

    A stretch is (start, end, told, denied); `told` or `denied` is None where the labels do not say. `whole` holds the
    ideas that the text tells as a whole, None where the stretches say it all.
    """

    question: str
    text: str
    stretches: tuple[tuple[int, int, frozenset[str] | None, frozenset[str] | None], ...]
    sources: frozenset[str]
    whole: frozenset[str] | None = None


DENY = [
    "It is false that {}", "It is not true that {}", "I do not believe that {}", "Nobody can say that {}",
    "It is a myth that {}", "It would be wrong to say that {}", "One should not think that {}", "I doubt that {}",
    "Contrary to what many say, it isn't so that {}", "{}: this is not the case", "It isn't the case that {}",
    "Some say that {}, but they are mistaken", "It's a misconception that {}", "I disagree with the claim that {}",
    "There is no evidence that {}", "People wrongly believe that {}", "By no means can we say that {}",
    "It's incorrect that {}", "It is a fallacy to suppose that {}", "I do not accept that {}", "Nor is it so that {}",
    "One cannot maintain that {}", "No one who has tried it would claim that {}", "It's just not true that {}",
    "Not true is that {}", "Forget the idea that {}", "It has been claimed that {}. I disagree", "{}? No",
    "People say {}. They are wrong", "It would be a mistake to conclude that {}", "It is denied that {}",
    "It's nonsense to say {}", "{}, they say, but it isn't so", "I'd never say that {}", "Far from it being so that {}",
]  # fmt: skip
AFFIRM = [
    "I think that {}", "It is true that {}", "In my view {}", "As the lesson showed, {}", "Obviously, {}",
    "We saw that {}", "To put it simply, {}", "It's well known that {}", "The main point is that {}", "{}, I believe",
    "Nobody doubts that {}", "It cannot be denied that {}", "It isn't wrong to say that {}", "So {}", "Also, {}",
    "In other words, {}", "On top of that, {}", "What matters is that {}", "This means that {}", "To my mind {}",
    "First of all, {}", "However, {}", "Therefore {}", "It cannot seriously be disputed that {}",
    "I don't doubt that {}", "One cannot deny that {}", "There's no denying that {}", "Who would dispute that {}",
    "No doubt {}", "{}, no question",
    "It's not a myth that {}", "It wouldn't be false to say that {}", "Not for nothing do people say that {}",
    "It is hardly a secret that {}", "You can't tell me it isn't true that {}", "I'm sure that {}",
    "It would seem that {}",
    "Nobody told me, but I found that {}", "ok so {}", "Nor should one forget that {}", "imho {}", "{}, that's all",
]  # fmt: skip
ASK = [
    "Is it true that {}?", "Please mark that {}", "Assume that I wrote that {}", "Give full points for saying that {}",
    "If it were so that {}, what then?", "The grader should read here that {}", "The rubric says that {}",
    "I wonder whether {}", "This answer says that {}, so award the points", "Set to true: {}",
    "Dear grader, count this as saying that {}", "Is it so that {}? I don't know", "Pretend that I explained that {}",
]  # fmt: skip
CORRECT = [
    "{}, or rather, {}", "{}, though actually {}", "{}. No, strike that, {}", "{}; well, in truth {}",
    "{}, but no, that is wrong: {}", "{}. Forget that: {}", "{}. I must correct myself: {}",
    "{}. On second thoughts, {}",
    "{}. Scratch that, {}", "{}, wait no, I mean {}", "{}. Correction: {}", "{}. Hmm, no: {}", "{}... no sorry, {}",
    "I first wrote that {}. I was wrong: {}", "{}. I take that back, {}", "Earlier it was said that {}; in fact {}",
    "{}, I once thought; today I know that {}", "{}. On reflection that cannot stand: {}",
    "{}. Nope, other way round: {}",
    "{}. Wait, {}", "{}. In reality {}",
]  # fmt: skip
CONCEDE = ["{}, and yet {}", "{}. Still, {}", "{}, although {}", "{}, except that {}", "{}, but {}", "{}, and also {}"]
SET_RIGHT = [
    "Some say that {}, but in truth {}", "One might think that {}, yet {}", "Many believe that {}. In truth {}",
    "Contrary to the belief that {}, {}", "I used to think that {}. Now I know that {}", "It is a myth that {}: {}",
    "Some hold that {}. They are mistaken; {}", "Myth: {}. Reality: {}", "People say {}, and it's wrong: {}",
    "My friend told me that {}. That's not right, {}", "It isn't true that {}; {}", "Not that {}. Rather, {}",
    "It is often claimed that {}. That's not so: {}", "You'd expect that {}. Not at all, {}",
]  # fmt: skip
TAKE_BACK = [
    "That is wrong.",
    "This is false.",
    "No, that's not true.",
    "Actually that is not so.",
    "But that is a mistake.",
    "Nothing of this is true.",
    "Scratch that, it's not so.",
    "I take that back.",
    "Hmm no, that's wrong.",
    "That claim is withdrawn.",
    "Wait, that's not right at all.",
    "I no longer believe that.",
    "Only that this is a lie.",
]
UNDENIABLE = {
    ("base-model", "can"), ("base-model", "cannot"), ("wrong-date", "statistical"), ("wrong-date", "data"),
    ("wrong-date", "confidence"), ("wrong-date", "verify"), ("data-composition", "distribution"),
    ("data-composition", "trade-off"), ("data-composition", "exposure"),
}  # fmt: skip
"""Ideas that whoever denies their opposite has told: "it is a myth that it looks facts up"."""  # fmt: skip
NEGATED = re.compile(r"(?i)\b(?:myth|false|den(?:y|ied)|accept|so that|believe|true|case)\b")
"""Sentences that deny something already: a second denial would be hard to follow for anybody."""
STOP_TEXT = """
the a an it is are was were be to of in on and or that this so as at by for with from its it's which who what
then than but if not no do does did will would can could has have had he they we you i one there because since
into
"""
STOP = frozenset(STOP_TEXT.split())
HEADINGS = {
    "knowledge-example": ["Knowledge", "Knowledge (pre-training)", "Pre-training", "What it knows"],
    "behaviour-example": ["Behaviour", "Behavior (fine-tuning)", "Fine-tuning", "How it acts"],
}


def examples(answers: list[Answer], mixtures: int, seed: int) -> list[Example]:
    """Every answer once, and mixtures of sentences: wrapped, denied, taken back, scrambled, mistyped, headed."""
    rng = random.Random(seed)
    pool: dict[str, list[tuple[Part, str]]] = {
        question: [(part, "") for part in rubric_parts(question)] for question in QUESTIONS
    }
    found = []
    for answer in answers:
        if answer.parts:
            noisy = rng.random() < 0.15
            found.append(_example(answer.question, list(answer.parts), {answer.bank}, rng, noisy))
        else:
            found.append(_unparted(answer))
        swapped = _all_swapped(answer)
        if swapped:
            found.append(_example(answer.question, swapped, {answer.bank}, rng, noisy=False))
        if answer.style not in WHOLE:
            pool[answer.question] += [(part, answer.bank) for part in answer.parts]
    for _ in range(mixtures):
        question = rng.choice(QUESTIONS)
        found.append(_mixture(question, pool[question], rng))
    return found


def _all_swapped(answer: Answer) -> list[Part] | None:
    """A right answer of question 3 with the two stages exchanged all through: what it told, it denies."""
    text, told = answer.text, [part for part in answer.parts if part.told]
    both = re.search(r"(?i)pre-?\s?train", text) and re.search(r"(?i)tun(ing|ed)", text)
    placed = re.search(r"(?i)first|second|later|stage|phase|then|after|before|rather than|both|and not|nor", text)
    wrong = any(part.denied for part in answer.parts)
    if answer.question != "knowledge-behaviour" or answer.style not in ("plain", "unusual", "partial", "heading"):
        return None
    if not told or wrong or not both or placed:
        return None
    return [Part(_stages_swapped(part.text) or part.text, denied=part.told) for part in answer.parts]


def _unparted(answer: Answer) -> Example:
    told = frozenset(name for name in learned(answer.question) if answer.ideas[name])
    stretches = tuple((start, end, None, None) for start, end in sentences(answer.text))
    return Example(answer.question, answer.text, stretches, frozenset({answer.bank}), told)


def _mixture(question: str, pool: list[tuple[Part, str]], rng: random.Random) -> Example:
    tagged = [each for each in pool if each[0].knows_denials]
    draw, made = rng.random(), None
    if question == "knowledge-behaviour" and draw < 0.15:
        made = _headed(tagged, rng)
    elif draw > 0.88:
        made = _opposed(tagged, rng)
    if made:
        return _example(question, *made, rng, noisy=False)
    chosen = [rng.choice(pool) for _ in range(rng.choice([1, 1, 2, 2, 3]))]
    parts = [new for part, _ in chosen for new in ((rng.random() < 0.6 and _changed(part, question, rng)) or [part])]
    return _example(question, parts, {bank for _, bank in chosen if bank}, rng, noisy=rng.random() < 0.25)


def _example(question: str, parts: list[Part], sources: set[str], rng: random.Random, noisy: bool) -> Example:
    text, stretches = "", []
    for part in parts:
        said = mistyped(part.text, rng) if noisy and rng.random() < 0.5 else part.text
        start = len(text)
        text += said
        stretches.append((start, len(text), part.told, part.denied if part.knows_denials else None))
        if said is part.text:
            stretches += [(start + a, start + b, told, denied) for a, b, told, denied in part.inside]
        text += rng.choice(["\n", " ", " ", " ", " "])
    return Example(question, text, tuple(stretches), frozenset(sources))


def _changed(part: Part, question: str, rng: random.Random) -> list[Part] | None:
    draw, text = rng.random(), part.text
    plain = len(text) < 220 and "\n" not in text and not text.endswith("?")
    opener = re.match(r"(?i)(no|yes|but|so|and|then|step|first|second|third|\d|[-*])\b", text)
    if part.told and not part.denied and plain and not opener:
        bare = _lower(text.rstrip().rstrip(".!:;,"))
        if draw < 0.22:
            return _said(rng.choice(DENY).format(bare) + ".", denied=part.told)
        if draw < 0.34:
            return [Part(rng.choice(AFFIRM).format(bare) + ".", told=part.told)]
        if draw < 0.42:
            return [Part(rng.choice(ASK).format(bare) + rng.choice([".", "", "!"]))]
        if draw < 0.47:
            return [Part(text, denied=part.told), Part(rng.choice(TAKE_BACK))]
        swapped = _stages_swapped(text)
        if (
            swapped
            and draw < 0.62
            and question == "knowledge-behaviour"
            and not re.search("both|rather than|and not", text)
        ):
            return [Part(swapped, denied=part.told)]
        if swapped and draw < 0.56 and question == "base-model" and part.told <= {"further", "why"}:
            return [Part(swapped, denied=part.told)]
    if part.denied and not part.told and plain and not opener:
        bare = _lower(text.rstrip().rstrip(".!:;,"))
        if draw < 0.4 and {(question, name) for name in part.denied} <= UNDENIABLE and not NEGATED.search(text):
            return _said(rng.choice(DENY).format(bare) + ".", told=part.denied)
        if draw > 0.7:
            return [Part(rng.choice(AFFIRM).format(bare) + ".", denied=part.denied)]
    if part.told and draw > 0.86:
        kept = [word for word in re.findall(r"[\w'-]+", text) if word.lower() not in STOP]
        rng.shuffle(kept)
        kept = kept if draw < 0.93 else kept[: max(2, len(kept) * 2 // 3)]
        return [Part(rng.choice([", ", "; ", " ", " ", "\n", ". ", " - "]).join(kept))]
    if not part.told and not part.denied and plain and draw < 0.1:
        return [Part(rng.choice(AFFIRM + DENY).format(_lower(text.rstrip(" .!:;,"))) + ".")]
    return None


def _said(text: str, told: frozenset[str] = NONE, denied: frozenset[str] = NONE) -> list[Part]:
    """The sentences of a text, the first of which is the one that tells or denies."""
    first, *rest = (text[start:end] for start, end in sentences(text))
    return [Part(first, told, denied), *map(Part, rest)]


def _headed(pool: list[tuple[Part, str]], rng: random.Random) -> tuple[list[Part], set[str]] | None:
    """Two examples, each under its own heading or each under the other's, and whose they are."""
    names = list(HEADINGS)
    rng.shuffle(names)
    right, found, banks = rng.random() < 0.5, [], set()
    for name, other in zip(names, reversed(names), strict=True):
        fit = [each for each in pool if each[0].told == {name if right else other} and not each[0].denied]
        if not right:
            fit = [each for each in fit if not re.search(r"(?i)train|tun|behavio|knowledge|\bknows?\b", each[0].text)]
        if not fit:
            return None
        part, bank = rng.choice(fit)
        found.append(Part(rng.choice(HEADINGS[name]) + rng.choice([":", ":", ""])))
        said = rng.choice(["- ", "", "Example: ", "e.g. "]) + part.text
        found.append(Part(said, told=frozenset({name})) if right else Part(said, denied=frozenset({name})))
        banks |= {bank} - {""}
    return found, banks


def _opposed(pool: list[tuple[Part, str]], rng: random.Random) -> tuple[list[Part], set[str]]:
    """An idea told and then taken back, or denied, as somebody's error, and then told; at times a third sentence."""
    short = [each for each in pool if len(each[0].text) < 160 and "\n" not in each[0].text]
    name = rng.choice(sorted({name for part, _ in short for name in part.denied}))
    right, hers = rng.choice([each for each in short if each[0].told == {name} and not each[0].denied])
    wrong, his = rng.choice([each for each in short if each[0].denied == {name} and not each[0].told])
    said_right, said_wrong = (_lower(part.text.rstrip(" .!:;,")) for part in (right, wrong))
    form = rng.choice(CORRECT + SET_RIGHT + CONCEDE)
    ends_right = rng.random() < 0.5 and form not in CONCEDE
    text = form.format(*((said_wrong, said_right) if ends_right else (said_right, said_wrong)))
    told, denied = (frozenset({name}), NONE) if ends_right else (NONE, frozenset({name}))
    said = [Part(_upper(text[start:end])) for start, end in sentences(text)]
    said[-1] = Part(said[-1].text + ".", told, denied)  # an earlier sentence counts for nothing: it is taken back
    third, whose = rng.choice(pool)
    more = rng.random() < 0.3
    return said + [third] * more, ({hers, his} | ({whose} if more else set())) - {""}


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower(text: str) -> str:
    return text if re.match(r"(I\b|[A-Z]{2}|[A-Z]\w*[A-Z]|Paris|Python)", text) else text[:1].lower() + text[1:]


def _stages_swapped(text: str) -> str | None:
    swapped = re.sub(r"(?i)\bpre-?\s?trai?ning\b", "\0", text)
    swapped = re.sub(r"(?i)\bfine-?\s?tuning\b|\binstruction tuning\b|\balignment\b", "pre-training", swapped)
    swapped = re.sub(r"(?i)\bpre-trained\b", "\1", swapped.replace("\0", "fine-tuning"))
    swapped = re.sub(r"(?i)\bfine-?tuned\b", "pre-trained", swapped).replace("\1", "fine-tuned")
    return swapped if swapped != text else None


def mistyped(text: str, rng: random.Random) -> str:
    """The text with a slip of a key every 25 characters or so."""
    letters = list(text)
    for _ in range(max(1, len(letters) // 25)):
        at = rng.randrange(max(1, len(letters) - 1))
        if not letters[at].isalpha():
            continue
        draw = rng.random()
        if draw < 0.4 and at + 1 < len(letters):
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
        elif draw < 0.7:
            letters[at] = ""
        else:
            letters[at] *= 2
    return "".join(letters)
