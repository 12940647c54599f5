"""``crmdesk sla check``: holds due times against a file of expected ones."""

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
    """Add ``sla check FILE.json``."""
    sla = commands.add_parser("sla", help="due times and the rules behind them")
    actions = sla.add_subparsers(title="actions", metavar="ACTION", required=True)
    check = actions.add_parser(
        "check",
        help="compare due times with a file of expected ones",
        description="Computes each vector of FILE.json and prints every difference, then how many passed and failed."
        " Exit code 0: all as expected, 1: some not, 2: the file cannot be read.",
    )
    check.add_argument("file", type=Path, metavar="FILE.json")
    check.set_defaults(func=_check)


def _check(arguments: argparse.Namespace) -> int:
    from crmdesk.domain.sla.vectors import check

    file: Path = arguments.file
    passed = failed = 0
    try:
        for verdict in check(file.read_text(encoding="utf-8-sig")):
            for difference in verdict.differences:
                print(f"{verdict.name}: {_said(difference)}")
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
    print(f"{file} cannot be read: {what}", file=sys.stderr)
    print(next_step, file=sys.stderr)
    return _UNREADABLE
