"""Calendar files (RFC 5545): what is due as events that any calendar can take over.

Instants are UTC (form 2 of section 3.3.5), so that no time zone has to be carried along. The UID of a thing stays the
same in every export: a calendar that takes it again changes the event it has.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from crmdesk.domain.quick import dataclass

LENGTH = timedelta(minutes=15)
"""How long a promise or a callback is put down for."""
AHEAD = timedelta(minutes=10)
"""How long before it is due the calendar reminds of it."""
_LINE = 75
"""The longest line in octets without its end (section 3.1)."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that is due. ``changed_at`` is when it was last changed, as far as known."""

    id: UUID
    due_at: datetime
    title: str
    details: str = ""
    changed_at: datetime | None = None


def calendar(events: Iterable[Event], now: datetime) -> bytes:
    """Return a calendar file with these events, written at ``now``: UTF-8 with lines that end in CR LF."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//crmdesk//tasks//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    for event in events:
        lines += _event(event, now)
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)


def _event(event: Event, now: datetime) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{event.id}@crmdesk",
        f"DTSTAMP:{_instant(now)}",
        f"DTSTART:{_instant(event.due_at)}",
        f"DTEND:{_instant(event.due_at + LENGTH)}",
        f"SUMMARY:{escaped(event.title)}",
    ]
    if event.details:
        lines.append(f"DESCRIPTION:{escaped(event.details)}")
    if event.changed_at is not None:
        lines.append(f"LAST-MODIFIED:{_instant(event.changed_at)}")
    minutes = int(AHEAD.total_seconds() // 60)
    alarm = ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{escaped(event.title)}", f"TRIGGER:-PT{minutes}M")
    return [*lines, "CLASS:PRIVATE", "TRANSP:OPAQUE", *alarm, "END:VALARM", "END:VEVENT"]


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    r"""Return a text as a property value (section 3.3.11): ``\``, ``;``, ``,`` and ends of lines escaped; other control
    characters, which a text may not hold, are left out."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(c for c in plain if c in "\n\t" or not (c < " " or c == "\x7f"))
    for mark in ("\\", ";", ","):
        kept = kept.replace(mark, f"\\{mark}")
    return kept.replace("\n", "\\n")


def folded(line: str) -> bytes:
    """Return a content line in UTF-8, folded so that no line is longer than 75 octets and no character is cut.

    A continuation begins with a space, which counts.
    """
    parts: list[bytes] = []
    part = b""
    for character in line:
        octets = character.encode("utf-8", "replace")
        if len(part) + len(octets) > _LINE:
            parts.append(part)
            part = b" "
        part += octets
    return b"\r\n".join([*parts, part]) + b"\r\n"
