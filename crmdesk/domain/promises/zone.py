"""Whose clock a promise is made by: the customer's, where their numbers tell one, and what an hour on it means."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from crmdesk.domain.phone.plan import country_of, main_country_of
from crmdesk.domain.phone.zones import zone_of_area, zones_of


def zone_of_numbers(numbers: Iterable[str | None]) -> str | None:
    """Return the IANA zone in which all of somebody's numbers (E.164) are.

    None where there are none, or one of them is in another zone or tells none (a country that has several): then nobody
    knows without asking.
    """
    zones = {_zone_of(number) for number in numbers if number and number.startswith("+")}
    return zones.pop() if len(zones) == 1 else None


def _zone_of(number: str) -> str | None:
    found = zone_of_area(number) or zones_of(country_of(number) or main_country_of(number) or "")
    return found[0] if len(found) == 1 else None


def instants_of(local: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Return the UTC instants at which a clock in ``zone`` shows the naive ``local`` time, in order.

    There is none while the clocks are put forward over it, and two while they are put back (PEP 495).
    """
    read = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return tuple(sorted({at for at in read if at.astimezone(zone).replace(tzinfo=None, fold=0) == local}))
