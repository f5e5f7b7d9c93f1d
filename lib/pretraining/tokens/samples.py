"""Small texts of many kinds, to measure a vocabulary on: prose, code, numbers, one short story in eight languages.

Takes the documents of the sources that every machine has; the story was written for this course in each language.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from itertools import islice

from ..text import Document, load

# The same four sentences, so that languages can be compared.
STORY = {
    "English": "The cat sleeps on the warm roof. Tomorrow it will rain, and we will all stay at home. "
    "Grandmother bakes bread, and the children read old stories. What would you like to drink, tea or coffee?",
    "German": "Die Katze schläft auf dem warmen Dach. Morgen wird es regnen, und wir bleiben alle zu Hause. "
    "Großmutter backt Brot, und die Kinder lesen alte Geschichten. Was möchtest du trinken, Tee oder Kaffee?",
    "Greek": "Η γάτα κοιμάται στη ζεστή στέγη. Αύριο θα βρέξει και θα μείνουμε όλοι στο σπίτι. "
    "Η γιαγιά ψήνει ψωμί και τα παιδιά διαβάζουν παλιές ιστορίες. Τι θα ήθελες να πιεις, τσάι ή καφέ;",
    "Arabic": "تنام القطة على السطح الدافئ. غدا سيهطل المطر وسنبقى جميعا في البيت. "
    "الجدة تخبز الخبز والأطفال يقرؤون قصصا قديمة. ماذا تريد أن تشرب، الشاي أم القهوة؟",
    "Hindi": "बिल्ली गरम छत पर सो रही है। कल बारिश होगी और हम सब घर पर रहेंगे। "
    "दादी रोटी पका रही हैं और बच्चे पुरानी कहानियाँ पढ़ रहे हैं। आप क्या पीना चाहेंगे, चाय या कॉफ़ी?",
    "Chinese": "猫在温暖的屋顶上睡觉。明天会下雨，我们都会待在家里。奶奶在烤面包，孩子们在读古老的故事。"
    "你想喝什么，茶还是咖啡？",
    "Japanese": "猫は暖かい屋根の上で眠っています。明日は雨が降るので、みんな家にいます。"
    "おばあさんはパンを焼き、子どもたちは昔の物語を読んでいます。お茶とコーヒー、どちらを飲みたいですか。",
    "emoji": "🐱💤🏠🔥 🌧️☔👨‍👩‍👧‍👦🏡 👵🍞 👧👦📖🏰 🍵❓☕❓",
}
CODE_CHARACTERS = 2500
CODE_FILES = 120


def paragraphs(documents: Iterable[Document]) -> list[str]:
    """The paragraphs of full sentences in Python's manual, without its headings, lists, grammar and examples.

    Each paragraph comes once: the manual prints some under several topics, and a copy must not be on both sides when
    a vocabulary is learned from one half and measured on the other.

    Args:
        documents: pages in which code is indented or stands among lines of signs.
    """
    found = []
    for document in documents:
        for block in document.text.split("\n\n"):
            paragraph = " ".join(block.split())
            if len(paragraph) > 80 and paragraph[0].isupper() and paragraph[-1] == "." and "::=" not in paragraph:
                found.append(paragraph)
    return list(dict.fromkeys(found))


def numbers(count: int = 600, seed: int = 0) -> str:
    """Years, prices, distances and long numbers, as they stand in tables."""
    draw = random.Random(seed)
    kinds = (
        lambda: str(draw.randint(1500, 2100)),
        lambda: f"{draw.uniform(1, 1000):.2f}",
        lambda: f"{draw.randint(1000, 9_999_999):,}",
        lambda: str(draw.randint(10**6, 10**10)),
    )
    return " ".join(draw.choice(kinds)() for _ in range(count))


def training_texts() -> dict[str, list[str]]:
    """What a vocabulary can be learned from: half of the prose, as much code, or as much again, half of it of each."""
    prose, code = paragraphs(load("python-docs"))[::2], code_pieces()[::2]
    while sum(map(len, code)) > sum(map(len, prose)):
        code.pop()
    return {"prose": prose, "code": code, "prose and code": prose[::2] + code[::2]}


def measured_texts() -> dict[str, str]:
    """What a vocabulary is measured on, by name: the halves that none is learned from, numbers, and the story."""
    prose, code = paragraphs(load("python-docs"))[1::2], code_pieces()[1::2]
    return {"prose": "\n".join(prose), "code": "".join(code), "numbers": numbers(), **STORY}


def code_pieces() -> list[str]:
    """A piece out of the middle of each of the first modules of Python's standard library."""
    middles = (document.text[3000 : 3000 + CODE_CHARACTERS] for document in islice(load("python-code"), CODE_FILES))
    return [piece for piece in middles if piece]
