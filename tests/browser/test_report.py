"""The grading report opened as a file: no request, no error, nothing from students is live, light and dark."""

from pathlib import Path

import pytest

from helpers.classroom import ASSIGNMENT, make_class, poison
from helpers.server import ARGUMENTS
from pretraining.grading.report import make_report

SCREENSHOTS = Path(__file__).parent / "screenshots"
CONTRAST = """(selector) => {
  const light = (color) => {
    const [r, g, b] = color.match(/[\\d.]+/g).map(Number).slice(0, 3).map((value) => {
      value /= 255
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const paper = light(getComputedStyle(document.body).backgroundColor)
  return [...document.querySelectorAll(selector)].map((element) => {
    const style = getComputedStyle(element), ink = light(element.closest('svg') ? style.fill : style.color)
    return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05)
  })
}"""


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """The pages on an ordinary class and on one that wrote markup wherever it could."""
    root = tmp_path_factory.mktemp("reports")
    plain, poisoned = make_class(root / "plain", 60), make_class(root / "poisoned", 40)
    poison(poisoned)
    return [make_report(course, ASSIGNMENT).page for course in (plain, poisoned)]


@pytest.fixture(params=["light", "dark"])
def open_page(chromium_path, request):
    """Open a file offline; at the end, nothing else was asked for, and no error was written to the console."""
    from playwright.sync_api import sync_playwright

    asked, wrong = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
        context = browser.new_context(
            viewport={"width": 1280, "height": 1000}, color_scheme=request.param, offline=True
        )
        page = context.new_page()
        page.on("request", lambda one: asked.append(one.url))
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: wrong.append(dialog.message))

        def open_it(path: Path):
            page.goto(path.as_uri())
            page.wait_for_timeout(200)
            return page, request.param

        yield open_it
        browser.close()
    assert not wrong
    assert [url for url in asked if not url.startswith("data:")] == asked[:1]
    assert asked[0].startswith("file:")


@pytest.mark.browser
def test_the_page_is_readable(reports, open_page):
    page, scheme = open_page(reports[0])
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"report-{scheme}.png", full_page=True)
    assert page.locator("figure.chart svg").count() == 3
    assert all(box and box["width"] > 300 for box in (f.bounding_box() for f in page.locator("figure svg").all()))
    for selector in ("main p", "td", "th", "nav a", "summary", "figure svg text"):
        contrasts = page.evaluate(CONTRAST, selector)
        assert contrasts, selector
        assert min(contrasts) >= 4.5, (selector, min(contrasts))
    page.get_by_role("link", name="The parts").click()
    page.wait_for_timeout(800)
    assert abs(page.locator("h2#parts").bounding_box()["y"]) < 60
    for figure in page.locator("figure").all():
        assert figure.get_attribute("role") == "img"
    page.set_viewport_size({"width": 400, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 400


@pytest.mark.browser
def test_nothing_from_students_runs(reports, open_page):
    page, _ = open_page(reports[1])
    for summary in page.locator("summary").all()[:20]:
        summary.hover()
        summary.click()
    assert page.evaluate("window.pwned") is None
    assert page.locator("script, img, iframe").count() == 0
    assert page.url.startswith("file:")
    assert page.get_by_text("<script>window.pwned=1</script>").count() > 3
