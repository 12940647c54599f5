"""``crmdesk sla``: holds due times against a file of expected ones, and lists the regimes with their sources."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crmdesk.domain.errors import UserMistake

if TYPE_CHECKING:
    from crmdesk.domain.sla.vectors import Difference

_UNREADABLE = 2


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Add ``sla check FILE.json`` and ``sla regimes``."""
    sla = commands.add_parser("sla", help="due times and the rules behind them")
    actions = sla.add_subparsers(title="actions", metavar="ACTION", required=True)
    check = actions.add_parser(
        "check",
        help="compare due times with a file of expected ones",
        description="Computes each vector of FILE.json and prints every difference, then how many passed and failed."
        " Exit code 0: all as expected, 1: some not, 2: the file cannot be read.",
    )
    check.add_argument(
        "file", type=Path, metavar="FILE.json", help="moments, rules and the due times that are expected"
    )
    check.set_defaults(func=_check)
    regimes = actions.add_parser(
        "regimes",
        help="list the time limits of regulators and standards, each with its source",
        description="What no source confirmed is marked unverified. Without FOLDER: those that come with crmdesk.",
    )
    regimes.add_argument(
        "folder", type=Path, nargs="?", metavar="FOLDER", help="a folder with NAME.toml files (docs/sla.md)"
    )
    regimes.set_defaults(func=_regimes)


def _check(arguments: argparse.Namespace) -> int:
    from crmdesk.domain.sla.vectors import check

    file: Path = arguments.file
    passed = failed = 0
    try:
        for verdict in check(file.read_text(encoding="utf-8-sig")):
            for difference in verdict.differences:
                print(_shown(f"{verdict.name}: {_said(difference)}"))
            passed, failed = (passed + 1, failed) if not verdict.differences else (passed, failed + 1)
    except UserMistake as mistake:
        return _unreadable(file, mistake.what, mistake.next_step)
    except OSError as trouble:
        return _unreadable(file, f"{trouble.strerror or trouble}.", "Give a file that exists and that you may read.")
    except UnicodeDecodeError:
        return _unreadable(file, "It is not UTF-8.", "Save it as UTF-8.")
    print(f"passed {passed}")
    print(f"failed {failed}")
    return 1 if failed else 0


def _said(difference: Difference) -> str:
    if difference.trouble:
        return difference.trouble
    return f"{difference.value} expected {difference.expected}, found {difference.found}"


def _unreadable(file: Path, what: str, next_step: str) -> int:
    print(_shown(f"{file} cannot be read: {what}"), file=sys.stderr)
    print(_shown(next_step), file=sys.stderr)
    return _UNREADABLE


def _shown(words: str) -> str:
    """Return words of a file as a terminal may get them: what would steer it, turn its text round or has no place in
    its encoding is written as an escape."""
    seen = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in words)
    encoding = sys.stdout.encoding or "utf-8"
    return seen.encode(encoding, "backslashreplace").decode(encoding)


def _regimes(arguments: argparse.Namespace) -> int:
    from crmdesk.domain.shipped import shipped
    from crmdesk.domain.sla.regimes import read_regimes
    from crmdesk.domain.sla.targets import said

    folder: Path = arguments.folder or shipped("regimes")
    regimes = read_regimes(folder)
    if not regimes:
        raise UserMistake("folder", f"There are no regimes in {folder}.", "A regime is a file NAME.toml (docs/sla.md).")
    for regime in regimes:
        for version in regime.versions:
            print(_shown(f"{regime.title} ({regime.key}), from {version.begins:%Y-%m-%d}"))
            _sourced(version.source, version.unverified)
            print(_shown("  business days: " + (version.business_days.country or "those of the house")))
            _sourced(version.business_days.source, version.business_days.unverified)
            for clock in version.clocks:
                print(_shown(f"  {clock.key}: {clock.title}"))
                target, kind = clock.rule.target, clock.rule.kind.value
                print(_shown(f"    {said(target)} from {clock.starts} to {clock.ends} ({target.ends.value}, {kind})"))
                if clock.condition:
                    print(_shown(f"    condition: {clock.condition}"))
                _sourced(clock.source, clock.unverified)
            for letter in version.letters:
                print(_shown(f"  letter {letter.kind.value}: " + ", ".join(one.title for one in letter.elements)))
                _sourced(letter.source, letter.unverified)
            if version.ombudsman is not None:
                print(_shown(f"  ombudsman: {version.ombudsman.name}, {version.ombudsman.web}"))
                _sourced(version.ombudsman.source, version.ombudsman.unverified)
    return 0


def _sourced(source: str, unverified: tuple[str, ...]) -> None:
    print(_shown(f"    source: {source}"))
    for doubt in unverified:
        print(_shown(f"    unverified: {doubt}"))
