"""Whom a fault reaches besides those who complained: customers of the same product, lot and area, and a task for
each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from crmdesk.domain.ids import derived_id
from crmdesk.domain.language import mark
from crmdesk.domain.quick import dataclass
from crmdesk.domain.sheets import SheetColumn, Unit

MOST_AFFECTED = 1_000
"""More than that are not listed: the action names too little."""


class Way(StrEnum):
    """How a customer is told: whoever asked not to be called is written to or left alone."""

    CALL = "call"
    WRITE = "write"


WAY_WORDS = {Way.CALL: mark("Call"), Way.WRITE: mark("Write")}


@dataclass(frozen=True, slots=True)
class Affected:
    """A customer whom a fault reaches. ``reference`` and ``at`` are of their latest complaint about it, or of their
    latest repair or return where they never complained (``complaint_id`` is None then); empty and None for somebody
    who has the product and said nothing. ``number`` is E.164, empty where none is known;
    ``do_not_call`` says that they or somebody with this number asked not to be called, ``has_task`` that they were
    given a task of this action already."""

    customer_id: UUID
    name: str
    number: str
    city: str
    product: str
    lot: str
    reference: str
    complaint_id: UUID | None
    at: datetime | None
    do_not_call: bool
    has_task: bool


@dataclass(frozen=True, slots=True)
class AffectedList:
    """The customers, those who complained first, then those who asked for service, each with the latest at the top;
    ``more`` says that not all are listed."""

    rows: tuple[Affected, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class TaskPlan:
    """Who would be given a task now, how many were given one before, and how many asked not to be called."""

    customers: tuple[UUID, ...]
    given: int
    not_called: int


def planned(rows: Iterable[Affected], way: Way) -> TaskPlan:
    """Return who is to be told in this way and was not yet."""
    listed = tuple(rows)
    fresh = [one for one in listed if not one.has_task]
    told = [one.customer_id for one in fresh if way is not Way.CALL or not one.do_not_call]
    return TaskPlan(tuple(told), len(listed) - len(fresh), len(fresh) - len(told))


def task_id(action: UUID, begun_at: datetime, customer: UUID) -> UUID:
    """Return the id of the one task that a customer is given of an action begun at an instant: whoever makes it twice,
    also on two desks that have not met, makes the same one."""
    return derived_id(begun_at, f"affected:{action.hex}:{customer.hex}")


COLUMNS = (
    *(SheetColumn(title, Unit.WORDS) for title in (mark("Customer"), mark("Number"), mark("City"), mark("Product"))),
    *(SheetColumn(title, Unit.WORDS) for title in (mark("Lot"), mark("Case"), mark("Received"))),
    SheetColumn(mark("Do not call"), Unit.WORDS),
)
"""The columns of the file with them."""
