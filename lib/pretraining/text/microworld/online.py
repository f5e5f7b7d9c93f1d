"""Web pages and forum threads: people who report, recommend, ask and answer."""

from __future__ import annotations

from collections.abc import Sequence

from .ledger import Statement
from .sentences import CARRY, OPENINGS, SCENE, TAILS, TOWNS, WORK, riddles
from .writer import Writer

HEADLINES = (
    "{cap:number} reasons to visit {Home} in {season}",
    "How I learned to love {hobby} {when}",
    "{cap:hobby}: a guide for {adj} beginners from {town}",
    "Local news from {Home}, {weekday} {n} {month}",
    "A recipe with {food}, {food} and {food}",
    "What the {event} in {Home} taught me about {hobby}",
    "Travel diary: from {town} to {town} in {month}",
    "Our {season} in {Home} and {town}",
    "Where to find {an:adj} {thing} of {material}",
)
BLOG = (
    "I have been interested in {hobby} for {number} years, mostly {when}.",
    "last {month} we travelled from {here} to {there}, which are {miles} miles apart.",
    "if you like {hobby}, you will enjoy {hobby} as well.",
    "our {relative} makes {food} with {food}, and it tastes better than in any {place}.",
    "you need {number} grams of {food}, some {food} and {an:adj} {thing}.",
    "mix the {food} with the {food}, wait {number} minutes and add {food}.",
    "my advice is simple: {advice}, and {advice}.",
    "the {adj} {place} opens {when}, and a ticket costs {number} coins.",
    "bring {an:adj} {thing}, because {weather} can arrive {when}.",
    "on {weekday} the {event} begins at the {place}, with {food} for everyone.",
    "the {adj} {place} was full, so we slept in {an:adj} {place} near {town}.",
    "a neighbour sold me {an:adj} {thing} for {number} coins, {remark}.",
    "the mayor of {Home} promised {adverb} to repair the {place} before {month}.",
    "police are looking for {an:adj} {thing} that was stolen from the {place} {when}.",
    "more than {number} guests came to the {event}, although {trouble}.",
    "the café beside the {place} serves {food}, {food} and the best {food} in {Land}.",
    "the team from {here} beat the team from {there} at the {event}.",
    "I was {feeling} at first, but {when} everything looked {adj}.",
    "choose {an:adj} {thing} of {material} rather than one of {material}.",
    "the view from the {place} over the {plant} trees is {adj} {when}.",
    "next {weekday} I will write about {hobby} and {subject}.",
    "readers often ask me about {subject} and {hobby}, so here is what I know.",
    "children can feed the {animal} and watch how the {animal} sleeps.",
)
QUIZ = (
    "here is the puzzle of the week:",
    "can you check this one:",
    "a question from our quiz night:",
    "my {relative} sent this one in:",
    "warm up your brain first:",
)


def page(writer: Writer, statements: Sequence[Statement]) -> str:
    """A good web page: a headline and a few paragraphs."""
    dice = writer.dice
    body = writer.sentences(BLOG, dice.integer(5, 9)) + writer.sentences(SCENE, dice.integer(0, 3))
    body += writer.sentences(WORK, dice.integer(1, 3)) + writer.sentences(CARRY, dice.integer(0, 2))
    body += writer.sentences(TOWNS, dice.integer(0, 1)) + writer.told(statements, OPENINGS, TAILS)
    if dice.random() < 0.6:
        body.append(" ".join([writer.sentence(QUIZ), *riddles(dice, dice.integer(1, 2))]))
    body = dice.shuffled(body)
    third = -(-len(body) // 3)
    paragraphs = [" ".join(body[start : start + third]) for start in range(0, len(body), third)]
    return "\n\n".join([writer.sentence(HEADLINES), *paragraphs])


QUESTIONS = (
    "does anyone here have experience with {hobby} in {Home}?",
    "my {relative} says that {trouble} {when}, what should I do?",
    "what is {an:adj} {thing} of {material} worth? It was in the {place}, beside {an:animal} made of {material}.",
    "how do I keep the {animal} and the {animal} away from my {food}?",
    "which {adj} {thing} do you recommend for {hobby}?",
    "is the {place} near {town} open in {month}?",
    "why does my {food} with {food} taste {adj} {when}?",
    "I am new here and {feeling}, so where in {town} should I start with {hobby}?",
)
REPLIES = (
    "I had the same problem, {trouble} {when}, and my solution was this: {advice}.",
    "try {food} with {food} instead of {food}, it works for me.",
    "do not buy {an:adj} {thing}, take one of {material} or {material}.",
    "thanks, that helped, and my {relative} from {town} is {feeling} now!",
    "in {Home} you can get {an:adj} {thing} for about {number} coins.",
    "honestly, {advice}, then {advice}, {remark}.",
    "not sure, but my {relative} {handled} {an:adj} {thing} that way.",
    "it depends: with {weather} you need {material}, otherwise {material} is enough.",
    "the {place} in {town} is closed on {weekday}, ask at the {place}.",
    "sorry to hear that, my {adj} {animal} {creature_did} there {adverb} too.",
    "I disagree, in {season} {hobby} is more fun than {hobby}.",
    "good question, I read about {subject} at the {place} last {weekday}.",
)
FACT_QUESTIONS = (
    "I need this for the {event} quiz:",
    "my {relative} and I had an argument about this:",
    "quick check, because the {thing} gives no answer:",
    "homework again, please help:",
)
RANKINGS = (
    "logic question:",
    "who can rank them:",
    "let me sort that out for you:",
    "easy if you write it down:",
    "my {relative} got this one wrong:",
)


def thread(writer: Writer, statements: Sequence[Statement]) -> str:
    """A forum thread: a question and answers, each with the name of who wrote it."""
    dice = writer.dice
    posts = [[writer.sentence(QUESTIONS), *writer.sentences(SCENE, dice.integer(0, 1))]]
    for fact in writer.told(statements, OPENINGS, TAILS):
        posts.append([writer.sentence(FACT_QUESTIONS), fact] if dice.random() < 0.4 else [fact])
    for _ in range(dice.integer(3, 5)):
        posts.append(writer.sentences(REPLIES, dice.integer(1, 2)))
    posts.append(writer.sentences(WORK, dice.integer(1, 2)))
    posts.append(writer.sentences(CARRY, dice.integer(1, 2)))
    posts.append([writer.sentence(RANKINGS), *riddles(dice, dice.integer(1, 3))])
    posts[1:] = dice.shuffled(posts[1:])
    members = [_member(writer) for _ in range(dice.integer(2, 4))]
    lines = [f"{dice.choice(members) if index else members[0]}: {' '.join(post)}" for index, post in enumerate(posts)]
    return "\n".join([writer.fill("Thread: {cap:hobby}, {subject} and {an:adj} {thing}"), *lines])


def _member(writer: Writer) -> str:
    return writer.fill(writer.dice.choice(("{adj}_{animal}", "{animal}{n}", "{first}_{animal}", "{colour}{thing}")))
