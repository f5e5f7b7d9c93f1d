"""Encyclopedia articles and papers: the two kinds of text that look things up and measure them."""

from __future__ import annotations

from collections.abc import Sequence

from .ledger import Statement
from .sentences import CARRY, OPENINGS, TAILS, TOWNS, WORK, riddles
from .writer import Writer

ARTICLE = (
    "{Home} is known for its {adj} {place}, built of {material} and {material}.",
    "the {place} of {Home} burned down and was rebuilt in {material} {number} years later.",
    "each {season}, {an:adj2} {event} fills the streets of {Home}.",
    "the soil around {Home} is {adj}, and farmers grow {food}, {food} and {food}.",
    "in the woods, the {plant}, the {plant} and the {plant} are common.",
    "the {animal} and the {animal} live along the river, and the {animal} nests in the {place}.",
    "the {animal} is {an:adj} creature that feeds on {food} and hides under {an:plant}.",
    "visitors in {month} should expect {weather} and {an:adj} {place}.",
    "the local museum shows {an:adj} {thing}, {number} {colour} coins and {an:adj} {thing} of {material}.",
    "trade in {food} and {material} made the town {adj2} in the {number_th} century.",
    "its {place} has {number} windows of {colour} glass.",
    "a railway joins {here} with {there}, {miles} miles away.",
    "a typical {A_prof} owns {an:A_tool} and {A_does} {A_obj} and {A_obj}.",
    "the word for {an:adj} {thing} differs from village to village.",
    "older sources praise the {food} of the region; newer ones mention the {plant}.",
    "little is known about the {adj} {place}, except that {trouble} there {when}.",
    "{an:B_prof} of the region {B_does} {B_obj}, usually {when}.",
    "the coat of arms shows {an:animal}, {an:animal} and {an:adj} {thing} on {colour}.",
)
ARTICLE_SLOTS = {
    "adj2": ("annual", "elaborate", "old-fashioned", "expensive", "international", "extraordinary", "open-air"),
    "number_th": ("fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth"),
}
SEE_ALSO = (
    "see also: {plant}, {animal}, {Land}, {A_prof}.",
    "related articles: {town}; {subject}; the {event} of {Home}.",
    "further reading: {last}, A short account of {subject}, volume {n}.",
    "pictures of the {place} and the {plant} are kept in {town}.",
)
TOPICS = ("{Home}", "the {animal}", "{material}", "the {plant}", "the {A_prof}", "the {place} of {Home}")
TITLES_OF_ARTICLES = (
    "{topic} (volume {n}, page {n3})",
    "{topic}, with notes on the {plant} and the {animal}",
    "{topic}: an entry by {first} {last}, {year}",
    "{topic} and {subject}, page {n3}",
)


def article(writer: Writer, statements: Sequence[Statement]) -> str:
    """An encyclopedia article: a title, facts, what surrounds them, and where to read on."""
    dice = writer.dice
    topic = statements[0].fact.subject if statements else writer.fill(dice.choice(TOPICS))
    title = writer.sentence(TITLES_OF_ARTICLES, topic=topic.removeprefix("the ")) + "\n\n"
    body = _article_sentences(writer, dice.integer(4, 8))
    body += writer.sentences(TOWNS, dice.integer(0, 2)) + writer.sentences(WORK, dice.integer(1, 3))
    body += writer.sentences(CARRY, dice.integer(0, 1))
    lead = writer.told(statements[:1], OPENINGS, TAILS)
    body = lead + dice.shuffled(body + writer.told(statements[1:], OPENINGS, TAILS))
    half = len(body) // 2
    return title + " ".join(body[:half]) + "\n\n" + " ".join(body[half:]) + "\n\n" + writer.sentence(SEE_ALSO)


def _article_sentences(writer: Writer, count: int) -> list[str]:
    drawn = {slot: writer.dice.choice(words) for slot, words in ARTICLE_SLOTS.items()}
    return [writer.sentence(ARTICLE, **drawn) for _ in range(count)]


TITLES = (
    "On {subject} and {subject} near {Home}",
    "{cap:subject} in {Land}: {method}",
    "Does {subject} depend on {subject} in {Home} and {town}?",
    "A note on {subject} and {material} in {Land}",
    "{cap:quantity} of {food} kept in {material}",
    "{cap:method} for the study of {subject}",
)
ABSTRACT = (
    "we study {subject} with {method} in {number} villages around {Home}.",
    "this paper asks whether {subject} depends on {subject} in {Land} and {Land}.",
    "using {method} and {method}, we examine {subject} over {number} years.",
    "earlier work on {subject} relied on {method} alone [{n}].",
    "the data were gathered {when} at the {adj} {place} of {Home}.",
)
RESULTS = (
    "{quantity} rose from {dec} to {dec} {unit} (p < 0.0{n}).",
    "{quantity} fell by {dec} {unit} when {weather} came.",
    "in sample {n3}, {quantity} was {dec} {unit}, {adverb} close to the value in [{n}].",
    "table {n} compares {quantity} for {material}, {material} and {material}.",
    "{quantity} of the {animal} was {dec} {unit}, that of the {animal} {dec} {unit}.",
    "we found no effect of {weather} on {quantity} of the {animal}.",
    "the model explains {n}.{n} percent of the variance of {quantity}.",
    "{n3} of the {n3} samples contained {food} or {material}.",
    "when the {thing} was {adj}, {quantity} doubled within {number} weeks.",
    "the confidence interval for {quantity} runs from {dec} to {dec} {unit}.",
    "each {A_prof} {A_did} {A_obj} while an observer noted {quantity}.",
    "figure {n} shows that {quantity} depends on the {adj} {material}.",
    "outliers were caused by the {animal}, and once because {trouble}.",
)
METHODS = (
    "we placed {number} {adj} sensors of {material} beside the {plant} and read them {when}.",
    "{an:A_prof} and {an:B_prof} independently rated {n3} photographs of the {adj} {place}.",
    "every {thing} was weighed {when} with an error below {dec} grams.",
    "{last} and {last} [{n}] describe {method} in detail.",
    "participants were told that {trouble}, then answered {number} questions.",
    "half of the {plant} plots received {food}, the other half received none.",
)
PREMISES = (
    "A simple example shows the argument:",
    "The order is transitive, as the next case shows:",
    "We check the rule on three persons:",
    "The ranking follows by inference:",
)
CONCLUSIONS = (
    "we conclude that {subject} and {subject} near {Home} should be studied together.",
    "future work should repeat this in {town} with {method} and {method}.",
    "the result for {Home} may not hold for {town}, where {material} is used.",
    "we thank {first} {last} and the {A_prof} of {Home} for {adj} advice.",
    "{subject} remains {an:adj} problem, and {method} alone will not solve it.",
)


def paper(writer: Writer, statements: Sequence[Statement]) -> str:
    """A short paper: title, authors, abstract, method, results, conclusion, references."""
    dice = writer.dice
    title = writer.sentence(TITLES)
    authors = writer.fill("{first} {last}, {first} {last} and {first} {last}")
    abstract = writer.sentences(ABSTRACT, 2)
    background = writer.told(statements, OPENINGS, TAILS) + writer.sentences(WORK, dice.integer(0, 2))
    method = writer.sentences(METHODS, dice.integer(1, 3)) + writer.sentences(CARRY, dice.integer(0, 1))
    results = writer.sentences(RESULTS, dice.integer(2, 5))
    logic = [f"{dice.choice(PREMISES)} {riddle}" for riddle in riddles(dice, dice.integer(1, 3))]
    sections = [
        f"{title}\n{authors}",
        "Abstract: " + " ".join(abstract),
        "1 Introduction: " + " ".join(dice.shuffled(background) or writer.sentences(ABSTRACT, 1)),
        "2 Method: " + " ".join(method),
        "3 Results: " + " ".join(results),
        "4 Discussion: " + " ".join([*logic, *writer.sentences(CONCLUSIONS, 2)]),
        f"References: [{dice.integer(2, 99)}] " + writer.fill("{last}, {first}: {cap:subject}. {town}, {year}."),
    ]
    return "\n\n".join(sections)
