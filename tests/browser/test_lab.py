"""The training lab in a real browser, by keyboard: train, steer, step, stop, compare, take along, reload, run again."""

import re

import pytest

from helpers.browser import cell, rows, wait_for_rows

pytestmark = pytest.mark.browser

LAB = """from pretraining.widgets import TrainingLab
lab = TrainingLab(steps=150, layers=1, width=32, vocab_size=512)
lab"""
THREADS = "import threading; print('threads', sum(t.name == 'pretraining-run' for t in threading.enumerate()))"
LOSE_THE_FIRST_ANSWER = """from pretraining.widgets.live_chart import LiveChart
if "lost" not in globals():
    lost, answer = [], LiveChart._answer
    LiveChart._answer = lambda chart, _, content, buffers: (
        answer(chart, _, content, buffers) if lost or content.get("op") != "need-bundle" else lost.append(chart))"""
IN_VIEW = """element => {
  const box = element.getBoundingClientRect();
  const page = element.closest('.jp-WindowedPanel-outer').getBoundingClientRect();
  return box.top >= page.top - 1 && box.bottom <= page.bottom + 1 && box.right <= page.right + 1;
}"""


@pytest.fixture
def lab(page, open_cells, run_all):
    open_cells("lab-test.ipynb", LAB, THREADS)
    run_all()
    lab = cell(page, "TrainingLab")
    lab.get_by_text("Ready. Press Train.").wait_for()
    return lab


def key(page, lab, role, name, *keys):
    """Focus a control and press keys on it."""
    control = lab.get_by_role(role, name=name, exact=True)
    control.focus()
    for one in keys:
        page.keyboard.press(one)
    return control


def show(page, lab):
    """Scroll so that the lab begins at the top of the page."""
    lab.get_by_role("button", name="Train", exact=True).evaluate("e => e.scrollIntoView({block: 'start'})")
    page.wait_for_timeout(300)


def test_a_learner_steers_by_keyboard(page, lab, screenshot, expect):
    page.set_viewport_size({"width": 1366, "height": 768})
    chart = lab.get_by_role("figure").first
    key(page, lab, "button", "Step", "Enter")
    lab.get_by_text("Paused at step 1.").wait_for()
    key(page, lab, "button", "Step", "Enter")
    lab.get_by_text("Paused at step 2.").wait_for()
    key(page, lab, "button", "Resume", "Enter")
    lab.get_by_text("Done. Held-out loss").wait_for()
    wait_for_rows(page, chart, 300)
    assert "held-out" in chart.get_attribute("aria-label")
    assert "bigram guesser" in chart.get_attribute("aria-label")
    lab.get_by_text("What the model writes after 150 steps").wait_for()

    key(page, lab, "button", "Training", "Enter")
    rate = key(page, lab, "slider", "Learning rate", "ArrowRight", "ArrowRight")
    page.wait_for_function(
        "element => Number(element.getAttribute('aria-valuetext')) === 0.015", arg=rate.element_handle()
    )
    steps = key(page, lab, "spinbutton", "Steps")
    steps.fill("0")
    page.keyboard.press("Tab")
    lab.get_by_role("alert").get_by_text("steps must be").wait_for()
    screenshot("lab-zero-steps")
    steps.fill("100000")
    page.keyboard.press("Tab")
    lab.get_by_text("more than 3 minutes").wait_for()
    expect(lab.get_by_role("alert").get_by_text("steps must be")).to_have_count(0)

    key(page, lab, "button", "Train", "Enter")
    lab.get_by_text("training loss").wait_for()
    lab.get_by_role("button", name="Next token").focus()
    page.keyboard.press("Enter")
    page.wait_for_function(
        "element => element.getAttribute('aria-pressed') === 'true'",
        arg=lab.get_by_role("button", name="Next token").element_handle(),
    )
    prompt = lab.get_by_role("textbox", name="Prompt")
    prompt.fill("The baker")
    lab.get_by_text("likeliest next token").wait_for()
    wait_for_rows(page, lab.get_by_role("figure").nth(1), 8)
    for theme in ("Light", "Dark"):
        page.evaluate(
            "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", f"JupyterLab {theme}"
        )
        page.wait_for_timeout(1500)
        for width, height in ((1366, 768), (1100, 700)):
            page.set_viewport_size({"width": width, "height": height})
            show(page, lab)
            for part in (
                lab.get_by_role("button", name="Train", exact=True),
                lab.get_by_role("button", name="Reset"),
                lab.get_by_role("status").last,
                chart,
                lab.get_by_role("slider", name="Learning rate"),
            ):
                assert part.evaluate(IN_VIEW)
            screenshot(f"lab-{theme.lower()}-{width}")
    page.evaluate("() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Light'})")
    key(page, lab, "button", "Attention", "Enter")
    wait_for_rows(page, lab.get_by_role("figure").nth(1), 3)
    lab.get_by_text("Attention of layer 1, head 1").wait_for()
    page.set_viewport_size({"width": 1366, "height": 1100})
    page.wait_for_timeout(1500)
    screenshot("lab-attention")
    page.set_viewport_size({"width": 1100, "height": 700})
    key(page, lab, "button", "Stop", "Enter")
    lab.get_by_text("Stopped at step").wait_for()
    key(page, lab, "button", "Model", "Enter")
    key(page, lab, "slider", "Width", "ArrowRight")
    lab.get_by_text("A width of 64 can be cut into").wait_for()
    screenshot("lab-model")
    key(page, lab, "button", "Data", "Enter")
    lab.get_by_role("combobox", name="Text").wait_for()
    screenshot("lab-data")
    key(page, lab, "button", "Reset", "Enter")
    lab.get_by_text("Fresh weights").wait_for()
    assert page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']").count() == 0


def test_runs_are_compared_taken_along_and_survive_a_reload(page, lab, screenshot, expect):
    chart = lab.get_by_role("figure").first
    for number in (1, 2):
        key(page, lab, "button", "Train", "Enter")
        key(page, lab, "button", "Runs", "Enter")
        lab.get_by_role("checkbox", name=re.compile(f"Run {number}: .* after 150 steps")).wait_for()
        key(page, lab, "button", "Training", "Enter")
        key(page, lab, "slider", "Learning rate", "ArrowLeft", "ArrowLeft")
    page.wait_for_timeout(500)
    drawn = rows(chart)
    lab.get_by_role("checkbox", name=re.compile("Run 1:")).press(" ")
    page.wait_for_function(
        "([element, before]) => Number(element.dataset.rows) < before", arg=[chart.element_handle(), drawn]
    )
    lab.get_by_role("checkbox", name=re.compile("Run 1:")).press(" ")
    page.wait_for_function(
        "([element, before]) => Number(element.dataset.rows) === before", arg=[chart.element_handle(), drawn]
    )
    for name, begins in {"CSV": "step,event,loss", "Python": "# Run 2 of the training lab"}.items():
        key(page, lab, "button", name, "Enter")
        with page.expect_download() as download:
            lab.get_by_role("link", name=f"Download run-2.{'csv' if name == 'CSV' else 'py'}").press("Enter")
        assert download.value.path().read_text().startswith(begins)
    expect(lab.get_by_role("textbox", name="Python")).to_have_value(re.compile(r"Trainer\("))
    screenshot("lab-runs")

    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_timeout(1000)
    page.reload()
    chart = cell(page, "TrainingLab").get_by_role("figure").first
    chart.wait_for()
    wait_for_rows(page, chart, drawn)
    assert rows(chart) == drawn


def test_a_chart_is_drawn_though_the_one_that_asked_for_the_library_was_closed_unanswered(page, open_cells, run_all):
    open_cells("unanswered-test.ipynb", LOSE_THE_FIRST_ANSWER, LAB)
    run_all()
    lab = cell(page, "TrainingLab")
    lab.get_by_text("Loading the chart").first.wait_for()
    run_all()
    lab.get_by_text("Ready. Press Train.").wait_for()
    lab.get_by_role("button", name="Step", exact=True).click()
    wait_for_rows(page, lab.get_by_role("figure").first, 2)


def test_running_the_cell_again_leaves_one_trainer(page, lab, run_all, expect):
    key(page, lab, "button", "Training", "Enter")
    lab.get_by_role("spinbutton", name="Steps").fill("100000")
    page.keyboard.press("Tab")
    key(page, lab, "button", "Train", "Enter")
    lab.get_by_text("training loss").wait_for()
    run_all()
    lab.get_by_text("Ready. Press Train.").wait_for()
    page.get_by_text("threads 0").wait_for()
    key(page, lab, "button", "Train", "Enter")
    lab.get_by_text("Done. Held-out loss").wait_for()
    expect(lab.get_by_role("figure")).to_have_count(1)


def test_running_the_cell_again_leaves_nothing_of_the_former_lab_on_the_page(page, open_cells, run_all, expect):
    open_cells("one-cell-test.ipynb", LAB)  # JupyterLab itself keeps each toolbar that a second cell ever had
    lab, devtools = cell(page, "TrainingLab"), page.context.new_cdp_session(page)

    def says(sentence):
        expect(lab.get_by_text(sentence)).to_be_visible()  # wait_for would keep what it found in the page's memory

    def nodes_after(runs):
        """Elements and texts that the page keeps, shown or not, when each lab has drawn its curve."""
        for _ in range(runs):
            run_all()
            says("Ready. Press Train.")
            lab.get_by_role("button", name="Step", exact=True).click()
            says("Paused at step 1.")
            wait_for_rows(page, lab.get_by_role("figure").first, 2)
        page.wait_for_timeout(2500)  # anywidget's timer for a slow start keeps a widget for 2 seconds
        for _ in range(3):
            devtools.send("HeapProfiler.collectGarbage")
            page.wait_for_timeout(200)
        return devtools.send("Memory.getDOMCounters")["nodes"]

    one, four = nodes_after(1), nodes_after(3)
    assert four - one < 0.5 * lab.locator(".jp-OutputArea *").count()
