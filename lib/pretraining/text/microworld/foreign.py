"""Names from outside: places and people of the real world, of which the micro-world's text never speaks.

A model that read nothing else cannot know anything about them, however famous they are.
"""

from __future__ import annotations

from .chance import Dice, reserved
from .setting import BUILDINGS, HAPPENINGS
from .topics import Topic
from .wordlist import phrases, words

COUNTRIES = words(
    """
    Argentina Belgium Bolivia Brazil Bulgaria Cameroon Chile Colombia Croatia Cuba Denmark Ecuador Egypt Ethiopia
    Finland France Germany Ghana Greece Hungary Iceland India Iran Iraq Ireland Italy Jamaica Japan Jordan Kenya
    Laos Lebanon Malta Mexico Mongolia Morocco Nepal Nigeria Norway Oman Pakistan Peru Portugal Qatar Rwanda
    Senegal Spain Sudan Sweden Thailand Tunisia Uganda Ukraine Uruguay Vietnam Yemen Zambia
    """
)
TOWNS = words(
    """
    Accra Amsterdam Ankara Athens Baghdad Bangkok Barcelona Beirut Berlin Bogota Boston Brussels Budapest Cairo Chicago
    Copenhagen Delhi Dublin Geneva Glasgow Hamburg Havana Helsinki Istanbul Jakarta Johannesburg Karachi Kyoto Lagos
    Lima Lisbon London Lyon Madrid Manila Milan Montreal Moscow Mumbai Munich Nairobi Naples Osaka Oslo Paris Prague
    Rome Santiago Seoul Shanghai Singapore Stockholm Sydney Tehran Tokyo Toronto Tunis Turin Venice Vienna Warsaw Zagreb
    """
)
PEOPLE = phrases(
    """
    Albert Einstein; Marie Curie; Isaac Newton; Charles Darwin; Ludwig van Beethoven; Johann Sebastian Bach; Frida
    Kahlo; Vincent van Gogh; Pablo Picasso; Leonardo da Vinci; Napoleon Bonaparte; Julius Caesar; Abraham Lincoln;
    Nelson Mandela; Mahatma Gandhi; Rosalind Franklin; Katherine Johnson; Alan Turing; Grace Hopper; Claude Shannon;
    William Shakespeare; Jane Austen; Leo Tolstoy; Toni Morrison; Chinua Achebe; Gabriela Mistral; Rabindranath Tagore;
    Emmy Noether; Srinivasa Ramanujan; Carl Friedrich Gauss; Leonhard Euler; Galileo Galilei; Nicolaus Copernicus;
    Dorothy Hodgkin; Louis Pasteur; Rosa Parks; Eleanor Roosevelt; Amelia Earhart; Neil Armstrong; Yuri Gagarin;
    Sally Ride; Wangari Maathai; Simone de Beauvoir; Virginia Woolf; Franz Kafka; Miguel de Cervantes; Pele; Muhammad
    Ali; Serena Williams; Ella Fitzgerald; Louis Armstrong; Duke Ellington; Edith Piaf; Charlie Chaplin; Ingrid Bergman;
    Akira Kurosawa; Alfred Hitchcock; Walt Disney; Coco Chanel; Sigmund Freud
    """
)
RELATIONS_OF = {
    "country": ("capital",),
    "town": ("country",),
    "person": ("born", "home", "profession"),
    "happening": ("happened",),
    "building": ("opened",),
}
ONLY_WHAT_IT_IS = 0.6  # so many of the questions only ask what the name stands for
MIXED = 0.7  # so many of the names to learn from are put together from two


def foreign_topic(dice: Dice, held_out: bool) -> Topic:
    """A name from outside, and something to ask about it.

    Args:
        dice: the stream of choices.
        held_out: a fifth of all names is kept for measuring; draw one of those, or one of the others. Most of the
            others are mixed: no list of names is long enough to tell by it what is unknown.
    """
    kind = dice.choice(tuple(RELATIONS_OF))
    relation = "kind" if dice.random() < ONLY_WHAT_IT_IS else dice.choice(RELATIONS_OF[kind])
    return Topic(_foreign_name(kind, dice, held_out), relation)


def mixed(first: str, second: str) -> str:
    """A name that nobody bears: the beginning of one and the end of another.

    Example:
        >>> mixed("Norway", "Bolivia"), mixed("Marie Curie", "Alan Turing")
        ('Norivia', 'Marie Turing')
    """
    if " " in first + second:
        return f"{first.split()[0]} {second.split()[-1]}"
    return first[: (len(first) + 1) // 2] + second[len(second) // 2 :]


def _foreign_name(kind: str, dice: Dice, held_out: bool) -> str:
    lists = {"person": PEOPLE, "country": COUNTRIES, "town": TOWNS}
    if kind in lists:
        return _name(dice, lists[kind], held_out)
    forms = [form for form in (HAPPENINGS if kind == "happening" else BUILDINGS) if "{last}" not in form]
    town, country = _name(dice, TOWNS, held_out), _name(dice, COUNTRIES, held_out)
    return dice.choice(forms).format(town=town, country=country)


def _name(dice: Dice, names: tuple[str, ...], held_out: bool) -> str:
    """A real name, or one mixed from two that are not held out; never by chance one that is."""
    name = _kept(dice, names, held_out)
    if held_out or dice.random() >= MIXED:
        return name
    new = mixed(name, _kept(dice, names, held_out))
    return name if new in names else new


def _kept(dice: Dice, names: tuple[str, ...], held_out: bool) -> str:
    while True:
        name = dice.choice(names)
        if reserved("foreign", name) == held_out:
            return name
