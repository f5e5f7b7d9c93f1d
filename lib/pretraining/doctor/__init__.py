"""`pretraining doctor`: what this machine has, what that means, and the command that mends what is missing.

Standard library only: libraries load in other processes, so that it works on a broken installation, also as
`python -m pretraining.doctor` where the command `pretraining` itself does not start.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from importlib import import_module

from .finding import MEND, NOTE, OK, Finding

LABELS = {OK: "ok  ", NOTE: "note", MEND: "MEND"}


def examine(network: bool = True) -> Iterator[Finding]:
    """Look at everything, the quickest first; a look that fails itself is a finding too."""
    parts: tuple[tuple[str, tuple[bool, ...]], ...] = (("surroundings", (network,)), ("libraries", ()), ("jupyter", ()))
    for module, options in parts:
        try:
            yield from getattr(import_module(f".{module}", __name__), module)(*options)
        except Exception as error:
            found = f"this could not be looked at ({type(error).__name__}: {error})"
            yield Finding("doctor", MEND, found, "the machine is in a state that was not foreseen", "report it, please")


def main(arguments: list[str] | None = None) -> int:
    """Print the examination; returns 1 if something must be mended, else 0."""
    parser = argparse.ArgumentParser(prog="pretraining doctor", description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="as one JSON object, for programs")
    parser.add_argument("--offline", action="store_true", help="do not look for a network")
    options = parser.parse_args(arguments)
    findings = examine(network=not options.offline)
    return print_json(findings) if options.json else print_lines(findings)


def print_json(findings: Iterable[Finding]) -> int:
    """`{"ok": ..., "findings": [{"topic", "state", "found", "means", "mend"}, ...]}`."""
    everything = list(findings)
    bad = any(finding.state == MEND for finding in everything)
    print(json.dumps({"ok": not bad, "findings": [asdict(finding) for finding in everything]}, indent=1))
    return int(bad)


def print_lines(findings: Iterable[Finding]) -> int:
    """Each finding as soon as it is there, and at the end what to do first."""
    to_mend = []
    for finding in findings:
        print(f"{LABELS[finding.state]}  {finding.topic + ':':<11} {finding.found}: {finding.means}", flush=True)
        if finding.mend:
            print(f"{'':17} -> {finding.mend}", flush=True)
        to_mend += [finding] if finding.state == MEND else []
    if not to_mend:
        print("\nEverything is in place.")
        return 0
    print(
        f"\n{len(to_mend)} to mend. Begin with {to_mend[0].topic}, then run this again: {sys.executable} -m {__name__}"
    )
    return 1
