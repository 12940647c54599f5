"""What the rules in force ask of the next step of a request."""

from __future__ import annotations

from datetime import date, datetime

from crmdesk.domain.cases.deadlines import RuleBook
from crmdesk.domain.cases.house import House
from crmdesk.domain.quick import dataclass
from crmdesk.domain.requests.cycle import RequestLimits
from crmdesk.domain.requests.deadlines import RequestHistory
from crmdesk.domain.requests.eligibility import Eligibility, eligibility
from crmdesk.domain.requests.kinds import RequestKind, Topic
from crmdesk.domain.sla.calendars import zone_named
from crmdesk.domain.zones import zone_or_none


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a request the rules go by: its kind, what of its kind it is, when and in which zone it was received, and
    the day on which the goods were bought (None: not known)."""

    kind: RequestKind
    category: str
    received_at: datetime
    received_zone: str
    bought_on: date | None = None


def limits_of(book: RuleBook, asked: Asked, now: datetime) -> RequestLimits:
    """Return what is asked of the next step."""
    if book.house is None:
        return RequestLimits()
    found = eligible(book.house, asked)
    return RequestLimits(
        second_person_above=book.house.second_person_above,
        silent_days=book.house.silent_days,
        in_time=None if found is None else found.in_time,
        extend_until=_extend_until(book, asked, now),
        currency=book.house.currency,
    )


def eligible(house: House, asked: Asked) -> Eligibility | None:
    """Return whether goods may come back, None where it is no return or nobody knows when they were bought."""
    if asked.kind is not RequestKind.RETURN or asked.bought_on is None:
        return None
    zone = zone_or_none(asked.received_zone) or zone_named(house.calendar.zone)
    return eligibility(house.returns, asked.category, asked.bought_on, asked.received_at.astimezone(zone).date())


def _extend_until(book: RuleBook, asked: Asked, now: datetime) -> datetime | None:
    """Return until when the time to tell somebody what the house holds about them may be extended: within the first
    month (GDPR Art. 12(3)), as the regime's file has it; None for any other request."""
    if asked.kind is not RequestKind.INFORMATION or asked.category != Topic.OWN_DATA:
        return None
    history = RequestHistory(asked.kind, asked.category, asked.received_at, asked.received_zone)
    return next((one.due_at for one in book.deadlines(history, now) if one.answers), None)
