"""The English words and the patterns that the quality rules look for, collected from the web at large."""

from __future__ import annotations

import re

_STOP_WORDS = "the be to of and that have with"  # Gopher's eight, arXiv 2112.11446, appendix A.1.1
_FUNCTION_WORDS = """
a an the and or but nor so if then than as of at by for from in into on onto to with without about after before between
over under up down out off through i me my we us our you your he him his she her it its they them their this that these
those who whom which what when where why how there here be am is are was were been being do does did has have had having
will would shall should can could may might must not no all any some each every both more most other such only own same
too very just also
"""
_BOILERPLATE = (
    # after C4 (arXiv 1910.10683, section 2.2), but sparing recipes and lessons in programming
    r"\bcookie (?:policy|notice|settings|preferences|consent)\b|terms of use|privacy policy",
    r"\b(?:uses?|use of|accept|accept all|all|our|these|manage|enable) cookies\b",
    r"\b(?:enable|activate|turn on|requires?|supports?|disabled?|without) java ?script\b",
    r"\bjava ?script (?:must|is (?:off|not|disabled|required)|disabled|enabled|required)\b",
    # ours: rights, accounts, newsletters
    r"terms of service|terms (?:and|&) conditions|privacy (?:notice|settings)|all rights reserved",
    r"(?:©|\(c\)|\bcopyright) ?\d{4}\b|\b(?:sign|log) ?(?:in|up|out)\b|\bforgot (?:your )?password\b",
    r"\b(?:un)?subscribe\b|\bnewsletter\b",
    # ours: finding one's way around a site
    r"\bclick here\b|\bread more\b|\bskip to (?:main )?content\b|\bback to (?:the )?top\b|\bmain menu\b|\bsite ?map\b",
    r"\b(?:contact|about|follow) us\b|\bshare (?:this|on)\b|\bload more\b|\bview (?:all|more|cart)\b|\bpowered by\b",
    # ours: shops and advertising
    r"\badd to (?:cart|basket)\b|\bshopping cart\b|\bfree shipping\b|\badvertisement\b|\bsponsored\b",
)
# UTF-8 read as Windows-1252 or Latin-1 leaves a lead byte (C2-F4) and continuation bytes (80-BF), which show as the
# characters of those code pages: "Ã©" for é, "â€™" for ’.
_CONTINUATION = "[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
_MOJIBAKE = (
    f"[\u00c2-\u00df]{_CONTINUATION}",
    f"[\u00e0-\u00ef]{_CONTINUATION}{{2}}",
    f"[\u00f0-\u00f4]{_CONTINUATION}{{3}}",
    r"â€|ï¿½|Â(?=\s|$)",  # with the invisible characters lost
    "[\ufffd\u0080-\u0084\u0086-\u009f]",  # the replacement character; controls that no text has
)

STOP_WORDS = frozenset(_STOP_WORDS.split())
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
BOILERPLATE = re.compile("|".join(_BOILERPLATE), re.IGNORECASE)
BROKEN = re.compile("|".join(_MOJIBAKE))
PLACEHOLDER = re.compile(r"lorem ipsum", re.IGNORECASE)
SYMBOL = re.compile(r"#|\.\.\.|…")
# Without a repeated start, so that one endless word costs linear time.
ADDRESS = re.compile(r"https?://|www\.|\S@[^\s@]+\.\w|\w\.(?:com|org|net|info|biz|html?|php)\b", re.IGNORECASE)
