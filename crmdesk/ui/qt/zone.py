"""The time zone of the person at this computer, with its clock changes."""

from __future__ import annotations

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

from PySide6.QtCore import QTimeZone

from crmdesk.domain.zones import zone_or_none


def zone_name() -> str:
    """Return the IANA name of this computer's zone, "UTC" where the system names none that is known."""
    name = bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "replace")
    return "UTC" if zone_or_none(name) is None else name


def local_zone() -> tzinfo:
    """Return this computer's zone; unlike a fixed offset it stays right when the clocks change."""
    name = zone_name()
    return UTC if name == "UTC" else ZoneInfo(name)
