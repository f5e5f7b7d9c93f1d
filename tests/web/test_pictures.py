"""Widgets as still pictures: everything that a reader without a kernel sees of them."""

import re

import ipywidgets as widgets
import pytest

from pretraining import charts
from pretraining.widgets import LiveChart, LossExplorer, MergeExplorer, Quiz, ScheduleExplorer
from pretraining.widgets.names import SliderNames
from pretraining.widgets.picture import NOTE, picture, show_pictures


@pytest.mark.parametrize("widget", [LossExplorer, ScheduleExplorer], ids=lambda kind: kind.__name__)
def test_a_chart_is_drawn_with_its_description(widget):
    drawn = picture(widget())
    labels = re.findall(r'<figure role="img" aria-label="([^"]+)"[^>]*><svg', drawn)
    assert labels
    assert all(len(label) > 20 for label in labels)
    assert drawn.count("<svg") == len(labels)
    assert not re.search(r"(src|href)=\"?https?:", drawn)


def test_controls_show_their_label_and_value():
    box = widgets.VBox(
        [
            widgets.IntSlider(value=7, description="Layers"),
            widgets.FloatSlider(value=0.5, description="Rate"),
            widgets.FloatLogSlider(value=0.001, min=-4, max=0, description="Step"),
            widgets.SelectionSlider(options=[("1,000", 1000), ("2,000", 2000)], value=2000, description="Words"),
            widgets.Checkbox(value=True, description="Shuffle"),
            widgets.Text(value="<b>", description="Prompt"),
            widgets.Button(description="Train"),
            SliderNames(),
        ]
    )
    shown = re.sub(r"<[^>]+>", " ", picture(box)).split()
    for word in (
        "Layers",
        "7",
        "Rate",
        "0.50",
        "Step",
        "0.001",
        "Words",
        "2,000",
        "Shuffle",
        "on",
        "&lt;b&gt;",
        "Train",
    ):
        assert word in shown


def test_every_choice_of_a_quiz_can_be_read():
    quiz = Quiz()
    (buttons,) = [part for part in walk(quiz) if isinstance(part, widgets.ToggleButtons)]
    for name in buttons._options_labels:
        assert name.split()[0] in picture(quiz)


def walk(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from walk(child)


def test_what_is_hidden_stays_hidden():
    hidden = widgets.HTML("secret", layout=widgets.Layout(display="none"))
    assert "secret" not in picture(widgets.VBox([hidden, widgets.Label("seen")]))


def test_a_chart_without_rows_says_so_in_words():
    chart = LiveChart(charts.attention_map([]), charts.ATTENTION_COLUMNS, description="No tokens yet.")
    assert "No tokens yet." in picture(chart)
    assert "<svg" not in picture(chart)


def test_an_empty_or_unknown_widget_is_named():
    with pytest.raises(ValueError, match="VBox shows nothing"):
        picture(widgets.VBox())
    with pytest.raises(ValueError, match="ColorPicker has no picture"):
        picture(widgets.VBox([widgets.ColorPicker()]))


def test_a_cell_shows_the_picture_in_the_place_of_the_widget(monkeypatch):
    monkeypatch.setattr(widgets.Widget, "_repr_mimebundle_", widgets.Widget._repr_mimebundle_)
    show_pictures()
    bundle = MergeExplorer()._repr_mimebundle_(include=None, exclude=None)
    assert set(bundle) == {"text/html", "text/plain"}
    assert NOTE in bundle["text/html"]
