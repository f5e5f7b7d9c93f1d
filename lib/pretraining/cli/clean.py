"""`pretraining clean IN OUT`: clean a folder of your own text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def clean(
    source: Annotated[
        Path, typer.Argument(metavar="IN", help="The folder (or file) to read. Nothing in it is changed.")
    ],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="The folder to make for kept files and the report.")],
    similarity: Annotated[
        float, typer.Option(help="Share of word 5-grams that makes a near copy, above 0 and at most 1.")
    ] = 0.7,
    threshold: Annotated[
        list[str] | None, typer.Option(metavar="RULE=NUMBER", help="Another threshold for a quality rule. Repeatable.")
    ] = None,
    off: Annotated[
        list[str] | None, typer.Option(metavar="RULE", help="A quality rule not to apply. Repeatable.")
    ] = None,
) -> None:
    """Copy the text files worth reading from IN to OUT, without copies and junk, and say what was left out and why."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
    from rich.table import Table

    from ..text.clean import CleaningSettings
    from ..text.clean_folder import clean_folder
    from ..text.folder import text_files
    from ..text.quality import QualitySettings

    quality = QualitySettings(dict(map(_rule_and_number, threshold or [])), frozenset(off or []))
    settings = CleaningSettings(quality, similarity)
    folder = source.expanduser()
    total = sum(1 for _ in text_files(folder)) if folder.is_dir() else 1
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Cleaning", total=total)
        result = clean_folder(
            source, target, settings, lambda report: progress.update(task, completed=report.read.total())
        )

    report = result.report
    console = Console(highlight=False, markup=False)
    console.print(f"Read {report.read.total():,} files, kept {report.kept.total():,} in {result.path}", soft_wrap=True)
    if result.skipped:
        console.print(f"Not read: {len(result.skipped):,} ({result.skipped[0]}{', ...' if result.skipped[1:] else ''})")
    if report.removals:
        table = Table("removed by", "files", "for example", box=None)
        for rule, count in report.by_rule.most_common():
            table.add_row(rule, f"{count:,}", report.examples[rule][0].id)
        console.print(table)
    if hint := report.language_hint():
        console.print(hint)
    console.print(f"Why each file went: {result.path / 'report.md'}", soft_wrap=True)


def _rule_and_number(option: str) -> tuple[str, float]:
    """Read `rule=number`."""
    rule, _, number = option.partition("=")
    try:
        return rule.strip(), float(number)
    except ValueError:
        raise ValueError(f"--threshold takes RULE=NUMBER, such as shouting=0.5, not {option!r}") from None
