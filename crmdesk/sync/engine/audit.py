"""The seal over the steps of all cases, and the check that none was edited, taken away, moved or slipped in.

Each step carries a digest of what it says and of the steps before it; whoever can write in the database could still
take the last ones away, or write a chain anew. So the server seals what it took, one step after the other, each seal
over the one before; the newest is also noted in a file outside of the database. Seals hold ids and digests only: a
step whose customer was erased leaves its seal behind, and the journal of erasures says why it is gone.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from enum import StrEnum
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from crmdesk.domain.cases.steps import Link, is_sound, split
from crmdesk.domain.errors import CrmdeskError, Unavailable
from crmdesk.domain.quick import dataclass
from crmdesk.sync.engine.access import throughout
from crmdesk.sync.engine.audit_cases import (
    STEPLESS,
    STEPS_OF_COMPLAINTS,
    STEPS_OF_REQUESTS,
    leads_to,
    told_otherwise,
)

FIRST_LINK = "0" * 64
"""What the first seal is over."""

_SEALED_AT_ONCE = 10_000
_ALONE = text("select pg_advisory_xact_lock(hashtext('crmdesk seals'))")
_HEAD = text("select n, link from sync.seal order by n desc limit 1")
_UNSEALED = text(
    "select s.id, s.case_id, s.digest from ("
    "select id, complaint_id as case_id, digest, accepted from crm.complaint_step where accepted > :since union all "
    "select id, request_id, digest, accepted from crm.request_step where accepted > :since) s "
    "where not exists (select 1 from sync.seal e where e.step_id = s.id) order by s.accepted limit :most"
)
# Numbers are handed out before they are seen: one that is overtaken by so many others is not waited for.
_SINCE = text(
    "select coalesce(s.accepted, r.accepted) - 10000 from sync.seal e "
    "left join crm.complaint_step s on s.id = e.step_id left join crm.request_step r on r.id = e.step_id "
    "where coalesce(s.accepted, r.accepted) is not null order by e.n desc limit 1"
)
_SEAL = text(
    "insert into sync.seal (n, step_id, case_id, digest, link) "
    "select * from unnest(cast(:n as bigint[]), cast(:step as uuid[]), cast(:case as uuid[]), "
    "cast(:digest as text[]), cast(:link as text[]))"
)
_EPOCH = text("select epoch from sync.server")
_SEALS = text(
    "select e.n, e.step_id, e.digest, e.link, coalesce(s.digest, r.digest) as stands, "
    "coalesce(c.reference, q.reference, '') as reference, "
    "exists (select 1 from sync.erasure x where x.row_id = e.step_id) as erased "
    "from sync.seal e left join crm.complaint_step s on s.id = e.step_id "
    "left join crm.request_step r on r.id = e.step_id left join crm.complaint c on c.id = e.case_id "
    "left join crm.request q on q.id = e.case_id order by e.n"
)
_STREAMED = {"yield_per": 5_000}


class Fault(StrEnum):
    """What is wrong with a step, a seal or a case."""

    EDITED = "edited"
    DELETED = "deleted"
    MOVED = "moved"
    SLIPPED_IN = "slipped_in"
    NOT_ERASED = "not_erased"
    SEAL_BROKEN = "seal_broken"
    SEALS_MISSING = "seals_missing"
    STATE = "state"
    TOLD = "told"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: of which case (its reference, empty where there is none any more), and which step or seal."""

    fault: Fault
    case: str
    what: str


@dataclass(frozen=True, slots=True)
class Noted:
    """A seal as it was noted outside of the database, in one of the database's epochs."""

    epoch: UUID
    n: int
    link: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was checked: cases with steps, steps, those erased since, those not sealed yet, the newest seal as its
    number and link, and what is wrong. ``put_back`` counts the noted seals that a database lacks which was put back
    from a backup since."""

    cases: int
    steps: int
    erased: int
    unsealed: int
    put_back: int
    head: tuple[int, str]
    findings: tuple[Finding, ...]


def link_of(before: str, step: UUID, digest: str) -> str:
    """Return the link of a seal over a step: SHA-256 in hexadecimal over the seal before it, the step, its digest."""
    return sha256(f"{before}{step.hex}{digest}".encode("ascii")).hexdigest()


def seal(conn: Connection) -> Noted | None:
    """Seal the steps that were taken since, and return the newest seal, None where none is new.

    Several gateways wait for each other here; a step is sealed once.
    """
    conn.execute(_ALONE)
    n, link = head(conn)
    first = n
    while True:
        with throughout(conn):
            since = conn.execute(_SINCE).scalar() or 0
            fresh = conn.execute(_UNSEALED, {"since": since, "most": _SEALED_AT_ONCE}).all()
        if not fresh:
            return Noted(conn.execute(_EPOCH).scalar_one(), n, link) if n > first else None
        links: list[str] = []
        for row in fresh:
            link = link_of(link, row.id, row.digest)
            links.append(link)
        values = {
            "n": list(range(n + 1, n + 1 + len(fresh))),
            "step": [row.id for row in fresh],
            "case": [row.case_id for row in fresh],
            "digest": [row.digest for row in fresh],
            "link": links,
        }
        conn.execute(_SEAL, values)
        n += len(fresh)


def head(conn: Connection) -> tuple[int, str]:
    """Return the newest seal as its number and link; number 0 where nothing is sealed yet."""
    row = conn.execute(_HEAD).one_or_none()
    return (0, FIRST_LINK) if row is None else (row.n, row.link)


# Seals outside of the database ---------------------------------------------------------------------------------------


def note(path: Path, newest: Noted) -> None:
    """Append a seal to the file outside of the database; raises Unavailable when it cannot be written."""
    line = f"{newest.epoch.hex} {newest.n} {newest.link}\n".encode("ascii")
    try:
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, line)
            os.fsync(file)
        finally:
            os.close(file)
    except OSError as error:
        what = f"The seals cannot be noted in {path}: {error.strerror}."
        raise Unavailable(what, "Make room, or name another folder for the journal of erasures.") from error


def noted_in(path: Path) -> list[Noted]:
    """Return the seals of such a file, none where there is no file; a last line that was cut off counts for nothing.

    Raises CrmdeskError for any other line that is no seal, Unavailable when the file cannot be read.
    """
    try:
        lines = path.read_text(encoding="ascii").split("\n")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        next_step = "--seals names the file that the gateway wrote beside its journal of erasures."
        raise Unavailable(f"The seals in {path} cannot be read: {error}.", next_step) from error
    found = []
    for number, line in enumerate(lines[:-1], start=1):
        try:
            epoch, n, link = line.split(" ")
            found.append(Noted(UUID(epoch), int(n), link))
        except ValueError as error:
            what = f"Line {number} of {path} is no seal."
            raise CrmdeskError(what, "Put the file back from a copy of it.") from error
    return found


# Checking ------------------------------------------------------------------------------------------------------------


def verify(conn: Connection, noted: Sequence[Noted], erased: AbstractSet[UUID] | None = None) -> Verdict:
    """Check every seal, step and state, and the seals that were ``noted`` outside of the database.

    ``erased`` are the rows that the journal outside of the database names, None where there is no such journal.
    """
    epoch = conn.execute(_EPOCH).scalar_one()
    reader = _Reader(frozenset(one.n for one in noted), erased)
    with throughout(conn):
        for row in conn.execute(_SEALS, execution_options=_STREAMED):
            reader.seal(row)
        for steps in (STEPS_OF_COMPLAINTS, STEPS_OF_REQUESTS):
            for _, found in groupby(conn.execute(steps, execution_options=_STREAMED), key=lambda row: row.case_id):
                reader.case(list(found))
        stepless = conn.execute(STEPLESS).all()
    reader.findings += [Finding(Fault.STATE, row.reference, row.state) for row in stepless]
    wrong = [one for one in noted if reader.links.get(one.n) != one.link]
    reader.findings += [
        Finding(Fault.SEALS_MISSING if one.n not in reader.links else Fault.SEAL_BROKEN, "", f"seal {one.n}, as noted")
        for one in wrong
        if one.epoch == epoch
    ]
    return Verdict(
        cases=reader.cases,
        steps=reader.steps,
        erased=reader.erased,
        unsealed=reader.unsealed,
        put_back=sum(one.epoch != epoch for one in wrong),
        head=reader.head,
        findings=tuple(reader.findings),
    )


class _Reader:
    """Goes through seals, then through the steps of one case after the other, and gathers what is wrong."""

    def __init__(self, wanted: frozenset[int], journal: AbstractSet[UUID] | None) -> None:
        self.findings: list[Finding] = []
        self.links: dict[int, str] = {}
        self.head = (0, FIRST_LINK)
        self.cases = self.steps = self.erased = self.unsealed = 0
        self._wanted = wanted
        self._journal = journal
        self._erased: set[str] = set()

    def seal(self, row: Row[Any]) -> None:
        """Hold one seal against the one before it, and against the step that it is over."""
        n, before = self.head
        if row.n != n + 1:
            self._found(Fault.SEALS_MISSING, row, f"seal {n + 1}")
        elif row.link != link_of(before, row.step_id, row.digest):
            self._found(Fault.SEAL_BROKEN, row, f"seal {row.n}")
        if row.stands is not None and row.stands != row.digest:
            self._found(Fault.EDITED, row, f"step {row.step_id}")
        elif row.stands is None and row.erased:
            if self._journal is not None and row.step_id not in self._journal:
                self._found(Fault.NOT_ERASED, row, f"step {row.step_id}")
            self.erased += 1
            self._erased.add(row.digest)
        elif row.stands is None:
            self._found(Fault.DELETED, row, f"step {row.step_id}")
        self.head = (row.n, row.link)
        if row.n in self._wanted:
            self.links[row.n] = row.link

    def case(self, steps: Sequence[Row[Any]]) -> None:
        """Go through the steps of one case in the order in which they were taken."""
        self.cases += 1
        self.steps += len(steps)
        before: set[str] = set()
        sealed, newest = 0, max((row.n or 0 for row in steps), default=0)
        for row in steps:
            if not is_sound(_link(row)):
                self._found(Fault.EDITED, row, f"step {row.id}")
            if set(split(row.parents)) - before - self._erased or (row.n or sealed) < sealed:
                self._found(Fault.MOVED, row, f"step {row.id}")
            elif row.n is None and sealed < newest:
                self._found(Fault.SLIPPED_IN, row, f"step {row.id}")
            self.unsealed += row.n is None
            sealed = row.n or sealed
            before.add(row.digest)
        self._stands(steps)

    def _stands(self, steps: Sequence[Row[Any]]) -> None:
        """Hold what is kept of a case against what its steps say."""
        case = steps[0]
        if case.state is None:
            self._found(Fault.DELETED, case, f"case {case.case_id}")
            return
        told = leads_to(steps)
        if told is None or told.state.value != case.state:
            self._found(Fault.STATE, case, case.state)
            return
        for name in told_otherwise(told, case):
            self._found(Fault.TOLD, case, name)

    def _found(self, fault: Fault, row: Row[Any], what: str) -> None:
        self.findings.append(Finding(fault, row.reference or "", what))


def _link(row: Row[Any]) -> Link:
    return Link(
        id=row.id,
        case_id=row.case_id,
        kind=row.kind,
        by=row.by_id,
        at=row.at,
        device=row.device_id,
        details=row.details,
        parents=split(row.parents),
        digest=row.digest,
    )
