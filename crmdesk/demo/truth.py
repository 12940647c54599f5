"""Reads in PostgreSQL what became of a demo, to hold it against what was typed and what the phone system played."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from crmdesk.sync.engine import Engine

_SEE_HOUSE = text("select set_config('crmdesk.scopes', '1', true)")
_TABLES = ("customer", "interaction", "note", "complaint", "call_leg")
_COUNTS = text(
    "select (select count(*) from crm.customer) as customer, (select count(*) from crm.interaction) as interaction, "
    "(select count(*) from crm.note) as note, (select count(*) from crm.complaint) as complaint, "
    "(select count(*) from crm.call_leg) as call_leg"
)
_CALL = text(
    "select i.id, i.customer_id, c.name as customer, i.e164, i.queue, i.outcome, i.state, i.talk_s, i.hold_s, "
    "a.login as agent, d.code as disposition from crm.interaction i "
    "left join crm.customer c on c.id = i.customer_id left join crm.agent a on a.id = i.agent_id "
    "left join crm.disposition d on d.id = i.disposition_id where i.id = :id"
)
_NOTES = text("select body, customer_id from crm.note where interaction_id = :id order by written_at, id")
_COMPLAINT = text(
    "select k.reference, k.customer_id, k.interaction_id, k.product, k.category, k.severity, k.verbatim, "
    "k.desired_remedy, k.state, a.login as registered_by from crm.complaint k "
    "left join crm.agent a on a.id = k.registered_by where k.reference = :reference"
)


def counts(engine: Engine) -> dict[str, int]:
    """Return how many rows each table has."""

    def read(conn: Connection) -> dict[str, int]:
        conn.execute(_SEE_HOUSE)
        row = conn.execute(_COUNTS).one()
        return {name: int(getattr(row, name)) for name in _TABLES}

    return engine.run(read)


def call(engine: Engine, contact: UUID) -> dict[str, Any]:
    """Return the interaction of a contact with its notes, {} if there is none."""

    def read(conn: Connection) -> dict[str, Any]:
        conn.execute(_SEE_HOUSE)
        row = conn.execute(_CALL, {"id": contact}).one_or_none()
        if row is None:
            return {}
        notes = [note.body for note in conn.execute(_NOTES, {"id": contact})]
        return {**row._mapping, "notes": notes}

    return engine.run(read)


def complaint(engine: Engine, reference: str) -> dict[str, Any]:
    """Return the complaint of a reference, {} if there is none."""

    def read(conn: Connection) -> dict[str, Any]:
        conn.execute(_SEE_HOUSE)
        row = conn.execute(_COMPLAINT, {"reference": reference}).one_or_none()
        return dict(row._mapping) if row is not None else {}

    return engine.run(read)
