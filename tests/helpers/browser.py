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


NAME = """() => {
  const element = document.activeElement;
  return element.getAttribute('aria-label') || element.innerText || element.id || element.tagName;
}"""
ACTIVE_CELL = "() => window.jupyterapp.shell.currentWidget.content.activeCell.model.id"


def walk(page, key, name, most=60):
    """Press a key until the element with this name has the keyboard focus; returns the names on the way."""
    passed = []
    for _ in range(most):
        page.keyboard.press(key)
        passed.append(page.evaluate(NAME).strip())
        if passed[-1] == name:
            return passed
    raise AssertionError(f"{key} never reaches {name!r}, only {passed}")


def run_until(page, cell_id, most=60):
    """Run cell after cell by Shift+Enter until the cell with this id is selected."""
    for _ in range(most):
        if page.evaluate(ACTIVE_CELL) == cell_id:
            return
        page.keyboard.press("Shift+Enter")
        page.wait_for_timeout(100)
    raise AssertionError(f"the cell {cell_id!r} was never reached")


RUN_CELL = """name => {
  const notebook = window.jupyterapp.shell.currentWidget.content;
  notebook.activeCellIndex = notebook.widgets.findIndex(cell => cell.model.id === name);
  return window.jupyterapp.commands.execute('notebook:run-cell').then(() =>
    notebook.activeCell.outputArea?.model.toJSON().find(output => output.output_type === 'error') ?? null);
}"""
EXECUTE = """async (code) => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const begun = performance.now(), future = kernel.requestExecute({code, store_history: false});
  let text = '';
  future.onIOPub = m => { if (m.header.msg_type === 'stream') text += m.content.text;
                          if (m.header.msg_type === 'error') text += m.content.traceback.join('\\n'); };
  await future.done;
  return [text, (performance.now() - begun) / 1000];
}"""


def execute(page, code):
    """Run code in the open notebook's kernel, outside its cells; returns what it printed and the seconds it took."""
    return page.evaluate(EXECUTE, code)


def run_cells(page, *names):
    """Run the cells with these ids, one after the other; all must succeed."""
    for name in names:
        error = page.evaluate(RUN_CELL, name)
        assert error is None, f"{name}: {error}"
