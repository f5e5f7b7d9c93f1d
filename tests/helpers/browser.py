"""Looking at cells and live charts of a notebook page."""


def cell(page, text):
    """The code cell whose source contains `text`."""
    return page.locator(".jp-CodeCell").filter(has_text=text).first


def rows(chart):
    return int(chart.get_attribute("data-rows") or 0)


def wait_for_rows(page, chart, count):
    for _ in range(240):
        if rows(chart) >= count:
            return
        page.wait_for_timeout(250)
    raise AssertionError(f"the chart has {rows(chart)} rows, wanted {count}")
