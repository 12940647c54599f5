"""``crmdesk phone check``: holds the reading of caller ids against a table of what is expected."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from crmdesk.domain.phone import normalise
from crmdesk.domain.quick import dataclass

_COLUMNS = ("input", "default_region", "expected_e164_or_empty", "kind")
_UNREADABLE = 2
_LONGEST_FIELD = 16 * 2**20


@dataclass(frozen=True, slots=True)
class _Expectation:
    line: int
    raw: str
    region: str
    e164: str
    kind: str


class _NotATable(Exception):
    """The file cannot be read as a table of expectations; the text says why."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``phone check FILE.csv``."""
    phone = commands.add_parser("phone", help="telephone numbers")
    verbs = phone.add_subparsers(title="commands", metavar="COMMAND", required=True)
    check = verbs.add_parser(
        "check",
        help="compare how caller ids are read with a table of what is expected",
        description=f"FILE.csv is UTF-8 with the columns {', '.join(_COLUMNS)}; an empty expectation means that"
        " the text must not be taken for a number. Exit code 0: all as expected, 1: some not, 2: unreadable.",
    )
    check.add_argument("file", type=Path, metavar="FILE.csv", help="the table, as described above")
    check.set_defaults(func=_check)


def _check(arguments: argparse.Namespace) -> int:
    file: Path = arguments.file
    passed = failed = 0
    try:
        for expected in _expectations(file):
            found = normalise(expected.raw, expected.region).e164 or ""
            if found == expected.e164:
                passed += 1
                continue
            failed += 1
            print(
                f"line {expected.line}: {expected.raw!a} in {expected.region or 'no region'} ({expected.kind}):"
                f" expected {expected.e164 or 'no number'}, found {found or 'no number'}"
            )
    except (OSError, UnicodeDecodeError, csv.Error, _NotATable) as trouble:
        print(f"{file} cannot be read: {_reason(trouble)}", file=sys.stderr)
        print("Give a table as crmdesk phone check --help describes it.", file=sys.stderr)
        return _UNREADABLE
    print(f"passed {passed}")
    print(f"failed {failed}")
    return 1 if failed else 0


def _expectations(file: Path) -> Iterator[_Expectation]:
    csv.field_size_limit(_LONGEST_FIELD)  # a caller id may be absurdly long; that is one of the things to check
    with file.open(encoding="utf-8-sig", newline="") as stream:
        table = csv.DictReader(stream, strict=True)
        missing = [column for column in _COLUMNS[:3] if column not in (table.fieldnames or ())]
        if missing:
            raise _NotATable(f"the first line does not name the columns {', '.join(missing)}.")
        for row in table:
            if None in row or None in row.values():
                raise _NotATable(f"line {table.line_num} does not have as many fields as the first line.")
            raw, region, e164 = (row[column] for column in _COLUMNS[:3])
            yield _Expectation(table.line_num, raw, region, e164.strip(), row.get("kind", "") or "no kind")


def _reason(trouble: Exception) -> str:
    if isinstance(trouble, OSError):
        return trouble.strerror or str(trouble)
    if isinstance(trouble, UnicodeDecodeError):
        return "it is not UTF-8."
    return str(trouble)
