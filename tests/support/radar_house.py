"""A house whose complaints the radar has something to say about: sixty days of two products, and one rise in Leeds."""

from __future__ import annotations

from datetime import datetime, timedelta

from crmdesk.domain.complaints import ComplaintState
from crmdesk.models.base import Synced
from crmdesk.models.complaint import Complaint
from tests.support.clock import AFTERNOON
from tests.support.desk import HIDEO, MARGARET, OMAR, TOMASZ, a_complaint

QUIET_DAYS = 70
RISING_DAYS = 3
A_RISE = 5
_USUAL = (
    (MARGARET, "HomeCover Plus", "Delay", 2),
    (TOMASZ, "HomeCover Plus", "Billing and payments", 1),
    (OMAR, "Boiler service", "Conduct of staff", 3),
    (MARGARET, "HomeCover Plus", "Fault not repaired", 4),
    (HIDEO, "Boiler service", "Fault not repaired", 5),
)
"""Whose complaint, about what, and one each so many days."""


def quiet_days(days: int = QUIET_DAYS) -> list[Synced]:
    """Return complaints as they usually come, up to today; the older half is closed."""
    rows: list[Synced] = []
    for ago in range(days):
        for customer, product, category, every in _USUAL:
            if ago % every == 0:
                closed = {"state": ComplaintState.CLOSED.value} if ago > days / 2 else {}
                at = AFTERNOON - timedelta(days=ago, hours=3)
                name = f"CP-26-{product[:1]}{category[:1]}{ago:03}"
                rows.append(a_complaint(name, customer, at, product=product, category=category, **closed))
    return rows


def a_rise(
    days: int = RISING_DAYS, each: int = A_RISE, written: str = "HomeCover Plus, renews 4 Mar"
) -> list[Complaint]:
    """Return complaints of Margaret about repairs that fail, on the last days up to today."""
    return [
        rising(AFTERNOON - timedelta(days=ago, hours=2, minutes=number), number, written)
        for ago in range(days)
        for number in range(each)
    ]


def rising(at: datetime, number: int, written: str = "HomeCover Plus") -> Complaint:
    """Return one complaint of the rise."""
    name = f"CP-26-R{at:%d}{number:02}"
    return a_complaint(name, MARGARET, at, product=written, category="Fault not repaired", severity=3)
