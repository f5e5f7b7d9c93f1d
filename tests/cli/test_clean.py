"""`pretraining clean IN OUT` as a learner types it."""

import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from pretraining.cli.clean import clean

app = typer.Typer()
app.command()(clean)
STORY = (
    "Rain fell on the valley for nine days, and the miller knew that the dam would not hold. He sent his daughter to "
    "warn the village below, then opened the old sluice with an iron bar. Nobody drowned, but the bridge was gone."
)


@pytest.fixture
def source(tmp_path):
    (tmp_path / "in").mkdir()
    for name, text in {"a.txt": STORY, "b.txt": STORY, "loud.txt": STORY.upper(), "x.bin": "\0"}.items():
        (tmp_path / "in" / name).write_text(text)
    return tmp_path / "in"


def run(*arguments: object):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_it_says_what_it_kept_and_why_the_rest_went(source, tmp_path):
    result = run(source, tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert f"Read 3 files, kept 1 in {tmp_path / 'out'}" in result.output
    assert "x.bin" in result.output
    assert "exact-copy" in result.output
    assert "shouting" in result.output
    assert str(tmp_path / "out" / "report.md") in result.output
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.txt", "report.json", "report.md"]


def test_options_change_the_rules(source, tmp_path):
    result = run(source, tmp_path / "out", "--off", "shouting")
    assert "kept 1" in result.output  # without its case, the loud one is a copy
    result = run(source, tmp_path / "out", "--threshold", "too-few-words=1000", "--similarity", "0.9")
    assert "kept 0" in result.output


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--threshold", "shouting"], "RULE=NUMBER"),
        (["--threshold", "shouting=loud"], "RULE=NUMBER"),
        (["--threshold", "loudness=1"], "unknown quality rule 'loudness'"),
        (["--off", "loudness"], "unknown quality rule 'loudness'"),
        (["--similarity", "0"], "similarity threshold"),
    ],
)
def test_bad_options_are_a_sentence(source, tmp_path, options, message):
    result = run(source, tmp_path / "out", *options)
    assert isinstance(result.exception, ValueError)
    assert message in str(result.exception)
    assert not (tmp_path / "out").exists()


def test_importing_the_command_loads_nothing_heavy():
    program = "import sys, pretraining.cli.clean; sys.exit(bool({'numpy', 'datasketch', 'scipy'} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", program], check=True)
