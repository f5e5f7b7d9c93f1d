import pytest

from pretraining import charts
from pretraining.tokens import train_bpe
from pretraining.widgets import LiveChart, LossExplorer, PromptExplorer, TargetExplorer


@pytest.fixture
def chart(monkeypatch):
    chart = LiveChart(charts.loss_curve([]), ("step", "loss", "series"), rows=[(0, 7.0, "training")])
    chart.sent = []
    monkeypatch.setattr(type(chart), "send", lambda self, content, buffers=None: chart.sent.append(content))
    return chart


def test_only_new_rows_travel(chart):
    chart.append([(1, 6.0, "training")])
    assert chart.sent == [{"op": "append", "rows": [[1, 6.0, "training"]]}]
    assert chart.rows == [[0, 7.0, "training"], [1, 6.0, "training"]]


def test_a_page_that_opens_gets_everything(chart):
    chart.append([(1, 6.0, "training")])
    chart._handle_custom_msg({"op": "need-rows"}, [])
    assert chart.sent[-1] == {"op": "reset", "rows": chart.rows}
    chart._handle_custom_msg({"op": "need-bundle"}, [])
    assert chart.sent[-1]["op"] == "bundle"
    assert "vega" in chart.sent[-1]["source"]


def test_the_page_gets_a_chart_without_data_but_with_words(chart):
    assert chart.spec["data"] == {"name": "live", "values": []}
    assert "datasets" not in chart.spec
    assert len(chart.description) > 20


def test_layers_share_the_live_table():
    spec = LiveChart(charts.surprise_curve(0.5), ("p", "loss", "role", "label")).spec
    assert len(spec["layer"]) == 3
    assert not any("data" in layer for layer in spec["layer"])


def test_the_target_explorer_follows_text_and_block_size():
    explorer = TargetExplorer(train_bpe("", 257), text="abc", block_size=8)
    assert [(row, text) for row, _, text, role in explorer.chart.rows if role == "target"] == [(1, "b"), (2, "c")]
    explorer.block_size.value = 1
    assert len(explorer.chart.rows) == 4
    explorer.text.value = "x"
    assert explorer.chart.rows == []
    assert "at least two tokens" in explorer.note.value
    explorer.text.value = "long " * 30
    assert "first 14 are shown" in explorer.note.value
    explorer.text.value = "é"
    assert [text for _, _, text, _ in explorer.chart.rows] == ["\\xc3", "\\xa9"]
    explorer.text.value = "<|endoftext|>"  # thirteen ordinary characters
    assert explorer.note.value.startswith("13 tokens")


def test_the_loss_explorer_shows_the_price():
    explorer = LossExplorer(0.5)
    explorer.probability.value = 0.25
    assert "1.39 nats" in explorer.note.value
    assert explorer.chart.rows[-1][:2] == pytest.approx([0.25, 1.3863], abs=1e-3)
    assert "25.0%" in explorer.chart.description


def test_the_prompt_explorer_asks_the_present_model():
    from pretraining.model import ModelConfig, Transformer

    tokenizer = train_bpe("", 257)
    models = [Transformer(ModelConfig(257, 8, 1, 1, 8), seed=1), Transformer(ModelConfig(257, 8, 1, 1, 8), seed=2)]
    explorer = PromptExplorer(lambda: models[0], tokenizer, prompt="a prompt longer than the context")
    before = explorer.chart.rows
    assert len(before) == 8
    models.reverse()
    explorer.ask_button.click()
    assert explorer.chart.rows != before
    explorer.prompt.value = "<|endoftext|>"
    assert len(explorer.chart.rows) == 8
    explorer.prompt.value = ""
    assert explorer.chart.rows == []
    assert "Type a prompt" in explorer.note.value
