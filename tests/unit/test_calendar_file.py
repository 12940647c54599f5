"""Calendar files are what RFC 5545 asks for: folded in octets, escaped, in UTC, with a UID that stays."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.calendar_file import Event, calendar, escaped, folded

ID = UUID("0190c2aa-0000-7000-8000-00000000002a")
NOW = datetime(2026, 12, 23, 14, 18, 40, tzinfo=UTC)
DUE = datetime(2026, 12, 24, 11, 0, tzinfo=timezone(timedelta(hours=1)))


def lines(written: bytes) -> list[str]:
    """Return the content lines, unfolded as section 3.1 says."""
    return written.decode().replace("\r\n ", "").split("\r\n")[:-1]


def unescaped(value: str) -> str:
    """Return a text value as a calendar reads it."""
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], value, flags=re.DOTALL)


def test_an_event_says_when_in_utc_and_what() -> None:
    event = Event(ID, DUE, "Callback, Omar al-Haddad", "Policy change", NOW)
    assert lines(calendar([event], NOW)) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//crmdesk//tasks//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        "UID:0190c2aa-0000-7000-8000-00000000002a@crmdesk",
        "DTSTAMP:20261223T141840Z",
        "DTSTART:20261224T100000Z",
        "DTEND:20261224T101500Z",
        "SUMMARY:Callback\\, Omar al-Haddad",
        "DESCRIPTION:Policy change",
        "LAST-MODIFIED:20261223T141840Z",
        "CLASS:PRIVATE",
        "TRANSP:OPAQUE",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:Callback\\, Omar al-Haddad",
        "TRIGGER:-PT10M",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_the_uid_of_a_thing_is_the_same_in_every_file() -> None:
    first = calendar([Event(ID, DUE, "Callback")], NOW)
    later = calendar([Event(ID, DUE + timedelta(hours=1), "Callback moved")], NOW + timedelta(days=1))
    uid = f"UID:{ID}@crmdesk"
    assert uid in lines(first)
    assert uid in lines(later)


def test_what_a_text_may_not_hold_is_escaped_or_left_out() -> None:
    assert escaped("a;b,c\\d\r\ne\nf\x00g\x07") == "a\\;b\\,c\\\\d\\ne\\nfg"


def test_a_line_break_in_a_name_adds_no_property() -> None:
    written = calendar([Event(ID, DUE, "Omar\r\nATTENDEE:mailto:x@example.com")], NOW)
    assert not [line for line in lines(written) if line.startswith("ATTENDEE")]


def test_an_empty_list_is_a_calendar_without_events() -> None:
    assert lines(calendar([], NOW))[-1] == "END:VCALENDAR"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_lines_are_folded_in_octets_and_no_character_is_cut(text: str) -> None:
    written = folded(f"SUMMARY:{escaped(text)}")
    physical = written.split(b"\r\n")
    assert physical[-1] == b""
    assert all(len(line) <= 75 for line in physical)
    assert all(line.startswith(b" ") for line in physical[1:-1])
    for line in physical:
        line.decode()
    assert written.replace(b"\r\n ", b"").removesuffix(b"\r\n").decode() == f"SUMMARY:{escaped(text)}"


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200))
def test_what_was_escaped_is_read_back_as_it_was(text: str) -> None:
    assert unescaped(escaped(text)) == text
