"""Code: small Python programs. A comment beside each `print` claims what it prints, and the claim is right.

The programs only compute and print: no imports, no files, no input.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .chance import Dice
from .lexicon import LEXICON
from .sentences import COMPARISONS, trio
from .setting import distance_miles
from .writer import Writer

Program = tuple[list[str], list[tuple[str, object]]]
"""Lines of definitions, and pairs of an expression to print and its value."""


def program(writer: Writer) -> str:
    """One module: a docstring, two or three pieces, and what each prints."""
    dice = writer.dice
    pieces = dice.sample(PIECES, dice.integer(2, 3))
    definitions, prints = [], []
    for piece in pieces:
        lines, shown = piece(writer)
        definitions.append("\n".join(lines))
        prints += [f"print({expression})  # prints {value}" for expression, value in shown]
    return "\n\n".join([writer.sentence(DOCSTRINGS), *definitions, "\n".join(prints)]) + "\n"


def claimed_output(source: str) -> str:
    r"""What a program says that it prints, line by line.

    Example:
        >>> claimed_output("print(1 + 2)  # prints 3\n")
        '3\n'
    """
    return "".join(claim + "\n" for claim in re.findall(r"# prints (.*)$", source, flags=re.MULTILINE))


DOCSTRINGS = (
    '"""Helpers for the {thing} shop of {Home}: {subject} and {hobby}."""',
    '"""Count {food}, sort the {animal} records and compare {A} with {B}."""',
    '"""A small study of {subject}, written for {first} {last}."""',
    '"""Tools that {an:A_prof} in {town} uses {when}."""',
    '"""Exercise {n}: the {adj} {place}, the {adj} {thing}."""',
    '"""Notes on {hobby}; {advice}."""',
)


SUMMARIES = ("{an:adj} {place} in {Home} that holds {food} and {food}",)


def _word(dice: Dice, slot: str) -> str:
    return dice.choice(LEXICON[slot])


def _name(dice: Dice, *slots: str) -> str:
    """A variable's name of several words, so that lines of different programs differ."""
    return "_".join(_word(dice, slot) for slot in slots)


def _total(writer: Writer) -> Program:
    dice = writer.dice
    goods = dice.sample(LEXICON["food"], dice.integer(3, 4))
    prices = {name: dice.integer(1, 30) for name in goods}
    bought = dice.sample(goods, 2)
    shelf, wanted, total = _name(dice, "adj", "place"), _name(dice, "adj", "food"), _name(dice, "material", "thing")
    lines = [
        f"{shelf} = {_double_quoted(prices)}",
        "",
        f"def price_of_{wanted}({wanted}):",
        f'    """Add up what the {_word(dice, "food")} and the {_word(dice, "food")} cost in {writer.home.name}."""',
        f"    {total} = 0",
        f"    for {(one := _word(dice, 'thing'))} in {wanted}:",
        f"        {total} += {shelf}[{one}]",
        f"    return {total}",
    ]
    return lines, [(f"price_of_{wanted}({_list(bought)})", sum(prices[good] for good in bought))]


def _compare(writer: Writer) -> Program:
    dice = writer.dice
    more, _, _ = dice.choice(COMPARISONS)
    a, b, c = trio(dice)
    pairs = [(a, b), (b, c)]
    if dice.random() < 0.5:
        pairs.reverse()
    shown = ", ".join(f'("{x}", "{y}")' for x, y in pairs)
    known, first, last = _name(dice, "colour", "place"), _name(dice, "season", "animal"), _name(dice, "adj", "animal")
    lines = [
        f"# {pairs[0][0]} is {more} than {pairs[0][1]}, and {pairs[1][0]} is {more} than {pairs[1][1]}.",
        f"{known} = [{shown}]",
        "",
        f"def is_{more}({first}, {last}):",
        f"    return ({first}, {last}) in {known} or any(",
        f"        x == {first} and is_{more}(y, {last}) for x, y in {known}",
        f"    )  # {first} to {last}, step by step",
    ]
    x, y = dice.sample((a, b, c), 2)
    truth = (x, y) in ((a, b), (b, c), (a, c))
    return lines, [(f'is_{more}("{a}", "{c}")', True), (f'is_{more}("{x}", "{y}")', truth)]


def _rank(writer: Writer) -> Program:
    dice = writer.dice
    towns = dice.sample(writer.setting.towns, dice.integer(3, 5))
    people = {town.name: town.population for town in towns}
    survey = _name(dice, "animal", "thing")
    ranked = sorted(people, key=lambda town: people[town])
    lines = [f"# How many people live in each town of the {survey} survey.", f"{survey} = {_double_quoted(people)}"]
    return lines, [
        (f"max({survey}, key={survey}.get)", ranked[-1]),
        (f"min({survey}, key={survey}.get)", ranked[0]),
    ]


def _distance(writer: Writer) -> Program:
    dice = writer.dice
    here, there = dice.sample(writer.setting.towns, 2)
    hours, function, a, b = (
        dice.integer(2, 9),
        _name(dice, "moved", "thing"),
        _word(dice, "plant"),
        _word(dice, "animal"),
    )
    lines = [
        f"# {here.name} lies at ({here.east}, {here.north}) and {there.name} at ({there.east}, {there.north}).",
        f"def miles_{function}({a}, {b}):",
        f"    return round((({a}[0] - {b}[0]) ** 2 + ({a}[1] - {b}[1]) ** 2) ** 0.5)",
    ]
    call = f"miles_{function}(({here.east}, {here.north}), ({there.east}, {there.north}))"
    miles = distance_miles(here, there)
    return lines, [(call, miles), (f"{call} // {hours}", miles // hours)]


def _class(writer: Writer) -> Program:
    dice = writer.dice
    name, unit, count = _word(dice, "thing").capitalize(), _name(dice, "adj", "food"), _name(dice, "season", "unit")
    add, remove = _name(dice, "adverb", "handled"), _name(dice, "adverb", "moved")
    start, added, removed = dice.integer(5, 60), dice.integer(1, 40), dice.integer(1, 5)
    owner = dice.choice(writer.setting.towns).name.lower() + "_" + _word(dice, "relative")
    lines = [
        f"class {name}:",
        f'    """{writer.sentence(SUMMARIES)}."""',
        "",
        f"    def __init__(self, {unit}):",
        f"        self.{unit} = {unit}",
        "",
        f"    def {add}(self, {count}):",
        f"        self.{unit} += {count}",
        "",
        f"    def {remove}(self, {count}):",
        f"        self.{unit} = max(0, self.{unit} - {count})",
        "",
        f"{owner} = {name}({start})",
        f"{owner}.{add}({added})",
        f"{owner}.{remove}({removed})",
    ]
    return lines, [(f"{owner}.{unit}", start + added - removed)]


def _filter(writer: Writer) -> Program:
    dice = writer.dice
    words = dice.sample(LEXICON["animal"], dice.integer(4, 6))
    letter, everyone = dice.choice(dice.choice(words)), _name(dice, "colour", "plant")
    lines = [
        f"{everyone} = {_list(words)}",
        f'with_{letter} = [{(one := _word(dice, "thing"))} for {one} in {everyone} if "{letter}" in {one}]',
    ]
    return lines, [
        (f"len(with_{letter})", sum(letter in word for word in words)),
        (f'", ".join(sorted({everyone})[:2])', ", ".join(sorted(words)[:2])),
    ]


def _loop(writer: Writer) -> Program:
    dice = writer.dice
    limit, step = dice.integer(5, 40), dice.integer(2, 7)
    function, total, number = _name(dice, "plant", "unit"), _name(dice, "material", "unit"), _name(dice, "adj", "thing")
    lines = [
        f"def {function}({(end := _word(dice, 'place'))}):",
        f"    # Every {number} whose number {step} divides counts in {total}.",
        f"    {total} = 0",
        f"    for {number} in range({end}):",
        f"        if {number} % {step} == 0:",
        f"            {total} += {number}",
        f"    return {total}",
    ]
    return lines, [(f"{function}({limit})", sum(range(0, limit, step)))]


def _text(writer: Writer) -> Program:
    dice = writer.dice
    noun, adjective, function = _word(dice, "thing"), _word(dice, "adj"), _name(dice, "handled", "place")
    variable = _name(dice, "animal", "thing")
    lines = [
        f"def {function}({variable}):",
        f'    """Write the name of {_word(dice, "hobby")} groups near the {_word(dice, "place")} backwards."""',
        f"    return {variable}[::-1]",
        "",
        f'{noun} = "{adjective} {noun}"',
    ]
    shown = f"{adjective} {noun}"
    return lines, [(f"{function}({noun})", shown[::-1]), (f"len({noun})", len(shown))]


def _list(words: list[str]) -> str:
    return "[" + ", ".join(f'"{word}"' for word in words) + "]"


def _double_quoted(mapping: dict[str, int]) -> str:
    return "{" + ", ".join(f'"{key}": {value}' for key, value in mapping.items()) + "}"


PIECES: tuple[Callable[[Writer], Program], ...] = (_total, _compare, _rank, _distance, _class, _filter, _loop, _text)
