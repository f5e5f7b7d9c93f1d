"""Every chart draws without a network, says what it shows, and names its units."""

import re

import altair as alt
import pytest

from pretraining import charts

CHARTS = {
    "loss": lambda: charts.loss_curve([(0, 6.9, "training"), (10, 5.0, "training"), (10, 5.25, "held-out")]),
    "comparison": lambda: charts.loss_comparison({"uniform": 6.93, "bigram": 3.72}),
    "next": lambda: charts.next_token_bars([" the", "\n"], [0.75, 0.25]),
    "table": lambda: charts.target_table_chart(charts.target_table_rows([(("a",), "b"), (("a", "b"), "c")])),
    "surprise": lambda: charts.surprise_curve(0.5),
    "seeds": lambda: charts.losses_by_seed({"dirty": [3.25, 3.5], "clean": [3.0, 3.125]}),
    "ladder": lambda: charts.token_ladder({"ours": 3e5, "GPT-3": 3e11}),
    "cleaning": lambda: charts.cleaning_outcome(
        [("kept", 7, charts.RIGHT, "9 (2 wrong)"), ("kept", 2, charts.WRONG, "")]
    ),
    "shares": lambda: charts.share_of_tokens([("web", 60, "web 60%"), ("books", 40, "books 40%")]),
    "attention": lambda: charts.attention_map(charts.attention_rows(["a", "·b"], [[1.0, 0.0], [0.25, 0.75]])),
    "average": lambda: charts.weighted_average(
        [(1.0, 1.0, 1.0, "value", "cat 100%"), (1.0, 1.0, 1.0, "average", "mean")]
    ),
    "clocks": lambda: charts.clock_hands([(0, 0, 1, 0, "query", "pair 1"), (0, 0, 0, 1, "key", "pair 1")]),
    "parts": lambda: charts.cost_by_part([("attention", 4096, "4.1 k (40%)")]),
    "epochs": lambda: charts.epochs_by_domain([("web", 0.5, "0.5", 4), ("books", 5.0, "5.0", 4)]),
    "carried": lambda: charts.bytes_per_token_bars([("prose", 4.25, "4.25"), ("code", 1.5, "1.50")]),
    "growth": lambda: charts.bytes_per_token_growth(
        [(256, "prose", 1.0), (256, "code", 1.0), (512, "prose", 2.25), (512, "code", 1.5)]
    ),
    "weight": lambda: charts.weight_curve(charts.weight_rows([(0.0, 2.0), (1.0, 1.0)], (0.0, 2.0), -1.0)),
    "agreement": lambda: charts.gradient_agreement_dots({1: [0.0, 0.25], 64: [0.5, 0.75]}),
    "rates": lambda: charts.overlaid_losses([(1, 6.9, "A: 0.01"), (2, 5.25, "A: 0.01"), (1, 6.9, "B: 1")]),
    "compute": lambda: charts.compute_axis([("GPT-3", 3e23, charts.PUBLISHED, "3.0e+23")]),
    "stages": lambda: charts.shares_by_stage([("pre-training", "facts", 0.25), ("fine-tuning", "facts", 0.5)]),
    "schedule": lambda: charts.schedule_curve([(0, 0.0), (1, 0.5), (2, 0.25)]),
    "beliefs": lambda: charts.belief_curves([(0, 0.0, charts.TRUE), (0, 0.25, charts.FALSE), (9, 0.5, charts.TRUE)]),
    "odds": lambda: charts.odds_chart([(0.5, 0.25, "20 : 40"), (2.0, 4.0, "40 : 20")]),
    "code or prose": lambda: charts.mixture_losses([(0.0, 6.25, charts.CODE), (0.0, 3.0, charts.PROSE)]),
    "recited": lambda: charts.recited_by_copies([(1, 0.0, charts.WITH_COPIES), (64, 100.0, charts.WITH_COPIES)]),
    "laws": lambda: charts.scaling_law_chart(
        [
            (1e9, 5.0, 4.75, 5.25, charts.LAW),
            (1e10, 4.5, 4.25, 4.75, charts.LAW),
            (1e9, 5.25, 5.25, 5.25, charts.MEASURED),
            (1e10, 4.5, 4.0, 5.0, charts.PREDICTED),
        ]
    ),
    "forced": lambda: charts.forced_facts_chart(
        [(0, 0.0, "learned", "new facts"), (5, 0.25, "learned", "new facts"), (5, 0.75, "kept", "known facts")]
    ),
    "isoflop": lambda: charts.isoflop_chart(
        [
            (1e4, 5.0, "1e+10", charts.CURVE),
            (2e4, 4.5, "1e+10", charts.CURVE),
            (1e4, 5.25, "1e+10", charts.RUN),
            (2e4, 4.5, "1e+10", charts.BEST),
            (1e4, 4.25, "1e+11", charts.OTHER),
            (2e4, 4.0, "1e+11", charts.OTHER),
        ]
    ),
    "draws": lambda: charts.draw_bars(charts.draw_rows([" the", "\n"], [0.75, 0.25], [1.0, 0.0])),
    "probes": lambda: charts.probe_bars([("syntax", 1.0, 0.5), ("reasoning", 0.75, 1 / 3)]),
    "facts": lambda: charts.facts_by_count([(1, 0.125, 0.125), (8, 0.25, 0.125), (480, 1.0, 0.125)]),
    "bits": lambda: charts.bits_per_byte_bars([("web", 0.5, "micro-world"), ("real prose", 6.25, "real text")]),
    "reliability": lambda: charts.reliability_chart(
        [("next tokens", 0.25, 0.25, 9), ("next tokens", 0.75, 0.5, 4), ("rare facts", 0.5, 0.0, 2)]
    ),
    "behaviour": lambda: charts.behaviour_bars([("answers", "base model", 0.0), ("answers", "fine-tuned", 0.75)]),
}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_appears_as_a_picture_with_a_description(name):
    bundle = CHARTS[name]()._repr_mimebundle_()
    page = (bundle[0] if isinstance(bundle, tuple) else bundle)["text/html"]
    assert '<svg aria-hidden="true" ' in page
    assert 'role="img"' in page
    assert re.search(r'aria-label="[^"]{20,}"', page)
    assert "<script" not in page
    assert not re.search(r'(src|href)="http', page)


@pytest.mark.parametrize(
    "name", ["loss", "comparison", "surprise", "seeds", "weight", "rates", "laws", "isoflop", "code or prose"]
)
def test_losses_have_units(name):
    assert "nats" in str(CHARTS[name]().to_dict())


@pytest.mark.parametrize("name", CHARTS)
def test_titles_ask_a_question(name):
    title = CHARTS[name]().to_dict()["title"]
    assert (title if isinstance(title, str) else title["text"]).endswith("?")


def test_descriptions_say_the_numbers():
    assert "held-out 5.25" in CHARTS["loss"]().description
    assert "·the 75.0%" in CHARTS["next"]().description
    assert "0.69 nats" in CHARTS["surprise"]().description
    assert "dirty: 3.250, 3.500" in CHARTS["seeds"]().description
    assert "GPT-3 300,000,000,000" in CHARTS["ladder"]().description
    assert "kept 9 (2 wrong)" in CHARTS["cleaning"]().description
    assert "web 60%, books 40%" in CHARTS["shares"]().description
    assert "books 5.0" in CHARTS["epochs"]().description
    assert "prose 4.25, code 1.50" in CHARTS["carried"]().description
    assert "Now the weight is 0.000 and the loss 2.000 nats" in CHARTS["weight"]().description
    assert "1: 0.12, 64: 0.62" in CHARTS["agreement"]().description
    assert "A: 0.01 ends at 5.25" in CHARTS["rates"]().description
    assert "facts: pre-training 25%, fine-tuning 50%" in CHARTS["stages"]().description
    assert "GPT-3 3.00e+23" in CHARTS["compute"]().description
    assert "highest with 0.5 at step 1, 0.25 at step 2" in CHARTS["schedule"]().description
    assert "prose from 1.00 to 2.25; code from 1.00 to 1.50" in CHARTS["growth"]().description
    assert "predicted 4.50 at 1.0e+10 FLOPs; the fitted law falls from 5.00 to 4.50" in CHARTS["laws"]().description
    assert "trained model 10,000: 5.25; just right 20,000: 4.50" in CHARTS["isoflop"]().description
    assert "Strongest link: 2 ·b takes 25% from 1 a." in CHARTS["attention"]().description
    assert "cat 100%" in CHARTS["average"]().description
    assert "learned with new facts ends at 25%" in CHARTS["forced"]().description
    assert "attention 4.1 k (40%)" in CHARTS["parts"]().description
    assert "·the 75.0%, now 100.0%, ⏎ 25.0%, now out" in CHARTS["draws"]().description
    assert "reasoning 75% (guessing 33%)" in CHARTS["probes"]().description
    assert "stated 8 times 25%" in CHARTS["facts"]().description
    assert "real prose 6.25" in CHARTS["bits"]().description
    assert "says 75%, right 50%; rare facts: says 50%, right 0%" in CHARTS["reliability"]().description
    assert "answers fine-tuned 75%" in CHARTS["behaviour"]().description


def test_a_target_table_has_a_cell_for_each_token_of_each_row():
    cells = charts.target_table_rows([(("a",), "b"), (("a", "b"), " c"), (("b", " c"), "d")])
    assert [(row, column, text) for row, column, text, role in cells if role == "target"] == [
        (1, 1, "b"), (2, 2, "·c"), (3, 3, "d"),
    ]  # fmt: skip
    assert [(column, text) for row, column, text, _ in cells if row == 3] == [(1, "b"), (2, "·c"), (3, "d")]


def test_charts_use_our_renderer_and_white_paper():
    assert alt.renderers.active == "pretraining"
    assert CHARTS["loss"]().to_dict()["background"] == "white"


def test_the_loss_lines_differ_in_more_than_colour():
    assert len({str(dash) for name, (_, dash) in charts.LOSS_SERIES.items() if name != "training"}) == 4


def test_growth_lines_differ_in_colour_pattern_and_shape():
    from pretraining.charts.tokens import STYLES

    for column in zip(*STYLES):
        assert len(set(map(str, column))) == len(STYLES)
    drawn = CHARTS["growth"]().to_dict()["layer"]
    for layer, channel in zip(drawn, ("strokeDash", "shape")):
        scale = layer["encoding"][channel]["scale"]
        assert scale["domain"] == ["prose", "code"]
        assert scale["range"][0] != scale["range"][1]


def test_more_lines_than_patterns_are_refused():
    with pytest.raises(ValueError, match="at most 6"):
        charts.bytes_per_token_growth([(256, f"text {i}", 1.0) for i in range(7)])


def test_the_axis_of_bytes_per_token_stays_when_the_values_change():
    domains = [
        str(charts.bytes_per_token_bars([("prose", value, "")]).to_dict()["layer"][0]["encoding"]["x"]["scale"])
        for value in (1.0, 4.5)
    ]
    assert domains[0] == domains[1]


def test_the_shipped_bundle_is_what_vl_convert_makes():
    import vl_convert

    from pretraining.widgets.live_chart import vega_bundle

    assert vega_bundle() == vl_convert.javascript_bundle("export default vegaEmbed;", vl_version=charts.VEGA_LITE)
