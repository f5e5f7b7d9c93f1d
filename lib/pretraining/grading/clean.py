"""The post-pass: nothing in a graded notebook runs when a grader or a learner opens it.

What a reader sees stays the same: HTML keeps its allowed tags, a drawing becomes an image, and in text a tag that could
do something gets an invisible character after its `<`, which makes it text.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

TAGS = frozenset(
    re.findall(
        r"\w+",
        """a abbr b blockquote br caption center code col colgroup dd del details div dl dt em figcaption figure h1 h2
        h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strike strong sub summary sup table tbody td
        tfoot th thead tr tt u ul var""",
    )
)
ATTRIBUTES = frozenset(
    re.findall(
        r"[\w-]+",
        """align alt aria-label border class colspan height id lang open role rowspan scope start style title valign
        width""",
    )
)
# Inline style can colour and align, but not fetch, cover the page or run.
PROPERTIES = re.findall(
    r"[\w-]+",
    """background-color border border-collapse color font-family font-size font-style font-weight height margin
    max-height max-width padding text-align text-decoration vertical-align white-space width""",
)
IMAGES = ("image/png", "image/jpeg", "image/gif")
DEEPEST_HTML, MOST_TAGS, MOST_ATTRIBUTES = 200, 50_000, 200
QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
INVISIBLE = "\u200b"
TAG = re.compile(r"<(?=[a-zA-Z/!?])(/?)([a-zA-Z][a-zA-Z0-9]*)?([^<>]*)")
HARMFUL_ATTRIBUTE = re.compile(r"(?i)(^|[\s/\"'])(on[a-z]+|srcdoc|formaction|action|xlink:href|srcset|ping)\s*=")
SCHEME = re.compile(r"(?i)(j\s*a\s*v\s*a\s*|v\s*b\s*)(s\s*c\s*r\s*i\s*p\s*t\s*)(:|&colon;|&#0*58;?|&#x0*3a;?)")
REFERENCE = re.compile(r"&(?=(?:#[xX]?[0-9a-fA-F]+|colon|tab|newline);?)", re.IGNORECASE)
ENTITY_IN_TAG = re.compile(r"&(#|colon|tab|newline)", re.IGNORECASE)


def make_harmless(notebook: dict[str, Any]) -> None:
    """Clean all cells and outputs of an executed notebook in place."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [clean_output(output) for output in cell["outputs"]]
        else:
            cell["source"] = clean_text(cell["source"])
            if "attachments" in cell:
                cell["attachments"] = clean_attachments(cell["attachments"])


def clean_output(output: dict[str, Any]) -> dict[str, Any]:
    """An output without anything that could run."""
    if "data" not in output:
        return output
    data = {}
    for kind, value in output["data"].items():
        if kind == "text/plain" and isinstance(value, str):
            data[kind] = value
        elif kind == "text/html" and isinstance(value, str):
            data[kind] = clean_html(value)
        elif kind in ("text/markdown", "text/latex") and isinstance(value, str):
            data[kind] = clean_text(value)
        elif kind in IMAGES and isinstance(value, str) and (image := proper_base64(value)):
            data[kind] = image
        elif kind == "image/svg+xml" and isinstance(value, str):
            data.setdefault("text/html", drawing(value))
    if not data:
        data["text/plain"] = "[an output of a kind that is not shown here]"
    return {**output, "data": data}


def clean_html(text: str) -> str:
    """HTML of nothing but harmless tags; what was a script or a style is gone with its content."""
    import bleach
    from bleach.css_sanitizer import CSSSanitizer

    if is_too_much(text):
        return "<p>[HTML that is too long or too deeply nested to be shown]</p>"

    text = re.sub(r"(?is)<(script|style|template|noscript)\b.*?(</\1\s*>|\Z)", "", text)
    return bleach.clean(
        text,
        tags=TAGS,
        attributes=_may_stay,
        protocols={"http", "https", "mailto", "data"},
        css_sanitizer=CSSSanitizer(allowed_css_properties=PROPERTIES),
        strip=True,
    )


def is_too_much(text: str) -> bool:
    """Whether cleaning would take long: the time grows with the squares of the depth and of the attributes of one tag.

    Example:
        >>> is_too_much("<p>a<br>b</p>" * 100), is_too_much("<b>" * 1000), is_too_much("<b " + "x=1 " * 1000 + ">")
        (False, True, True)
    """
    if max(text.count("<"), text.count("&")) > MOST_TAGS:
        return True
    if any(len(QUOTED.sub("", found[0]).split()) > MOST_ATTRIBUTES for found in re.finditer(r"<[^>]*", text)):
        return True
    depth = 0
    for place, found in enumerate(re.finditer(r"<(/?)([a-zA-Z]+)", text)):
        if found[2].lower() not in ("br", "hr", "img", "col"):
            depth = max(0, depth - 1) if found[1] else depth + 1
        if depth > DEEPEST_HTML or place > MOST_TAGS:
            return True
    return False


def _may_stay(tag: str, name: str, value: str) -> bool:
    if name == "src":  # no image from elsewhere: opening a notebook would tell someone
        return tag == "img" and value.startswith("data:image/")
    if name == "href":
        return tag == "a" and value.lower().lstrip().startswith(("http:", "https:", "mailto:", "#"))
    return name in ATTRIBUTES


def drawing(svg: str) -> str:
    """An SVG drawing as an image, in which no script runs."""
    data = base64.b64encode(svg.encode("utf-8", "replace")).decode()
    return f'<img alt="drawing" src="data:image/svg+xml;base64,{data}">'


def clean_text(text: str) -> str:
    """Markdown or LaTeX in which no tag and no address can do harm; everything else is untouched.

    Example:
        >>> clean_text("<b>bold</b> <img src=x onerror=f()>").replace(chr(0x200b), "~")
        '<b>bold</b> <~img src=x onerror=f()>'
    """
    text = REFERENCE.sub("&" + INVISIBLE, text)  # `&#106;avascript:` in a link is an address that runs
    text = SCHEME.sub(lambda found: found[1] + found[2] + INVISIBLE + found[3], text)
    return TAG.sub(lambda found: found[0] if _is_harmless_tag(found) else "<" + INVISIBLE + found[0][1:], text)


def _is_harmless_tag(found: re.Match) -> bool:
    name, rest = (found[2] or "").lower(), found[3]
    if name not in TAGS or HARMFUL_ATTRIBUTE.search(rest) or ENTITY_IN_TAG.search(rest):
        return False
    sources = re.findall(r"(?i)\bsrc\s*=\s*[\"']?([^\s\"'>]*)", rest)
    if "style" in rest.lower():
        return False
    return all(re.match(r"(?i)(data:image/|attachment:|[\w./-]+\Z)", source) for source in sources)


def clean_attachments(attachments: dict[str, Any]) -> dict[str, Any]:
    """Attached images, if that is what they are."""
    kept: dict[str, Any] = {}
    for name, bundle in attachments.items():
        if isinstance(bundle, dict) and re.fullmatch(r"[\w. ()-]{1,200}", name):
            images = {kind: proper_base64(bundle[kind]) for kind in IMAGES if isinstance(bundle.get(kind), str)}
            if any(images.values()):
                kept[name] = {kind: image for kind, image in images.items() if image}
    return kept


def proper_base64(text: str) -> str:
    """The text if it is base64, without white space; else nothing."""
    text = "".join(text.split())
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return text
