"""Reads single facts out of FreeSWITCH's events and lists: whose phone, who calls, why something ended."""

from __future__ import annotations

import re
from collections.abc import Mapping

from crmdesk.domain.calls.events import Caller, Device, HangupCause, Line, LineKind

Fields = Mapping[str, str]
"""An event's headers, or a row of a list, by name."""

_USER = re.compile(r"user/([^@/\],]+)")
_PHONE_CHANNEL = re.compile(r"(?:sofia/[^/]+|verto\.rtc)/(?:sip:)?(\d{2,6})(?:@|$)")
_CAUSES = {
    "NORMAL_CLEARING": HangupCause.NORMAL,
    "USER_BUSY": HangupCause.BUSY,
    "NO_ANSWER": HangupCause.NO_ANSWER,
    "NO_USER_RESPONSE": HangupCause.NO_ANSWER,
    "ALLOTTED_TIMEOUT": HangupCause.NO_ANSWER,
    "PROGRESS_TIMEOUT": HangupCause.NO_ANSWER,
    "CALL_REJECTED": HangupCause.REJECTED,
    "LOSE_RACE": HangupCause.ELSEWHERE,
    "PICKED_OFF": HangupCause.ELSEWHERE,
    "ORIGINATOR_CANCEL": HangupCause.CALLER_GAVE_UP,
    "UNALLOCATED_NUMBER": HangupCause.UNREACHABLE,
    "USER_NOT_REGISTERED": HangupCause.UNREACHABLE,
    "SUBSCRIBER_ABSENT": HangupCause.UNREACHABLE,
    "DESTINATION_OUT_OF_ORDER": HangupCause.UNREACHABLE,
    "NORMAL_TEMPORARY_FAILURE": HangupCause.UNREACHABLE,
}


def extension_of(fields: Fields) -> str | None:
    """Return the extension of the phone at this leg, None for any other leg.

    A phone that is called was dialled as a user; one that calls signed in as a user; else its channel's name tells.
    """
    if fields.get("variable_sip_gateway_name"):
        return None
    user = fields.get("variable_dialed_user") or fields.get("variable_user_name")
    if user:
        return user.partition("@")[0]
    found = _PHONE_CHANNEL.match(fields.get("Channel-Name") or fields.get("name") or "")
    return found[1] if found else None


def line_of(fields: Fields) -> Line:
    """Return what is at the end of a leg."""
    extension = extension_of(fields)
    if extension is not None:
        return Line(LineKind.PHONE, extension)
    name = fields.get("Channel-Name") or fields.get("name") or ""
    return Line(LineKind.OTHER if name.startswith("loopback/") else LineKind.TRUNK)


def caller_of(fields: Fields) -> Caller:
    """Return who calls; hidden where the caller's presentation says so."""
    if fields.get("Caller-Privacy-Hide-Number") == "true":
        return Caller(withheld=True)
    return Caller(fields.get("Caller-Caller-ID-Number") or "unknown", fields.get("Caller-Caller-ID-Name") or None)


def cause_of(fields: Fields) -> HangupCause:
    """Return why a leg ended."""
    return _CAUSES.get(fields.get("Hangup-Cause") or "", HangupCause.OTHER)


def agent_extension(name: str, contact: str) -> str:
    """Return the extension of a call centre's agent: whom the contact dials, else the name without its domain."""
    found = _USER.search(contact)
    return found[1] if found else name.partition("@")[0]


def device_of(status: str, state: str) -> Device:
    """Return what an agent's phone does, by the agent's status and state in the call centre."""
    if status == "Logged Out":
        return Device.OFFLINE
    return {"Receiving": Device.RINGING, "In a queue call": Device.IN_USE}.get(state, Device.FREE)


def rows_of(table: str) -> list[dict[str, str]]:
    """Return the rows of a list as ``callcenter_config`` answers: names, then values, between bars; +OK ends it."""
    lines = [line for line in table.splitlines() if line and not line.startswith(("+OK", "-ERR"))]
    if not lines:
        return []
    names = lines[0].split("|")
    values = (line.split("|") for line in lines[1:])
    return [dict(zip(names, row, strict=True)) for row in values if len(row) == len(names)]


def count_of(text: str | None) -> int | None:
    """Return a whole number, None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 12 else None
