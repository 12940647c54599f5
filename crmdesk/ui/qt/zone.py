"""The time zone of the person at this computer, with its clock changes."""

from __future__ import annotations

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from PySide6.QtCore import QTimeZone


def zone_name() -> str:
    """Return the IANA name of this computer's zone, "UTC" where the system names none that is known."""
    name = bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "replace")
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return "UTC"
    return name


def local_zone() -> tzinfo:
    """Return this computer's zone; unlike a fixed offset it stays right when the clocks change."""
    name = zone_name()
    return UTC if name == "UTC" else ZoneInfo(name)
