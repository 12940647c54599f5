"""Callbacks for GUI tests, written as a pull brings them, and what becomes of a claim at the server."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from crmdesk.domain.changes import Changes, Kind
from crmdesk.models.callback import Callback
from crmdesk.models.local import Outbox, OutboxState
from tests.support.clock import AFTERNOON
from tests.support.desk import JABU, MARGARET, ME, OMAR, OMARS_LINE, TOMASZ, House, known_id

LATE, SOON, FREE, JABUS = (known_id(f"callback {name}") for name in ("late", "soon", "free", "jabu's"))


def a_callback(row_id: UUID, customer: UUID, minutes: float, reason: str, owner: UUID | None) -> Callback:
    """Return an open callback that is due in so many minutes; ``owner`` took it on."""
    return Callback(
        id=row_id,
        customer_id=customer,
        e164=OMARS_LINE if customer == OMAR else None,
        reason=reason,
        due_at=AFTERNOON + timedelta(minutes=minutes),
        due_zone="Europe/London",
        state="open",
        assigned_to=owner,
        scope_id=1,
        ver=1,
    )


def four_callbacks(house: House) -> None:
    """Let four callbacks be due today, and one tomorrow."""
    house.add(
        a_callback(LATE, TOMASZ, -28, "Explain the double charge, refund approved", ME.agent_id),
        a_callback(SOON, MARGARET, 12, "Did the engineer arrive? Promised by Jabu Mbeki", ME.agent_id),
        a_callback(FREE, OMAR, 42, "Policy change, wants to speak Arabic", None),
        a_callback(JABUS, MARGARET, 120, "Read the letter to her", JABU),
        a_callback(known_id("callback tomorrow"), TOMASZ, 60 * 24, "Ask again", None),
    )
    house.bus.publish(Changes(everything=True))


def somebody_was_first(house: House, callback_id: UUID, who: UUID, name: str) -> None:
    """Let the server have given the callback to a colleague before the claim made here."""
    with Session(house.engines.write) as session, session.begin():
        row = session.scalars(select(Outbox).where(Outbox.row_id == callback_id)).one()
        row.state, row.reason = OutboxState.TAKEN.value, f"{name} was first."
        session.execute(update(Callback).where(Callback.id == callback_id).values(assigned_to=who))
    house.bus.publish(Changes.of(Kind.CALLBACK, callback_id))
