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
    Afghanistan Albania Algeria Angola Argentina Armenia Australia Austria Azerbaijan Bahrain Bangladesh Barbados
    Belarus Belgium Belize Benin Bhutan Bolivia Botswana Brazil Bulgaria Burundi Cambodia Cameroon Canada Chile China
    Colombia Croatia Cuba Cyprus Denmark Djibouti Ecuador Egypt Eritrea Estonia Ethiopia Fiji Finland France Gabon
    Gambia Germany Ghana Greece Grenada Guatemala Guinea Guyana Haiti Honduras Hungary Iceland India Indonesia Iran
    Iraq Ireland Israel Italy Jamaica Japan Jordan Kazakhstan Kenya Kuwait Kyrgyzstan Laos Latvia Lebanon Lesotho
    Liberia Libya Lithuania Luxembourg Madagascar Malawi Malaysia Maldives Mali Malta Mauritania Mauritius Mexico
    Moldova Mongolia Morocco Mozambique Namibia Nepal Nicaragua Niger Nigeria Norway Oman Pakistan Palau Panama
    Paraguay Peru Philippines Poland Portugal Qatar Romania Russia Rwanda Samoa Senegal Serbia Slovakia Slovenia
    Somalia Spain Sudan Suriname Sweden Switzerland Syria Tajikistan Tanzania Thailand Togo Tonga Tunisia Turkey
    Turkmenistan Uganda Ukraine Uruguay Uzbekistan Vanuatu Venezuela Vietnam Yemen Zambia Zimbabwe
    """
)
TOWNS = words(
    """
    Abidjan Accra Adelaide Aleppo Alexandria Algiers Amsterdam Ankara Antwerp Asmara Athens Auckland Baghdad Baku
    Bamako Bangkok Barcelona Basel Beijing Beirut Belfast Belgrade Bergen Berlin Bogota Bordeaux Boston Brasilia
    Bratislava Brisbane Bristol Brussels Bucharest Budapest Cairo Calgary Canberra Caracas Casablanca Chennai Chicago
    Cologne Colombo Copenhagen Dakar Dallas Damascus Delhi Denver Detroit Dhaka Doha Dresden Dubai Dublin Durban
    Edinburgh Florence Frankfurt Freetown Gdansk Geneva Genoa Ghent Glasgow Grenoble Guadalajara Guayaquil Hamburg
    Hanoi Harare Havana Heidelberg Helsinki Hiroshima Honolulu Houston Hyderabad Innsbruck Istanbul Jakarta
    Johannesburg Kabul Kampala Karachi Kathmandu Khartoum Kigali Kingston Kolkata Krakow Kumasi Kyoto Lagos Leeds
    Leipzig Lima Lisbon Liverpool Ljubljana London Luanda Lucknow Lusaka Lyon Madrid Malaga Managua Manchester Manila
    Maputo Marrakesh Marseille Medellin Melbourne Memphis Miami Milan Minsk Mombasa Montevideo Montreal Moscow Mumbai
    Munich Nagoya Nairobi Nantes Naples Nassau Odessa Osaka Oslo Oxford Palermo Paris Perth Philadelphia Phoenix
    Prague Pretoria Quebec Quito Reykjavik Riga Rome Rotterdam Salzburg Samarkand Santiago Sapporo Sarajevo Seattle
    Seoul Seville Shanghai Shenzhen Singapore Skopje Sofia Stockholm Strasbourg Sydney Taipei Tallinn Tashkent Tbilisi
    Tehran Tirana Tokyo Toronto Toulouse Trieste Tripoli Tunis Turin Uppsala Utrecht Valencia Vancouver Venice Verona
    Vienna Vilnius Warsaw Wellington Windhoek Winnipeg Yokohama Zagreb Zurich
    """
)
PEOPLE = phrases(
    """
    Albert Einstein; Marie Curie; Isaac Newton; Charles Darwin; Ludwig van Beethoven; Johann Sebastian Bach; Frida
    Kahlo; Vincent van Gogh; Pablo Picasso; Leonardo da Vinci; Napoleon Bonaparte; Julius Caesar; Abraham Lincoln;
    Nelson Mandela; Mahatma Gandhi; Rosalind Franklin; Katherine Johnson; Alan Turing; Grace Hopper; Claude Shannon;
    William Shakespeare; Jane Austen; Leo Tolstoy; Toni Morrison; Chinua Achebe; Gabriela Mistral; Rabindranath Tagore;
    Emmy Noether; Srinivasa Ramanujan; Carl Friedrich Gauss; Leonhard Euler; Galileo Galilei; Nicolaus Copernicus;
    Florence Nightingale; Louis Pasteur; Rosa Parks; Eleanor Roosevelt; Amelia Earhart; Neil Armstrong; Yuri Gagarin;
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


def foreign_topic(dice: Dice, held_out: bool) -> Topic:
    """A name from outside, and something to ask about it.

    Args:
        dice: the stream of choices.
        held_out: a fifth of all names is kept for measuring; draw one of those, or one of the others.
    """
    kind = dice.choice(tuple(RELATIONS_OF))
    relation = "kind" if dice.random() < ONLY_WHAT_IT_IS else dice.choice(RELATIONS_OF[kind])
    return Topic(_foreign_name(kind, dice, held_out), relation)


def _foreign_name(kind: str, dice: Dice, held_out: bool) -> str:
    lists = {"person": PEOPLE, "country": COUNTRIES, "town": TOWNS}
    if kind in lists:
        return _kept(dice, lists[kind], held_out)
    forms = [form for form in (HAPPENINGS if kind == "happening" else BUILDINGS) if "{last}" not in form]
    town, country = _kept(dice, TOWNS, held_out), _kept(dice, COUNTRIES, held_out)
    return dice.choice(forms).format(town=town, country=country)


def _kept(dice: Dice, names: tuple[str, ...], held_out: bool) -> str:
    while True:
        name = dice.choice(names)
        if reserved("foreign", name) == held_out:
            return name
