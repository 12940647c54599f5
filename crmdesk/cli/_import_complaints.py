"""``crmdesk import complaints``: takes complaints that were handled elsewhere, with how they ended, into the register.

They keep the day of their receipt. Each has the step of its registration, in the name of whoever imports them, and one
that has ended a step that says so; both are part of the sealed history.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from crmdesk.cli._database import ready
from crmdesk.domain.clock import SystemClock
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.ids import derived_id, new_id
from crmdesk.domain.quick import dataclass

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from crmdesk.services.csv_file import Objection
    from crmdesk.services.importing_complaints import ColumnMapping, Complaint
    from crmdesk.sync.engine import Engine
    from crmdesk.sync.wire import Mutation

_UNREADABLE = 2
_AT_ONCE = 200
_NOT_GRADED = 3
"""The severity of a complaint whose file tells none: the middle."""

_IDS_BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
"""Imported rows have derived ids, so that importing a file twice finds its rows instead of making them again."""


def add(kinds: argparse._SubParsersAction[Any]) -> None:
    """Add ``import complaints FILE.csv``."""
    parser = kinds.add_parser(
        "complaints",
        help="complaints from a CSV file",
        description="FILE.csv is UTF-8 or UTF-16; a mapping says which of its columns is what. Without --mapping it is"
        " read as the complaint database that the US Consumer Financial Protection Bureau publishes. Each line is taken"
        " whole or refused with the reason. Importing a file twice takes nothing twice. Exit code 0: all taken, 1: some"
        " lines refused, 2: the file cannot be read.",
    )
    parser.add_argument("file", type=Path, metavar="FILE.csv", help="the file, as described above")
    parser.add_argument("--mapping", type=Path, metavar="FILE.toml", help="which column is what (docs/complaints.md)")
    parser.add_argument("--as", dest="login", metavar="LOGIN", help="the supervisor or administrator who imports them")
    parser.add_argument("--database", metavar="URL", help="the server's database; else from CRMDESK_DATABASE")
    parser.add_argument("--check", action="store_true", help="only report; needs no database and changes nothing")
    parser.set_defaults(func=_complaints)


@dataclass(slots=True)
class _Tally:
    taken: int = 0
    there_before: int = 0
    refused: int = 0

    def refuse(self, objections: Sequence[Objection]) -> None:
        """Count a refused line and say why."""
        self.refused += 1
        for objection in objections:
            print(objection)


def _complaints(arguments: argparse.Namespace) -> int:
    from crmdesk.services.csv_file import Unreadable
    from crmdesk.services.importing_complaints import Reader

    try:
        mapping = _mapping(arguments.mapping)
    except UserMistake as mistake:
        print(f"The mapping cannot be read: {mistake.what} {mistake.next_step}", file=sys.stderr)
        print("docs/complaints.md shows one.", file=sys.stderr)
        return _UNREADABLE
    tally = _Tally()
    try:
        reader = Reader(arguments.file, mapping, SystemClock().now().date())
        if reader.unused:
            print(f"Left out, since the mapping does not name them: {', '.join(map(repr, reader.unused))}.")
        found = _sound(reader.rows(), tally)
        if arguments.check:
            tally.taken = sum(1 for _ in found)
        else:
            _store(arguments, mapping, found, tally)
    except Unreadable as trouble:
        print(f"{arguments.file}: {trouble}", file=sys.stderr)
        return _UNREADABLE
    verb = "could be taken" if arguments.check else "taken"
    print(f"{tally.taken} {verb}, {tally.there_before} were there before, {tally.refused} refused")
    return 1 if tally.refused else 0


def _mapping(file: Path | None) -> ColumnMapping:
    from crmdesk.domain.shipped import shipped
    from crmdesk.services.importing_complaints import mapping_from

    path = file or shipped("imports") / "us-cfpb.toml"
    try:
        return mapping_from(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UserMistake("mapping", f"{path} cannot be read: {reason}.", "Name another file.") from error


def _sound(rows: Iterator[Complaint | list[Objection]], tally: _Tally) -> Iterator[Complaint]:
    for row in rows:
        if isinstance(row, list):
            tally.refuse(row)
        else:
            yield row


def _store(arguments: argparse.Namespace, mapping: ColumnMapping, found: Iterator[Complaint], tally: _Tally) -> None:
    from crmdesk.sync.engine.case_steps import rules_in_force
    from crmdesk.sync.engine.people import leader_named

    if not arguments.login:
        raise UserMistake("as", "In whose name?", "Give --as LOGIN of a supervisor or an administrator.")
    with ready(arguments) as engine:
        author = engine.run(lambda conn: leader_named(conn, arguments.login))
        if mapping.regime not in engine.run(rules_in_force).regimes:
            print(
                f"Warning: no rules named {mapping.regime!r} were published, so these complaints have no deadlines and"
                " stand in no return until they are: crmdesk rules import FILE.",
                file=sys.stderr,
            )
        while batch := list(islice(found, _AT_ONCE)):
            _take(engine, author, mapping, arguments.file.name, batch, tally)


def _take(
    engine: Engine, author: UUID, mapping: ColumnMapping, file: str, batch: Sequence[Complaint], tally: _Tally
) -> None:
    from crmdesk.services.csv_file import Objection
    from crmdesk.sync.wire import Status

    def apply_(conn: Connection) -> dict[UUID, list[tuple[Any, str]] | None]:
        return _apply(conn, author, mapping, file, batch)

    results = engine.run(apply_)
    for one in batch:
        told = results[_id_of(one)]
        if told is None:
            tally.there_before += 1
        elif all(status is Status.OK for status, _ in told):
            tally.taken += 1
        else:
            why = next((reason or str(status)) for status, reason in told if status is not Status.OK)
            tally.refuse([Objection(one.line, "whole line", f"the server refused it: {why}", "Correct the line.")])


def _apply(
    conn: Connection, author: UUID, mapping: ColumnMapping, file: str, batch: Sequence[Complaint]
) -> dict[UUID, list[tuple[Any, str]] | None]:
    """Make the complaints that are not there; return status and reason of each part, None for one that is there."""
    from crmdesk.sync.engine.access import within
    from crmdesk.sync.engine.apply import apply
    from crmdesk.sync.engine.compare import Hand
    from crmdesk.sync.engine.hands import Writer
    from crmdesk.sync.engine.identities import share
    from crmdesk.sync.engine.people import HOUSE
    from crmdesk.sync.engine.rows import visible_ids

    share(conn)
    with within(conn, [HOUSE]):
        there = visible_ids(conn, "complaint", [_id_of(one) for one in batch])
    numbers = count(1)
    fresh = {id_: one for one in batch if (id_ := _id_of(one)) not in there}
    wanted = {id_: list(_mutations(id_, one, author, mapping, file, numbers)) for id_, one in fresh.items()}
    writer = Writer(author, (HOUSE,), HOUSE, Hand.MACHINE, leads=True)
    results = iter(apply(conn, writer, [m for group in wanted.values() for m in group]))
    told = {id_: [(r.status, r.reason) for r in islice(results, len(group))] for id_, group in wanted.items()}
    return {**dict.fromkeys(there), **told}


def _id_of(one: Complaint) -> UUID:
    return derived_id(_IDS_BEGIN, f"import complaint:{one.reference}")


def _mutations(
    id_: UUID, one: Complaint, author: UUID, mapping: ColumnMapping, file: str, numbers: Iterator[int]
) -> Iterator[Mutation]:
    """Yield a complaint, its one issue and its steps as one group, which stands or falls together."""
    from crmdesk.domain.cases.steps import Step, StepKind, values_of
    from crmdesk.models.wireform import to_wire
    from crmdesk.sync.wire import Mutation, Op

    group = next(numbers)

    def insert(entity: str, row: UUID, values: dict[str, Any]) -> Mutation:
        return Mutation(next(numbers), new_id(), group, entity, row, Op.INSERT, 0, {}, values)

    def step(kind: StepKind, at: datetime, details: dict[str, str], parents: tuple[str, ...]) -> Mutation:
        row = derived_id(_IDS_BEGIN, f"import step:{kind}:{id_.hex}")
        return insert(
            "complaint_step", row, to_wire(values_of(row, id_, Step(kind, author, at, details), None, parents))
        )

    own = {
        **{"reference": one.reference, "product": one.product, "category": one.category, "severity": _NOT_GRADED},
        **{"verbatim": one.verbatim, "desired_remedy": one.remedy, "received_at": one.received_at},
        **{"received_zone": mapping.zone, "channel": one.channel.value, "regime": mapping.regime},
        **{"about": one.about, "area": one.area, "registered_by": author},
    }
    yield insert("complaint", id_, to_wire(own))
    issue = derived_id(_IDS_BEGIN, f"import issue:{id_.hex}")
    words = one.about or one.category
    yield insert("complaint_issue", issue, {"complaint_id": id_.hex, "words": words, "category": one.category})
    registered = step(StepKind.REGISTERED, one.received_at, {"file": file}, ())
    yield registered
    if one.outcome is not None and one.ended_at is not None:
        told = {"outcome": one.outcome.value, "file": file}
        yield step(StepKind.IMPORTED, one.ended_at, told, (registered.set["digest"],))
