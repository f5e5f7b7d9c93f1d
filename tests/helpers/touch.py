"""Touching every control on a notebook's page, as a curious learner would, and looking whether it answers.

A control is found by what it is to a screen reader. Each is moved one step, changed, typed into, ticked or pressed; a
button that starts something long is waited for. Controls that appear or wake up on the way are touched as well.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

OUTPUT = ".jp-Cell .jp-Cell-outputArea"
# Every control in an output, with a name that stays the same when the page changes around it.
FIND = """area => {
  const kinds = [
    ['slider', '[role=slider]'], ['list', 'select'], ['tick', 'input[type=checkbox]'],
    ['number', 'input[type=number]'], ['text', 'input[type=text], textarea'], ['tab', '[role=tab]'],
    ['toggle', '.widget-toggle-buttons button'], ['button', 'button'],
  ];
  const label = (e, kind) => e.getAttribute('aria-label')
    || (e.labels?.[0]?.textContent ?? e.closest('.jupyter-widgets')?.querySelector('.widget-label, label')?.textContent
    ?? '').trim() || e.textContent.trim() || e.title || kind;
  const seen = {}, found = [];
  const all = [...area.querySelectorAll(kinds.map(([, css]) => css).join(','))];
  for (const e of all) {
    const kind = kinds.find(([, css]) => e.matches(css))[0];
    const name = kind === 'button' || kind === 'toggle' ? e.textContent.trim() || e.title : label(e, kind);
    const key = `${kind} ${name}`;
    seen[key] = (seen[key] ?? 0) + 1;
    const id = seen[key] > 1 ? `${key} (${seen[key]})` : key;
    e.dataset.touch = id;
    const usable = e.offsetParent !== null && !e.disabled && !e.hasAttribute('disabled')
      && !e.closest('[disabled]');
    if (!e.readOnly) found.push({id, kind, name, usable});
  }
  return found;
}"""
STATE = """area => {
  const values = [...area.querySelectorAll('input, select, textarea')]
    .map(e => e.type === 'checkbox' ? e.checked : e.value);
  const charts = [...area.querySelectorAll('[role=figure]')].map(e => e.getAttribute('aria-label') + e.dataset.rows);
  return area.innerText + '|' + values + '|' + charts;
}"""
LAST_BUTTONS = ("Stop", "Reset", "Remove", "Restore")  # what others made is wanted before these undo it
QUIET_SECONDS, LONGEST_SECONDS = 1.5, 120.0


@dataclass
class Touched:
    """What came of touching the controls of a page.

    Attributes:
        answered: controls whose touch changed something in their output.
        silent: controls whose touch changed nothing.
        asleep: controls that were never usable.
    """

    answered: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    asleep: list[str] = field(default_factory=list)


def touch_all(page, area, report=lambda _: None) -> Touched:
    """Touch every control of one output; returns which answered. `report` hears the name of each that was touched."""
    done, tried = Touched(), set()
    while True:
        new = [one for one in area.evaluate(FIND) if one["id"] not in {*done.answered, *done.silent}]
        usable = sorted((one for one in new if one["usable"]), key=turn)
        buttons = [one for one in new if one["kind"] == "button" and one["id"] not in tried]
        if usable:
            answered = touch(page, area, usable[0])
            (done.answered if answered else done.silent).append(usable[0]["id"])
            report(usable[0]["id"])
        elif buttons:
            tried.add(buttons[0]["id"])
            if wake(page, area, buttons[0]["id"]):
                done.answered.append(buttons[0]["id"])
                report(buttons[0]["id"])
        else:
            done.asleep = [one["id"] for one in new]
            return done


def turn(one) -> int:
    """Settings first, then the buttons that use them, then those that show another part, then those that undo."""
    if one["name"].startswith(LAST_BUTTONS):
        return 3
    return {"button": 1, "toggle": 2, "tab": 2}.get(one["kind"], 0)


def touch(page, area, one) -> bool:
    """Touch one control and wait until its output is quiet again; returns whether anything there changed."""
    place = area.locator(f'[data-touch="{quoted(one["id"])}"]').first
    before = area.evaluate(STATE)
    ACTIONS[one["kind"]](page, place)
    changed = wait_for_change(page, area, before)
    wait_until_quiet(page, area)
    return changed or area.evaluate(STATE) != before


def wake(page, area, name: str) -> bool:
    """Press a button that works only while something runs: start it with the button that stands out, then press."""
    start = area.locator("button.mod-success, button.mod-primary").first
    if not start.count() or not start.is_enabled():
        return False
    start.click()
    place = area.locator(f'[data-touch="{quoted(name)}"]').first
    try:
        place.click(timeout=10_000)
    except Exception:  # it did not wake up
        return False
    finally:
        wait_until_quiet(page, area)
    return True


def wait_for_change(page, area, before: str, seconds: float = 6.0) -> bool:
    """Whether what an output shows becomes different soon."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        page.wait_for_timeout(100)
        if area.evaluate(STATE) != before:
            return True
    return False


def wait_until_quiet(page, area) -> None:
    """Wait until an output has stopped changing and its kernel has nothing to do; what goes on for long is stopped."""
    until, state, since = time.monotonic() + LONGEST_SECONDS, "", time.monotonic()
    while time.monotonic() < until:
        page.wait_for_timeout(250)
        now = area.evaluate(STATE)
        if now != state:
            state, since = now, time.monotonic()
        elif time.monotonic() - since > QUIET_SECONDS and page.evaluate(IDLE):
            return
    stop = area.get_by_role("button", name="Stop", exact=True)
    if stop.count() and stop.first.is_enabled():
        stop.first.click()
        page.wait_for_timeout(3000)


IDLE = "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'"


def quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\a ")


def move(page, place) -> None:
    """One step to the left, which mostly makes things smaller and faster; from the left end, one to the right."""
    place.focus()
    at_the_end = float(place.get_attribute("aria-valuenow")) <= float(place.get_attribute("aria-valuemin"))
    page.keyboard.press("ArrowRight" if at_the_end else "ArrowLeft")


def choose(page, place) -> None:
    """Another entry of the list."""
    count = place.locator("option").count()
    place.select_option(index=(place.evaluate("e => e.selectedIndex") + 1) % count)


def type_words(page, place) -> None:
    """A few letters at the end, and on to the next control."""
    place.focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(" and", delay=20)
    page.wait_for_timeout(300)
    page.keyboard.press("Tab")


def count_up(page, place) -> None:
    """One more; from the top, one less."""
    place.focus()
    old = place.input_value()
    page.keyboard.press("ArrowUp")
    if place.input_value() == old:
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")


def press(page, place) -> None:
    """By the keyboard, as somebody without a mouse does."""
    place.focus()
    page.keyboard.press("Enter")


ACTIONS = {
    "slider": move,
    "list": choose,
    "tick": lambda page, place: (place.focus(), page.keyboard.press("Space")),
    "number": count_up,
    "text": type_words,
    "tab": lambda page, place: place.click(),
    "button": press,
    "toggle": press,
}
