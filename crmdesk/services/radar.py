"""Complaints as the radar counts them, read from this desk's own file, and those behind an alert."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from crmdesk.domain.complaints import ComplaintRow
from crmdesk.domain.radar.alerts import LOOK_BACK_DAYS
from crmdesk.domain.radar.cells import Case
from crmdesk.domain.radar.names import alike, product_name, spellings
from crmdesk.domain.radar.rules import USUAL
from crmdesk.domain.zones import zone_or_none
from crmdesk.models.complaint import Complaint
from crmdesk.models.customer import Customer
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services.complaints import listed_complaints

_MOST_SHOWN = 200
_READ_DAYS = LOOK_BACK_DAYS + USUAL.baseline_days + USUAL.guard_days


def counted(uow: UnitOfWork, today: date) -> tuple[Case, ...]:
    """Return the complaints of the days that the radar looks at, closed ones too, by the local day of receipt.

    The area is the customer's city; products and cities are brought to the spelling most often used.
    """
    since = datetime.combine(today - timedelta(days=_READ_DAYS), datetime.min.time(), UTC)
    query = (
        select(
            *(Complaint.id, Complaint.received_at, Complaint.received_zone),
            *(Complaint.product, Complaint.category, Customer.city),
        )
        .outerjoin(Customer, Customer.id == Complaint.customer_id)
        .where(Complaint.received_at >= since)
    )
    rows = uow.session.execute(query).all()
    products = spellings(product_name(row.product) for row in rows)
    categories = spellings(row.category for row in rows)
    areas = spellings(row.city or "" for row in rows)
    zones: dict[str, ZoneInfo | None] = {}
    return tuple(
        Case(
            row.id,
            _local_day(row.received_at, row.received_zone, zones),
            products[alike(product_name(row.product))],
            categories[alike(row.category)],
            areas[alike(row.city or "")],
        )
        for row in rows
    )


def behind(uow: UnitOfWork, ids: Collection[UUID]) -> tuple[ComplaintRow, ...]:
    """Return the complaints of an alert, newest first, two hundred at most; what was erased meanwhile is not there."""
    newest = list(ids)[:_MOST_SHOWN]
    return listed_complaints(uow, Complaint.id.in_(newest), _MOST_SHOWN)


def _local_day(received: datetime, zone: str, zones: dict[str, ZoneInfo | None]) -> date:
    """Return the day it was where the complaint was received; a zone that this computer does not know counts in UTC."""
    if zone not in zones:
        zones[zone] = zone_or_none(zone)
    return received.astimezone(zones[zone] or UTC).date()
