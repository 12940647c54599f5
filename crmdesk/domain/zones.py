"""Time zones by their names, as other computers may have written them."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def zone_or_none(name: str) -> ZoneInfo | None:
    """Return a zone by its IANA name, None for what is none: a name of no zone, of a folder of zones ("Europe"), of
    another file, or longer than a file's name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
