"""The explorers of unit 4 without a browser: every control moves what it should, and says so in words."""

import math
import re
import threading

import pytest
import torch

from pretraining.model import ModelConfig, Transformer, parameter_budget, training_memory
from pretraining.tokens import Tokenizer
from pretraining.widgets import AttentionByHand, AttentionMap, ParameterBudget, RotationExplorer
from pretraining.widgets.lesson_model import in_short

TOKENIZER = Tokenizer([])


def new_model(seed=0, **shape):
    model = Transformer(
        ModelConfig(**{"vocab_size": 256, "block_size": 32, "layers": 3, "heads": 2, "width": 16, **shape}), seed
    )
    with torch.no_grad():
        for weight in model.parameters():
            weight.mul_(10 if weight.ndim == 2 else 1)  # attention far from even
    return model


@pytest.fixture
def shown():
    return AttentionMap(new_model(), TOKENIZER, prompt="a cat")


def weights(explorer):
    return {(query, key): weight for query, key, weight, _ in explorer.chart.rows}


def test_the_map_shows_the_weights_of_the_chosen_head(shown):
    ids = TOKENIZER.encode("a cat")
    expected = new_model().inspect(torch.tensor([ids])).attention[:, 0]
    names = [f"{place} {token}" for place, token in enumerate("a·cat", start=1)]
    for layer in range(3):
        for head in range(2):
            shown.layer.value, shown.head.value = layer + 1, head + 1
            assert weights(shown) == pytest.approx(
                {(names[t], names[s]): expected[layer, head, t, s].item() for t in range(5) for s in range(t + 1)}
            )
            assert f"layer {layer + 1}, head {head + 1}" in shown.chart.description


def test_the_words_name_the_strongest_link(shown):
    shown.layer.value = 2
    (query, key), weight = max(((k, w) for k, w in weights(shown).items() if k[0] != k[1]), key=lambda item: item[1])
    assert f"Strongest link: {query} takes {weight:.0%} from {key}." in shown.chart.description
    assert shown.chart.description in shown.note.value
    assert "role='status'" in shown.note.value


def test_typing_changes_the_map_and_long_prompts_are_cut(shown):
    shown.prompt.value = "abc"
    assert len(shown.chart.rows) == 6
    shown.prompt.value = "x" * 40
    assert len(shown.chart.rows) == 16 * 17 // 2
    assert "The last 16 of 40 tokens" in shown.note.value
    shown.prompt.value = ""
    assert shown.chart.rows == []
    assert "Type a prompt" in shown.note.value
    shown.prompt.value = "<b>"
    assert "<b>" not in shown.note.value


def test_a_new_model_is_shown_on_request_and_may_have_another_shape():
    models = [new_model(), new_model(seed=1, layers=1, heads=4, block_size=3)]
    explorer = AttentionMap(lambda: models[0], TOKENIZER, prompt="a cat")
    explorer.layer.value = 3
    before = weights(explorer)
    models.pop(0)
    assert weights(explorer) == before
    explorer.refresh()
    assert (explorer.layer.max, explorer.layer.value, explorer.head.max) == (1, 1, 4)
    assert len(explorer.chart.rows) == 6, "only as many tokens as the context holds"
    assert "layer 1" in explorer.chart.description


def test_refreshing_from_several_threads_leaves_one_whole_map(shown):
    failed = []

    def work(layer):
        try:
            for _ in range(20):
                shown.layer.value = layer
                shown.refresh()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(layer,)) for layer in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert len(shown.chart.rows) == 15
    assert shown._model().training, "the model is left in its mode"


def test_scores_become_weights_and_an_average():
    explorer = AttentionByHand()
    assert "(0.00, 0.00)" in explorer.note.value
    explorer.scores[1].value = 2.0
    share = math.exp(2) / (math.exp(2) + 3)
    assert f"cat {share:.0%}" in explorer.note.value
    *_, (x, y, _, role, _) = explorer.chart.rows
    assert role == "average"
    assert (x, y) == pytest.approx((-4 / 3 * (share - 0.25), 4 / 3 * (share - 0.25)), abs=1e-6)
    for control in explorer.scores:
        control.value += 1
    assert explorer.chart.rows[-1][:2] == pytest.approx([x, y], abs=1e-6)


def test_the_mask_hides_later_words():
    explorer = AttentionByHand()
    explorer.scores[3].value = 4.0
    explorer.reader.value = 1
    assert [control.disabled for control in explorer.scores] == [False, False, True, True]
    assert "The 50%, cat 50%, sat (later), down (later)" in explorer.note.value
    assert [row[2] for row in explorer.chart.rows[:4]] == [0.5, 0.5, 0.0, 0.0]
    explorer.reader.value = 0
    assert explorer.chart.rows[-1][:2] == [-1.0, -1.0]


def said_product(explorer):
    return float(re.search(r"<b>(-?[\d.]+)</b>", explorer.note.value).group(1))


def test_only_the_distance_counts():
    explorer = RotationExplorer()
    expected = sum(math.cos(2 * 10_000 ** (-2 * pair / 8)) for pair in range(4))
    for query in (2, 5, 25, 63):
        explorer.query.value, explorer.key.value = query, query - 2
        assert said_product(explorer) == pytest.approx(expected, abs=1e-3)
    explorer.key.value = 63
    assert said_product(explorer) == 4
    explorer.query.value = 62
    assert "1 token ahead" in explorer.note.value


def test_hands_turn_by_the_position():
    explorer = RotationExplorer()
    explorer.query.value = 7
    x, y, x2, y2, role, label = explorer.chart.rows[1]
    assert (role, label) == ("query", "pair 2")
    assert (x2 - x, y2 - y) == pytest.approx((math.cos(0.7), math.sin(0.7)), abs=1e-6)


def test_the_budget_is_that_of_the_shape():
    explorer = ParameterBudget()
    explorer.vocabulary.value, explorer.width.value, explorer.layers.value = 512, 64, 2
    config = ModelConfig(vocab_size=512, block_size=64, layers=2, heads=4, width=64)
    assert {part: amount for part, amount, _ in explorer.parameters.rows} == parameter_budget(config)
    assert {part: amount for part, amount, _ in explorer.memory.rows} == training_memory(config, 16)
    assert f"{in_short(sum(parameter_budget(config).values()))} parameters" in explorer.note.value
    assert "head" in explorer.parameters.description


def test_every_slider_of_the_budget_does_what_the_lesson_says():
    explorer = ParameterBudget()

    def totals():
        return [sum(amount for _, amount, _ in chart.rows) for chart in (explorer.parameters, explorer.memory)]

    start = totals()
    explorer.heads.value = 8
    assert totals()[0] == start[0]
    explorer.batch.value = 64
    assert totals()[0] == start[0]
    assert totals()[1] > 2 * start[1]
    explorer.ff.value = 4
    assert totals()[0] > start[0]
    inside = dict(row[:2] for row in explorer.parameters.rows)["attention"]
    explorer.width.value = 384
    assert dict(row[:2] for row in explorer.parameters.rows)["attention"] == 9 * inside


def test_a_shape_that_does_not_work_is_said_beside_the_sliders():
    explorer = ParameterBudget()
    explorer.heads.value = 3
    assert "width must be divisible by heads" in explorer.note.value


def test_a_shape_that_does_not_fit_is_announced(monkeypatch):
    monkeypatch.setattr("pretraining.widgets.lesson_model.machine_memory", lambda: 10_000_000)
    explorer = ParameterBudget()
    assert "does not fit" in explorer.note.value


def test_every_control_has_a_label(shown):
    by_hand, budget, turning = AttentionByHand(), ParameterBudget(), RotationExplorer()
    controls = [shown.prompt, shown.layer, shown.head, shown.again, by_hand.reader, *by_hand.scores, turning.query]
    controls += [turning.key, budget.vocabulary, budget.width, budget.layers, budget.heads, budget.ff, budget.batch]
    assert all(control.description for control in [*controls, budget.context])
