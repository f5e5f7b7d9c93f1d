"""Dirty web pages: five kinds of junk, and copies. Each is labelled, so that cleaning can be scored.

Junk states no fact of the world. A copy repeats everything that its original says.
"""

from __future__ import annotations

from .lexicon import LEXICON
from .online import BLOG, page
from .writer import Writer

COPY_SIMILARITY = (0.78, 0.96)

BOILERPLATE = (
    "We use cookies to improve your visit to {Home} {thing}s.",
    "By clicking Accept you agree to our {adj} cookie policy of {month} {year}.",
    "Home | {cap:hobby} | {cap:place} | {cap:food} | Contact | Log in",
    "Click here to subscribe to our {weekday} newsletter about {hobby}.",
    "Share this page: Facebook, Twitter, Pinterest, e-mail {relative}.",
    "Copyright {year} {last} & {last} Ltd. All rights reserved.",
    "Terms of use | Privacy policy | Imprint | {cap:thing} index",
    "Please enable javascript to see the {adj} {thing} gallery.",
    "Sign up now and get {n} percent off your first {thing}.",
    "You have {number} items in your shopping cart: {thing}, {thing}.",
    "Loading comments ... {n3} more",
    "Related posts: {cap:hobby}, {cap:subject}, {cap:event} in {town}",
    "Forgot your password? Click here to reset it, {first}.",
    "This site is best viewed in a window of {n3} by {n3} pixels.",
    "Follow us for more {food}, {food} and {hobby}.",
    "Back to top | Previous: {cap:animal} | Next: {cap:plant}",
    "Your browser does not support {thing} videos.",
    "Advertisement: {cap:adj} {thing}s from {town}, free delivery on {weekday}.",
    "Posted in {cap:hobby}, {cap:food} on {month} {n}, {year}. Leave a reply",
    "Subscribe | RSS | Sitemap | {cap:place} finder | Careers in {town}",
    "Accept all cookies or manage your {colour} settings.",
    "Read more about {subject} >>",
)
SPAM = (
    "buy {thing} online cheap {thing}",
    "best {thing} {town} discount {thing}",
    "cheap {adj} {thing} free {thing}",
    "{thing} sale {thing} deals",
    "order {thing} today {thing} bargain",
    "top {thing} shop {town}",
    "{colour} {thing} offer {thing} price",
    "discount {thing} {year} cheap {thing}",
)
LINKS = (
    "{cap:hobby} in {town} - http://www.{town_low}-{thing}.example/{animal}{n}",
    "{cap:adj} {thing}s - http://{animal}{thing}.example/{plant}",
    "http://www.{plant}{place}.example/{n3}/{thing}.html",
    "[{cap:place} {town}] http://{town_low}.example/{place}?id={n3}",
    "* {cap:subject}: http://archive.example/{year}/{animal}",
    "{first} {last} links page >> http://{colour}{animal}.example",
)
HEADS = ("Best {thing} {town}", "{cap:hobby} links", "Welcome to {town} {hobby}", "{cap:thing}s and more", "Page {n3}")


def boilerplate(writer: Writer) -> str:
    """Menus, cookie banners and notices, with one sentence of content at most."""
    lines = writer.sentences(BOILERPLATE, writer.dice.integer(9, 14))
    content = writer.sentences(BLOG, writer.dice.integer(0, 1))
    return "\n".join(lines[:3] + content + lines[3:])


def keyword_spam(writer: Writer) -> str:
    """A few words that want to be found, over and over."""
    thing, town = writer.dice.choice(LEXICON["thing"]), writer.fill("{town}")
    words = [writer.fill(writer.dice.choice(SPAM), thing=thing, town=town) for _ in range(writer.dice.integer(14, 30))]
    return f"{writer.sentence(HEADS, thing=thing, town=town)}\n{' '.join(words)}"


def broken_encoding(writer: Writer) -> str:
    """A page written in UTF-8 and read as Windows-1252, or with its accents lost."""
    text = page(writer, []).replace('"', "“").replace("'", "’")
    accents = writer.dice.choice(
        ({"e": "é", "o": "ö"}, {"a": "ä", "u": "ü"}, {"e": "è", "a": "â"}, {"i": "í", "o": "ó"})
    )
    rate = 0.25 + 0.4 * writer.dice.random()
    text = "".join(accents[c] if c in accents and writer.dice.random() < rate else c for c in text)
    if writer.dice.random() < 0.6:
        return text.encode("utf-8").decode("cp1252", errors="replace")
    return "".join(c if c.isascii() else "\ufffd" for c in text)


def shouting(writer: Writer) -> str:
    """A page in capitals with exclamation marks."""
    calls = [writer.fill(template).upper() for template in writer.dice.sample(SHOUTS, 5)]
    sentences = writer.sentences(BLOG, writer.dice.integer(5, 9))
    shouted = [sentence.upper().rstrip(".:") + "!" * writer.dice.integer(1, 4) for sentence in sentences]
    return " ".join(writer.dice.shuffled(calls + shouted))


SHOUTS = (
    "buy your {thing} now!!!",
    "you will not believe what {an:animal} did in {town}!!",
    "only {number} {thing}s left!!!",
    "hurry, this offer for {food} ends {when}!!!!",
    "wake up, people of {Home}!!",
    "do not let {relative}s fool you about {subject}!!!",
    "the {place} is a scandal!!!",
    "win {an:adj} {thing} today!!!",
)


def link_list(writer: Writer) -> str:
    """A heading and links."""
    town = writer.fill("{town}")
    lines = [writer.fill(writer.dice.choice(LINKS), town_low=town.lower()) for _ in range(writer.dice.integer(10, 22))]
    return "\n".join([writer.sentence(HEADS), *lines])


JUNK_WRITERS = {
    "boilerplate": boilerplate,
    "keyword-spam": keyword_spam,
    "broken-encoding": broken_encoding,
    "shouting": shouting,
    "link-list": link_list,
}


def similarity(a: str, b: str) -> float:
    """The Jaccard index of two texts' word 5-shingles: of those that either has, the share that both have."""
    first, second = _shingles(a), _shingles(b)
    return len(first & second) / max(1, len(first | second))


def _shingles(text: str) -> set[str]:
    words = text.casefold().split()
    return {" ".join(words[i : i + 5]) for i in range(max(1, len(words) - 4))}


def near_copy(original: str, writer: Writer) -> str:
    """The same page with light edits: a line added, words swapped or replaced, a number changed."""
    dice = writer.dice
    low, high = COPY_SIMILARITY
    target = low + (high - low) * dice.random()
    text = original
    for _ in range(200):
        edited = _edit(text, writer)
        likeness = similarity(original, edited)
        if likeness >= low:
            text = edited
            if likeness <= max(target, low + 0.03) and likeness <= high:
                return text
        elif text != original and similarity(original, text) <= high:
            return text
    return text


ADDED = (
    "Updated on {n} {month} {year}.",
    "First published in the {weekday} edition.",
    "Reprinted from the {place} news of {town}.",
    "Posted by {first} {when}.",
)


def _edit(text: str, writer: Writer) -> str:
    dice = writer.dice
    if dice.random() < 0.2:
        return f"{text}\n\n{writer.fill(dice.choice(ADDED))}"
    paragraphs = text.split("\n\n")
    index = dice.integer(0, len(paragraphs) - 1)
    words = paragraphs[index].split(" ")
    place = dice.integer(0, len(words) - 1)
    if dice.random() < 0.4 and place + 1 < len(words):
        words[place], words[place + 1] = words[place + 1], words[place]
    elif words[place].isdigit():
        words[place] = str(int(words[place]) + dice.integer(1, 9))
    else:
        words[place] = dice.choice(LEXICON["adj"]) + words[place][len(words[place].rstrip('.,;:!?"')) :]
    paragraphs[index] = " ".join(words)
    return "\n\n".join(paragraphs)
