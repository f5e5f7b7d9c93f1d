"""axe-core on a part of a page: what keeps people with a screen reader, a keyboard or weak eyes from using it."""

from axe_playwright_python.sync_playwright import Axe

WIDGETS = ".jp-Cell-outputArea"
SERIOUS = ("serious", "critical")


def serious_problems(page, part: str = WIDGETS) -> list[str]:
    """What axe-core finds serious or critical in the parts of a page that a selector names, a line for each place."""
    found = Axe().run(page, context={"include": [[part]]}, options={"resultTypes": ["violations"]}).response
    return [
        f"{problem['id']}: {problem['help']}: {node['html'][:200]}"
        for problem in found["violations"]
        if problem["impact"] in SERIOUS
        for node in problem["nodes"]
    ]
