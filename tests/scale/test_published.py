"""Every figure of the published runs has a source, and agrees with what the formulas make of the others."""

import json

import pytest

from pretraining.scale import training_flops

FIGURES = {"parameters", "tokens", "flops", "gpu_hours"}


@pytest.fixture(scope="module")
def runs(root):
    path = root / "lib" / "pretraining" / "assets" / "published-runs.json"
    return json.loads(path.read_text(encoding="utf-8"))["runs"]


def test_every_figure_has_a_source(runs):
    for run in runs:
        for name in run.keys() - {"name"}:
            assert name in FIGURES, (run["name"], name)
            assert run[name]["value"] > 0, (run["name"], name)
            assert run[name]["mark"] == "published", (run["name"], name)
            assert run[name]["source"].strip(), (run["name"], name)


def test_published_operations_agree_with_the_rule(runs):
    for run in runs:
        computed = training_flops(run["parameters"]["value"], run["tokens"]["value"])
        assert computed == pytest.approx(run["flops"]["value"], rel=0.03), run["name"]
