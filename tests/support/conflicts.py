"""Fields with two versions for GUI tests, written as the sync leaves them in the desk's file."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from crmdesk.domain.changes import Changes
from crmdesk.domain.sync_state import Resolution
from crmdesk.models.customer import Customer
from crmdesk.models.local import ConflictRow
from tests.support.clock import AFTERNOON
from tests.support.desk import JABU, LUCIA, OMAR, TOMASZ, House, a_customer, known_id

ANITA = known_id("Anita Sharma")
BASE = "Ring twice. Dog in the garden. Key with neighbour at 12."
MINE = "Ring twice, then phone +44 7700 900142. Dog in the garden. Key with Mrs Bose at 14."
THEIRS = "Ring twice. Dog in the garden, call before you open the gate. Key with the caretaker."
KEPT_MINE = (
    "Ring twice, then phone +44 7700 900142. Dog in the garden, call before you open the gate. Key with Mrs Bose at 14."
)


def a_conflict(name: str, customer: UUID, field: str, base: object, mine: object, theirs: object) -> ConflictRow:
    """Return two versions of one field of a customer, theirs by Jabu Mbeki five minutes ago."""
    return ConflictRow(
        id=known_id(name),
        entity="customer",
        row_id=customer,
        field=field,
        base=base,
        mine=mine,
        theirs=theirs,
        title=name,
        found_at=AFTERNOON - timedelta(minutes=3),
        mine_at=AFTERNOON - timedelta(minutes=12),
        theirs_by=JABU,
        theirs_at=AFTERNOON - timedelta(minutes=5),
        ver=2,
    )


TEXT, FIELD, ITSELF = known_id("two texts"), known_id("two products"), known_id("merged by itself")


def two_versions(house: House) -> None:
    """Let the house have a text and a field with two versions, and a text that merged by itself."""
    anita = a_customer("Anita Sharma", summary="Policyholder", city="Leicester", preferences=THEIRS)
    field = a_conflict("two products", TOMASZ, "product", "HomeCover", "HomeCover Plus", "HomeCover Basic")
    merged = a_conflict(
        "merged by itself", OMAR, "preferences", "By phone.", "By phone, mornings.", "In Arabic. By phone."
    )
    merged.settled_at, merged.resolution = AFTERNOON - timedelta(minutes=2), Resolution.MERGED.value
    merged.theirs_by, field.found_at = LUCIA, AFTERNOON - timedelta(minutes=4)
    house.add(anita, a_conflict("two texts", ANITA, "preferences", BASE, MINE, THEIRS), field, merged)
    change(house, TOMASZ, product="HomeCover Basic")
    house.bus.publish(Changes(everything=True))


def change(house: House, customer: UUID, **fields: object) -> None:
    """Let the server's newest values be these."""
    with Session(house.engines.write) as session, session.begin():
        session.execute(update(Customer).where(Customer.id == customer).values(**fields))
