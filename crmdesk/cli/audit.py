"""``crmdesk audit``: checks that no step of a case was edited, taken away, moved or slipped in, and lists its steps."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crmdesk.cli import _erasures
from crmdesk.cli._database import ready
from crmdesk.domain.errors import UserMistake

if TYPE_CHECKING:
    from crmdesk.sync.engine.audit import Finding

_BROKEN = 1
_SHOWN = 100


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Add ``audit verify`` and ``audit show``."""
    audit = commands.add_parser("audit", help="check the history of complaints and requests")
    actions = audit.add_subparsers(title="actions", metavar="ACTION", required=True)
    verify = actions.add_parser(
        "verify",
        help="check every step of every complaint and request",
        description="Recomputes the digest of each step and of each seal over it, and holds the seals against those"
        " that the gateway noted beside the journal of erasures. Exit code 0: unbroken, 1: something was changed.",
    )
    verify.add_argument("--database", metavar="URL", help="PostgreSQL database; else from CRMDESK_DATABASE")
    verify.add_argument("--seals", type=Path, metavar="FILE", help="the noted seals; else beside the journal")
    _erasures.add_option(verify)
    verify.set_defaults(func=_verify)
    show = actions.add_parser("show", help="list who took which step of a case on which device, when, and when it came")
    show.add_argument("reference", help="the case's reference")
    show.add_argument("--database", metavar="URL", help="PostgreSQL database; else from CRMDESK_DATABASE")
    show.set_defaults(func=_show)


def _show(arguments: argparse.Namespace) -> int:
    from crmdesk.sync.engine.audit_history import history_of

    with ready(arguments) as engine:
        entries = engine.run(lambda conn: history_of(conn, arguments.reference))
    for one in entries:
        who = f"{one.name} ({one.login})" if one.login else "nobody who is known here"
        where = "no device that is known here" if one.device is None else f"device {one.device} {one.computer!r}"
        sealed = "not sealed yet" if one.seal is None else f"seal {one.seal}"
        print(f"{_at(one.at)}  {one.kind}, {who}, {where}; entered {_at(one.entered_at)}, {sealed}")
    return 0


def _at(at: datetime | None) -> str:
    return "at a time not known" if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _verify(arguments: argparse.Namespace) -> int:
    from crmdesk.server.housekeeping import seals_beside
    from crmdesk.sync.engine import audit

    journal = _erasures.journal(arguments)
    seals: Path = arguments.seals or seals_beside(journal.path)
    if arguments.seals is not None and not seals.is_file():
        next_step = f"The gateway notes them beside its journal of erasures: {seals_beside(journal.path).name}."
        raise UserMistake("seals", f"There is no file {seals}.", next_step)
    noted = audit.noted_in(seals)
    erased = {entry.row for entry in journal.read()} if journal.path.exists() else None
    with ready(arguments) as engine:
        verdict = engine.run(lambda conn: audit.verify(conn, noted, erased))
    for finding in verdict.findings[:_SHOWN]:
        print(_said(finding))
    if len(verdict.findings) > _SHOWN:
        print(f"... and {len(verdict.findings) - _SHOWN} more.")
    told = f"{verdict.steps} steps of {verdict.cases} cases"
    print(
        f"{told}, {verdict.erased} erased since, {verdict.unsealed} not sealed yet, {len(noted)} seals noted outside."
    )
    if not seals.is_file():
        print(f"There is no file of noted seals {seals}: name the journal of the gateway (--erasures) or its seals.")
    print(f"Newest seal: {verdict.head[0]} {verdict.head[1]}")
    if verdict.put_back:
        told = "noted seals are not here, and from before this database was put back from a backup"
        print(f"{verdict.put_back} {told}. If nobody put it back, somebody changed its epoch.")
    if verdict.erased and erased is None:
        print(f"There is no journal of erasures {journal.path}: that they were erased, the database alone says.")
    print("The history is broken." if verdict.findings else "The history is unbroken.")
    return _BROKEN if verdict.findings else 0


def _said(finding: Finding) -> str:
    from crmdesk.sync.engine.audit import Fault

    words = {
        Fault.EDITED: "was edited",
        Fault.DELETED: "was taken away",
        Fault.MOVED: "is not where it was made, or what it follows is gone",
        Fault.SLIPPED_IN: "was slipped in before steps that are sealed",
        Fault.NOT_ERASED: "is gone as if it was erased, but the journal of erasures does not name it",
        Fault.SEAL_BROKEN: "is not as it was made",
        Fault.SEALS_MISSING: "seals are missing",
        Fault.STATE: "is where the case stands, but its steps lead elsewhere",
        Fault.TOLD: "of the case is not what its steps say",
    }
    return ": ".join(part for part in (finding.case, f"{finding.what} {words[finding.fault]}") if part)
