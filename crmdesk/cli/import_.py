"""``crmdesk import customers``: takes a CSV file into the server's database and reports every line that it refused.

It is an administrator's command at the server. Rows go through the sync engine in this process, as a desk's pushes do
at the gateway: the same checks, the same feed, so every desk receives them with its next pull.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from crmdesk.cli import _import_complaints
from crmdesk.cli._database import opened
from crmdesk.cli._region import region
from crmdesk.domain.clock import SystemClock
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.ids import derived_id, new_id
from crmdesk.domain.quick import dataclass

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from crmdesk.services.csv_file import Objection
    from crmdesk.services.importing import Arrival
    from crmdesk.sync.engine import Engine
    from crmdesk.sync.engine.resembling import Alike
    from crmdesk.sync.wire import Mutation

_UNREADABLE = 2
_AT_ONCE = 100
_IDS_BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
"""Imported rows have derived ids, so that importing a file twice finds its rows instead of making them again."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``import customers FILE.csv`` and ``import complaints FILE.csv``."""
    parser = commands.add_parser("import", help="take data from files into the server's database")
    kinds = parser.add_subparsers(title="what", metavar="WHAT", required=True)
    customers = kinds.add_parser(
        "customers",
        help="customers from a CSV file",
        description="FILE.csv is UTF-8 or UTF-16; its first line names the columns: name, and any of kind (person or"
        " organisation), latin_name, summary, phone, phone_2 to phone_9, email, address, city, since (2024-12-31),"
        " care, tier, segment, language, product, preferences, accessibility, good_service, do_not_call (yes or no)."
        " Each line is taken whole or refused with the reason; who is probably on file already is told, and found on a"
        " desk under Duplicates. Importing a file twice takes nothing twice. Exit code 0: all taken, 1: some lines"
        " refused, 2: the file cannot be read.",
        epilog="Example: crmdesk import customers customers.csv --region US --check",
    )
    customers.add_argument("file", type=Path, metavar="FILE.csv", help="the file, as described above")
    customers.add_argument("--database", metavar="URL", help="the server's database; else from CRMDESK_DATABASE")
    customers.add_argument(
        "--scope",
        type=int,
        default=1,
        metavar="N",
        help="the team that holds them, by the number of its scope (default: 1, everybody)",
    )
    customers.add_argument(
        "--region",
        default="",
        metavar="XX",
        help="country of numbers that are written without its code, for example US",
    )
    customers.add_argument(
        "--leave-duplicates", action="store_true", help="refuse lines of customers who are probably on file already"
    )
    customers.add_argument("--check", action="store_true", help="only report; needs no database and changes nothing")
    customers.add_argument("--json", action="store_true", help="end with one JSON line instead of the summary")
    customers.set_defaults(func=_customers)
    _import_complaints.add(kinds)


@dataclass(slots=True)
class _Tally:
    """What became of the lines."""

    taken: int = 0
    there_before: int = 0
    refused: int = 0
    alike: int = 0

    def refuse(self, objections: Sequence[Objection]) -> None:
        """Count a refused line and say why."""
        self.refused += 1
        for objection in objections:
            print(objection)

    def tell_alike(self, line: int, found: Alike) -> None:
        """Count a line that was taken although its customer is probably on file, and say who that is."""
        self.alike += 1
        print(f"line {line}: taken, but probably {found.name!r}, who is on file already: {_why(found)}.")


def _why(found: Alike) -> str:
    reasons = found.likeness.reasons
    return f"{reasons[:1].lower()}{reasons[1:]}"


def _customers(arguments: argparse.Namespace) -> int:
    from crmdesk.services.csv_file import Unreadable
    from crmdesk.services.importing import COLUMNS, Reader

    database = arguments.database or os.environ.get("CRMDESK_DATABASE")
    if not database and not arguments.check:
        raise UserMistake("database", "Which database?", "Give --database URL or set CRMDESK_DATABASE, or use --check.")
    try:
        reader = Reader(
            arguments.file, region(arguments.region) if arguments.region else "", SystemClock().now().date()
        )
        if reader.unknown:
            print(f"Left out, since these columns are not known: {', '.join(map(repr, reader.unknown))}.")
            print(f"Known are: {', '.join(COLUMNS)}.")
        tally = _Tally()
        arrivals = _arrivals(reader.rows(), tally)
        if arguments.check:
            tally.taken = sum(1 for _ in arrivals)
        else:
            _store(str(database), arguments.scope, arrivals, tally, leave=arguments.leave_duplicates)
    except Unreadable as trouble:
        print(f"{arguments.file}: {trouble}", file=sys.stderr)
        return _UNREADABLE
    _sum_up(tally, arguments)
    return 1 if tally.refused else 0


def _arrivals(rows: Iterable[Arrival | list[Objection]], tally: _Tally) -> Iterator[Arrival]:
    for row in rows:
        if isinstance(row, list):
            tally.refuse(row)
        else:
            yield row


def _sum_up(tally: _Tally, arguments: argparse.Namespace) -> None:
    if arguments.json:
        print(json.dumps(asdict(tally)))
        return
    verb = "could be taken" if arguments.check else "taken"
    alike = f", {tally.alike} of those taken probably on file already" if tally.alike else ""
    print(f"{tally.taken} {verb}, {tally.there_before} were there before, {tally.refused} refused{alike}")


# Storing -----------------------------------------------------------------------------------------------------------


def _store(database: str, scope: int, arrivals: Iterator[Arrival], tally: _Tally, *, leave: bool) -> None:
    from crmdesk.sync.engine.people import named_scopes
    from crmdesk.sync.engine.setup import check_up_to_date

    with opened(database, connections=1) as engine:
        engine.run(check_up_to_date)
        there = engine.run(named_scopes)
        if scope not in there:
            told = ", ".join(f"{number} {name}" for number, name in there.items())
            raise UserMistake("scope", f"There is no scope {scope} on this server.", f"There are: {told}.")
        author = new_id()
        while batch := list(islice(arrivals, _AT_ONCE)):
            _take(engine, scope, author, batch, tally, leave=leave)


def _take(engine: Engine, scope: int, author: UUID, batch: Sequence[Arrival], tally: _Tally, *, leave: bool) -> None:
    from crmdesk.services.csv_file import Objection
    from crmdesk.sync.wire import Status

    groups = {_customer_id(scope, arrival): arrival for arrival in batch}
    there, found = engine.run(lambda conn: _compare(conn, scope, groups))
    left = set(found) if leave else set()
    wanted = {row: arrival for row, arrival in groups.items() if row not in there and row not in left}
    reasons = engine.run(lambda conn: _apply(conn, scope, author, wanted))
    for row, arrival in groups.items():
        results = reasons.get(row, [])
        if row in there:
            tally.there_before += 1
        elif row in left:
            why = f"this is probably {found[row].name!r}, who is on file already ({_why(found[row])})"
            tally.refuse(
                [Objection(arrival.line, "whole line", why, "Import it without --leave-duplicates to take it.")]
            )
        elif all(status is Status.OK for status, _ in results):
            tally.taken += 1
            if row in found:
                tally.tell_alike(arrival.line, found[row])
        else:
            why = next(reason for status, reason in results if status is not Status.OK)
            tally.refuse([Objection(arrival.line, "whole line", f"the server refused it: {why}", "Correct the line.")])


def _compare(conn: Connection, scope: int, groups: Mapping[UUID, Arrival]) -> tuple[frozenset[UUID], dict[UUID, Alike]]:
    """Return which customers are there already from an earlier import, and whom the others probably are."""
    from crmdesk.domain.duplicates import traits
    from crmdesk.sync.engine.access import within
    from crmdesk.sync.engine.resembling import Newcomer, alike
    from crmdesk.sync.engine.rows import visible_ids

    with within(conn, [scope]):
        there = visible_ids(conn, "customer", groups.keys())
    new = {
        row: Newcomer(
            traits(
                arrival.name,
                arrival.fields.get("latin_name", ""),
                phones=[f"{p.e164};{p.extension}" if p.extension else p.e164 for p in arrival.phones],
                emails=[arrival.email] if arrival.email else [],
                addresses=[arrival.address] if arrival.address else [],
                city=arrival.fields.get("city", ""),
            ),
            tuple(pair for pair in (("email", arrival.email), ("address", arrival.address)) if pair[1]),
        )
        for row, arrival in groups.items()
        if row not in there
    }
    return there, alike(conn, scope, new, {row: arrival.name for row, arrival in groups.items()})


def _apply(
    conn: Connection, scope: int, author: UUID, groups: Mapping[UUID, Arrival]
) -> dict[UUID, list[tuple[Any, str]]]:
    """Make the customers; return status and reason of each of their parts."""
    from crmdesk.sync.engine.apply import apply
    from crmdesk.sync.engine.compare import Hand
    from crmdesk.sync.engine.hands import Writer
    from crmdesk.sync.engine.identities import share

    writer = Writer(author, (scope,), scope, Hand.PERSON)
    share(conn)
    numbers = count(1)
    wanted = {row: list(_mutations(row, arrival, numbers)) for row, arrival in groups.items()}
    results = iter(apply(conn, writer, [m for group in wanted.values() for m in group]))
    return {row: [(r.status, r.reason) for r in islice(results, len(group))] for row, group in wanted.items()}


def _customer_id(scope: int, arrival: Arrival) -> UUID:
    return derived_id(_IDS_BEGIN, f"import:{scope}:{arrival.key}")


def _mutations(row: UUID, arrival: Arrival, numbers: Iterator[int]) -> Iterator[Mutation]:
    """Yield the rows of one customer as one group, which stands or falls together."""
    from crmdesk.sync.wire import Mutation, Op

    group = next(numbers)

    def insert(entity: str, id_: UUID, values: dict[str, Any]) -> Mutation:
        return Mutation(next(numbers), new_id(), group, entity, id_, Op.INSERT, 0, {}, values)

    own: dict[str, Any] = {"kind": arrival.kind.value, "name": arrival.name, **arrival.fields}
    if arrival.since is not None:
        own["since"] = arrival.since.isoformat()
    if arrival.do_not_call:
        own["do_not_call"] = True
    yield insert("customer", row, own)
    for place, values in enumerate(_points(arrival)):
        point = derived_id(_IDS_BEGIN, f"import:{row.hex}:{place}")
        yield insert("contact_point", point, {"customer_id": row.hex, **values})


def _points(arrival: Arrival) -> Iterator[dict[str, Any]]:
    for phone in arrival.phones:
        values = {"kind": "phone", "value": phone.raw, "e164": phone.e164, "shared": phone.shared}
        yield values if phone.extension is None else {**values, "extension": phone.extension}
    for kind, value in (("email", arrival.email), ("address", arrival.address)):
        if value:
            yield {"kind": kind, "value": value}
