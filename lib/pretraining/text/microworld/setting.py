"""The small world that all documents are about: countries, towns, people and dated events, drawn from one seed.

Takes a seed and hands on plain data. Nothing here knows about sentences.
"""

from __future__ import annotations

from dataclasses import dataclass

from .chance import Dice
from .names import COUNTRY_ENDS, COUNTRY_STARTS, KNOWN_FIRST_NAMES, LAST_NAMES, TOWN_ENDS, TOWN_STARTS
from .professions import PROFESSIONS

COUNTRIES = 24
TOWNS = 72
PEOPLE = 48
EVENTS = 48
YEARS = (1850, 1999)

HAPPENINGS = (
    "the Great Fire of {town}",
    "the {town} Flood",
    "the Battle of {town}",
    "the Treaty of {town}",
    "the Long Winter of {country}",
    "the {country} Earthquake",
    "the {last} Expedition",
    "the {last} Robbery",
)
BUILDINGS = (
    "the {town} Bridge",
    "the {town} Museum",
    "the {town} Lighthouse",
    "the {country} Railway",
    "the {last} Library",
    "the {last} Theatre",
    "the {last} Hospital",
    "the {country} Canal",
)


@dataclass(frozen=True)
class Town:
    """A town, where it lies (miles east and north of a corner of the map) and how many people live there."""

    name: str
    country: str
    population: int
    east: int
    north: int


@dataclass(frozen=True)
class Country:
    """A country and its capital."""

    name: str
    capital: str


@dataclass(frozen=True)
class Person:
    """Someone whom the reference books know."""

    name: str
    profession: str
    home: str
    born: int


@dataclass(frozen=True)
class Event:
    """Something that happened, or that opened, in a year."""

    name: str
    year: int
    opened: bool


@dataclass(frozen=True)
class Setting:
    """Everything that is true in one world."""

    towns: tuple[Town, ...]
    countries: tuple[Country, ...]
    people: tuple[Person, ...]
    events: tuple[Event, ...]


def build_setting(seed: int) -> Setting:
    """Draw a world. Names are distinct; the first towns are the capitals, one to a country."""
    dice = Dice(seed, "setting")
    country_names = [start + dice.choice(COUNTRY_ENDS) for start in dice.shuffled(COUNTRY_STARTS)[:COUNTRIES]]
    # One end a start and a shuffled list of them: no town's name is the beginning of another's.
    town_names = [start + end for start, end in _distinct_pairs(dice, TOWN_STARTS, TOWN_ENDS, TOWNS)]
    populations = dice.shuffled([1200 + 1350 * rank + dice.integer(0, 900) for rank in range(TOWNS)])
    towns = tuple(
        Town(
            name=name,
            country=country_names[index % COUNTRIES],
            population=populations[index],
            east=dice.integer(0, 400),
            north=dice.integer(0, 400),
        )
        for index, name in enumerate(town_names)
    )
    countries = tuple(Country(name, towns[index].name) for index, name in enumerate(country_names))
    people = tuple(
        Person(f"{first} {last}", dice.choice(PROFESSIONS).name, dice.choice(towns).name, dice.integer(*YEARS))
        for first, last in zip(dice.sample(KNOWN_FIRST_NAMES, PEOPLE), dice.sample(LAST_NAMES, PEOPLE), strict=True)
    )
    return Setting(towns, countries, people, tuple(_events(dice, town_names, country_names)))


def distance_miles(a: Town, b: Town) -> int:
    """How far two towns lie apart, as the crow flies, rounded to a mile."""
    return round(((a.east - b.east) ** 2 + (a.north - b.north) ** 2) ** 0.5)


def _distinct_pairs(dice: Dice, starts: tuple[str, ...], ends: tuple[str, ...], count: int) -> list[tuple[str, str]]:
    pairs = [(start, end) for start in starts for end in ends]
    return dice.sample(pairs, count)


def _events(dice: Dice, town_names: list[str], country_names: list[str]) -> list[Event]:
    places = {
        "town": dice.shuffled(town_names),
        "country": dice.shuffled(country_names),
        "last": dice.shuffled(LAST_NAMES),
    }
    events = []
    for index in range(EVENTS):
        opened = index % 2 == 1
        forms = BUILDINGS if opened else HAPPENINGS
        form = forms[index // 2 % len(forms)]
        name = form.format(**{key: names[index % len(names)] for key, names in places.items()})
        events.append(Event(name, dice.integer(*YEARS), opened))
    return events
