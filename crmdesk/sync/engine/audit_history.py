"""The history of one case for whoever examines it: what was done, by whom, on which device, when, and when the server
took it. None of the words in it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.quick import dataclass
from crmdesk.sync.engine.access import throughout

_COMPLAINT = text(
    "select s.id, s.kind, s.at, s.updated_at as entered_at, a.display_name as name, a.login, d.number as device, "
    "d.name as computer, e.n as seal from crm.complaint_step s join crm.complaint c on c.id = s.complaint_id "
    "left join crm.agent a on a.id = s.by_id left join sync.device d on d.device_id = s.device_id "
    "left join sync.seal e on e.step_id = s.id where lower(c.reference) = lower(:reference) order by s.accepted"
)
_REQUEST = text(
    "select s.id, s.kind, s.at, s.updated_at as entered_at, a.display_name as name, a.login, d.number as device, "
    "d.name as computer, e.n as seal from crm.request_step s join crm.request c on c.id = s.request_id "
    "left join crm.agent a on a.id = s.by_id left join sync.device d on d.device_id = s.device_id "
    "left join sync.seal e on e.step_id = s.id where lower(c.reference) = lower(:reference) order by s.accepted"
)
_THERE = text(
    "select exists (select 1 from crm.complaint where lower(reference) = lower(:reference) "
    "union all select 1 from crm.request where lower(reference) = lower(:reference))"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A step: ``at`` is when it was taken, as its desk said, ``entered_at`` when the server took it. ``device`` is the
    device's number and ``computer`` its name, None where it is not known any more; ``seal`` None until it is sealed."""

    id: UUID
    kind: str
    at: datetime
    entered_at: datetime | None
    name: str | None
    login: str | None
    device: int | None
    computer: str | None
    seal: int | None


def history_of(conn: Connection, reference: str) -> tuple[Entry, ...]:
    """Return the steps of the case with this reference in the order in which they were taken; raises UserMistake where
    there is no such case."""
    asked = {"reference": reference.strip()}
    with throughout(conn):
        if not conn.execute(_THERE, asked).scalar_one():
            raise UserMistake("reference", f"There is no case {reference}.", "Look its reference up on its page.")
        rows = [*conn.execute(_COMPLAINT, asked), *conn.execute(_REQUEST, asked)]
    return tuple(Entry(*row) for row in rows)
