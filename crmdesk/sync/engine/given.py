"""What is given to put complaints right, at the server: no desk puts down, changes or pays more than may be given.

A run that brings lines of redress locks their complaints first: a line and a step that is judged by it meet one after
the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Connection, select

from crmdesk.domain.cases.lifecycle import Limits, Standing
from crmdesk.domain.cases.redress import Line, granted, refusal, sums_of
from crmdesk.domain.cases.steps import Step, StepKind, details_of
from crmdesk.domain.quick import dataclass
from crmdesk.domain.sla.instants import instant
from crmdesk.sync.engine.identities import canonical
from crmdesk.sync.engine.rows import among, stored_table
from crmdesk.sync.wire import Mutation

if TYPE_CHECKING:
    from crmdesk.sync.engine.work import Work

REDRESS = "redress"
_STEP = "complaint_step"
ASKING = frozenset({StepKind.RESOLVED_EARLY, StepKind.APPROVED, StepKind.RESPONSE_SENT})
"""The steps that ask what was put down."""

_TELLING = frozenset({StepKind.DECISION_DRAFTED, StepKind.RESPONSE_SENT, StepKind.REFERRED})


@dataclass(frozen=True, slots=True)
class Money:
    """Of complaints the lines of redress that the server has, by id and in wire form, and the steps that say what was
    answered, in the order in which it took them."""

    lines: dict[UUID, dict[UUID, Mapping[str, Any]]] = field(default_factory=dict)
    steps: dict[UUID, list[Step]] = field(default_factory=dict)


def concerned(conn: Connection, mutations: Sequence[Mutation]) -> frozenset[UUID]:
    """Return the complaints of which the mutations bring or change lines of redress."""
    lines = [m for m in mutations if m.entity == REDRESS]
    found = {UUID(id_) for m in lines if (id_ := canonical(m.set.get("complaint_id"))) is not None}
    if lines:
        table = stored_table(REDRESS)
        found.update(conn.scalars(select(table.c.complaint_id).where(among(table.c.id, [m.row for m in lines]))))
    return frozenset(found)


def read(conn: Connection, known: Money, complaints: Sequence[UUID]) -> None:
    """Read what is given of these complaints, once they are locked."""
    table, step = stored_table(REDRESS), stored_table(_STEP)
    columns = (table.c.id, table.c.complaint_id, table.c.currency, table.c.amount_minor, table.c.paid_at)
    for row in conn.execute(
        select(*columns, table.c.removed).where(among(table.c.complaint_id, complaints))
    ).mappings():
        known.lines.setdefault(row["complaint_id"], {})[row["id"]] = dict(row)
    told = select(step.c.complaint_id, step.c.kind, step.c.by_id, step.c.at, step.c.details)
    wanted = among(step.c.complaint_id, complaints) & step.c.kind.in_([kind.value for kind in _TELLING])
    steps: dict[UUID, list[Step]] = defaultdict(list)
    for complaint, kind, by, at, details in conn.execute(told.where(wanted).order_by(step.c.accepted)):
        steps[complaint].append(Step(StepKind(kind), by, at, details_of(details)))
    known.steps.update(steps)


def with_money(work: Work, complaint: UUID, standing: Standing) -> Standing:
    """Return where a complaint stands with what was put down and what its answers gave, in this run too."""
    put_down = sums_of(_line(row) for _, row in _lines(work, complaint))
    return replace(standing, put_down=put_down, granted=granted(_steps(work, complaint)))


def refused(
    work: Work,
    standing: Standing,
    limits: Limits,
    row: UUID,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
) -> str | None:
    """Return why a line of redress may not become what it is ``after``, None where it may."""
    complaint = work.id_of(after["complaint_id"])
    others = [_line(values) for id_, values in _lines(work, complaint) if id_ != row]
    told = None if before is None else _line(before)
    found = refusal(with_money(work, complaint, standing), limits, others, told, _line(after))
    return None if found is None else found[0]


def _lines(work: Work, complaint: UUID) -> Iterator[tuple[UUID, Mapping[str, Any]]]:
    lines = dict(work.cases.given.lines.get(complaint, {}))
    for (name, id_), row in work.known.items():
        if name == REDRESS and row.values["complaint_id"] == complaint.hex:
            lines[id_] = row.values
    yield from lines.items()


def _line(values: Mapping[str, Any]) -> Line:
    return Line(
        values["amount_minor"], values["currency"], paid=values["paid_at"] is not None, removed=bool(values["removed"])
    )


def _steps(work: Work, complaint: UUID) -> Iterator[Step]:
    yield from work.cases.given.steps.get(complaint, ())
    fresh = [work.known[key].values for key in work.made if key[0] == _STEP]
    mine = (one for one in fresh if one["complaint_id"] == complaint.hex and one["kind"] in _TELLING)
    for one in sorted(mine, key=lambda told: told["accepted"]):
        kind, by = StepKind(one["kind"]), UUID(one["by_id"])
        yield Step(kind, by, instant(one["at"]), details_of(one["details"]))
