"""Promises for GUI tests, written as a pull brings them."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from crmdesk.domain.changes import Changes
from crmdesk.models.task import Task
from tests.support.clock import AFTERNOON
from tests.support.desk import HIDEO, JABU, MARGARET, ME, OMAR, TOMASZ, House, known_id

ARRIVES, BOOKLET, REFUND, ASKED, FREE = (
    known_id(f"promise {name}") for name in ("arrives", "booklet", "refund", "asked", "free")
)


def a_promise(row_id: UUID, customer: UUID | None, hours: float, words: str, **fields: object) -> Task:
    """Return an open promise that Jabu Mbeki made and that is due in so many hours; ``fields`` are columns."""
    values: dict[str, object] = {
        "kind": "promise",
        "made_by": JABU,
        "made_at": AFTERNOON - timedelta(days=1),
        "due_at": AFTERNOON + timedelta(hours=hours),
        "due_zone": "Europe/London",
        "queue": "",
        "state": "open",
        "result": "",
        "scope_id": 1,
        "ver": 1,
    }
    return Task(id=row_id, customer_id=customer, words=words, **(values | fields))


def five_promises(house: House) -> None:
    """Let there be promises of mine, of a colleague, one that asks me, and one that is free."""
    house.add(
        a_promise(ARRIVES, MARGARET, 3.7, "Engineer arrives before 18:00", assigned_to=ME.agent_id),
        a_promise(ASKED, OMAR, 20, "Call in Arabic about the policy", offered_to=ME.agent_id),
        a_promise(BOOKLET, HIDEO, 19.7, "Large-print policy booklet", assigned_to=ME.agent_id, due_zone="Asia/Tokyo"),
        a_promise(FREE, TOMASZ, 44, "Second mandate is cancelled"),
        a_promise(REFUND, TOMASZ, 140, "Refund of £42.50 shows on his account", assigned_to=JABU),
    )
    house.bus.publish(Changes(everything=True))
